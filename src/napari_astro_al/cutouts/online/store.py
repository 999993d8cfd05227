"""What was fetched, on disk: each body once, under the digest of its content."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

MOST_BYTES = 2 * 2**30
"""The store's size by default."""
KEEP = 0.9
"""Share of the size that is left when the oldest goes."""
TOUCH = 3600.0
"""Seconds until a use is written down again."""
PATIENCE = 10.0
"""Seconds to wait for another process that writes."""

_LAYOUT = """
create table if not exists bodies (digest blob primary key, body blob not null);
create table if not exists addresses (
    url text primary key, digest blob not null, n_bytes integer not null,
    fetched real not null, used real not null
);
create index if not exists by_use on addresses (used);
create index if not exists by_digest on addresses (digest);
"""


class Store:
    """Bodies by address, the least recently used given up first.

    Several threads and processes may use one file. A body whose content does not have its digest
    any more is not given back.

    Parameters
    ----------
    path : Path
        The file; it and its folder are made when something is first put in.
    most_bytes : int
        Of all bodies.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self.most_bytes = most_bytes

    def __contains__(self, url: object) -> bool:
        return self.get(str(url)) is not None

    def __len__(self) -> int:
        return self._number("select count(*) from addresses")

    @property
    def nbytes(self) -> int:
        """Of all bodies."""
        return self._number("select coalesce(sum(length(body)), 0) from bodies")

    def get(self, url: str) -> bytes | None:
        """What an address gave, or None."""
        if not self.path.exists():
            return None
        with suppress(sqlite3.OperationalError), self._open() as db:
            found = db.execute(
                "select body, bodies.digest, used from addresses join bodies using (digest)"
                " where url = ?",
                (url,),
            ).fetchone()
            if found is None:
                return None
            body, digest, used = found
            if _digest(body) != digest:
                _forget(db, [url])
                return None
            now = time.time()
            if abs(now - used) > TOUCH:
                # what cannot be written just now is read all the same
                with suppress(sqlite3.OperationalError):
                    db.execute("update addresses set used = ? where url = ?", (now, url))
            return bytes(body)
        return None

    def put(self, url: str, body: bytes) -> None:
        """Keep what an address gave; more than fits, or a disk that is full, is not kept."""
        if len(body) > self.most_bytes:
            return
        digest, now = _digest(body), time.time()
        with suppress(sqlite3.OperationalError, OSError), self._open() as db:
            db.execute("insert or replace into bodies values (?, ?)", (digest, body))
            db.execute(
                "insert or replace into addresses values (?, ?, ?, ?, ?)",
                (url, digest, len(body), now, now),
            )
            self._make_room(db)

    def clear(self) -> None:
        """Forget everything."""
        if self.path.exists():
            with self._open() as db:
                db.execute("delete from addresses")
                db.execute("delete from bodies")

    def _make_room(self, db: sqlite3.Connection) -> None:
        total = db.execute("select coalesce(sum(n_bytes), 0) from addresses").fetchone()[0]
        if total <= self.most_bytes:
            return
        gone = []
        for url, n_bytes in db.execute("select url, n_bytes from addresses order by used, fetched"):
            if total <= KEEP * self.most_bytes:
                break
            gone.append(url)
            total -= n_bytes
        _forget(db, gone)

    def _number(self, query: str) -> int:
        if not self.path.exists():
            return 0
        with self._open() as db:
            return int(db.execute(query).fetchone()[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one transaction; a file that is no store is put aside."""
        try:
            with self._connection() as db:
                yield db
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            with suppress(OSError):  # another may have done it already
                self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
            raise sqlite3.OperationalError("the store was damaged") from None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # no write-ahead log: home folders are often on network disks, where it does not work
        with closing(sqlite3.connect(self.path, timeout=PATIENCE)) as db:
            db.executescript(_LAYOUT)
            with db:
                yield db


def _forget(db: sqlite3.Connection, urls: list[str]) -> None:
    db.executemany("delete from addresses where url = ?", [(url,) for url in urls])
    db.execute("delete from bodies where digest not in (select digest from addresses)")


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=20).digest()
