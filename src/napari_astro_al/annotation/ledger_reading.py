"""What can be read from a ledger: its events, its chains, and whether they are whole."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import RLock
from typing import Any

from napari_astro_al.annotation.events import Event, event_hash
from napari_astro_al.annotation.ledger_columns import LedgerColumns, read_columns
from napari_astro_al.annotation.store import cannot_read, name_of
from napari_astro_al.errors import LedgerError

_ROWS_AT_ONCE = 2_000  # a few milliseconds, the longest that a read keeps a label waiting

_parse = json.JSONDecoder().raw_decode  # a million payloads take less long than with loads
_COLUMNS = "arrival, uuid, chain, sequence, utc, kind, payload, previous, hash"
_TIPS = """
WITH RECURSIVE chains(name) AS (
    SELECT min(chain) FROM events
    UNION ALL
    SELECT (SELECT min(chain) FROM events WHERE chain > name) FROM chains WHERE name IS NOT NULL
)
SELECT chain, sequence, hash FROM chains JOIN events ON chain = name AND sequence = (
    SELECT max(sequence) FROM events WHERE chain = name
)
"""  # from one chain to the next along their index, however many events they have
_Row = tuple[int, str, str, int, str, str, str, str, str]


class LedgerReading:
    """The questions that a ledger answers; see `Ledger`."""

    path: Path | None
    _connection: sqlite3.Connection
    _lock: RLock
    _closed: bool

    def events(self, after: int = 0, kind: str | None = None) -> Iterator[Event]:
        """Events in order of arrival, up to the last one there when the first is asked for.

        Parameters
        ----------
        after : int
            Leave out this many of the first ones; an earlier value of `head`.
        kind : str, optional
            Only events of this kind.

        Raises
        ------
        LedgerError
            If the file cannot be read or a payload is damaged.
        """
        yield from map(self._event, self._rows(after, kind))

    def events_at(self, places: Sequence[int]) -> list[Event]:
        """Events by their arrival numbers, which rise."""
        found: list[Event] = []
        for first in range(0, len(places), _ROWS_AT_ONCE):
            some = places[first : first + _ROWS_AT_ONCE]
            rows: list[_Row] = self.asked(
                f"SELECT {_COLUMNS} FROM events WHERE arrival IN (SELECT value FROM json_each(?))"
                " ORDER BY arrival",
                (json.dumps(some),),
            )
            found += map(self._event, rows)
        return found

    def columns(self) -> LedgerColumns | None:
        """All events as columns, as of `read_columns`."""
        return read_columns(self)

    def chain_after(self, chain: str, sequence: int) -> list[Event]:
        """The events of a chain that follow the one at a place."""
        rows = self.asked(
            f"SELECT {_COLUMNS} FROM events WHERE chain = ? AND sequence > ? ORDER BY sequence",
            (chain, sequence),
        )
        return [self._event(row) for row in rows]

    def hash_at(self, chain: str, sequence: int) -> str:
        """The hash of the event at a place of a chain; empty where there is none."""
        rows = self.asked(
            "SELECT hash FROM events WHERE chain = ? AND sequence = ?", (chain, sequence)
        )
        return str(rows[0][0]) if rows else ""

    @property
    def id_kind(self) -> str | None:
        """Kind of the ids that it is about, None where that was never said."""
        rows = self.asked("SELECT value FROM meta WHERE key = 'id_kind'")
        return str(rows[0][0]) if rows else None

    @property
    def head(self) -> int:
        """Arrival number of the last event: how many there are."""
        return int(self.asked("SELECT max(arrival) FROM events")[0][0] or 0)

    def tips(self) -> dict[str, tuple[int, str]]:
        """Sequence and hash of the last event of each chain, by the chain's text."""
        rows = self.asked(_TIPS)
        return {chain: (sequence, digest) for chain, sequence, digest in rows}

    def verify(self) -> str | None:
        """Walk every chain and compute its hashes again.

        Returns
        -------
        str or None
            The first broken link in order of arrival, in words; None where all is well. Events
            cut off the end of a chain leave no trace.
        """
        tips: dict[str, tuple[int, str]] = {}
        for _, uuid, chain, sequence, utc, kind, payload, previous, digest in self._rows(0):
            last, expected = tips.get(chain, (0, ""))
            where = f"Event {sequence} of chain {chain} ({kind}, {utc})"
            if sequence != last + 1:
                return f"{where} follows event {last}: events in between are missing."
            if previous != expected:
                return f"{where} does not continue the event before it: one of them was changed."
            if digest != event_hash(previous, uuid, chain, sequence, utc, kind, payload):
                return f"{where} was changed after it was recorded."
            tips[chain] = (sequence, digest)
        return None

    def _event(self, row: _Row) -> Event:
        _, uuid, chain, sequence, utc, kind, payload, previous, digest = row
        try:
            content, end = _parse(payload)
            if end != len(payload):
                raise ValueError("something follows it")
        except (ValueError, TypeError) as error:
            raise LedgerError(
                f"{name_of(self.path)}: the payload of event {sequence} of chain {chain} is "
                f"damaged ({error}). Restore the file from a copy."
            ) from error
        return Event(uuid, chain, sequence, utc, kind, content, previous, digest)

    def asked(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        """The rows with which SQLite answers a question.

        Raises
        ------
        LedgerError
            If the file cannot be read, or is closed.
        """
        with self._lock:
            self._check_open()
            try:
                return self._connection.execute(question, values).fetchall()
            except sqlite3.Error as error:
                raise cannot_read(self.path, error) from error

    def _rows(self, after: int, kind: str | None = None) -> Iterator[_Row]:
        end = self.head
        while after < end:
            rows: list[_Row] = self.asked(
                f"SELECT {_COLUMNS} FROM events WHERE arrival > ? AND arrival <= ?"
                f"{'' if kind is None else ' AND kind = ?'} ORDER BY arrival LIMIT ?",
                (after, end, *(() if kind is None else (kind,)), _ROWS_AT_ONCE),
            )
            yield from rows
            after = rows[-1][0] if rows else end

    def _check_open(self) -> None:
        if self._closed:
            raise LedgerError(
                f"{name_of(self.path)} is closed: nothing was read or recorded. Open the session "
                "again."
            )
