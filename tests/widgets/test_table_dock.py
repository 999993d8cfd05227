"""The table with real mouse and keys, in a widget of its own."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QPoint, QPointF, Qt
from qtpy.QtGui import QWheelEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QDockWidget

import napari_astro_al as aal
from napari_astro_al.session.row_order import SortKey
from napari_astro_al.widgets import table_dock
from napari_astro_al.widgets.source_table import ROW_HEIGHT
from napari_astro_al.widgets.table_dock import TableDock
from napari_astro_al.widgets.workspace import Workspace

LEFT, SHIFT, CONTROL = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
N = 500


@pytest.fixture
def session() -> aal.Session:
    return aal.Session(aal.samples.simulated_survey(N, seed=1))


@pytest.fixture
def dock(qtbot, session):
    workspace = Workspace(ViewerModel())
    dock = TableDock(workspace)
    qtbot.addWidget(dock)
    dock.resize(460, 400)
    dock.show()
    workspace.take(session, owned=False)
    qtbot.waitUntil(lambda: session.current is not None and not workspace.jobs.busy)
    session.show(session.catalogue.ids_at([0])[0])
    qtbot.wait(20)
    yield dock
    workspace.release()


def ids(session, *rows):
    return session.catalogue.ids_at(rows)


def click(dock, line, keys=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(dock.table.view.viewport(), LEFT, keys, QPoint(30, line * ROW_HEIGHT + 8))
    QApplication.processEvents()


def cell(dock, line, name):
    names = [column.name for column in dock.table.model.columns]
    model = dock.table.model
    return model.data(model.index(line, names.index(name)))


def choose(dock, text):
    place = next(i for i in range(dock.scope.count()) if text in dock.scope.itemText(i))
    dock.scope.setCurrentIndex(place)
    dock.scope.activated.emit(place)


def wheel(dock, notches):
    view = dock.table.view.viewport()
    at = QPointF(50, 50)
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


class TestRows:
    def test_qt_hears_of_the_rows_on_screen_only(self, dock):
        assert 5 < dock.table.model.rowCount() <= dock.table.capacity + 1 < 40
        assert dock.where.text().endswith(f"of {N:,}")

    def test_the_wheel_moves_three_rows_a_notch(self, dock, session):
        wheel(dock, 2)
        assert cell(dock, 0, "id") == str(*ids(session, 6))

    def test_the_last_row_can_be_reached(self, dock, session):
        dock.table.bar.setValue(dock.table.bar.maximum())
        assert cell(dock, dock.table.capacity - 1, "id") == str(*ids(session, N - 1))

    def test_a_taller_table_has_more_rows(self, dock, qtbot):
        before = dock.table.model.rowCount()
        dock.resize(460, 600)
        qtbot.waitUntil(lambda: dock.table.model.rowCount() > before)

    def test_labels_appear(self, dock, session):
        session.annotate(ids(session, 2), "STAR")
        assert cell(dock, 2, "label") == "STAR"


class TestCurrent:
    def test_a_click_shows_a_source(self, dock, session):
        click(dock, 4)
        assert session.current == ids(session, 4)[0]
        assert session.selection.count == 0

    def test_the_table_follows(self, dock, session, qtbot):
        session.show(ids(session, 400)[0])
        qtbot.waitUntil(lambda: 400 in dock.table.in_view())

    def test_arrows_walk(self, dock, session):
        click(dock, 1)
        QTest.keyClick(dock.table.view, Qt.Key.Key_Down)
        QTest.keyClick(dock.table.view, Qt.Key.Key_Down)
        QTest.keyClick(dock.table.view, Qt.Key.Key_Up)
        assert session.current == ids(session, 2)[0]
        for _ in range(3):
            QTest.keyClick(dock.table.view, Qt.Key.Key_Up)
        assert session.current == ids(session, 0)[0]


class TestSelecting:
    def test_dragging_selects_when_the_button_is_let_go(self, dock, session):
        view = dock.table.view.viewport()
        QTest.mousePress(view, LEFT, pos=QPoint(30, 2 * ROW_HEIGHT + 8))
        QTest.mouseMove(view, QPoint(30, 5 * ROW_HEIGHT + 8))
        QApplication.processEvents()
        assert session.selection.count == 0
        QTest.mouseRelease(view, LEFT, pos=QPoint(30, 5 * ROW_HEIGHT + 8))
        assert session.selected == set(ids(session, 2, 3, 4, 5))

    def test_shift_selects_from_the_last_click(self, dock, session):
        click(dock, 6)
        click(dock, 3, SHIFT)
        assert session.selected == set(ids(session, 3, 4, 5, 6))

    def test_control_adds_and_takes_away(self, dock, session):
        click(dock, 1, CONTROL)
        click(dock, 3, CONTROL)
        click(dock, 1, CONTROL)
        assert session.selected == set(ids(session, 3))

    def test_control_and_a_selects_all(self, dock, session):
        QTest.keyClick(dock.table.view, Qt.Key.Key_A, CONTROL)
        assert session.selection.count == N


class TestScopes:
    def test_the_selected_ones(self, dock, session):
        session.select(ids(session, 7, 9, 400))
        choose(dock, "3 selected")
        assert [cell(dock, line, "id") for line in range(3)] == [
            str(one) for one in ids(session, 7, 9, 400)
        ]
        session.select(ids(session, 8))
        assert dock.table.model.order.n == 1
        session.select([])
        assert dock.where.text() == "No source is selected"

    def test_dragging_there_does_not_lose_the_selection(self, dock, session):
        session.select(ids(session, *range(20, 30)))
        choose(dock, "10 selected")
        view = dock.table.view.viewport()
        QTest.mousePress(view, LEFT, pos=QPoint(30, 8))
        QTest.mouseMove(view, QPoint(30, 3 * ROW_HEIGHT))
        QTest.mouseRelease(view, LEFT, pos=QPoint(30, 3 * ROW_HEIGHT))
        assert session.selection.count == 10
        assert session.current == ids(session, 20)[0]

    def test_sets_and_excluded_ones(self, dock, session):
        session.sets.save("odd", ids(session, 1, 3))
        session.exclude(ids(session, 5))
        choose(dock, "odd (2)")
        assert dock.table.model.order.n == 2
        choose(dock, "1 excluded")
        assert cell(dock, 0, "id") == str(*ids(session, 5))
        choose(dock, "odd")
        session.sets.remove("odd")
        assert dock.scope.currentText() == f"All {N:,} sources"
        assert dock.table.model.order.n == N

    def test_the_workspace_asks_for_the_selection(self, dock, session):
        session.select(ids(session, 2, 3))
        dock._workspace.table_wanted.emit()
        assert dock.table.model.order.n == 2


class TestSorting:
    @pytest.mark.parametrize("at_once", [0, 10**6])
    def test_a_header_sorts_up_down_and_not(self, dock, session, qtbot, monkeypatch, at_once):
        monkeypatch.setattr(table_dock, "AT_ONCE", at_once)
        names = [column.name for column in dock.table.model.columns]
        values = session.catalogue.table["ra"].to_numpy()
        best = np.argsort(values, kind="stable")
        header = dock.table.view.horizontalHeader()
        for first in (best[0], best[-1], 0):
            header.sectionClicked.emit(names.index("ra"))
            qtbot.waitUntil(lambda: "sorting" not in dock.where.text())
            assert dock.table.model.order.rows(0, 1).tolist() == [first]
        assert not header.isSortIndicatorShown()

    def test_the_selection_is_sorted_alike(self, dock, session):
        dock.sort(SortKey("id", own=True, descending=True))
        session.select(ids(session, 1, 2, 3))
        choose(dock, "3 selected")
        shown = [cell(dock, line, "id") for line in range(3)]
        assert shown == sorted(shown, reverse=True)


class TestColumns:
    def shown(self, dock):
        return [column.name for column in dock.filter.shown()]

    def test_a_filter_keeps_those_it_names_and_the_sessions_own(self, dock):
        QTest.keyClicks(dock.filter, "RA, r_u, shi")
        own = ["id", "label", "predicted", "confidence"]
        assert self.shown(dock) == [*own, "ra", "err_u", "redshift"]

    def test_a_whole_name_is_that_column_alone(self, dock):
        dock.filter.setText("u")
        assert self.shown(dock)[4:] == ["u"]

    def test_one_by_one(self, dock):
        dock.filter.hide_column("confidence")
        assert "confidence" not in self.shown(dock)
        dock.filter.show_all()
        assert "confidence" in self.shown(dock)


class TestCopying:
    def test_the_selected_rows_in_the_order_of_the_table(self, dock, session, qtbot):
        dock.filter.setText("redshift")
        dock.sort(SortKey("id", own=True, descending=True))
        wanted = ids(session, 4, 2)
        session.select(wanted)
        QTest.keyClick(dock.table.view, Qt.Key.Key_C, CONTROL)
        qtbot.waitUntil(lambda: dock.where.text() == "2 rows copied")
        lines = QApplication.clipboard().text().splitlines()
        assert lines[0] == "id\tlabel\tpredicted\tconfidence\tredshift"
        assert [line.split("\t")[0] for line in lines[1:]] == sorted(map(str, wanted), reverse=True)

    def test_the_current_row_where_none_is_selected(self, dock, qtbot):
        dock.copy()
        qtbot.waitUntil(lambda: dock.where.text() == "One row copied")

    def test_too_many_are_refused(self, dock, session, monkeypatch):
        monkeypatch.setattr(table_dock, "MOST_COPIED", 3)
        session.select(ids(session, 1, 2, 3, 4))
        dock.copy()
        assert dock.where.text().startswith("4 rows are too many to copy; the most is 3")


class TestInTheWindow:
    def test_a_tab_beside_source_that_comes_to_the_front_when_it_is_asked_for(
        self, viewer, settled, session, qtbot
    ):
        aal.open_viewer(session, viewer=viewer)
        dashboard = settled(viewer).dashboard
        main = dashboard.label.window()
        source, table = (
            next(one for one in main.findChildren(QDockWidget) if one.windowTitle() == title)
            for title in ("Source", "Table")
        )
        assert table in main.tabifiedDockWidgets(source)
        assert dashboard.table.visibleRegion().isEmpty()
        session.select(ids(session, 3, 4))
        dashboard.label.selection.more.menu().aboutToShow.emit()
        actions = {one.text(): one for one in dashboard.label.selection.more.menu().actions()}
        actions["Show in table"].trigger()
        qtbot.waitUntil(lambda: not dashboard.table.visibleRegion().isEmpty())
        click(dashboard.table, 1)
        assert session.current == ids(session, 4)[0]

    def test_a_digit_labels_the_row_that_was_clicked(self, viewer, settled, session, qtbot):
        aal.open_viewer(session, viewer=viewer)
        bench = settled(viewer)
        session.select(ids(session, 3, 4))
        bench.workspace.table_wanted.emit()
        dock = bench.dashboard.table
        qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
        click(dock, 0)
        settled(viewer)
        dock.table.view.setFocus()
        QTest.keyClick(dock.table.view, Qt.Key.Key_1)
        qtbot.waitUntil(lambda: len(session.labels) == 1)
        assert list(session.labels.index) == ids(session, 3)


class TestFilteredRows:
    def test_a_condition_filters_them_and_they_can_be_sorted_and_selected(
        self, qtbot, dock, session
    ):
        column = session.catalogue.table["g"].to_numpy()
        limit = float(np.nanmedian(column))
        QTest.keyClicks(dock.rows_filter, f"g < {limit}")
        QTest.keyClick(dock.rows_filter, Qt.Key.Key_Return)
        expected = np.flatnonzero(column < limit)
        qtbot.waitUntil(lambda: dock.table.model.order.n == len(expected), timeout=20_000)

        dock.sort(SortKey("g", descending=True))
        first = dock.table.model.order.rows(0, 1)[0]
        assert column[first] == column[expected].max()
        dock.table.select_all()
        assert session.selection.count == len(expected)
        dock.rows_filter.clear()
        assert dock.table.model.order.n == N

    def test_what_cannot_be_is_said_and_all_rows_stay(self, dock):
        QTest.keyClicks(dock.rows_filter, "brightness < 3")
        QTest.keyClick(dock.rows_filter, Qt.Key.Key_Return)

        assert "has no column 'brightness'" in dock.where.text()
        assert dock.table.model.order.n == N
