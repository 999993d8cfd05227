"""How long one waits for the first picture of a large catalogue.

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" python benchmarks/opening.py

Tycho-2 as Parquet (1.87 million sources), and a FITS table of a million sources with 66 features
that is made for it. In the dashboard: from the file's name to the form that proposes its roles, and
from the click on "Start labelling" to the frame that shows its sources, three seconds after the
dashboard was there: nobody finds a file sooner. Beside it, in the same conditions, what Astropy or
pandas take to read the file and nothing else. Writes its section of docs/benchmarks.md and exits
with 1 above a limit.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from report import MACHINE, markdown_table, put_section

HEADING = "Opening"
TYCHO = Path(__file__).resolve().parents[2] / "shared" / "data" / "tycho2"
ROWS, BANDS, RUNS = 1_000_000, 11, 3
LIMITS = {"Tycho-2, Parquet, 1.87 million sources": 3.0, "FITS, 1 million, 66 features": 5.0}
OURS = """
import json, sys
from pathlib import Path
from time import perf_counter, sleep

import napari
from qtpy.QtWidgets import QApplication, QWidget

from napari_astro_al.widgets.dashboard import dashboard_of

CHOOSING = 3.0  # seconds in which a person finds the file; the program loads what it will need


def wait(condition):
    while not condition():
        QApplication.processEvents()
        sleep(0.002)


viewer = napari.Viewer(show=True)
viewer.window.resize(1600, 1000)
dashboard = dashboard_of(viewer)
workspace, dock = dashboard.bench.workspace, dashboard.catalogue
wait(lambda: not workspace.jobs.busy)
shown = perf_counter()
wait(lambda: perf_counter() - shown > CHOOSING)
canvas = viewer.window._qt_viewer.canvas.native
painted = []


def see():
    drawn = [viewer.layers[name].data for name in ("sources", "density") if name in viewer.layers]
    if any(data.size > 16 for data in drawn):  # an image of nothing has two by two pixels of four
        painted.append(perf_counter())


canvas.frameSwapped.connect(see)
chosen = perf_counter()
dock.open_path(Path(sys.argv[1]))
wait(lambda: dock.start is not None)
QApplication.processEvents()
form = perf_counter()
dock.start.click()
wait(lambda: painted)
picture = painted[0]
wait(lambda: workspace.session.current is not None)
question = perf_counter()
print(json.dumps({"form": form - chosen, "picture": picture - form, "question": question - form}))
viewer.close()
"""
ALONE = """
import json, sys
from time import perf_counter
{imports}
start = perf_counter()
table = {read}
sum(float(table[name][0] == table[name][0]) for name in {columns})
print(json.dumps({{"alone": perf_counter() - start}}))
"""
FITS_ALONE = ALONE.format(
    imports="from astropy.table import Table",
    read="Table.read(sys.argv[1])",
    columns="table.colnames",
)
PARQUET_ALONE = ALONE.format(
    imports="import pandas as pd", read="pd.read_parquet(sys.argv[1])", columns="table.columns"
)


def made_table(path: Path) -> None:
    """A million sources with positions, 11 bands and their 55 colours."""
    from astropy.table import Table

    rng = np.random.default_rng(0)
    kind = rng.choice(3, ROWS, p=[0.37, 0.08, 0.55])
    slopes = rng.normal(size=(3, BANDS))
    bands = rng.normal(20, 1.2, ROWS)[:, None] + slopes[kind] + rng.normal(0, 0.7, (ROWS, BANDS))
    table = Table()
    table["source_id"] = np.arange(ROWS) * 1000
    table["ra"], table["dec"] = rng.uniform(0, 360, ROWS), rng.uniform(-90, 90, ROWS)
    for one in range(BANDS):
        table[f"m{one}"] = bands[:, one].astype(np.float32)
    for one in range(BANDS):
        for other in range(one + 1, BANDS):
            table[f"m{one}_m{other}"] = (bands[:, one] - bands[:, other]).astype(np.float32)
    table["class"] = np.array(["GALAXY", "QSO", "STAR"])[kind]
    table.write(path)


def once(script: str, path: Path) -> dict[str, float]:
    """Run a script in a fresh interpreter and read the times that it prints last."""
    with TemporaryDirectory() as home:
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script, str(path)],
            capture_output=True,
            text=True,
            env={**os.environ, "NAPARI_ASTRO_AL_HOME": home},
        )
    if ended.returncode:
        raise SystemExit(ended.stderr)
    times: dict[str, float] = json.loads(ended.stdout.strip().splitlines()[-1])
    return times


def measured(path: Path, alone: str) -> dict[str, float]:
    """Medians over fresh interpreters; sessions of one run are not there for the next."""
    once(alone, path)  # the file is in the system's memory from here on
    runs = []
    for _ in range(RUNS):
        # a copy by another name each time, so that every run begins a new session
        with TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            os.link(path, copy) if os.access(path.parent, os.W_OK) else copy.symlink_to(path)
            runs.append({**once(OURS, copy), **once(alone, copy)})
    return {name: median(run[name] for run in runs) for name in runs[0]}


def main() -> int:
    """Measure, write the section, and compare with the limits."""
    with TemporaryDirectory() as folder:
        fits = Path(folder) / "million.fits"
        made_table(fits)
        paths = (next(TYCHO.glob("*.parquet")), fits)
        found = [
            measured(path, alone)
            for path, alone in zip(paths, (PARQUET_ALONE, FITS_ALONE), strict=True)
        ]
    header = ["", *LIMITS]
    rows = [
        [words, *(f"{one[name]:.2f} s" for one in found)]
        for words, name in (
            ("reading alone: pandas, Astropy", "alone"),
            ("file named, until the form with its roles", "form"),
            ("Start, until its sources are on screen", "picture"),
            ("Start, until the first question", "question"),
        )
    ]
    total = [one["form"] + one["picture"] for one in found]
    rows.append(["both waits, without the person's between", *(f"{one:.2f} s" for one in total)])
    put_section(
        HEADING,
        f"Written by `benchmarks/opening.py`; {MACHINE}, software OpenGL. Medians of {RUNS} fresh "
        "interpreters with napari's window and the dashboard open and the file in the system's "
        f"memory.\n\n{markdown_table(header, rows)}\n",
    )
    print(markdown_table(header, rows))
    late = [name for name, took in zip(LIMITS, total, strict=True) if took > LIMITS[name]]
    for name in late:
        print(f"above the limit of {LIMITS[name]:g} s: {name}")
    return int(bool(late))


if __name__ == "__main__":
    sys.exit(main())
