"""How long one waits before working: the import, and the dashboard after napari's window.

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" python benchmarks/startup.py

Each figure is the median over fresh interpreters. Writes its section of docs/benchmarks.md and
exits with 1 above a limit.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from tempfile import TemporaryDirectory

from report import MACHINE, markdown_table, put_section

HEADING = "Startup"
IMPORTS, WINDOWS = 15, 5
TIMED_IMPORT = """
import json
from time import perf_counter

start = perf_counter()
import napari_astro_al
print(json.dumps({"import": perf_counter() - start}))
"""
TIMED_WINDOW = """
import json
from time import perf_counter, sleep

import napari
from qtpy.QtWidgets import QApplication


def wait(condition):
    while not condition():
        QApplication.processEvents()
        sleep(0.002)


begun = perf_counter()
viewer = napari.Viewer(show=True)
wait(lambda: viewer.window._qt_window.isVisible())
QApplication.processEvents()
window = perf_counter()

from napari_astro_al.widgets.dashboard import dashboard_of

dashboard = dashboard_of(viewer)
QApplication.processEvents()
QApplication.processEvents()
usable = perf_counter()
dashboard.catalogue.open_sample("hubble")
workspace = dashboard.bench.workspace
wait(lambda: workspace.session is not None and workspace.session.current is not None)
wait(lambda: not workspace.jobs.busy)
first = perf_counter()
viewer.close()
print(json.dumps({"dashboard": usable - window, "sample": first - usable}))
"""
ROWS = {
    "import": ("`import napari_astro_al`", 0.1),
    "dashboard": ("napari's window to a usable dashboard", 5.0),
    "sample": ("click on the Hubble sample to its first question", None),
}


def once(script: str) -> dict[str, float]:
    """Run a script in a fresh interpreter and read the times that it prints last."""
    with TemporaryDirectory() as home:
        ended = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "NAPARI_ASTRO_AL_HOME": home},
        )
    times: dict[str, float] = json.loads(ended.stdout.strip().splitlines()[-1])
    return times


def measured() -> dict[str, list[float]]:
    """Seconds of every run, by figure; the first run of each script only warms the disk."""
    times: dict[str, list[float]] = {name: [] for name in ROWS}
    for script, runs in ((TIMED_IMPORT, IMPORTS), (TIMED_WINDOW, WINDOWS)):
        once(script)
        for _ in range(runs):
            for name, seconds in once(script).items():
                times[name].append(seconds)
    return times


def section(times: dict[str, list[float]]) -> str:
    """The section as Markdown."""
    rows = []
    for name, (words, limit) in ROWS.items():
        median, slowest = statistics.median(times[name]), max(times[name])
        shown = "–" if limit is None else f"{limit:g}"
        rows.append([words, f"{median:.3f}", f"{slowest:.3f}", shown])
    return (
        "Written by `benchmarks/startup.py`. Medians over fresh interpreters, in seconds; "
        f"{MACHINE}, software OpenGL.\n\n"
        f"{markdown_table(['what', 'median', 'slowest', 'limit'], rows)}\n"
    )


def main() -> int:
    """Measure, write the section, and compare with the limits."""
    times = measured()
    text = section(times)
    put_section(HEADING, text)
    print(text)
    over = [
        name
        for name, (_, limit) in ROWS.items()
        if limit is not None and statistics.median(times[name]) > limit
    ]
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
