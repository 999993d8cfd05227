"""Which columns of a table are shown."""

from __future__ import annotations

from qtpy.QtWidgets import QLineEdit

from napari_astro_al.session.table_cells import CellColumn
from napari_astro_al.widgets.source_table import SourceTable


class ColumnFilter(QLineEdit):
    """A box for column names, with commas between them; the session's own columns always stay.

    What is no whole name stands for all names that it is part of. Columns can also be hidden one
    by one.

    Parameters
    ----------
    table : SourceTable
        Whose columns are shown or hidden.
    """

    def __init__(self, table: SourceTable) -> None:
        super().__init__()
        self._table = table
        self._hidden: set[str] = set()
        self.setPlaceholderText("Filter columns")
        self.setToolTip("Column names or parts of them, with commas between: ra, dec, err")
        self.setClearButtonEnabled(True)
        self.textChanged.connect(self.apply)

    def apply(self, *_: object) -> None:
        """Show or hide the columns of the table, which may be new ones."""
        wanted = [part.strip().lower() for part in self.text().split(",") if part.strip()]
        names = {column.name.lower() for column in self._table.model.columns}
        for section, column in enumerate(self._table.model.columns):
            name = column.name.lower()
            named = any(part == name if part in names else part in name for part in wanted)
            keep = named or not wanted or column.own
            self._table.view.setColumnHidden(section, not keep or column.name in self._hidden)

    @property
    def any_hidden(self) -> bool:
        """Whether columns are hidden one by one."""
        return bool(self._hidden)

    def hide_column(self, name: str) -> None:
        """Leave a column out."""
        self._hidden.add(name)
        self.apply()

    def show_all(self) -> None:
        """Show every column."""
        self._hidden.clear()
        self.clear()
        self.apply()

    def shown(self) -> list[CellColumn]:
        """The columns that are shown, from left to right."""
        return [
            column
            for section, column in enumerate(self._table.model.columns)
            if not self._table.view.isColumnHidden(section)
        ]
