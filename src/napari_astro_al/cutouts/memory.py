"""A bounded memory of what was used lately."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import RLock
from typing import Generic, TypeVar

T = TypeVar("T")


class ByteCache(Generic[T]):
    """Things by key, the least recently used forgotten first; safe between threads.

    Parameters
    ----------
    most_bytes : int
        What may be kept in all. A single thing larger than this is not kept.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._entries: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._bytes = 0
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def nbytes(self) -> int:
        """What is kept now, in bytes."""
        return self._bytes

    def get(self, key: Hashable) -> T | None:
        """What is kept under a key, which thereby becomes the last to be forgotten."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def put(self, key: Hashable, thing: T, nbytes: int) -> None:
        """Keep something; what was kept under the key is replaced."""
        with self._lock:
            self._forget(key)
            if nbytes > self.most_bytes:
                return
            self._entries[key] = (thing, nbytes)
            self._bytes += nbytes
            while self._bytes > self.most_bytes:
                self._forget(next(iter(self._entries)))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _forget(self, key: Hashable) -> None:
        if key in self._entries:
            self._bytes -= self._entries.pop(key)[1]
