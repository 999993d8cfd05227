"""How long pictures take: cut out of an image of the sky, as a page of thumbnails, and on screen.

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" python benchmarks/cutouts.py

Needs the real data beside the repository, in shared/data: the WISE image of W5 and its sources, and
the JPEG files of Galaxy Zoo. Each case has a fresh interpreter. Writes its section of
docs/benchmarks.md and exits with 1 above a limit.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal
from napari_astro_al.catalogue.positions import position_of
from napari_astro_al.cutouts import Cutouts, ImageColumn, ImageTiles, mosaic

HEADING = "Cutouts"
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FIELDS, PAGE, SIDE = 1000, 64, 96
ROWS: dict[str, tuple[str, str, float | None]] = {
    "index": ("find out which sources lie on the image of W5", "s", None),
    "fields": (f"cut {FIELDS:,} sources of W5 out by their positions", "s", 2.0),
    "centred": ("largest distance of a source from the middle of its cutout", "pixels", 0.1),
    "cold": (f"a page of {PAGE} JPEG files as one mosaic, for the first time", "s", 1.0),
    "warm": ("the same page again", "s", 0.1),
    "alone": ("next source's picture, at hand, on the canvas", "ms", 30.0),
    "alone_p95": ("– 95 %", "ms", None),
    "alone_new": ("– not yet read", "ms", None),
    "docks": ("the same in the dashboard, until all docks have followed", "ms", None),
    "docks_p95": ("– 95 %", "ms", None),
    "docks_new": ("– not yet read", "ms", None),
}
COMMON = """
import json, sys
from pathlib import Path
from time import perf_counter, sleep, thread_time

from qtpy.QtWidgets import QApplication, QWidget

import napari_astro_al as aal
from napari_astro_al.viewer.layers import METADATA_KEY

survey = aal.Catalogue.read(Path(sys.argv[1]) / "galaxyzoo1_jpeg" / "galaxyzoo1.csv")
session = aal.Session(survey)


def still(seconds, busy=lambda: False):
    since = perf_counter()
    while perf_counter() - since < seconds:
        QApplication.processEvents()
        if busy():
            since = perf_counter()
        sleep(0.001)


def canvas_of(window):
    parts = window.findChildren(QWidget)
    canvas = next(one for one in parts if one.inherits("QOpenGLWidget"))
    assert canvas.isVisible()
    return canvas


def measure(canvas, model, rest):
    # until the frame that has the picture is on screen
    painted = []
    canvas.frameSwapped.connect(lambda: painted.append(perf_counter()))

    def turn_to(source):
        provenance = expected[source][0].provenance
        start, worked = perf_counter(), thread_time()
        session.show(source)
        while True:
            painted.clear()
            QApplication.processEvents()
            said = [layer.metadata.get(METADATA_KEY, {}) for layer in model.layers]
            if painted and any(one.get("provenance") == provenance for one in said):
                return 1e3 * (painted[-1] - start), 1e3 * (thread_time() - worked)
            if perf_counter() - start > 30:
                raise TimeoutError("the picture does not come")

    def turns(ids):
        times = []
        for one in ids:
            times.append(turn_to(one))
            rest(0.05)
        return times

    ids = list(survey.ids_at(range(300, 360)))
    expected = {one: session.cutouts.get(one) for one in ids}
    turns(ids[:5])
    shown = turns(ids[5:])
    session.cutouts.clear()
    print(json.dumps({"shown": shown, "new": turns(ids[5:25])}))
"""
ALONE = """
from napari.components import ViewerModel
from napari.qt import QtViewer

from napari_astro_al.viewer.cutout_canvas import CutoutCanvas

application = QApplication.instance() or QApplication([])
model = ViewerModel()
window = QtViewer(model)
window.resize(500, 400)
window.show()
session.show(survey.ids_at([0])[0])
shown = CutoutCanvas(model, session)
still(2)
measure(canvas_of(window), model, still)
window.close()
"""
DASHBOARD = """
from napari_astro_al.widgets.workbench import workbench_of

viewer = aal.open_viewer(session)
viewer.window.resize(1600, 1000)
bench = workbench_of(viewer)


def rest(seconds):
    still(seconds, lambda: bench.workspace.jobs.busy)


