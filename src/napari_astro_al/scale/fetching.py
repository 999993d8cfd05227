"""Whole rows of chosen sources, from wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import ROWS, Catalogue
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.errors import FeatureError
from napari_astro_al.features.columns import read_values
from napari_astro_al.scale.best import Best
from napari_astro_al.scale.parts import Part, Source

ROW = "__row__"
"""Column of the rows' numbers in the catalogue, on their way."""


@dataclass(frozen=True, eq=False)
class Fetching:
    """Reads chosen rows with all columns, as work on a partition.

    Attributes
    ----------
    source : Source
    rows : mapping of int to (n,) int64 ndarray
        Rows within each partition, ascending.
    """

    source: Source
    rows: Mapping[int, npt.NDArray[np.int64]]

    def __call__(self, part: Part) -> Any:
        """A pyarrow Table of the rows of a partition, with the column `ROW`."""
        import pyarrow as pa

        wanted, found = self.rows[part.number], []
        for first, table in self.source.tables(part, None):
            start, stop = np.searchsorted(wanted, [first, first + len(table)])
            rows = wanted[start:stop]
            if len(rows):
                some = table.take(pa.array(rows - first))
                found.append(some.append_column(ROW, pa.array(part.start + rows)))
        return pa.concat_tables(found, promote_options="permissive")


def joined(one: Any, other: Any) -> Any:
    """Rows of both tables."""
    import pyarrow as pa

    return pa.concat_tables([one, other], promote_options="permissive")


def in_order(source: Source, table: Any, seed: int) -> Any:
    """Fetched rows in the order of their hashes, whatever order they came in."""
    import pyarrow as pa

    order = np.argsort(id_hashes(catalogue_of(source, [table]).ids, seed), kind="stable")
    return table.take(pa.array(order)).combine_chunks()


def catalogue_of(source: Source, tables: Sequence[Any]) -> Catalogue:
    """Fetched rows as a catalogue."""
    import pyarrow as pa

    whole = pa.concat_tables(tables, promote_options="permissive").combine_chunks()
    numbers = whole.column(ROW).to_numpy()
    found = source.catalogue(whole.drop_columns([ROW]), 0)
    if source.roles.id is not ROWS:
        return found
    ids = np.array(numbers)
    ids.flags.writeable = False
    return replace(found, ids=ids)


@dataclass(frozen=True, eq=False)
class Finding:
    """Looks for sources by the hashes of their ids, as work on a partition.

    Attributes
    ----------
    source : Source
    wanted : (n,) uint64 ndarray
        Sorted.
    seed : int
    """

    source: Source
    wanted: npt.NDArray[np.uint64]
    seed: int

    def __call__(self, part: Part) -> Best:
        """Those that a partition has."""
        most = max(1, len(self.wanted))
        found = Best.nobody(most)
        for first, chunk in self.source.chunks(part, ()):
            hashes = id_hashes(chunk.ids, self.seed)
            rows = np.flatnonzero(np.isin(hashes, self.wanted))
            found = found.merged(Best.of(most, hashes[rows], part.number, first + rows))
        return found


@dataclass(frozen=True, eq=False)
class LookingForGaps:
    """Which columns have missing values, as work on a partition.

    Attributes
    ----------
    source : Source
    names : tuple of str
        Columns, or elements of array columns.
    sentinels : tuple of float
        Numbers that mean missing.
    """

    source: Source
    names: tuple[str, ...]
    sentinels: tuple[float, ...]

    def __call__(self, part: Part) -> frozenset[str]:
        """Those of a partition."""
        return reduce(frozenset.union, map(self._of, self._chunks(part)), frozenset[str]())

    def _chunks(self, part: Part) -> Iterator[Catalogue]:
        chunks = self.source.chunks(part, self.names, with_ids=False)
        return (as_numbers(chunk, self.names) for _, chunk in chunks)

    def _of(self, chunk: Catalogue) -> frozenset[str]:
        found = []
        for name in self.names:
            try:
                values = read_values(chunk, name, self.sentinels)
            except FeatureError:  # a column of arrays of which one is missing
                found.append(name)
                continue
            if np.isnan(values).any():
                found.append(name)
        return frozenset(found)


def as_numbers(chunk: Catalogue, names: tuple[str, ...]) -> Catalogue:
    """A chunk whose needed columns are numbers also where all cells are missing."""
    empty = [
        name
        for name in names
        if name in chunk.table.columns
        and chunk.table[name].dtype == object
        and bool(chunk.table[name].isna().all())
    ]
    if not empty:
        return chunk
    table = chunk.table.astype(dict.fromkeys(empty, np.float64))
    return replace(chunk, table=table)
