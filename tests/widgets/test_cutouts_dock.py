"""The Cutouts dock in a real window: keys, mouse, panels, floated, found again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.cutouts import Cutout, Stretch
from napari_astro_al.cutouts.fields import Field
from napari_astro_al.widgets.further_views import dock_of

STEP = 10.0 / 3600.0


class Band:
    """A field of 60 arcsec around each source, brighter from band to band."""

    def __init__(self, name, level):
        self.name, self.level = name, level

    def cutout(self, catalogue, source, size):
        width = size or 60.0
        field = Field(150.0, source * STEP, 40, width / 40)
        pixels = np.random.default_rng(source).normal(self.level, 1.0, (40, 40))
        pixels[18:22, 18:22] += 50.0
        return Cutout(
            pixels.astype(np.float32),
            wcs=field.wcs(),
            pixel_scale=field.pixel_scale,
            name=self.name,
            origin="lower",
        )


@pytest.fixture
def catalogue():
    n = 60
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"id": np.arange(n), "ra": 150.0, "dec": np.arange(n) * STEP, "m": rng.normal(size=n)}
    )
    table["c"] = rng.normal(size=n)
    return aal.Catalogue.from_table(table, id="id", ra="ra", dec="dec", guess=False)


def with_bands(session):
    for level, name in enumerate("gri"):
        session.cutouts.add(Band(name, 10.0 * level))
    return session


@pytest.fixture
def path(tmp_path):
    return tmp_path / "s.astroal"


@pytest.fixture
def bench(viewer, settled, catalogue, path, qtbot):
    session = aal.Session(
        catalogue,
        features=aal.FeatureRecipe(columns=["m", "c"]),
        task=aal.Task(["STAR", "GALAXY"]),
        path=path,
    )
    aal.open_viewer(with_bands(session), viewer=viewer)
    bench = settled(viewer)
    qtbot.waitUntil(lambda: bench.dashboard.cutouts.embedded.qt_viewer is not None)
    session.show(30)
    settled(viewer)
    return bench


def drawn(dock):
    """What the canvas shows, (ny, nx, 3)."""
    return dock.embedded.qt_viewer.screenshot(flash=False)[..., :3]


def test_keys_and_mouse(bench, viewer, settled):
    dock, session = bench.dashboard.cutouts, bench.workspace.session
    native = dock.embedded.qt_viewer.canvas.native
    assert dock.tools.field.text() == "1′ field"
    QTest.keyClick(native, Qt.Key.Key_Minus)
    settled(viewer)
    assert dock.tools.field.text() == "2′ field"
    QTest.keyClick(native, Qt.Key.Key_Plus)
    settled(viewer)
    QTest.keyClick(dock.window(), Qt.Key.Key_Equal)
    settled(viewer)
    assert dock.tools.field.text() == "30″ field"
    QTest.mouseClick(dock.tools.wider, Qt.MouseButton.LeftButton)
    settled(viewer)
    assert dock.canvas.size == 60.0

    # the source 10 arcsec to the north of the shown one, in the first panel
    panel = dock.canvas.panels[0]
    window = dock.canvas.camera.window()
    where = panel.picture.neighbours.tolist().index(31)
    x, y = window.pixels(panel.world(panel.picture.places[[where]]))[0]
    QTest.mouseMove(native, QPoint(round(x), round(y)))
    QTest.mouseClick(native, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    settled(viewer)
    assert session.current == 31

    camera = dock.model.scene.camera
    whole = camera.zoom
    camera.zoom = 4 * whole
    QTest.mouseDClick(native, Qt.MouseButton.LeftButton, pos=QPoint(30, 60))
    assert camera.zoom == pytest.approx(whole)


def test_floated_and_docked_the_pictures_and_their_controls_stay(bench, viewer, settled, qtbot):
    dock = bench.dashboard.cutouts
    before = drawn(dock)
    assert before.std() > 10
    frame = dock_of(dock)
    dock.tools.adjust.click()
    for floating in (True, False):
        frame.setFloating(floating)
        qtbot.waitUntil(lambda: dock.embedded.qt_viewer is not None, timeout=20_000)
        settled(viewer)
        assert drawn(dock).std() > 10
        assert [one.name for one in dock.canvas.panels] == ["g", "r", "i"]
        dock.model.layers.selection.active = dock.canvas.panels[1].image
        assert dock.panel.picture.currentText() == "r"
        controls = dock.embedded.controls
        assert controls.currentWidget() is controls.widgets[dock.canvas.panels[1].image]
        dock.tools.adjust.setChecked(True)
        QApplication.processEvents()
        assert controls.isVisible()
        dock.tools.adjust.setChecked(False)


def test_what_was_adjusted_is_found_again_with_the_session(
    bench, viewer, settled, catalogue, path, make_napari_viewer
):
    dock, session = bench.dashboard.cutouts, bench.workspace.session
    dock.tools.adjust.click()
    QApplication.processEvents()
    panel = dock.panel
    panel.function.setCurrentIndex(panel.function.findData("log"))
    panel.function.activated.emit(panel.function.currentIndex())
    settled(viewer)
    assert session.cutouts.stretch_of("g") == Stretch("log", "sky")
    panel.black.setText("5")
    panel.white.setText("80")
    panel.white.editingFinished.emit()
    settled(viewer)
    assert session.cutouts.stretch_of("g") == Stretch("log", "fixed", (5.0, 80.0))
    assert panel.limits.currentData() == "fixed"
    dock.canvas.panels[2].image.colormap = "magma"
    dock.tools.actions_of["crosshair"].trigger()
    dock.canvas.resize(larger=True)
    dock.tools.colour_wanted.emit()
    settled(viewer)
    assert [one.name for one in dock.canvas.panels] == ["g", "r", "i", "colour"]
    arrangement = dock.canvas.arrangement
    assert not arrangement.crosshair
    assert arrangement.composite.bands == ("i", "r", "g")
    dock.composite.hide()
    dock.note()
    bench.workspace.release()
    session.close()

    again = with_bands(aal.Session.open(path, catalogue))
    aal.open_viewer(again, viewer=viewer)
    bench = settled(viewer)
    dock = bench.dashboard.cutouts
    assert dock.canvas.arrangement == arrangement
    assert again.cutouts.stretch_of("g") == Stretch("log", "fixed", (5.0, 80.0))
    assert dock.canvas.panels[2].image.colormap.name == "magma"
    assert dock.canvas.panels[3].image.rgb


def test_settings_that_cannot_be_read_are_told_and_left(catalogue, viewer, settled, monkeypatch):
    told = []
    monkeypatch.setattr("napari_astro_al.widgets.cutouts_memory.report", told.append)
    session = aal.Session(
        catalogue, features=aal.FeatureRecipe(columns=["m", "c"]), task=aal.Task(["A", "B"])
    )
    session.window["cutouts"] = {"stretches": {"g": {"function": "cubic", "limits": "sky"}}}
    aal.open_viewer(with_bands(session), viewer=viewer)
    bench = settled(viewer)
    assert "no stretch 'cubic'" in str(told[0])
    assert bench.dashboard.cutouts.canvas.arrangement.crosshair
