"""The SQLite file under a ledger: opening it, its schema, and its troubles in words."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from napari_astro_al.annotation.events import LABEL
from napari_astro_al.errors import LedgerError
from napari_astro_al.home import flush_folder

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
_WAIT_FOR_LOCK = 2.0  # seconds
_ADVICE = {
    "FULL": "Free some space",
    "IOERR": "Check that the disk is connected, healthy and not full",
    "READONLY": "Make the file and its folder writable",
    "CANTOPEN": "Check that its folder exists and that you may write there",
    "BUSY": "Another program is writing to the file: close it",
    "LOCKED": "Another program is writing to the file: close it",
    "NOTADB": "The file was overwritten by something else: restore it from a copy",
    "CORRUPT": "The file is damaged: restore it from a copy",
}


def open_store(path: Path | None, id_kind: str | None) -> sqlite3.Connection:
    """Open the file of a ledger, with every commit durable; create it where there is none.

    Parameters
    ----------
    path : Path or None
        The file; None for memory.
    id_kind : str or None
        Kind of the catalogue's ids, recorded in a new file and compared in one that has it.

    Returns
    -------
    sqlite3.Connection
        In autocommit mode, for use from any thread. Nothing was written to a file that was there:
        whoever opens it may still refuse it. `use_log` and `record_id_kind` belong before and
        into the first transaction.

    Raises
    ------
    LedgerError
        If the file cannot be opened, is no ledger, was written by a newer version, or holds
        another kind of ids.
    """
    if path is not None:
        _let_the_log_be_written(path)
    try:
        connection = sqlite3.connect(
            ":memory:" if path is None else os.fspath(path),
            timeout=_WAIT_FOR_LOCK,
            isolation_level=None,
            check_same_thread=False,
        )
    except sqlite3.Error as error:
        raise cannot_open(path, error) from error
    try:
        _prepare(connection, name_of(path), id_kind)
        if path is not None:
            flush_folder(path.parent)
    except sqlite3.Error as error:
        connection.close()
        raise cannot_open(path, error) from error
    except BaseException:
        connection.close()
        raise
    return connection


def open_for_reading(path: Path, id_kind: str | None) -> sqlite3.Connection:
    """Open the file of a ledger without ever writing to it, also where nobody may write.

    Parameters
    ----------
    path : Path
        The file. Another program may write to it meanwhile.
    id_kind : str or None
        Kind of the catalogue's ids, compared where the ledger has one.

    Raises
    ------
    LedgerError
        As `open_store`; also if there is no file.
    """
    try:
        try:
            connection = _connection_for_reading(f"{path.as_uri()}?mode=ro")
        except sqlite3.Error as error:
            if not path.exists() or _code(error) not in ("CANTOPEN", "READONLY"):
                raise
            connection = _without_help_from_the_folder(path)
    except (sqlite3.Error, OSError) as error:
        raise cannot_open(path, error) from error
    try:
        _check_tables(connection, name_of(path))
        if id_kind is not None:
            _check_id_kind(connection, name_of(path), id_kind)
    except BaseException:
        connection.close()
        raise
    return connection


def _connection_for_reading(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, timeout=_WAIT_FOR_LOCK, isolation_level=None, check_same_thread=False, uri=True
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _without_help_from_the_folder(path: Path) -> sqlite3.Connection:
    """A connection where SQLite may not put the index of its log beside the file.

    Nobody writes in such a folder. Events that are in the log alone are read from a copy.
    """
    log = path.with_name(f"{path.name}-wal")
    if not log.exists() or not log.stat().st_size:
        return _connection_for_reading(f"{path.as_uri()}?mode=ro&immutable=1")
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(log.name))
        with closing(sqlite3.connect(copy)) as whole:
            whole.backup(memory)
    return memory


def takes_writes(connection: sqlite3.Connection) -> bool:
    """Whether the file may be written to; True where another program is writing just now."""
    try:
        connection.execute("DELETE FROM meta WHERE 0")
    except sqlite3.Error as error:
        return _code(error) not in ("READONLY", "CANTOPEN", "PERM")
    return True


def _let_the_log_be_written(path: Path) -> None:
    """Make SQLite's files beside a ledger as writable as the ledger itself.

    SQLite gives them its mode when it makes them, and where it reads a file that may not be written
    to, it leaves them behind, so that the ledger could not be written to any more.
    """
    with suppress(OSError):
        mode = stat.S_IMODE(path.stat().st_mode)
        for suffix in ("-wal", "-shm"):
            beside = path.with_name(path.name + suffix)
            if beside.exists() and mode & ~stat.S_IMODE(beside.stat().st_mode):
                beside.chmod(mode)


def file_marks(path: Path | None) -> tuple[tuple[int, int] | None, ...]:
    """Device and inode of the database and of its write-ahead log, None for one not there.

    They change when the file is moved, removed or replaced, which SQLite does not notice.
    """
    if path is None:
        return ()
    return _mark(os.fspath(path)), _mark(f"{path}-wal")


def roll_back(connection: sqlite3.Connection) -> None:
    """End an open transaction without effect; no error if SQLite has done so already."""
    with suppress(sqlite3.Error):
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def name_of(path: Path | None) -> str:
    """What to call a ledger at the start of a message."""
    return "The ledger in memory" if path is None else str(path)


def way_out(error: Exception) -> str:
    """What SQLite says and what a person can do about it, without a full stop."""
    return f"{error}. {_ADVICE.get(_code(error), 'Save the session under another name')}"


def _code(error: Exception) -> str:
    name: str = getattr(error, "sqlite_errorname", "")
    return name.removeprefix("SQLITE_").partition("_")[0]


def not_recorded(path: Path | None, items: Sequence[tuple[str, str]], reason: str) -> LedgerError:
    """The error for events, given as kind and payload, that are not in the file."""
    noun = "label" if all(kind == LABEL for kind, _ in items) else "event"
    what = f"the {noun} was" if len(items) == 1 else f"{len(items)} {noun}s were"
    return LedgerError(f"{name_of(path)}: {what} NOT recorded: {reason}, then try again.")


def cannot_open(path: Path | None, error: Exception) -> LedgerError:
    """The error for a file that does not open as a ledger."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_NOTADB":
        return LedgerError(f"{name_of(path)} is no ledger of labels: {error}. Choose another file.")
    return LedgerError(f"{name_of(path)} cannot be opened: {way_out(error)}, then open it again.")


