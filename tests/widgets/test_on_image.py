"""Sources shown, clicked and labelled on an image of the sky, in a real window."""

from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.viewer.coordinates import View
from napari_astro_al.widgets import docks, entrances
from napari_astro_al.widgets.workbench import workbench_of

PLUGIN = "napari-astro-al"
SHAPE = (120, 160)


def sky() -> WCS:
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix, wcs.wcs.cdelt = [43, 60], [80, 60], [-0.003, 0.003]
    return wcs


@pytest.fixture
def path(tmp_path):
    pixels = np.random.default_rng(0).normal(0, 1, SHAPE).astype(np.float32)
    fits.PrimaryHDU(pixels, sky().to_header()).writeto(tmp_path / "field.fits")
    return tmp_path / "field.fits"


@pytest.fixture
def catalogue():
    """Sixty sources on the image, 12 pixels from each other."""
    x, y = (grid.ravel() for grid in np.meshgrid(np.arange(14, 150, 15), np.arange(12, 110, 18)))
    ra, dec = sky().all_pix2world(x, y, 0)
    table = pd.DataFrame({"id": np.arange(len(x)), "ra": ra, "dec": dec, "x": x, "y": y})
    table["mag"], table["size"] = np.linspace(15, 20, len(x)), np.tile([1.0, 3.0, 2.0], len(x) // 3)
    return aal.Catalogue.from_table(table, id="id", ra="ra", dec="dec", guess=False)


@pytest.fixture
def bench(viewer, settled, catalogue, path):
    session = aal.Session(
        catalogue, aal.FeatureRecipe(columns=["mag", "size"]), aal.Task(["STAR", "GALAXY"])
    )
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    yield bench
    session.close()


def click(viewer, world):
    """Press and release the mouse over a place of the world, (y, x)."""
    view = View.of(viewer)
    canvas = viewer.window._qt_viewer.canvas.native
    x0, _, _, y1 = view.rect
    place = QPoint(round((world[1] - x0) * view.zoom), round((y1 - world[0]) * view.zoom))
    QTest.mouseMove(canvas, place)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)
    QApplication.processEvents()


def test_a_source_is_clicked_and_labelled_on_a_dropped_image(bench, viewer, settled, path, qtbot):
    (layer,) = viewer.open(path, plugin=PLUGIN)
    viewer.layers.selection = {layer}
    docks.show_on_image(viewer)
    settled(viewer)
    session = bench.workspace.session
    assert session.projection_recipe.title == "On field"
    assert bench.feature_space.image is layer
    for source, key, said in ((33, Qt.Key.Key_2, "GALAXY"), (8, Qt.Key.Key_1, "STAR")):
        row = session.catalogue.table.iloc[session.catalogue.row_of(source)]
        click(viewer, layer.data_to_world((row["y"], row["x"])))
        assert session.current == source
        settled(viewer)  # its pictures are painted
        QTest.keyClick(viewer.window._qt_window, key)
        qtbot.waitUntil(lambda source=source: source in session.labels.index, timeout=30_000)
        assert session.labels[source] == said
        settled(viewer)
    written = [(event.kind, event.payload.get("source")) for event in session.ledger.events()]
    assert ("label", "33") in written or ("label", 33) in written
    assert ("label", "8") in written or ("label", 8) in written
    # also while the image is the active layer, whose own 1 would be a tool
    viewer.layers.selection = {layer}
    source = session.current
    canvas = viewer.window._qt_viewer.canvas.native
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: source in session.labels.index, timeout=30_000)
    assert layer.mode == "pan_zoom"


def test_the_layout_lists_the_open_images(bench, viewer, settled, path, tmp_path):
    packed = tmp_path / "other.fits.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    viewer.open([str(path)], plugin=PLUGIN)
    viewer.open([str(packed)], plugin=PLUGIN)
    panel = bench.dashboard.catalogue.view
    panel.kind.setCurrentIndex(panel.kind.findData("image"))
    panel.kind.activated.emit(panel.kind.currentIndex())
    settled(viewer)
    assert [panel.image_row.box.itemText(k) for k in range(2)] == ["other", "field"]
    assert panel.image_row.box.currentText() == "other"
    assert not panel.image.isVisible()
    assert not panel.x.isVisible()
    panel.image_row.box.setCurrentIndex(1)
    panel.image_row.box.activated.emit(1)
    settled(viewer)
    assert bench.feature_space.image.name == "field"
    assert not viewer.layers["other"].visible
    bench.view.choose(ProjectionRecipe("pca"))
    settled(viewer)
    assert not panel.image_row.isVisible()
    assert panel.image.isVisible()


def test_a_file_is_opened_from_the_layout_and_shown_in_a_further_view_too(
    bench, viewer, settled, path, qtbot, monkeypatch
):
    said = []
    monkeypatch.setattr(docks, "report", lambda error: said.append(str(error)))
    docks.show_on_image(viewer)
    assert said == ["There is no image to show sources on. Open one first."]
    bench.view.open_image(path)
    settled(viewer)
    assert viewer.layers[0].name == "field"
    widget = bench.dashboard.add_view(bench.view.recipe)
    qtbot.waitUntil(lambda: widget.space.image is not None, timeout=60_000)
    assert widget.space.image.data is bench.feature_space.image.data
    bench.workspace.release()
    docks.show_on_image(viewer)
    assert "Open a catalogue first" in said[1]


def test_a_fits_image_is_shown_with_row_0_at_the_bottom(viewer, path, qtbot, monkeypatch):
    (layer,) = viewer.open(path, plugin=PLUGIN)
    assert str(viewer.scene.camera.orientation2d[0]) == "up"
    assert layer.metadata["wcs"].has_celestial
    assert layer.data.dtype.isnative
    viewer.layers.clear()
    monkeypatch.setattr(entrances, "LARGE", 1)  # so that it is read in a thread
    assert viewer.open(path, plugin=PLUGIN) == []
    qtbot.waitUntil(lambda: "field" in viewer.layers, timeout=30_000)
    assert not workbench_of(viewer).workspace.jobs.busy
