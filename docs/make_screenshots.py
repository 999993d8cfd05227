"""Make the pictures of README and docs from real sessions.

Run from the repository's folder, under a screen of at least 1600 x 1000 or Xvfb::

    xvfb-run -a -s "-screen 0 1600x1000x24 +extension GLX +render" \
        .venv/bin/python docs/make_screenshots.py

The SDSS picture needs the catalogue ``sdss_dr14.csv`` of 10,000 spectra of Data Release 14 (columns
plate, mjd, fiberid, class and ugriz): ``--sdss`` says where it is. That of the sky needs the
positions of Tycho-2 (columns ra, dec and MAG_VT): ``--tycho``. Those of triage and of
a test set need Galaxy Zoo's pictures of galaxies and their classes (columns objid, image, class):
``--galaxies``. Those of cutouts, of plots and of sources on an image need a folder with the WISE
image of W5, ``w5.fits``, and its sources, ``w5_psc.csv``: ``--w5``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from astropy.coordinates import SkyCoord
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al import samples
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.portrait import portrait, settle
from napari_astro_al.widgets.workbench import workbench_of

HERE = Path(__file__).resolve().parent
IMAGES = HERE / "images"
DATA = HERE.parents[1] / "shared" / "data"
SDSS = DATA / "sdss_dr14" / "sdss_dr14.csv"
GALAXIES = DATA / "galaxyzoo1_jpeg" / "galaxyzoo1.csv"
W5 = DATA / "w5"
TYCHO = DATA / "tycho2" / "tycho2_positions_vt.parquet"


def hubble(path: Path) -> None:
    """The Hubble sample, labelled by how concentrated and how large each source is."""
    catalogue = samples.hubble_deep_field()
    session = aal.Session(catalogue, task=aal.Task(catalogue.suggested_classes))
    answer = _by_eye(catalogue)
    _play(session, answer, 45)
    session.project()
    session.window["appearance"] = {"colour": "prediction"}
    portrait(session, path)


def thumbnails(path: Path) -> None:
    """Deep in feature space, where sources become their own cutouts."""
    catalogue = samples.hubble_deep_field()
    session = aal.Session(catalogue, task=aal.Task(catalogue.suggested_classes))
    _play(session, _by_eye(catalogue), 45)
    session.project()

    def zoom_in(viewer: Any) -> None:
        camera = viewer.scene.camera
        camera.zoom *= 7

    portrait(session, path, prepare=zoom_in)


def cutouts(path: Path, folder: Path) -> None:
    """A young star in W5 at 12 µm, and the sources around it by their labels."""
    catalogue = aal.Catalogue.read(folder / "w5_psc.csv", id="ID", label="Type")
    session = aal.Session(catalogue)
    session.cutouts.add(aal.cutouts.ImageTiles([folder / "w5.fits"], title="WISE 12 µm"))
    session.window["cutouts"] = {"size": 900.0}
    session.window["appearance"] = {"colour": "prediction"}
    oracle = aal.ColumnOracle(catalogue)
    _play(session, lambda source: oracle.label([source])[0], 40)
    session.project(x="[3.6] - [4.5]", y="[5.8] - [8.0]")
    example = 1268

    def label_the_field(viewer: Any) -> None:
        bench = workbench_of(viewer)
        session.show(example)
        settle(bench)
        (panel,) = bench.dashboard.cutouts.canvas.panels
        for source in catalogue.ids_at(panel.picture.neighbours[::2]):
            if source != example:
                session.annotate(source, oracle.label([source])[0])
        session.show(example)

    portrait(session, path, prepare=label_the_field)


def sdss(path: Path, table: Path) -> None:
    """Stars, galaxies and quasars by colour, labelled by their spectra."""
    portrait(_spectra(table, 100), path)


def estimates(path: Path, table: Path) -> None:
    """What a survey sample says of the whole of SDSS, beside what the other labels would."""
    session = _spectra(table, 60)
    oracle = aal.ColumnOracle(session.catalogue)
    survey = session.draw_survey(200, how="stratified", by="(predicted)")
    for source in survey.sources[:150]:
        session.annotate(source, oracle.label([source])[0])
    session.train()

    def come_forward(viewer: Any) -> None:
        dashboard = workbench_of(viewer).dashboard
        _raise(dashboard.estimates)
        _wait_until(lambda: dashboard.estimates.estimates.isVisible())

    portrait(session, path, prepare=come_forward)


def charts(path: Path, table: Path) -> None:
    """Whether the model's probabilities can be taken at their word, and where it is wrong."""
    session = _spectra(table, 60)
    session.window["appearance"] = {"colour": "outcome"}

    def choose(viewer: Any) -> None:
        training = workbench_of(viewer).dashboard.training
        training.kind.setCurrentIndex(training.kind.findData("reliability"))
        training.scope.setCurrentIndex(1)
        _wait_until(lambda: training.chart.view.chart is not None)

    portrait(session, path, prepare=choose)


