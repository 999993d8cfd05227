"""The ledger: an append-only SQLite file of events, durable before a call returns."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self

from napari_astro_al.annotation.events import (
    Chain,
    Event,
    canonical_json,
    event_hash,
    new_event,
)
from napari_astro_al.errors import LedgerError

SCHEMA_VERSION = 1

_SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE events (
        arrival INTEGER PRIMARY KEY,
        uuid TEXT NOT NULL UNIQUE,
        chain TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        utc TEXT NOT NULL,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL,
        UNIQUE (chain, sequence)
    )""",
)
_ROWS_AT_ONCE = 10_000
_WAIT_FOR_LOCK = 2.0  # seconds

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
    ) -> None:
        self.path = None if path is None else Path(path)
        self.chain = chain
        self._lock = RLock()
        self._closed = False
        self._connection = self._connect()
        try:
            self._prepare(id_kind)
            self._files = self._file_marks()
        except sqlite3.Error as error:
            self._connection.close()
            raise _cannot_open(self.path, error) from error
        except BaseException:
            self._connection.close()
            raise

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
            In order; on the disk.

        Raises
        ------
        LedgerError
            If a payload is not acceptable or the events could not be recorded; the ledger is
            then as before.
        """
        texts = [(kind, canonical_json(kind, payload)) for kind, payload in items]
        if not texts:
            return []
        author = str(self.chain if chain is None else chain)
        with self._lock:
            self._check_open()
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                tip = self._tip(author)
                events = []
                for kind, text in texts:
                    event = new_event(author, tip, kind, text)
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
                self._connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._roll_back()
                raise _not_recorded(self.path, len(texts), _way_out(error)) from error
            except BaseException:
                self._roll_back()
                raise
            if self._file_marks() != self._files:
                raise _not_recorded(
                    self.path,
                    len(texts),
                    "the file was moved, removed or replaced while it was open. Put it back and "
                    "open the session again",
                )
        return events

    def events(self, after: int = 0) -> Iterator[Event]:
        """Events in order of arrival, up to those there at the first step.

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
                    f"{self._name}: the payload of event {sequence} of chain {chain} is damaged "
                    f"({error}). Restore the file from a copy."
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
                raise _cannot_read(self.path, error) from error
            return int(row[0] or 0)

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
            where = f"event {sequence} of chain {chain} ({kind}, {utc})"
            if sequence != last + 1:
                return f"{where} follows event {last}: events in between are missing."
            if previous != expected:
                return f"{where} does not continue the event before it, which was changed."
            if digest != event_hash(previous, uuid, chain, sequence, utc, kind, payload):
                return f"{where} was changed after it was recorded."
            tips[chain] = (sequence, digest)
        return None

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

    @property
    def _name(self) -> str:
        return _name_of(self.path)

    def _connect(self) -> sqlite3.Connection:
        target = ":memory:" if self.path is None else os.fspath(self.path)
        try:
            return sqlite3.connect(
                target, timeout=_WAIT_FOR_LOCK, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _cannot_open(self.path, error) from error

    def _prepare(self, id_kind: str | None) -> None:
        run = self._connection.execute
        tables = {name for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if tables and not {"meta", "events"} <= tables:
            raise LedgerError(
                f"{self._name} is an SQLite database but no ledger of labels. Choose another file."
            )
        if tables:
            self._check_version()
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA fullfsync = ON")
        if not tables or id_kind is not None:
            run("BEGIN IMMEDIATE")
            try:
                self._create()
                self._check_id_kind(id_kind)
                run("COMMIT")
            except BaseException:
                self._roll_back()
                raise

    def _create(self) -> None:
        run = self._connection.execute
        if run("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            return
        for statement in _SCHEMA:
            run(statement)
        run("INSERT INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),))

    def _check_version(self) -> None:
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        version = int(row[0]) if row and str(row[0]).isdigit() else 0
        if version > SCHEMA_VERSION:
            raise LedgerError(
                f"{self._name} was written by a newer napari-astro-al (ledger version {version}; "
                f"this one reads up to {SCHEMA_VERSION}). Update napari-astro-al to open it."
            )
        if version < 1:
            raise LedgerError(
                f"{self._name} does not say which version of the ledger it is. It is no ledger of "
                "labels, or damaged: choose another file or restore it from a copy."
            )

    def _check_id_kind(self, id_kind: str | None) -> None:
        if id_kind is None:
            return
        run = self._connection.execute
        row = run("SELECT value FROM meta WHERE key = 'id_kind'").fetchone()
        if row is None:
            run("INSERT INTO meta VALUES ('id_kind', ?)", (id_kind,))
        elif row[0] != id_kind:
            raise LedgerError(
                f"{self._name} holds labels of sources whose ids are {row[0]}; the catalogue's ids "
                f"are {id_kind}. Open it with the catalogue it was made with, or read the id "
                "column as it was read then."
            )

    def _tip(self, chain: str) -> tuple[int, str]:
        row = self._connection.execute(
            "SELECT sequence, hash FROM events WHERE chain = ? ORDER BY sequence DESC LIMIT 1",
            (chain,),
        ).fetchone()
        return (int(row[0]), str(row[1])) if row else (0, "")

    def _rows(self, after: int) -> Iterator[_Row]:
        end = self.head
        while after < end:
            with self._lock:
                self._check_open()
                try:
                    rows: Sequence[_Row] = self._connection.execute(
                        "SELECT arrival, uuid, chain, sequence, utc, kind, payload, previous, hash"
                        " FROM events WHERE arrival > ? AND arrival <= ? ORDER BY arrival LIMIT ?",
                        (after, end, _ROWS_AT_ONCE),
                    ).fetchall()
                except sqlite3.Error as error:
                    raise _cannot_read(self.path, error) from error
            yield from rows
            after = rows[-1][0] if rows else end

    def _file_marks(self) -> list[tuple[int, int] | None]:
        """Device and inode of the database and its write-ahead log, None where missing."""
        if self.path is None:
            return []
        marks: list[tuple[int, int] | None] = []
        for path in (os.fspath(self.path), f"{self.path}-wal"):
            try:
                found = os.stat(path)  # noqa: PTH116 - called for every label
            except OSError:
                marks.append(None)
            else:
                marks.append((found.st_dev, found.st_ino))
        return marks

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _check_open(self) -> None:
        if self._closed:
            raise LedgerError(
                f"{self._name} is closed: nothing was read or recorded. Open the session again."
            )


def _name_of(path: Path | None) -> str:
    return "The ledger in memory" if path is None else str(path)


def _way_out(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    advice = {
        "FULL": "Free some space",
        "IOERR": "Check that the disk is connected, healthy and not full",
        "READONLY": "Make the file and its folder writable",
        "CANTOPEN": "Make the folder writable",
        "BUSY": "Another program is writing to the file: close it",
        "LOCKED": "Another program is writing to the file: close it",
        "NOTADB": "The file was overwritten by something else: restore it from a copy",
        "CORRUPT": "The file is damaged: restore it from a copy",
    }
    code = name.removeprefix("SQLITE_").partition("_")[0]
    return f"{error}. {advice.get(code, 'Save the session under another name')}"


def _not_recorded(path: Path | None, count: int, reason: str) -> LedgerError:
    what = "the label was" if count == 1 else f"{count} labels were"
    return LedgerError(f"{_name_of(path)}: {what} NOT recorded: {reason}, then label again.")


def _cannot_open(path: Path | None, error: sqlite3.Error) -> LedgerError:
    if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
        return LedgerError(
            f"{_name_of(path)} is no ledger of labels: {error}. Choose another file."
        )
    return LedgerError(f"{_name_of(path)} cannot be opened: {_way_out(error)}, then open it again.")


def _cannot_read(path: Path | None, error: sqlite3.Error) -> LedgerError:
    return LedgerError(f"{_name_of(path)} cannot be read: {_way_out(error)}, then open it again.")
