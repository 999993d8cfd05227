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
class Offer:
    """A table that was written to be offered.

    Attributes
    ----------
    path : Path
        A FITS file.
    name : str
        For a person.
    rows : (n,) int64 ndarray
        Rows of the session's catalogue, in the order of the table.
    """

    path: Path
    name: str
    rows: npt.NDArray[np.int64]


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
        self._rows: dict[str, npt.NDArray[np.int64]] = {}
        self._places: dict[str, dict[int, int]] = {}
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
        self._rows[table] = rows
        self._places[table] = {row: place for place, row in enumerate(rows.tolist())}

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
        self.knows(self._link.offer(made.path, made.name), made.rows)

    def hear(self, message: Highlighted | Selected) -> bool:
        """Show what others look at or have selected; whether it is about a table known here.

        Raises
        ------
        InteropError
            If it names a row that the table does not have; nothing has changed then.
        """
        rows = self._rows.get(message.table)
        if rows is None or not self.follows:
            return False
        numbers = [message.row] if isinstance(message, Highlighted) else list(message.rows)
        if numbers and max(numbers) >= len(rows):
            raise InteropError(
                f"Another program speaks of row {max(numbers):,} of a table that has {len(rows):,}."
            )
        sources = self._session.catalogue.ids_at(rows[numbers])
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
        for table, places in self._places.items():
            if row in places:
                self._link.highlight(table, places[row])
        roles = self._session.catalogue.roles
        if roles.ra is not None and roles.dec is not None:
            place = position_of(self._session.catalogue, source)
            if place is not None:
                self._link.point(*place)

    def _tell_selection(self, selection: Selection) -> None:
        if not self._speaks or selection.count > MOST_SELECTED:
            return
        for table, places in self._places.items():
            told = [places[row] for row in selection.rows.tolist() if row in places]
            self._link.select(table, told)

    @property
    def _speaks(self) -> bool:
        return self.follows and not self._hearing and self._link.connected


def _named(job: Job[Path], name: str, rows: npt.NDArray[np.int64]) -> Job[Offer]:
    path = yield from job
    return Offer(path, name, rows)
