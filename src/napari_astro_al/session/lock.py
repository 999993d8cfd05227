"""One session a folder: a program that has a session open keeps others from opening it as well.

Labels would survive two at once, for the ledger takes them from many. Recipes, models and what is
on show would not: each would write its own over the other's.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from weakref import WeakValueDictionary, finalize

from napari_astro_al.annotation import Ledger
from napari_astro_al.errors import SessionError

NAME = "session.lock"
_UNWRITABLE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
_held: WeakValueDictionary[Path, FolderLock] = WeakValueDictionary()
"""The locks of this process, by file."""


class NotAlone(SessionError):
    """A session's folder cannot be had for this program alone, but may well be read."""


class FolderLock:
    """A session folder held by this process, until it is released, collected, or the process ends.

    Parameters
    ----------
    folder : Path
        The session's folder.

    Attributes
    ----------
    ledger : Ledger or None
        The ledger that is open under the lock.

    Raises
    ------
    NotAlone
        If the session is open in another program, or the folder cannot be written to.
    SessionError
        If it cannot be locked otherwise.

    Notes
    -----
    Within one program the newest holder counts: the ledger of the one before is closed, so that it
    can neither record nor write any more. A notebook's cell can thus be run again.

    The lock is SQLite's own exclusive lock on an empty file, the same as the ledger relies on, on
    every system. The operating system ends it with the process, so that a crash leaves nothing to
    clear away and no process or host has to be named in the file.
    """

    def __init__(self, folder: Path) -> None:
        self.ledger: Ledger | None = None
        file = (folder / NAME).resolve()
        before = _held.get(file)
        if before is not None:
            before._hand_over()
        self.release = finalize(self, _locked(file).close)
        _held[file] = self

    def _hand_over(self) -> None:
        if self.ledger is not None:
            self.ledger.close()
        self.release()


def _locked(file: Path) -> sqlite3.Connection:
    """A connection that holds the lock."""
    try:
        connection = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise _cannot_lock(file, error) from error
    try:
        connection.execute("PRAGMA journal_mode = MEMORY")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise NotAlone(
                f"{file.parent} is open already, in another program. Close it there, with "
                "session.close() or its window, then open it again; two at once would overwrite "
                "each other's recipes."
            ) from None
        raise _cannot_lock(file, error) from error
    return connection


def _cannot_lock(file: Path, error: sqlite3.Error) -> SessionError:
    kind = NotAlone if error.sqlite_errorcode & 0xFF in _UNWRITABLE else SessionError
    return kind(
        f"{file.parent} cannot be opened for one program alone: {error}. Make the folder writable, "
        f"or remove {file.name} if it is damaged; it holds nothing."
    )
