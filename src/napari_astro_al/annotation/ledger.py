"""The ledger: an append-only file of events, each durable before the call that adds it returns."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

from napari_astro_al.annotation.clock import Clock
from napari_astro_al.annotation.events import (
    Chain,
    Event,
    canonical_json,
    event_hash,
    next_event,
    utc_now,
)
from napari_astro_al.annotation.store import (
    cannot_read,
    file_marks,
    name_of,
    not_recorded,
    open_for_reading,
    open_store,
    roll_back,
    takes_writes,
    way_out,
)
from napari_astro_al.errors import LedgerError

_ROWS_AT_ONCE = 2_000  # a few milliseconds, the longest that a read keeps a label waiting

_Row = tuple[int, str, str, int, str, str, str, str, str]


class Ledger:
    """Append-only store of events in one SQLite file, or in memory.

    Parameters
    ----------
    path : path-like, optional
        The file; created where there is none. None keeps the events in memory.
    chain : Chain
        Whose events `append` writes. Other chains may share the file.
    id_kind : str, optional
        Kind of the catalogue's ids, such as ``"int64"`` or ``"string"``. Recorded the first time
        it is given, and refused afterwards where it differs, so that a ledger is not read with
        another catalogue's ids.
    read_only : bool
        Never write to the file, which must be there. Events that others add are seen.

    Raises
    ------
    LedgerError
        If the file cannot be opened, is no ledger, was written by a newer version, or belongs
        to a catalogue with other ids.

    Notes
    -----
    WAL journal with ``synchronous=FULL`` (and ``fullfsync`` where the system has it): when an
    append returns, its events are on the disk, whatever happens to the process. All methods may
    be called from any thread; several processes may share the file.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None,
        chain: Chain,
        *,
        id_kind: str | None = None,
        read_only: bool = False,
    ) -> None:
        self.path = None if path is None else Path(path).absolute()
        self.chain = chain
        self.read_only = read_only
        self._lock = RLock()
        self._closed = False
        if read_only and self.path is not None:
            self._connection = open_for_reading(self.path, id_kind)
        else:
            self._connection = open_store(self.path, id_kind)
        self._files = file_marks(self.path)
        self._clock = Clock(self._newest_of_chain())

    def append(self, kind: str, payload: Mapping[str, Any]) -> Event:
        """Record one event of the ledger's own chain; it is on the disk on return.

        Raises
        ------
        LedgerError
            If it could not be recorded; the ledger is then as before.
        """
        return self.append_many([(kind, payload)])[0]

    def append_many(
        self, items: Iterable[tuple[str, Mapping[str, Any]]], chain: Chain | None = None
    ) -> list[Event]:
        """Record several events in one transaction: all of them or none.

        Parameters
        ----------
        items : iterable of (str, mapping)
            Kind and payload of each event, in order.
        chain : Chain, optional
            Whose events they are, if not the ledger's own.

        Returns
        -------
        list of Event
            In order, with the same time; on the disk.

        Raises
        ------
        LedgerError
            If a payload is not acceptable or the events could not be recorded; the ledger is
            then as before.
        """
        texts = [(kind, canonical_json(kind, payload)) for kind, payload in items]
        if not texts:
            return []
        with self._lock:
            self._check_open()
            if self.read_only:
                raise not_recorded(
                    self.path,
                    texts,
                    "it is open for reading only. Open the session so that it may be written to",
                )
            self._check_place(texts)
            self._clock.check()
            try:
                events = self._insert(str(self.chain if chain is None else chain), texts)
            except sqlite3.Error as error:
                raise not_recorded(self.path, texts, way_out(error)) from error
            self._check_place(texts)
            self._clock.newest = events[-1].utc
        return events

    def _check_place(self, texts: Sequence[tuple[str, str]]) -> None:
        """Refuse to write, or to say that it was written, to a file that is not there any more."""
        if file_marks(self.path) != self._files:
            raise not_recorded(
                self.path,
                texts,
                "the file was moved, removed or replaced while it was open. Put it back, or "
                "save the session under another name",
            )

    def events(self, after: int = 0) -> Iterator[Event]:
        """Events in order of arrival, up to the last one there when the first is asked for.

        Parameters
        ----------
        after : int
            Leave out this many of the first ones; an earlier value of `head`.

        Raises
        ------
        LedgerError
            If the file cannot be read or a payload is damaged.
        """
        for _, uuid, chain, sequence, utc, kind, payload, previous, digest in self._rows(after):
            try:
                content = json.loads(payload)
            except ValueError as error:
                raise LedgerError(
                    f"{name_of(self.path)}: the payload of event {sequence} of chain {chain} is "
                    f"damaged ({error}). Restore the file from a copy."
                ) from error
            yield Event(uuid, chain, sequence, utc, kind, content, previous, digest)

    @property
    def head(self) -> int:
        """Arrival number of the last event: how many there are."""
        with self._lock:
            self._check_open()
            try:
                row = self._connection.execute("SELECT max(arrival) FROM events").fetchone()
            except sqlite3.Error as error:
                raise cannot_read(self.path, error) from error
            return int(row[0] or 0)

    def tips(self) -> dict[str, tuple[int, str]]:
        """Sequence and hash of the last event of each chain, by the chain's text."""
        with self._lock:
            self._check_open()
            try:
                rows = self._connection.execute(
                    "SELECT chain, max(sequence), hash FROM events GROUP BY chain"
                ).fetchall()
            except sqlite3.Error as error:
                raise cannot_read(self.path, error) from error
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

    @property
    def takes_events(self) -> bool:
        """Whether events can be recorded: the file may be written to, and it is to be."""
        with self._lock:
            self._check_open()
            return not self.read_only and takes_writes(self._connection)

    @property
    def closed(self) -> bool:
        """Whether it was closed, so that nothing can be read or recorded."""
        return self._closed

    def close(self) -> None:
        """Close the file. Closing again does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _newest_of_chain(self) -> str:
        """When the newest event of the ledger's own chain was recorded, empty without one."""
        try:
            row = self._connection.execute(
                "SELECT utc FROM events WHERE chain = ? ORDER BY sequence DESC LIMIT 1",
                (str(self.chain),),
            ).fetchone()
        except sqlite3.Error as error:
            self._connection.close()
            raise cannot_read(self.path, error) from error
        return str(row[0]) if row else ""

    def _insert(self, chain: str, texts: Sequence[tuple[str, str]]) -> list[Event]:
        run = self._connection.execute
        events: list[Event] = []
        try:
            run("BEGIN IMMEDIATE")
            row = run(
                "SELECT sequence, hash FROM events WHERE chain = ? ORDER BY sequence DESC LIMIT 1",
                (chain,),
            ).fetchone()
            tip, utc = row or (0, ""), utc_now()
            for kind, text in texts:
                event = next_event(chain, tip, utc, kind, text)
                tip = (event.sequence, event.hash)
                events.append(event)
            self._connection.executemany(
                "INSERT INTO events (uuid, chain, sequence, utc, kind, payload, previous, hash)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (e.uuid, e.chain, e.sequence, e.utc, e.kind, text, e.previous, e.hash)
                    for e, (_, text) in zip(events, texts, strict=True)
                ),
            )
            run("COMMIT")
        except BaseException:
            roll_back(self._connection)
            raise
        return events

    def _rows(self, after: int) -> Iterator[_Row]:
        end = self.head
        while after < end:
            with self._lock:
                self._check_open()
                try:
                    rows: list[_Row] = self._connection.execute(
                        "SELECT arrival, uuid, chain, sequence, utc, kind, payload, previous, hash"
                        " FROM events WHERE arrival > ? AND arrival <= ? ORDER BY arrival LIMIT ?",
                        (after, end, _ROWS_AT_ONCE),
                    ).fetchall()
                except sqlite3.Error as error:
                    raise cannot_read(self.path, error) from error
            yield from rows
            after = rows[-1][0] if rows else end

    def _check_open(self) -> None:
        if self._closed:
            raise LedgerError(
                f"{name_of(self.path)} is closed: nothing was read or recorded. Open the session "
                "again."
            )
