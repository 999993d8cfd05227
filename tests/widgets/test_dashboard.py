from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QDockWidget, QMainWindow, QMessageBox

import napari_astro_al as aal
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.workbench import workbench_of

DIGITS = {str(n): getattr(Qt.Key, f"Key_{n}") for n in range(1, 10)}


def main_window(bench) -> QMainWindow:
    return bench.dashboard.label.window()


def press(bench, key, where=None):
    """A real key press and release, where the focus is."""
    QTest.keyClick(where or QApplication.focusWidget() or main_window(bench), key)
    QApplication.processEvents()


@pytest.fixture
def galaxies(shared_data, tmp_path):
    """A copy of the Galaxy Zoo catalogue and its pictures, to be written beside."""
    folder = tmp_path / "galaxyzoo"
    shutil.copytree(shared_data / "galaxyzoo1_jpeg", folder)
    return folder / "galaxyzoo1.csv"


class TestClosing:
    def test_a_window_closed_at_once_leaves_no_trouble(self, viewer, tmp_path, qtbot):
        catalogue = aal.samples.simulated_survey(300, seed=1)
        aal.open_viewer(catalogue, viewer=viewer)
        bench = workbench_of(viewer)
        viewer.close()
        qtbot.wait(300)
        assert bench.workspace.session is None

    def test_a_script_goes_on_with_its_session(self, viewer, settled, tmp_path):
        session = aal.Session(aal.samples.simulated_survey(300, seed=1))
        aal.open_viewer(session, viewer=viewer)
        settled(viewer)
        aal.open_viewer(session, viewer=viewer)
        viewer.close()
        session.annotate(session.query()[0], "STAR")
        assert len(session.labels) == 1
        assert session.on_screen is None

    def test_a_session_that_its_script_has_closed_is_let_go_in_peace(
        self, viewer, settled, tmp_path
    ):
        session = aal.Session(
            aal.samples.simulated_survey(300, seed=1), path=tmp_path / "a.astroal"
        )
        aal.open_viewer(session, viewer=viewer)
        bench = settled(viewer)
        session.close()
        bench.workspace.note_what_is_shown()
        viewer.close()
        assert bench.workspace.session is None

    def test_declining_to_close_changes_nothing(self, viewer, settled, monkeypatch):
        session = aal.Session(aal.samples.simulated_survey(300, seed=1))
        aal.open_viewer(session, viewer=viewer)
        bench = settled(viewer)
        window = main_window(bench)
        with monkeypatch.context() as patch:
            patch.setattr(type(window), "closeEvent", lambda _, event: event.ignore())
            window.close()
        assert window.isVisible()
        assert bench.workspace.session is session
        press(bench, Qt.Key.Key_1, window)
        assert len(session.labels) == 1

    def test_a_dock_that_was_closed_comes_back(self, viewer, settled):
        from napari_astro_al.widgets.docks import open_dashboard

        aal.open_viewer(aal.Session(aal.samples.simulated_survey(300, seed=1)), viewer=viewer)
        bench = settled(viewer)
        viewer.window.remove_dock_widget(bench.dashboard.source)
        open_dashboard(viewer)
        assert bench.dashboard.source.window() is main_window(bench)


def test_ten_labels_by_keys_survive_closing_the_window(
    viewer, make_napari_viewer, settled, qtbot, galaxies
):
    from npe2 import PluginManager

    PluginManager.instance().commands.execute("napari-astro-al.open_dashboard", args=(viewer,))
    bench = workbench_of(viewer)
    bench.dashboard.catalogue.open_path(galaxies)
    qtbot.waitUntil(lambda: bench.dashboard.catalogue.form is not None, timeout=30_000)
    assert bench.dashboard.catalogue.form.roles()["label"] == "class"
    bench.dashboard.catalogue.start.click()
    settled(viewer)
    session = bench.workspace.session

    answered = []
    for number in range(10):
        settled(viewer)
        source = session.current
        assert source not in answered
        answered.append(source)
        press(bench, DIGITS[str(1 + number % len(session.classes))], main_window(bench))
        qtbot.waitUntil(lambda s=source: session.current != s, timeout=30_000)
    settled(viewer)
    assert list(session.labels.index) == answered
    assert list(session.labels) == [
        session.classes[number % len(session.classes)] for number in range(10)
    ]
    screen = session.book.history_of(answered[0])[-1].payload["screen"]
    assert screen["projection"]["kind"] == "pca"
    assert screen["pictures"] == [
        {"name": "image", "stretch": {"function": "linear", "limits": "sky"}}
    ]
    labels, scores, current, path = session.labels, session.scores, session.current, session.path
    assert len(scores) > 0
    viewer.close()

    second = make_napari_viewer(show=True)
    aal.open_viewer(path, viewer=second)
    again = settled(second).workspace.session
    pd.testing.assert_series_equal(again.labels, labels)
    pd.testing.assert_frame_equal(again.scores, scores)
    assert again.current == current
    assert again.projection is not None


