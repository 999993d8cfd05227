"""The Table dock: every source, or some of them, in rows."""

from __future__ import annotations

from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.jobs import drain
from napari_astro_al.session import Selection, Session
from napari_astro_al.session.row_order import RowOrder, SortKey, row_order_job
from napari_astro_al.session.table_cells import CellSource, copied_job
from napari_astro_al.widgets.column_filter import ColumnFilter
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.row_filter import RowFilter
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.source_table import SourceTable
from napari_astro_al.widgets.style import EmptyState, ThemeColours, small
from napari_astro_al.widgets.table_model import Inks
from napari_astro_al.widgets.workspace import Workspace, report

AT_ONCE = 20_000
"""Rows that are sorted while the person waits; more are a job."""
MOST_COPIED = 100_000
ALL, SELECTED, EXCLUDED, SET = "all", "selected", "excluded", "set"


class TableDock(QWidget):
    """A choice of sources, a filter of columns, and the table.

    Parameters
    ----------
    workspace : Workspace
        Whose session is shown.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = workspace
        self._links = Links()
        self._base: Selection | None = None
        self._key: SortKey | None = None
        self._sorting: Running | None = None
        self.scope = QComboBox()
        self.scope.setToolTip("Which sources the table shows")
        self.scope.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.scope.setMinimumContentsLength(12)
        self.scope.activated.connect(self._scope_chosen)
        self.table = SourceTable()
        self.filter = ColumnFilter(self.table)
        self.rows_filter = RowFilter(workspace)
        self.rows_filter.found.connect(self._show_base)
        self.rows_filter.refused.connect(lambda why: self.where.setText(why))
        self.table.sort_wanted.connect(self._sort_next)
        self.table.copy_wanted.connect(self.copy)
        self.table.menu_wanted.connect(self._offer_rows_menu)
        self.table.header_menu_wanted.connect(self._offer_column_menu)
        self.table.moved.connect(self._say_where)
        self.where = small("")
        self._body = QWidget()
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self.scope, 3)
        top.addWidget(self.filter, 2)
        rows.addLayout(top)
        rows.addWidget(self.rows_filter)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.where)
        self._empty = EmptyState("No sources", "Open a catalogue first: its rows are shown here.")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 4, 8, 4)
        whole.addWidget(self._body)
        whole.addWidget(self._empty)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._follow)
        workspace.session_changed.connect(self._take)
        workspace.table_wanted.connect(self.show_selection)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        self._body.setVisible(session is not None)
        self._empty.setVisible(session is None)
        self._links.cut()
        self._stop_sorting()
        self._base = self._key = None
        self.table.model.inks = Inks(dark=ThemeColours(self._workspace.viewer).is_dark)
        self.table.take(session)
        self._show_sort()
        if session is None:
            return
        self._links.tie(session.current_changed, self._follow_soon)
        self._links.tie(session.labels_changed, self._refresh)
        self._links.tie(session.past_changed, self._refresh)
        self._links.tie(session.trained, self._refresh)
        self._links.tie(session.blind_changed, self._refresh)
        self._links.tie(session.recipes_changed, self._refresh)
        self._links.tie(session.columns_changed, self._columns_changed)
        self._links.tie(session.selection_changed, self._some_changed)
        self._links.tie(session.sets_changed, self._some_changed)
        self._links.tie(session.exclusions_changed, self._some_changed)
        self._links.tie(self._workspace.viewer.events.theme, self._new_theme)
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Show all sources and columns."""
        self._fill_scopes(ALL, "")
        self.filter.show_all()
        self.rows_filter.show_all()
        self._arrange()

    def _refresh(self, *_: object) -> None:
        self.table.model.refresh()

    def _columns_changed(self) -> None:
        """Show other columns of the same sources, in the order of the catalogue."""
        session = self._workspace.session
        self._stop_sorting()
        self._base = self._key = None
        self.table.take(session)
        self._show_sort()
        self._begin_anew()

    def _new_theme(self, *_: object) -> None:
        self.table.model.inks = Inks(dark=ThemeColours(self._workspace.viewer).is_dark)
        self._refresh()

    def _follow_soon(self, *_: object) -> None:
        self._soon.start(0)

    def _follow(self) -> None:
        self.table.follow_current()

    def _some_changed(self, *_: object) -> None:
        kind, name = self.scope.currentData()
        self._fill_scopes(kind, name)
        self._scope_chosen()

    def _fill_scopes(self, kind: str, name: str) -> None:
        """Offer all sources, the selected ones, named sets; one of them stays chosen."""
        session = self._workspace.session
        if session is None:
            return
        self.scope.clear()
        self.scope.addItem(f"All {len(session.catalogue):,} {session.sources_called}", (ALL, ""))
        self.scope.addItem(f"{session.selection.count:,} selected", (SELECTED, ""))
        if session.excluded.count or kind == EXCLUDED:
            self.scope.addItem(f"{session.excluded.count:,} excluded", (EXCLUDED, ""))
        for one in session.sets.names:
            self.scope.addItem(f"{one} ({session.sets[one].count:,})", (SET, one))
        data = [self.scope.itemData(place) for place in range(self.scope.count())]
        wanted = (kind, name)
        self.scope.setCurrentIndex(data.index(wanted) if wanted in data else 0)

    def _chosen_base(self, session: Session) -> Selection | None:
        kind, name = self.scope.currentData()
        if kind == SET:
            return session.sets[name]
        return {SELECTED: session.selection, EXCLUDED: session.excluded}.get(kind)

    def _scope_chosen(self, _: int = 0) -> None:
        session = self._workspace.session
        if session is None:
            return
        base = self._chosen_base(session)
        selected_only = self.scope.currentData()[0] == SELECTED
        self.table.drags = self.table.model.marks_selected = not selected_only
        self.rows_filter.look_within(base)

    def _show_base(self, base: Selection | None) -> None:
        """Show some sources, or all, in the order that was chosen."""
        session = self._workspace.session
        if session is None or base is self._base:
            self._refresh()
            return
        self._base = base
        self.table.set_order(RowOrder.unsorted(session.catalogue, base))
        self._arrange()

    def show_selection(self) -> None:
        """Show the selected sources, and this dock."""
        place = self.scope.findText(" selected", Qt.MatchFlag.MatchEndsWith)
        self.scope.setCurrentIndex(max(place, 0))
        self._scope_chosen()
        dock = self.parentWidget()
        while dock is not None and not isinstance(dock, QDockWidget):
            dock = dock.parentWidget()
        if dock is not None:
            dock.show()
            dock.raise_()

    def sort(self, key: SortKey | None) -> None:
        """Sort by a column; None is the order of the catalogue."""
        self._key = key
        self._arrange()

    def _sort_next(self, section: int) -> None:
        """Sort by a column, the other way round, and not any more."""
        column = self.table.model.columns[section]
        up = SortKey(column.name, column.own)
        down = SortKey(column.name, column.own, descending=True)
        self.sort({up: down, down: None}.get(self._key, up) if self._key else up)

    def _arrange(self) -> None:
        session = self._workspace.session
        self._stop_sorting()
        self._show_sort()
        if session is None:
            return
        if self._key is None:
            self.table.set_order(RowOrder.unsorted(session.catalogue, self._base))
        else:
            job = row_order_job(session, self._base, self._key)
            n = len(session.catalogue) if self._base is None else self._base.count
            if n <= AT_ONCE:
                self._sorted(drain(job))
                return
            self._sorting = self._workspace.jobs.run(
                job,
                title=f"Sorting by {self._key.column}",
                done=self._sorted,
                failed=self._not_sorted,
            )
        self._say_where()

    def _sorted(self, order: RowOrder) -> None:
        self._sorting = None
        self.table.set_order(order)
        self._say_where()

    def _not_sorted(self, error: Exception) -> None:
        self._sorting = self._key = None
        self._show_sort()
        self._say_where()
        report(error)

    def _stop_sorting(self) -> None:
        if self._sorting is not None:
            self._sorting.cancel()
            self._sorting = None

    def _show_sort(self) -> None:
        header = self.table.view.horizontalHeader()
        key = self._key
        places = [
            place
            for place, column in enumerate(self.table.model.columns)
            if key is not None and (column.name, column.own) == (key.column, key.own)
        ]
        header.setSortIndicatorShown(bool(places))
        if places and key is not None:
            order = Qt.SortOrder
            down = order.DescendingOrder if key.descending else order.AscendingOrder
            header.setSortIndicator(places[0], down)

    def _say_where(self) -> None:
        n, seen = self.table.model.order.n, self.table.in_view()
        if n == 0:
            words = "No such source" if self.rows_filter.text() else "No source is selected"
        else:
            words = f"Rows {seen.start + 1:,} to {seen.stop:,} of {n:,}"
        if self._key is not None:
            way = ", the largest first" if self._key.descending else ""
            doing = "sorting" if self._sorting is not None else "sorted"
            words += f", {doing} by {self._key.column}{way}"
        self.where.setText(words)

    def _offer_column_menu(self, section: int, at: QPoint) -> None:
        columns = self.table.model.columns
        if not 0 <= section < len(columns):
            return
        name, own = columns[section].name, columns[section].own
        menu = QMenu(self)
        menu.addAction("Sort, the smallest first").triggered.connect(
            lambda: self.sort(SortKey(name, own))
        )
        menu.addAction("Sort, the largest first").triggered.connect(
            lambda: self.sort(SortKey(name, own, descending=True))
        )
        menu.addAction("Order of the catalogue").triggered.connect(lambda: self.sort(None))
        menu.addSeparator()
        menu.addAction(f"Hide {name}").triggered.connect(lambda: self.filter.hide_column(name))
        show = menu.addAction("Show all columns")
        show.triggered.connect(self.filter.show_all)
        show.setEnabled(self.filter.any_hidden or bool(self.filter.text()))
        menu.exec(at)

    def _offer_rows_menu(self, at: QPoint) -> None:
        session = self._workspace.session
        if session is None:
            return
        menu = QMenu(self)
        copied = self._n_to_copy(session)
        copy = menu.addAction("Copy this row" if copied == 1 else f"Copy {copied:,} rows")
        copy.setEnabled(copied > 0)
        copy.triggered.connect(self.copy)
        menu.addAction(f"Select all {self.table.model.order.n:,}").triggered.connect(
            self.table.select_all
        )
        none = menu.addAction("Select none")
        none.setEnabled(session.selection.count > 0)
        none.triggered.connect(lambda: session.select([]))
        menu.exec(at)

    def _n_to_copy(self, session: Session) -> int:
        return session.selection.count or int(self.table.place_of_current() is not None)

    def copy(self) -> None:
        """Put the selected rows, or the current one, on the clipboard, as tab-separated text."""
        session = self._workspace.session
        if session is None:
            return
        if session.selection.count > MOST_COPIED:
            self.where.setText(
                f"{session.selection.count:,} rows are too many to copy; the most is "
                f"{MOST_COPIED:,}. Save them as a set instead."
            )
            return
        order, place = self.table.model.order, self.table.place_of_current()
        if session.selection.count:
            rows = order.sorted_rows(session.selection)
        elif place is not None:
            rows = order.rows(place, place + 1)
        else:
            return
        self._workspace.run(
            copied_job(CellSource.of(session), self.filter.shown(), rows),
            title="Copying rows",
            done=lambda text: self._copied(text, len(rows)),
            shown=False,
        )

    def _copied(self, text: str, n: int) -> None:
        clipboard = QApplication.clipboard()
        assert clipboard is not None
        clipboard.setText(text)
        self.where.setText("One row copied" if n == 1 else f"{n:,} rows copied")
