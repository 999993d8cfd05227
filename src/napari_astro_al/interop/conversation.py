"""What a session and other programs tell each other: tables, the current source, selections."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.positions import position_of
from napari_astro_al.errors import InteropError
from napari_astro_al.interop.messages import Highlighted, Selected
from napari_astro_al.interop.samp import SampLink
from napari_astro_al.jobs import Job
from napari_astro_al.session import Selection, Session

MOST_SELECTED = 200_000
"""Rows of a selection that are sent as a message at most; more take a hub minutes."""


@dataclass(frozen=True, eq=False)
class SharedTable:
    """Which sources the rows of a table are, that both sides have.

    Attributes
    ----------
    n_rows : int
    rows : (n,) int64 ndarray or None
        Rows of the session's catalogue, in the order of the table; None where both are the same.
    order : (n,) intp ndarray or None
        What sorts them.
    """

    n_rows: int
    rows: npt.NDArray[np.int64] | None = None
    order: npt.NDArray[np.intp] | None = None

    @classmethod
    def of(cls, rows: npt.NDArray[np.int64]) -> SharedTable:
        """That of rows in any order, each once."""
        return cls(len(rows), rows, np.argsort(rows))

    def rows_at(self, places: list[int]) -> npt.NDArray[np.int64]:
        """Rows of the catalogue at places of the table."""
        wanted = np.array(places, dtype=np.int64)
        return wanted if self.rows is None else self.rows[wanted]

    def places_of(self, rows: npt.NDArray[np.int64]) -> list[int]:
        """Places in the table of those rows of the catalogue that it has, in the order given."""
        if self.rows is None or self.order is None:
            return [int(row) for row in rows]
        if not self.n_rows:
            return []
        found = np.searchsorted(self.rows, rows, sorter=self.order)
        places = self.order[np.minimum(found, self.n_rows - 1)]
        return [int(one) for one in places[self.rows[places] == rows]]


@dataclass(frozen=True, eq=False)
class Offer:
    """A table that was written to be offered.

    Attributes
    ----------
    path : Path
        A FITS file.
    name : str
        For a person.
    table : SharedTable
    """

    path: Path
    name: str
    table: SharedTable


class Conversation:
    """One session's side of a link.

    Tables that both sides know are told apart by their name, and their rows by number: `knows`.

    Parameters
    ----------
    session : Session
    link : SampLink

    Attributes
    ----------
    follows : bool
        Whether what others look at and select is shown here, and the other way round.
    """

    def __init__(self, session: Session, link: SampLink) -> None:
        self._session, self._link = session, link
        self._tables: dict[str, SharedTable] = {}
        self._hearing = False
        self.follows = True
        session.current_changed.connect(self._tell_current)
        session.selection_changed.connect(self._tell_selection)

    def end(self) -> None:
        """Say and hear nothing more."""
        self._session.current_changed.disconnect(self._tell_current)
        self._session.selection_changed.disconnect(self._tell_selection)

    def knows(self, table: str, rows: npt.NDArray[np.int64]) -> None:
        """Remember which sources the rows of a table are.

        Parameters
        ----------
        table : str
            What messages call it.
        rows : (n,) int64 ndarray
            Rows of the session's catalogue, in the order of the table.
        """
        self._tables[table] = SharedTable.of(rows)

    def knows_whole(self, table: str) -> None:
        """Remember that a table is the session's catalogue, row by row."""
        self._tables[table] = SharedTable(len(self._session.catalogue))

    def table_job(self, selection: Selection | None = None) -> Job[Offer]:
        """Write labelled sources, or a selection, as a table; hand the result to `offer`.

        Raises
        ------
        InteropError
            If there is nothing to send, or the link is down.
        """
        session = self._session
        name = "selected sources" if selection is not None else "labelled sources"
        rows, _ = session.book.labelled() if selection is None else (selection.rows, None)
        if not len(rows):
            raise InteropError(f"There are no {name} to send.")
        columns = [str(one) for one in session.catalogue.table.columns]
        chosen = "labelled" if selection is None else selection
        path = self._link.place_for(name)
        job = session.export_job(path, columns=columns, rows=chosen)
        return _named(job, f"{session.name}: {name}", rows)

    def offer(self, made: Offer) -> None:
        """Let others take the table that `table_job` has written.

        Raises
        ------
        InteropError
            If the hub does not answer.
        """
        self._tables[self._link.offer(made.path, made.name)] = made.table

    def hear(self, message: Highlighted | Selected) -> bool:
        """Show what others look at or have selected; whether it is about a table known here.

        Raises
        ------
        InteropError
            If it names a row that the table does not have; nothing has changed then.
        """
        table = self._tables.get(message.table)
        if table is None or not self.follows:
            return False
        numbers = [message.row] if isinstance(message, Highlighted) else list(message.rows)
        if numbers and max(numbers) >= table.n_rows:
            raise InteropError(
                f"Another program speaks of row {max(numbers):,} of a table that has "
                f"{table.n_rows:,}."
            )
        sources = self._session.catalogue.ids_at(table.rows_at(numbers))
        self._hearing = True
        try:
            if isinstance(message, Highlighted):
                self._session.show(sources[0])
            else:
                self._session.select(sources)
        finally:
            self._hearing = False
        return True

    def _tell_current(self, source: SourceId | None) -> None:
        if source is None or not self._speaks:
            return
        row = self._session.catalogue.row_of(source)
        for name, table in self._tables.items():
            for number in table.places_of(np.array([row])):
                self._link.highlight(name, number)
        roles = self._session.catalogue.roles
        if roles.ra is not None and roles.dec is not None:
            place = position_of(self._session.catalogue, source)
            if place is not None:
                self._link.point(*place)

    def _tell_selection(self, selection: Selection) -> None:
        if not self._speaks or selection.count > MOST_SELECTED:
            return
        for name, table in self._tables.items():
            self._link.select(name, table.places_of(selection.rows))

    @property
    def _speaks(self) -> bool:
        return self.follows and not self._hearing and self._link.connected


def _named(job: Job[Path], name: str, rows: npt.NDArray[np.int64]) -> Job[Offer]:
    path = yield from job
    return Offer(path, name, SharedTable.of(rows))
