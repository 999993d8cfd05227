"""Make the pictures of the docks, one by one, from real sessions: SDSS and W5.

Run as `make_screenshots.py`, in the same folder, which says what the catalogues are::

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" \
        .venv/bin/python docs/make_dock_pictures.py
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from make_screenshots import SDSS, W5, _play, _spectra, wait
from qtpy.QtCore import QPoint

import napari_astro_al as aal
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.portrait import SIZE, save_png, settle
from napari_astro_al.widgets.workbench import workbench_of

FOLDER = Path(__file__).resolve().parent / "images" / "docks"
OF_SPECTRA = (
    "catalogue",
    "label",
    "source",
    "table",
    "training",
    "why",
    "estimates",
    "planner",
    "session_dock",
    "test_set",
)
OF_STARS = ("cutouts", "plots", "triage")


def spectra(table: Path) -> aal.Session:
    """SDSS with a survey sample, a checkpoint and some sources drawn for testing."""
    session = _spectra(table, 60)
    session.checkpoint("sixty labels")
    oracle = aal.ColumnOracle(session.catalogue)
    for source in session.draw_survey(120).sources[:90]:
        session.annotate(source, oracle.label([source])[0])
    for source in session.curate(40, [("redshift", "<", 0.5)])[:15]:
        session.annotate(source, oracle.label([source])[0])
    session.train()
    return session


def stars(folder: Path) -> aal.Session:
    """Young stars of W5 on the image at 12 µm."""
    catalogue = aal.Catalogue.read(folder / "w5_psc.csv", id="ID", label="Type")
    session = aal.Session(catalogue)
    session.cutouts.add(aal.cutouts.ImageTiles([folder / "w5.fits"], title="WISE 12 µm"))
    session.window["cutouts"] = {"size": 900.0}
    oracle = aal.ColumnOracle(catalogue)
    _play(session, lambda source: oracle.label([source])[0], 40)
    session.window["triage"] = {"kind": "uncertain", "size": 6, "zoom": 1.0}
    session.project(x="[3.6] - [4.5]", y="[5.8] - [8.0]")
    return session


def photograph(session: aal.Session, names: tuple[str, ...]) -> None:
    """The docks of a session's window, cut out of its picture."""
    viewer = aal.open_viewer(session)
    viewer.window.resize(*SIZE)
    bench = workbench_of(viewer)
    settle(bench)
    main = viewer.window._qt_window
    for name in names:
        widget: Any = getattr(bench.dashboard, name)
        dock = dock_of(widget)
        dock.raise_()
        wait(1.5)
        settle(bench)
        picture = viewer.screenshot(canvas_only=False, flash=False)
        scale = picture.shape[1] / main.width()
        corner = dock.mapTo(main, QPoint())
        left, top, width, height = (
            round(scale * one) for one in (corner.x(), corner.y(), dock.width(), dock.height())
        )
        save_png(picture[top : top + height, left : left + width], FOLDER / f"{name}.png")
        print(FOLDER / f"{name}.png", flush=True)
    viewer.close()


def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sdss", type=Path, default=SDSS)
    parser.add_argument("--w5", type=Path, default=W5)
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home:
        os.environ["NAPARI_ASTRO_AL_HOME"] = home
        photograph(spectra(options.sdss), OF_SPECTRA)
        photograph(stars(options.w5), OF_STARS)


if __name__ == "__main__":
    main()
