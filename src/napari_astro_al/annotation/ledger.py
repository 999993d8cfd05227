"""The ledger: an append-only file of events, each durable before the call that adds it returns."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

from napari_astro_al.annotation.clock import Clock
from napari_astro_al.annotation.events import (
    Chain,
    Event,
    canonical_json,
    check_continues,
    next_event,
    utc_now,
)
from napari_astro_al.annotation.ledger_reading import LedgerReading
from napari_astro_al.annotation.store import (
    cannot_read,
    file_marks,
    not_recorded,
    open_for_reading,
    open_store,
    record_id_kind,
    roll_back,
    takes_writes,
    use_log,
    way_out,
)
from napari_astro_al.errors import LedgerError


class Ledger(LedgerReading):
    """Append-only store of events in one SQLite file, or in memory.

    Parameters
    ----------
    path : path-like, optional
        The file; created where there is none. None keeps the events in memory.
    chain : Chain
        Whose events `append` writes. Other chains may share the file.
    id_kind : str, optional
        Kind of the catalogue's ids, such as ``"int64"`` or ``"string"``. Recorded in a new file, or
        with the first event, and refused afterwards where it differs, so that a ledger is not read
        with another catalogue's ids.
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
    be called from any thread; several processes may share the file. Opening a file that is there
    writes nothing to it.
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
        self._id_kind, self._ready = id_kind, False
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
        return self._recorded(texts, str(self.chain if chain is None else chain), [])

    def _recorded(
        self, texts: list[tuple[str, str]], chain: str, others: Sequence[Event]
    ) -> list[Event]:
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
                if not self._ready:
                    use_log(self._connection)
                events = self._insert(chain, texts, others)
            except sqlite3.Error as error:
                raise not_recorded(self.path, texts, way_out(error)) from error
            self._check_place(texts)
            self._clock.newest, self._ready = events[-1].utc, True
        return events

    def _check_place(self, texts: Sequence[tuple[str, str]]) -> None:
        """Refuse to write, or to say that it was written, to a file that is not there any more."""
        found = file_marks(self.path)
        if self._files[1:] == (None,):  # no log when it was opened, but since the first event
            self._files = self._files[:1] + found[1:]
        if found != self._files:
            raise not_recorded(
                self.path,
                texts,
                "the file was moved, removed or replaced while it was open. Put it back, or "
                "save the session under another name",
            )

    def take_in(
        self, events: Sequence[Event], note: tuple[str, Mapping[str, Any]] | None = None
    ) -> list[Event]:
        """Record events of other ledgers as they are, and one of the own chain that tells of it.

        Parameters
        ----------
        events : sequence of Event
            Each continues its chain as it is here, or an event before it in the sequence.
        note : (str, mapping), optional
            Kind and payload of the own event; None for none.

        Returns
        -------
        list of Event
            All that was recorded, in order of arrival; on the disk.

        Raises
        ------
        LedgerError
            If one of the events does not continue its chain, or they could not be recorded; the
            ledger is then as before.
        """
        own = [] if note is None else [(note[0], canonical_json(*note))]
        return self._recorded(own, str(self.chain), events)

    def copy_to(self, path: Path) -> None:
        """Write the whole ledger to a new file of its own.

        Raises
        ------
        LedgerError
            If it cannot be written; there may be a part of the file then.
        """
        with self._lock:
            self._check_open()
            try:
                with closing(sqlite3.connect(path)) as copy:
                    self._connection.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.Error as error:
                raise LedgerError(
                    f"The ledger could not be written to {path}: {way_out(error)}."
                ) from error

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

    def _insert(
        self, chain: str, texts: Sequence[tuple[str, str]], others: Sequence[Event]
    ) -> list[Event]:
        run = self._connection.execute
        events: list[Event] = []
        try:
            run("BEGIN IMMEDIATE")
            if self._id_kind is not None and not self._ready:
                record_id_kind(self._connection, self.path, self._id_kind)
            tips: dict[str, tuple[int, str]] = {}
            for event in others:
                text = canonical_json(event.kind, event.payload)
                tip = tips.get(event.chain) or self._tip(event.chain)
                check_continues(event, text, tip)
                tips[event.chain] = (event.sequence, event.hash)
                self._add(event, text)
                events.append(event)
            tip, utc = self._tip(chain), utc_now()
            for kind, text in texts:
                event = next_event(chain, tip, utc, kind, text)
                tip = (event.sequence, event.hash)
                self._add(event, text)
                events.append(event)
            run("COMMIT")
        except BaseException:
            roll_back(self._connection)
            raise
        return events

    def _tip(self, chain: str) -> tuple[int, str]:
        row: tuple[int, str] | None = self._connection.execute(
            "SELECT sequence, hash FROM events WHERE chain = ? ORDER BY sequence DESC LIMIT 1",
            (chain,),
        ).fetchone()
        return row or (0, "")

    def _add(self, e: Event, text: str) -> None:
        self._connection.execute(
            "INSERT INTO events (uuid, chain, sequence, utc, kind, payload, previous, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (e.uuid, e.chain, e.sequence, e.utc, e.kind, text, e.previous, e.hash),
        )