def test_two_hundred_keys_pressed_faster_than_pictures_come_label_what_is_seen(
    viewer, settled, qtbot, tmp_path
):
    """Presses without a pause: each labels one source, none twice, none is lost.

    They outrun the pictures, the models and the queue, and are in the ledger in their order.
    """
    viewer.window.resize(1000, 700)  # drawn by software: less of it
    survey = aal.samples.simulated_survey(500, seed=1)
    learner = aal.LearnerRecipe(model="knn", strategy="margin")
    session = aal.Session(survey, learner=learner, path=tmp_path / "s.astroal")
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    pressed = [1 + (number * number) % 3 for number in range(200)]
    for digit in pressed:
        QTest.keyClick(main_window(bench), DIGITS[str(digit)])
    qtbot.waitUntil(lambda: len(session.labels) == 200, timeout=120_000)
    wanted = [session.classes[digit - 1] for digit in pressed]
    told = [event.payload for event in session.ledger.events() if event.kind == "label"]
    assert [one["label"] for one in told] == wanted
    assert len({one["source"] for one in told}) == 200
    assert list(session.labels) == wanted
    assert bench.labelling.pace.n == 200


class TestKeys:
    @pytest.fixture
    def bench(self, viewer, settled, tmp_path):
        catalogue = aal.samples.simulated_survey(300, seed=1)
        aal.open_viewer(aal.Session(catalogue, path=tmp_path / "s.astroal"), viewer=viewer)
        return settled(viewer)

    def test_a_digit_never_deletes_points(self, bench, viewer, settled):
        layer = viewer.layers["sources"]
        viewer.layers.selection = {layer}
        layer.selected_data = {0, 1, 2}
        n = len(layer.data)
        canvas = viewer.window._qt_viewer.canvas.native
        canvas.setFocus()
        press(bench, Qt.Key.Key_1, canvas)
        press(bench, Qt.Key.Key_Delete, canvas)
        press(bench, Qt.Key.Key_Backspace, canvas)
        settled(viewer)
        assert len(viewer.layers["sources"].data) == n
        assert len(bench.workspace.session.labels) == 1

    def test_keys_type_into_text_fields(self, bench):
        search = bench.dashboard.source.search
        search.setFocus()
        QApplication.processEvents()
        for key in (Qt.Key.Key_1, Qt.Key.Key_U, Qt.Key.Key_Space):
            press(bench, key, search)
        assert search.text() == "1u "
        assert bench.workspace.session.labels.empty

    def test_unsure_skip_and_undo(self, bench, settled, viewer):
        session = bench.workspace.session
        window = main_window(bench)
        first = session.current
        press(bench, Qt.Key.Key_U, window)
        settled(viewer)
        assert session.book.state_of(first) == "unsure"
        second = session.current
        press(bench, Qt.Key.Key_S, window)
        settled(viewer)
        assert session.book.state_of(second) == "skipped"
        press(bench, Qt.Key.Key_Z, window)
        settled(viewer)
        assert session.book.state_of(second) is None
        assert session.current == second

    def test_arrows_walk_the_history(self, bench, settled, viewer):
        session = bench.workspace.session
        first = session.current
        press(bench, Qt.Key.Key_Space, main_window(bench))
        settled(viewer)
        second = session.current
        assert second != first
        assert session.labels.empty
        press(bench, Qt.Key.Key_Left, main_window(bench))
        assert session.current == first
        press(bench, Qt.Key.Key_Right, main_window(bench))
        assert session.current == second

    def test_paused_it_still_asks(self, bench, settled, viewer, qtbot):
        session = bench.workspace.session
        bench.workspace.conductor.pause()
        for number in range(30):
            QTest.keyClick(main_window(bench), DIGITS[str(1 + number % 3)])
        qtbot.waitUntil(lambda: len(session.labels) == 30, timeout=60_000)
        assert session.results == {}

    def test_an_answer_that_waits_is_dropped_when_one_turns_elsewhere(self, bench, settled, viewer):
        session = bench.workspace.session
        elsewhere = session.catalogue.ids_at([5])[0]
        QTest.keyClick(main_window(bench), Qt.Key.Key_1)
        QTest.keyClick(main_window(bench), Qt.Key.Key_2)
        session.show(elsewhere)
        settled(viewer)
        assert len(session.labels) == 1
        assert session.book.label_of(elsewhere) is None

    def test_when_nothing_is_left_keys_change_nothing(self, bench, settled, viewer, qtbot):
        session = bench.workspace.session
        everything = session.query(len(session.catalogue))
        session.annotate([one for one in everything if one != session.current], "STAR")
        settled(viewer)
        last = session.current
        press(bench, Qt.Key.Key_1, main_window(bench))
        qtbot.waitUntil(lambda: bench.workspace.conductor.exhausted, timeout=30_000)
        settled(viewer)
        press(bench, Qt.Key.Key_2, main_window(bench))
        assert session.book.label_of(last) == session.classes[0]


