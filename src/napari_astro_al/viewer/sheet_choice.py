"""Which cells of a contact sheet an answer is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Choice:
    """A cursor, and cells that were chosen beside it.

    Attributes
    ----------
    n : int
        Cells with a source; the first of them is 0.
    columns : int
        Cells across.
    cursor : int
        An answer is for this cell where no others are chosen.
    chosen : frozenset of int
    anchor : int
        Where an extension began.
    rest : bool
        Whether those chosen are what was left of the page.
    """

    n: int
    columns: int
    cursor: int = 0
    chosen: frozenset[int] = frozenset()
    anchor: int = 0
    rest: bool = False

    @property
    def cells(self) -> tuple[int, ...]:
        """The cells that an answer is for, in order."""
        if self.chosen:
            return tuple(sorted(self.chosen))
        return (self.cursor,) if self.n else ()

    def moved(self, down: int, across: int, *, extend: bool = False) -> Choice:
        """The cursor so many cells further, at most to the edge."""
        if not self.n:
            return self
        row, column = divmod(self.cursor, self.columns)
        column = min(max(column + across, 0), self.columns - 1)
        row = min(max(row + down, 0), (self.n - 1) // self.columns)
        cell = row * self.columns + column
        if cell >= self.n:  # below the last picture of the column, where the last row is not full
            cell = self.cursor if down and not across else self.n - 1
        return self.to(cell, extend=extend)

    def to(self, cell: int, *, extend: bool = False) -> Choice:
        """The cursor at a cell; extended, with all cells in between as a block."""
        if not 0 <= cell < self.n:
            return self
        if not extend:
            return Choice(self.n, self.columns, cell, anchor=cell)
        block = frozenset(self._block(self.anchor, cell))
        return replace(self, cursor=cell, chosen=block, rest=False)

    def toggled(self, cell: int) -> Choice:
        """A cell chosen, or not any more. The cursor counts as chosen where it was alone."""
        if not 0 <= cell < self.n:
            return self
        before = self.chosen or ({self.cursor} if cell != self.cursor else frozenset())
        return replace(self, cursor=cell, anchor=cell, chosen=before ^ {cell}, rest=False)

    def choosing(self, cells: Iterable[int], *, add: bool = False, rest: bool = False) -> Choice:
        """Some cells chosen, in place of those before or beside them."""
        some = frozenset(cell for cell in cells if 0 <= cell < self.n)
        chosen = some | self.chosen if add else some
        return replace(self, chosen=chosen, rest=rest and bool(some))

    def _block(self, first: int, last: int) -> list[int]:
        (top, left), (bottom, right) = divmod(first, self.columns), divmod(last, self.columns)
        return [
            cell
            for row in range(min(top, bottom), max(top, bottom) + 1)
            for column in range(min(left, right), max(left, right) + 1)
            if (cell := row * self.columns + column) < self.n
        ]