def _raise(widget: Any) -> None:
    dock = dock_of(widget)
    dock.show()
    dock.raise_()


def _wait_until(ready: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not ready() and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.02)


def sky(path: Path, table: Path) -> None:
    """The stars of Tycho-2 over the whole sky, counted."""
    catalogue = aal.Catalogue.read(table)
    session = aal.Session(
        catalogue,
        features=aal.FeatureRecipe(columns=["MAG_VT"]),
        task=aal.Task(["cluster", "field"]),
    )
    session.project("sky", projection="aitoff")
    session.window["appearance"] = {"scaling": "equalised"}
    portrait(session, path)


def on_disk(path: Path) -> None:
    """A HATS catalogue whose sources were ranked, over the density of all of them by colour."""
    with _hats_session() as session:
        session.project(x="u-g", y="g-r")

        def rank_and_count(viewer: Any) -> None:
            panel = workbench_of(viewer).dashboard.catalogue.passes
            panel.begin_ranking()
            _wait_until(lambda: not panel.work.busy, 300)
            settle(workbench_of(viewer))
            panel.count.click()
            _wait_until(lambda: not panel.work.busy, 300)

        portrait(session, path, prepare=rank_and_count)


def on_disk_sky(path: Path) -> None:
    """All sources of a HATS catalogue over the sky, counted in HEALPix pixels."""
    with _hats_session() as session:
        session.project("sky", projection="mollweide")
        session.count_all()
        session.window["density of all"] = True
        portrait(session, path)


@contextmanager
def _hats_session() -> Iterator[Any]:
    """A simulated survey of the whole sky as LSDB writes it, and some labels."""
    import lsdb

    table = samples.simulated_survey(400_000, seed=0).table
    rng = np.random.default_rng(0)
    stars = table["class"].to_numpy() == "STAR"
    along = rng.uniform(0, 360, len(table))
    b = np.clip(rng.normal(0, 12, len(table)), -90, 90)
    b[~stars] = np.degrees(np.arcsin(rng.uniform(-1, 1, int((~stars).sum()))))
    place = SkyCoord(along, b, unit="deg", frame="galactic").icrs
    table["ra"], table["dec"] = place.ra.deg, place.dec.deg
    with TemporaryDirectory() as name:
        folder = Path(name) / "allsky"
        written = lsdb.from_dataframe(
            table, ra_column="ra", dec_column="dec", lowest_order=1, margin_threshold=None
        )
        written.write_catalog(folder, catalog_name="allsky", progress_bar=False)
        catalogue = aal.PartitionedCatalogue.open(
            folder, id="source_id", label="class", engine="threads"
        )
        colours = aal.FeatureRecipe(columns=list("ugriz"), generators=[("subtract", 2)])
        session = aal.Session(catalogue, colours)
        truth = session.catalogue.table["class"]
        _play(session, lambda source: truth.iloc[session.catalogue.row_of(source)], 40)
        session.set_learner(aal.LearnerRecipe(strategy="margin"))
        session.train()
        session.query()
        yield session


def on_image(path: Path, folder: Path) -> None:
    """Young stars of W5 on the image at 12 µm, coloured by what a model predicts."""
    catalogue = aal.Catalogue.read(folder / "w5_psc.csv", id="ID", label="Type")
    session = aal.Session(catalogue, task=aal.Task(["I", "II", "III"]))
    session.cutouts.add(aal.cutouts.ImageTiles([folder / "w5.fits"], title="WISE 12 µm"))
    oracle = aal.ColumnOracle(catalogue)
    for _ in range(50):
        (source,) = session.query()
        label = oracle.label([source])[0]
        if label in session.classes:
            session.annotate(source, label)
        else:
            session.skip(source)
        if session.can_train():
            session.train()
    session.project("image", image=folder / "w5.fits")
    session.window["appearance"] = {"colour": "prediction"}

    def come_closer(viewer: Any) -> None:
        viewer.scene.camera.zoom *= 1.6

    portrait(session, path, prepare=come_closer)