class TestViews:
    @pytest.fixture
    def bench(self, viewer, settled, tmp_path):
        catalogue = aal.samples.simulated_survey(300, seed=1)
        aal.open_viewer(aal.Session(catalogue, path=tmp_path / "s.astroal"), viewer=viewer)
        return settled(viewer)

    def test_all_docks_are_there(self, bench):
        titles = {dock.windowTitle() for dock in main_window(bench).findChildren(QDockWidget)}
        assert {"Catalogue", "Label", "Cutouts", "Source", "Training"} <= titles

    def test_source_plots_and_table_share_a_place(self, bench):
        main = main_window(bench)
        source = dock_of(bench.dashboard.source)
        behind = [bench.dashboard.plots, bench.dashboard.table]
        assert set(main.tabifiedDockWidgets(source)) == {dock_of(one) for one in behind}
        assert not bench.dashboard.source.visibleRegion().isEmpty()
        assert all(one.visibleRegion().isEmpty() for one in behind)

    @pytest.mark.parametrize("size", [(1440, 870), (1600, 1000)])
    def test_sharing_the_height_never_makes_the_window_grow(self, viewer, settled, tmp_path, size):
        viewer.window.resize(*size)
        catalogue = aal.samples.simulated_survey(300, seed=1)
        aal.open_viewer(aal.Session(catalogue, path=tmp_path / "t.astroal"), viewer=viewer)
        bench = settled(viewer)
        bench.dashboard.show_all()
        settled(viewer)
        assert (main_window(bench).width(), main_window(bench).height()) == size

    def test_every_view_follows_the_current_source(self, bench, settled, viewer):
        session = bench.workspace.session
        source = session.catalogue.ids_at([7])[0]
        session.show(source)
        settled(viewer)
        table = bench.dashboard.source.table
        assert table.item(0, 1).text() == str(source)
        expected = session.cutouts.get(source)[0]
        shown = bench.dashboard.cutouts.canvas.panels[0]
        assert shown.picture.cutout is expected
        np.testing.assert_array_equal(shown.image.data, shown.picture.shown)

    def test_a_selection_is_labelled_after_its_count_is_stated(self, bench, monkeypatch):
        session = bench.workspace.session
        bar = bench.dashboard.label.selection
        session.select(session.catalogue.ids_at([1, 2, 3]))
        assert bar.isVisible()
        assert bar.count.text() == "3 selected"
        questions = []

        def yes(parent, title, words):
            questions.append(words)
            return QMessageBox.StandardButton.Yes

        monkeypatch.setattr(QMessageBox, "question", yes)
        bar.label_selected("STAR")
        assert questions == ["Label 3 selected sources STAR?"]
        assert len(session.labels) == 3
        assert session.selected == set()
        assert not bar.isVisible()

    def test_an_axis_that_is_no_column_is_refused_and_taken_back(self, bench, settled, viewer):
        session = bench.workspace.session
        session.project(x="g", y="r")
        box = bench.dashboard.catalogue.view.x.box
        box.lineEdit().setText("nonsense")
        box.lineEdit().editingFinished.emit()
        settled(viewer)
        assert box.currentText() == "g"
        assert session.projection_recipe.x == "g"

    def test_a_search_shows_the_source(self, bench, settled, viewer):
        session = bench.workspace.session
        source = session.catalogue.ids_at([11])[0]
        search = bench.dashboard.source.search
        search.setText(str(source))
        press(bench, Qt.Key.Key_Return, search)
        assert session.current == source

    def test_a_search_for_a_stranger_says_so(self, bench):
        before = bench.workspace.session.current
        search = bench.dashboard.source.search
        search.setText("12")
        press(bench, Qt.Key.Key_Return, search)
        assert bench.workspace.session.current == before
        assert "no source '12'" in bench.dashboard.source.trouble.text()

    def test_names_reach_the_console(self, bench, viewer):
        waiting = {}
        for names in viewer.window._qt_viewer.console_backlog:
            waiting.update(names)
        assert {"session", "catalogue", "dashboard", "cutouts"} <= set(waiting)