def cannot_read(path: Path | None, error: sqlite3.Error) -> LedgerError:
    """The error for a ledger that fails while it is read."""
    return LedgerError(f"{name_of(path)} cannot be read: {way_out(error)}, then open it again.")


def use_log(connection: sqlite3.Connection) -> None:
    """Have commits go to a write-ahead log, which the file remembers."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # makes the log


def record_id_kind(connection: sqlite3.Connection, path: Path | None, id_kind: str) -> None:
    """Say in a ledger what kind of ids it is about, within a transaction that records events.

    Raises
    ------
    LedgerError
        If another program has said otherwise since it was opened.
    """
    connection.execute("INSERT OR IGNORE INTO meta VALUES ('id_kind', ?)", (id_kind,))
    _check_id_kind(connection, name_of(path), id_kind)


def _prepare(connection: sqlite3.Connection, name: str, id_kind: str | None) -> None:
    run = connection.execute
    run("PRAGMA synchronous = FULL")
    run("PRAGMA fullfsync = ON")
    if not run("SELECT name FROM sqlite_master WHERE type = 'table'").fetchone():
        use_log(connection)
        _create(connection, id_kind)
    _check_tables(connection, name)
    if id_kind is not None:
        _check_id_kind(connection, name, id_kind)


def _create(connection: sqlite3.Connection, id_kind: str | None) -> None:
    run = connection.execute
    run("BEGIN IMMEDIATE")
    try:
        if not run("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            for statement in _SCHEMA:
                run(statement)
            run("INSERT INTO meta VALUES ('schema', ?)", (str(SCHEMA_VERSION),))
            if id_kind is not None:
                run("INSERT INTO meta VALUES ('id_kind', ?)", (id_kind,))
        run("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def _check_tables(connection: sqlite3.Connection, name: str) -> None:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    if not {"meta", "events"} <= {table for (table,) in found}:
        raise LedgerError(
            f"{name} is an SQLite database but no ledger of labels. Choose another file."
        )
    _check_version(connection, name)


def _check_version(connection: sqlite3.Connection, name: str) -> None:
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    version = int(row[0]) if row and str(row[0]).isdecimal() else 0
    if version > SCHEMA_VERSION:
        raise LedgerError(
            f"{name} was written by a newer napari-astro-al (ledger version {version}; this one "
            f"reads up to {SCHEMA_VERSION}). Update napari-astro-al to open it."
        )
    if version < 1:
        raise LedgerError(
            f"{name} does not say which version of the ledger it is. It is no ledger of labels, "
            "or damaged: choose another file or restore it from a copy."
        )


def _check_id_kind(connection: sqlite3.Connection, name: str, id_kind: str) -> None:
    row = connection.execute("SELECT value FROM meta WHERE key = 'id_kind'").fetchone()
    if row is not None and row[0] != id_kind:
        raise LedgerError(
            f"{name} holds labels of sources whose ids are {row[0]}; the catalogue's ids are "
            f"{id_kind}. Open it with the catalogue it was made with, or read the id column as it "
            "was read then."
        )


def _mark(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - run for every label
    except OSError:
        return None
    return found.st_dev, found.st_ino
