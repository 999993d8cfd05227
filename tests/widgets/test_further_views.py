"""Further views in a real window: opened, floated, closed, found again, gone without a trace."""

from __future__ import annotations

import gc
from weakref import ref

import pytest
from napari.qt import QtViewer
from npe2 import PluginManager
from qtpy.QtCore import QCoreApplication, QEvent, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QMainWindow

import napari_astro_al as aal
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.widgets.further_views import dock_of

COLUMNS = ProjectionRecipe("columns", x="g", y="u - g")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "s.astroal"


@pytest.fixture
def bench(viewer, settled, path):
    session = aal.Session(aal.samples.simulated_survey(300, seed=1), path=path)
    aal.open_viewer(session, viewer=viewer)
    return settled(viewer)


@pytest.fixture
def opened(bench, viewer, settled, qtbot):
    """Open a view and wait until it is drawn."""

    def open_view(recipe=COLUMNS, appearance=None):
        widget = bench.dashboard.add_view(recipe, appearance)
        qtbot.waitUntil(
            lambda: widget.space.projection is not None and widget.canvas.qt_viewer is not None,
            timeout=60_000,
        )
        settled(viewer)
        return widget

    return open_view


def delete_what_is_to_be_deleted() -> None:
    QApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()


class TestLinks:
    def test_a_view_shows_its_own_projection(self, bench, opened):
        session = bench.workspace.session
        before = session.projection
        widget = opened()
        assert widget.space.projection.axes[1].name == "u - g"
        assert session.projection is before

    def test_current_source_and_selection_are_those_of_the_session(self, bench, opened):
        session = bench.workspace.session
        widget = opened()
        session.show(session.catalogue.ids_at([7])[0])
        placed = widget.space.projection.placed.nonzero()[0][:3]
        session.select(session.catalogue.ids_at(placed))
        layers = widget.space.layers
        assert len(layers.points("selected").data) == 3
        assert len(layers.points("query").data) > 0

    def test_selecting_in_a_view_selects_everywhere(self, bench, opened, qtbot):
        session = bench.workspace.session
        widget = opened()
        widget.space.select_rectangle((-1e6, -1e6, 1e6, 1e6))
        n = int(widget.space.projection.placed.sum())
        qtbot.waitUntil(lambda: session.selection.count == n, timeout=30_000)
        assert len(bench.feature_space.layers.points("selected").data) == n

    def test_keys_label_in_a_view(self, bench, opened, qtbot):
        session = bench.workspace.session
        widget = opened()
        source = session.current
        n = len(widget.space.layers.points("sources").data)
        native = widget.canvas.qt_viewer.canvas.native
        native.setFocus()
        QTest.keyClick(native, Qt.Key.Key_1)
        qtbot.waitUntil(lambda: session.book.label_of(source) == session.classes[0], timeout=30_000)
        assert len(widget.space.layers.points("sources").data) == n

    def test_the_theme_is_the_windows(self, viewer, opened):
        widget = opened()
        viewer.theme = "light"
        assert widget.model.theme == "light"


def test_the_menu_opens_one(bench, viewer):
    PluginManager.instance().commands.execute("napari-astro-al.new_view", args=(viewer,))
    (widget,) = bench.dashboard.views.docks
    assert widget.view.recipe.kind == "columns"


class TestMoving:
    def test_floated_and_docked_the_canvas_is_made_anew(self, bench, viewer, opened, qtbot):
        widget = opened()
        dock = dock_of(widget)
        for floating in (True, False):
            canvas = widget.canvas.qt_viewer
            camera = widget.model.scene.camera
            camera.zoom = zoom = camera.zoom * 1.5
            names = [layer.name for layer in widget.model.layers]
            dock.setFloating(floating)
            qtbot.waitUntil(
                lambda old=canvas: widget.canvas.qt_viewer not in (None, old), timeout=30_000
            )
            qtbot.wait(200)
            assert [layer.name for layer in widget.model.layers] == names
            assert camera.zoom == pytest.approx(zoom)
            picture = widget.canvas.qt_viewer.screenshot(flash=False)
            assert picture[..., :3].std() > 1
            session = bench.workspace.session
            placed = widget.space.projection.placed.nonzero()[0][:2]
            session.select(session.catalogue.ids_at(placed))
            assert len(widget.space.layers.points("selected").data) == 2
            session.select([])

    def test_hidden_there_is_no_canvas_and_shown_again_there_is(self, bench, opened, qtbot):
        widget = opened()
        dock_of(widget).close()
        qtbot.waitUntil(lambda: widget.canvas.qt_viewer is None, timeout=10_000)
        bench.dashboard.show_all()
        qtbot.waitUntil(lambda: widget.canvas.qt_viewer is not None, timeout=10_000)