rest(3)
dock = bench.dashboard.cutouts
measure(canvas_of(dock), dock.model, rest)
viewer.close()
"""


def seconds(action: Callable[[], object]) -> tuple[float, float]:
    """How long an action takes, by the clock and of the processor."""
    start, worked = perf_counter(), process_time()
    action()
    return perf_counter() - start, process_time() - worked


def medians(name: str, times: list[tuple[float, float]]) -> dict[str, float]:
    """The medians of both under a name."""
    by_clock, of_processor = zip(*times, strict=True)
    return {name: median(by_clock), f"{name} work": median(of_processor)}


def measure_w5(times: int) -> dict[str, float]:
    """Cutouts by world coordinates; each time of other sources."""
    sources = aal.Catalogue.read(DATA / "w5" / "w5_psc.csv")
    found: dict[str, float] = {}
    provider = ImageTiles(DATA / "w5" / "w5.fits")
    found |= medians("index", [seconds(lambda: provider.check(sources))])
    rows = np.random.default_rng(0).permutation(len(sources))
    parts = [sources.ids_at(rows[n * FIELDS : (n + 1) * FIELDS]) for n in range(times)]

    def cut(ids: list) -> None:
        for one in ids:
            provider.cutout(sources, one, None)

    found |= medians("fields", [seconds(lambda part=part: cut(part)) for part in parts])
    return found | {"centred": furthest_from_middle(sources, parts[0])}


def furthest_from_middle(sources: aal.Catalogue, ids: list) -> float:
    """Pixels between the middles of cutouts and where Astropy puts their sources, at most.

    Cut out of two images with the coordinates of W5 whose pixels hold their own column and row: the
    values in the middle of a cutout are the place that it shows.
    """
    with fits.open(DATA / "w5" / "w5.fits") as hdus:
        header, shape = hdus[0].header, hdus[0].data.shape
    wcs = WCS(header)
    wanted = np.array(
        wcs.world_to_pixel_values(*np.transpose([position_of(sources, one) for one in ids]))
    )
    shown = np.empty_like(wanted)
    with TemporaryDirectory() as folder:
        for axis, pixels in enumerate(np.indices(shape, dtype=np.float32)[::-1]):
            path = Path(folder) / f"{axis}.fits"
            fits.PrimaryHDU(pixels, wcs.to_header()).writeto(path)
            provider = ImageTiles(path)
            for place, one in enumerate(ids):
                cutout = provider.cutout(sources, one, None).pixels
                half = len(cutout) // 2
                shown[axis, place] = cutout[half - 1 : half + 1, half - 1 : half + 1].mean()
    return float(np.nanmax(np.hypot(*(shown - wanted))))


def measure_page(times: int) -> dict[str, float]:
    """A mosaic of thumbnails of files; each time of files that were not read before."""
    sources = aal.Catalogue.read(DATA / "galaxyzoo1_jpeg" / "galaxyzoo1.csv")
    columns = round(PAGE**0.5)
    places = np.stack(np.divmod(np.arange(PAGE), columns), axis=1) * SIDE + (SIDE - 1) / 2
    cold, warm = [], []
    for n in range(times):
        cutouts = Cutouts(sources)
        cutouts.add(ImageColumn("image"))
        ids = sources.ids_at(range(n * PAGE, (n + 1) * PAGE))

        def page(cutouts: Cutouts = cutouts, ids: list = ids) -> None:
            small = [cutouts.thumbnail(one, SIDE) for one in ids]
            mosaic(small, places, (columns * SIDE, columns * SIDE))

        cold.append(seconds(page))
        warm.append(seconds(page))
    return medians("cold", cold) | medians("warm", warm)


def measure_screen() -> dict[str, float]:
    """Pictures from `Session.show` to the frame that has them: the canvas alone, all docks."""
    found = {}
    for name, script in (("alone", ALONE), ("docks", DASHBOARD)):
        with TemporaryDirectory() as home:
            ended = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", COMMON + script, str(DATA)],
                capture_output=True,
                text=True,
                env={**os.environ, "NAPARI_ASTRO_AL_HOME": home},
            )
        if ended.returncode:
            raise SystemExit(ended.stderr)
        times = json.loads(ended.stdout.strip().splitlines()[-1])
        found |= medians(name, times["shown"]) | medians(f"{name}_new", times["new"])
        found[f"{name}_p95"] = sorted(times["shown"])[int(0.95 * len(times["shown"]))][0]
    return found


def section(found: dict[str, float]) -> str:
    """The section as Markdown."""
    header = ["what", "elapsed", "of that, work", "limit"]
    rows = []
    for name, (words, unit, limit) in ROWS.items():
        work = found.get(f"{name} work")
        rows.append(
            [
                words,
                f"{found[name]:.3g} {unit}",
                "–" if work is None else f"{work:.3g} {unit}",
                "–" if limit is None else f"{limit:g} {unit}",
            ]
        )
    return (
        f"Written by `benchmarks/cutouts.py`; {MACHINE}, software OpenGL. Medians; one thread. Its "
        "own work is about what an idle machine needs: where that is far less than what elapsed, "
        "other programs had the processor. The "
        "cutouts of W5 are 10 arcmin, 56 x 56 pixels, resampled with north up. The files are JPEG, "
        "423 x 423 pixels; the mosaic has 8 x 8 thumbnails of 96 pixels. On the canvas: from "
        "`session.show` until the embedded napari canvas has painted the frame with the picture. "
        f"The dashboard is 1600 x 1000.\n\n{markdown_table(header, rows)}\n"
    )


def main() -> int:
    """Measure, write the section, and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, default=7)
    times = parser.parse_args().times
    found = measure_w5(times) | measure_page(times) | measure_screen()
    text = section(found)
    put_section(HEADING, text)
    print(text)
    over = [name for name, (_, _, limit) in ROWS.items() if limit and found[name] > limit]
    for name in over:
        print("above its limit:", ROWS[name][0])
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
