"""Source ids: their hashes, their text, and back.

A source id is a Python int or str. It crosses every boundary (files, layers, the ledger, signals);
row numbers stay inside. Order that must not depend on the order of a file comes from `id_hashes`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.errors import CatalogueError, listing

SourceId = int | str

_BLOCK = 32_768
"""Ids at a time: as many as stay in a processor's cache."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def splitmix64(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """One step of the splitmix64 generator for each value.

    Parameters
    ----------
    values : (n,) uint64 ndarray
        States.

    Returns
    -------
    (n,) uint64 ndarray
        Well-mixed 64-bit numbers; a bijection of the states.

    References
    ----------
    Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA.
    """
    states = np.asarray(values, dtype=np.uint64)
    mixed = np.empty_like(states)
    with np.errstate(over="ignore"):
        for start in range(0, len(states), _BLOCK):
            z = states[start : start + _BLOCK] + _GOLDEN
            z = (z ^ (z >> np.uint64(30))) * _MIX_1
            z = (z ^ (z >> np.uint64(27))) * _MIX_2
            np.bitwise_xor(z, z >> np.uint64(31), out=mixed[start : start + _BLOCK])
    return mixed


def id_hashes(ids: npt.NDArray[Any], seed: int) -> npt.NDArray[np.uint64]:
    """A 64-bit hash of each id that depends on the id and the seed alone.

    Parameters
    ----------
    ids : (n,) ndarray
        int64 or uint64 ids: splitmix64(id xor seed). Strings (dtype object): BLAKE2b with an
        8-byte digest, keyed by the seed, read little-endian.
    seed : int
        Taken modulo 2^64.

    Returns
    -------
    (n,) uint64 ndarray
    """
    key = seed % 2**64
    if ids.dtype.kind in "iu":
        raw = np.ascontiguousarray(ids)
        unsigned = raw.view(np.uint64) if raw.dtype.itemsize == 8 else raw.astype(np.uint64)
        return splitmix64(unsigned ^ np.uint64(key))
    secret = key.to_bytes(8, "little")
    digests = b"".join(
        hashlib.blake2b(str(one).encode(), digest_size=8, key=secret).digest() for one in ids
    )
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def derived_seed(seed: int, *purpose: object) -> int:
    """A seed for one purpose, from the session's seed.

    Parameters
    ----------
    seed : int
        The session's seed.
    *purpose : str or int
        What the random numbers are for; for example ``("query", n_labels)``.

    Returns
    -------
    int
        Below 2^63.
    """
    text = "\x1f".join([str(seed), *map(str, purpose)])
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") >> 1


def as_source_ids(values: Iterable[Any]) -> list[SourceId]:
    """Array elements as plain Python ints and strings."""
    return [int(one) if isinstance(one, (int, np.integer)) else str(one) for one in values]


def as_ids(ids: object) -> list[SourceId]:
    """One id or several, as people give them, as plain Python ints and strings.

    Parameters
    ----------
    ids : int, str, numpy scalar, 0-dimensional array, or iterable of these
        Source ids.

    Returns
    -------
    list of int or str
        In the order given.

    Raises
    ------
    CatalogueError
        Naming everything that cannot be an id: None, a float, a bool, a nested list.
    """
    several = isinstance(ids, Iterable) and not isinstance(ids, (str, bytes))
    if isinstance(ids, np.ndarray) and ids.ndim == 0:
        several = False
    given: list[Any] = list(ids) if several else [ids]  # type: ignore[call-overload]
    taken = [_as_id(one) for one in given]
    strangers = [one for one, read in zip(given, taken, strict=True) if read is None]
    if strangers:
        kinds = (f"{one!r} ({type(one).__name__})" for one in strangers)
        raise CatalogueError(
            f"Source ids are whole numbers or text; these are neither: {listing(kinds)}. Give "
            "one id, or a list of them."
        )
    return [one for one in taken if one is not None]


def _as_id(one: Any) -> SourceId | None:
    if isinstance(one, np.ndarray) and one.ndim == 0:
        one = one.item()
    if isinstance(one, str):
        return str(one)
    if isinstance(one, bool) or not isinstance(one, (int, np.integer)):
        return None
    return int(one)


class IdIndex:
    """Finds rows by id.

    Parameters
    ----------
    ids : (n,) ndarray
        Unique: int64, uint64, or object holding str.
    """

    def __init__(self, ids: npt.NDArray[Any]) -> None:
        self._dtype = ids.dtype
        self._index: pd.Index[Any] = pd.Index(ids)

    def __contains__(self, source: object) -> bool:
        return bool(self.find([source])[0] >= 0)

    def find(self, sources: npt.NDArray[Any] | Sequence[object]) -> npt.NDArray[np.int64]:
        """Row numbers of ids, in the order given.

        Parameters
        ----------
        sources : ndarray or sequence
            Ids. A whole number never finds text, nor a float or bool anything.

        Returns
        -------
        (n,) int64 ndarray
            -1 where there is no such id.
        """
        whole = self._dtype.kind in "iu"
        if whole and isinstance(sources, np.ndarray) and sources.dtype == self._dtype:
            return np.asarray(self._index.get_indexer(pd.Index(sources)), dtype=np.int64)
        places = [place for place, one in enumerate(sources) if self._may_hold(one)]
        rows = np.full(len(sources), -1, dtype=np.int64)
        if len(places) == 1:
            with suppress(KeyError):
                where: Any = self._index.get_loc(sources[places[0]])
                rows[places] = where
        elif places:
            keys = np.empty(len(places), dtype=self._dtype)
            keys[:] = [sources[place] for place in places]
            rows[places] = self._index.get_indexer(pd.Index(keys))
        return rows

    def _may_hold(self, source: object) -> bool:
        if self._dtype.kind not in "iu":
            return isinstance(source, str)
        if isinstance(source, bool) or not isinstance(source, (int, np.integer)):
            return False
        limits = np.iinfo(self._dtype)
        return int(limits.min) <= int(source) <= int(limits.max)