class TestClosing:
    def test_twenty_views_leave_nothing_behind(self, bench, viewer, opened, qtbot):
        session = bench.workspace.session
        window = bench.dashboard.label.window()
        signals = (
            session.current_changed,
            session.selection_changed,
            session.labels_changed,
            session.trained,
            session.recipes_changed,
        )
        connected = [len(signal) for signal in signals]
        themes = len(viewer.events.theme.callbacks)
        canvases = len(QtViewer._instances)
        refs = []
        for number in range(20):
            widget = bench.dashboard.add_view(COLUMNS)
            if number % 5 == 0:
                qtbot.waitUntil(lambda w=widget: w.canvas.qt_viewer is not None, timeout=10_000)
                qtbot.wait(100)
                refs.append(ref(widget.canvas.qt_viewer))
            refs += [ref(widget.model), ref(widget.space), ref(widget.view)]
            dock = dock_of(widget)
            dock.title.close_button.click()
            del widget, dock
            QApplication.processEvents()
        qtbot.waitUntil(lambda: not bench.workspace.jobs.busy, timeout=60_000)
        qtbot.wait(300)
        delete_what_is_to_be_deleted()
        assert [one() for one in refs if one() is not None] == []
        assert len(QtViewer._instances) == canvases
        assert [len(signal) for signal in signals] == connected
        assert len(viewer.events.theme.callbacks) == themes
        assert isinstance(window, QMainWindow)
        assert not bench.dashboard.views.docks
        qtbot.waitUntil(lambda: session.window.get("views", []) == [])

    def test_closing_while_it_is_made_gives_it_up(self, bench, qtbot):
        widget = bench.dashboard.add_view(ProjectionRecipe("pca"))
        view = widget.view
        dock_of(widget).title.close_button.click()
        assert not view.busy
        qtbot.waitUntil(lambda: not bench.workspace.jobs.busy, timeout=30_000)


class TestRemembering:
    def test_views_are_found_again_with_the_session(
        self, bench, viewer, opened, qtbot, path, make_napari_viewer, settled
    ):
        drawn = Appearance(colour="column:g", scaling="linear")
        opened(COLUMNS, drawn)
        floating = opened(ProjectionRecipe("pca"))
        dock = dock_of(floating)
        dock.setFloating(True)
        dock.resize(500, 400)
        qtbot.waitUntil(
            lambda: (
                (bench.workspace.session.window["views"][-1]["floating"] or [0, 0, 0])[2:]
                == [500, 400]
            ),
            timeout=10_000,
        )
        viewer.close()

        again = make_napari_viewer(show=True)
        session = aal.Session.open(path, aal.samples.simulated_survey(300, seed=1))
        aal.open_viewer(session, viewer=again)
        views = settled(again).dashboard.views.docks
        qtbot.waitUntil(
            lambda: all(one.space.projection is not None for one in views), timeout=30_000
        )
        assert [one.view.recipe.kind for one in views] == ["columns", "pca"]
        assert views[0].view.recipe == COLUMNS
        qtbot.waitUntil(lambda: views[0].view.appearance == drawn, timeout=30_000)
        assert dock_of(views[1]).isFloating()
        assert dock_of(views[1]).width() == 500
        session.close()

    def test_what_cannot_be_opened_again_is_said_and_left_out(self, viewer, settled, path):
        session = aal.Session(aal.samples.simulated_survey(300, seed=1), path=path)
        session.window["views"] = [
            {"projection": {"kind": "astrology"}},
            7,
            {"projection": COLUMNS.to_json()},
        ]
        aal.open_viewer(session, viewer=viewer)
        bench = settled(viewer)
        assert [one.view.recipe for one in bench.dashboard.views.docks] == [COLUMNS]

    def test_without_a_session_there_is_nothing_to_view(self, viewer):
        aal.open_viewer(None, viewer=viewer)
        from napari_astro_al.widgets.workbench import workbench_of

        dashboard = workbench_of(viewer).dashboard
        with pytest.raises(aal.AstroALError, match="Open a catalogue first"):
            dashboard.add_view()