def plots(path: Path, folder: Path) -> None:
    """The energy distribution of a young star in W5 beside those of its labelled neighbours."""
    catalogue = aal.Catalogue.read(folder / "w5_psc.csv", id="ID", label="Type")
    session = aal.Session(catalogue, task=aal.Task(["I", "II", "III"]))
    session.cutouts.add(aal.cutouts.ImageTiles([folder / "w5.fits"], title="WISE 12 µm"))
    session.window["cutouts"] = {"size": 900.0}
    oracle = aal.ColumnOracle(catalogue)
    for _ in range(50):
        (source,) = session.query()
        label = oracle.label([source])[0]
        if label in session.classes:
            session.annotate(source, label)
        else:
            session.skip(source)
        if session.can_train():
            session.train()
    session.plane("irac")
    session.window["appearance"] = {"colour": "prediction"}
    example = 648

    def show_the_plot(viewer: Any) -> None:
        dock_of(workbench_of(viewer).dashboard.plots).raise_()
        session.show(example)
        wait(2.0)

    portrait(session, path, prepare=show_the_plot)


def planes(path: Path, table: Path) -> None:
    """SDSS colours with the stellar locus, and the dialog that counts its regions."""
    session = _spectra(table, 60)
    session.plane("sdss_colours")
    taken: list[Any] = []

    def open_the_dialog(viewer: Any) -> None:
        button = workbench_of(viewer).dashboard.catalogue.planes
        viewer.scene.camera.zoom *= 1.25
        button.ask()
        button.dialog.choose("sdss_colours")
        wait(2.0)
        button.dialog.selects["ultraviolet excess"].click()
        taken.append(button.dialog.grab().toImage())

    portrait(session, path, prepare=open_the_dialog)
    from qtpy.QtGui import QImage, QPainter

    # a dialog is a window of its own, which the picture of the main one does not have
    whole = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    painter = QPainter(whole)
    painter.drawImage(345, 560 - taken[0].height() // 2, taken[0])
    painter.end()
    whole.save(str(path))


def wait(seconds: float) -> None:
    """Let the window work."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QApplication.processEvents()


def detected(path: Path) -> None:
    """Sources that photutils finds in the Hubble picture, on the picture."""
    picture = samples.hubble.deep_field_picture()
    catalogue = aal.detect(picture, name="Hubble eXtreme Deep Field, detected")
    session = aal.Session(catalogue, task=aal.Task(["spiral", "elliptical", "star"]))
    session.cutouts.add(aal.cutouts.ImagePixels(picture, title="Hubble"))
    with TemporaryDirectory() as folder:
        from PIL import Image

        file = Path(folder) / "hubble.png"
        Image.fromarray(picture).save(file)
        session.project("image", image=file, x="x", y="y")

        def come_closer(viewer: Any) -> None:
            viewer.scene.camera.zoom *= 3

        portrait(session, path, prepare=come_closer)


def views(path: Path, table: Path) -> None:
    """Colours, the sky and principal components of the same sources, linked."""
    session = _spectra(table, 40)
    further = (
        (ProjectionRecipe("sky"), {"colour": "column:redshift"}),
        (ProjectionRecipe("pca"), {"colour": "uncertainty"}),
    )
    session.window["views"] = [
        {"projection": recipe.to_json(), "appearance": appearance, "floating": None}
        for recipe, appearance in further
    ]
    portrait(session, path)


def test_set(path: Path, table: Path) -> None:
    """Galaxies drawn for testing, and half of them labelled."""
    catalogue = aal.Catalogue.read(table)
    session = aal.Session(catalogue)
    oracle = aal.ColumnOracle(catalogue)
    _play(session, lambda source: oracle.label([source])[0], 40)
    session.project()
    wanted = dict.fromkeys(session.classes, 10)
    where = [("asym", "<", 0.05), ("class", "!=", "dont_know")]
    drawn = session.curate(60, where, how="stratified", by="class", targets=wanted)
    for source, label in zip(drawn[:30], oracle.label(drawn[:30]), strict=True):
        session.annotate(source, label)
    session.unsure(drawn[30])

    def label_the_set(viewer: Any) -> None:
        dock = workbench_of(viewer).dashboard.test_set
        dock_of(dock).raise_()
        dock.mode.click()

    portrait(session, path, prepare=label_the_set)


def looking_back(path: Path, table: Path) -> None:
    """The Session dock with checkpoints, and the canvas as it was after 25 of 60 labels."""
    session = _spectra(table, 30)
    session.checkpoint("first look")
    oracle = aal.ColumnOracle(session.catalogue)
    _play(session, lambda source: oracle.label([source])[0], 30)
    session.checkpoint("after the quasars")
    session.window["appearance"] = {"colour": "label"}
    session.say_about_share(author="Ada Lovelace", licence="CC-BY-4.0")

    def turn_back(viewer: Any) -> None:
        bench = workbench_of(viewer)
        dock = bench.dashboard.session_dock
        dock_of(dock).raise_()
        dock.time.turn()
        settle(bench)
        dock.time.slider.setValue(25)

    portrait(session, path, prepare=turn_back)


def triage(path: Path, table: Path) -> None:
    """A contact sheet of galaxies, half answered as Galaxy Zoo did, with the rest chosen."""
    catalogue = aal.Catalogue.read(table)
    session = aal.Session(catalogue)
    oracle = aal.ColumnOracle(catalogue)
    _play(session, lambda source: oracle.label([source])[0], 60)
    session.window["triage"] = {"kind": "confident", "of": "spiral_acw", "size": 8, "zoom": 2.0}

    def answer(viewer: Any) -> None:
        bench = workbench_of(viewer)
        bench.workspace.triage_wanted.emit()
        settle(bench)
        triaging = bench.dashboard.triage.triaging
        for source in triaging.sheet.page.sources[:28]:
            triaging.answer(session.classes.index(oracle.label([source])[0]))
            QApplication.processEvents()
        triaging.choose_rest()

    portrait(session, path, prepare=answer)


def _spectra(table: Path, n_labels: int) -> aal.Session:
    """A session on SDSS, labelled by the spectra, coloured by what the model predicts."""
    catalogue = aal.Catalogue.read(table, id=["plate", "mjd", "fiberid"], label="class")
    session = aal.Session(
        catalogue,
        features=aal.FeatureRecipe(columns=list("ugriz"), generators=[("subtract", 2)]),
        task=aal.Task(["STAR", "GALAXY", "QSO"]),
    )
    oracle = aal.ColumnOracle(catalogue)
    _play(session, lambda source: oracle.label([source])[0], n_labels)
    session.project(x="u-g", y="g-r")
    session.window["appearance"] = {"colour": "prediction"}
    return session


def _play(session: aal.Session, answer: Callable[[Any], str], n_labels: int) -> None:
    for _ in range(n_labels):
        (source,) = session.query()
        session.annotate(source, answer(source))
        for name in session.tasks:
            if session.can_train(name):
                session.train(name)


def _by_eye(catalogue: aal.Catalogue) -> Callable[[Any], str]:
    """Answers that a person could give, from size, shape and signal."""
    table = catalogue.table

    def answer(source: Any) -> str:
        row = table.iloc[catalogue.row_of(source)]
        if row["half_light_radius"] < 2.6 and row["ellipticity"] < 0.25:
            return "star or artefact"
        lively = row["asymmetry"] > 0.28 or row["ellipticity"] > 0.45
        return "featured or disc" if lively else "smooth"

    return answer


def pictures(
    table: Path, stars: Path, galaxies: Path, w5: Path
) -> Iterator[tuple[str, Callable[[Path], None]]]:
    """File names and what makes them."""
    yield "hubble.png", hubble
    yield "thumbnails.png", thumbnails
    yield "sdss.png", lambda path: sdss(path, table)
    yield "views.png", lambda path: views(path, table)
    yield "sky.png", lambda path: sky(path, stars)
    yield "on_disk.png", on_disk
    yield "on_disk_sky.png", on_disk_sky
    yield "triage.png", lambda path: triage(path, galaxies)
    yield "test_set.png", lambda path: test_set(path, galaxies)
    yield "session.png", lambda path: looking_back(path, table)
    yield "cutouts.png", lambda path: cutouts(path, w5)
    yield "on_image.png", lambda path: on_image(path, w5)
    yield "estimates.png", lambda path: estimates(path, table)
    yield "charts.png", lambda path: charts(path, table)
    yield "detected.png", detected
    yield "plots.png", lambda path: plots(path, w5)
    yield "planes.png", lambda path: planes(path, table)


def main() -> None:
    """Make all pictures, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only these, such as hubble.png")
    parser.add_argument("--sdss", type=Path, default=SDSS)
    parser.add_argument("--tycho", type=Path, default=TYCHO)
    parser.add_argument("--galaxies", type=Path, default=GALAXIES)
    parser.add_argument("--w5", type=Path, default=W5)
    options = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with TemporaryDirectory() as home:
        import os

        os.environ["NAPARI_ASTRO_AL_HOME"] = home
        for name, make in pictures(options.sdss, options.tycho, options.galaxies, options.w5):
            if not options.names or name in options.names:
                make(IMAGES / name)
                print(IMAGES / name)


if __name__ == "__main__":
    main()
