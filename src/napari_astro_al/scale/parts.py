"""Partitions of a catalogue on disk: the row groups of its Parquet files."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import ROWS, Catalogue, Roles
from napari_astro_al.catalogue.arrow_tables import arrow_parts
from napari_astro_al.catalogue.identity import make_ids
from napari_astro_al.catalogue.labels import label_text
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.row_streams import column_of
from napari_astro_al.errors import AstroALError, CatalogueError
from napari_astro_al.scale.stores import opened

CHUNK = 131_072
"""Rows that are in memory at a time, of each partition that is being read."""


@dataclass(frozen=True)
class Part:
    """One partition: a row group of a Parquet file, or a file of a HATS catalogue.

    Attributes
    ----------
    number : int
        Its place among the partitions.
    path : Path
        The file.
    row_group : int or None
        Which one of the file; None for all of them, as of a HATS catalogue.
    start : int
        How many rows lie before it in the catalogue.
    n_rows : int
    """

    number: int
    path: Path
    row_group: int | None
    start: int
    n_rows: int

    def __str__(self) -> str:
        group = "" if self.row_group is None else f", row group {self.row_group}"
        return f"{self.path.name}{group}"


@dataclass(frozen=True)
class Source:
    """How the rows of partitions become sources; travels to workers.

    Attributes
    ----------
    name : str
        Of the catalogue.
    roles : Roles
    columns : tuple of str
        Top-level columns of the files, in order.
    """

    name: str
    roles: Roles
    columns: tuple[str, ...]

    def chunks(
        self, part: Part, names: Iterable[str] | None, *, with_ids: bool = True
    ) -> Iterator[tuple[int, Catalogue]]:
        """The sources of a partition, some rows at a time.

        Parameters
        ----------
        part : Part
        names : iterable of str or None
            Columns to read beside those of id and label; None reads all.
        with_ids : bool
            False numbers the rows, where nobody asks who they are.

        Yields
        ------
        first : int
            Row of the partition that the chunk begins with.
        chunk : Catalogue

        Raises
        ------
        CatalogueError
            Naming the partition, if it cannot be read.
        """
        for first, table in self.tables(part, names):
            try:
                yield first, self.catalogue(table, part.start + first, with_ids=with_ids)
            except CatalogueError as error:
                raise CatalogueError(f"{part} of {self.name!r}: {error}") from error

    def tables(self, part: Part, names: Iterable[str] | None) -> Iterator[tuple[int, Any]]:
        """As `chunks`, as pyarrow Tables."""
        import pyarrow as pa
        import pyarrow.parquet

        read = None if names is None else self._read_for(names)
        first = 0
        try:
            with (
                opened(part.path) as stream,
                pyarrow.parquet.ParquetFile(stream, pre_buffer=False) as file,
            ):
                metadata = file.schema_arrow.metadata
                groups = None if part.row_group is None else [part.row_group]
                for batch in file.iter_batches(
                    CHUNK, row_groups=groups, columns=read, use_threads=False
                ):
                    schema = batch.schema.with_metadata(metadata)
                    table = pa.Table.from_batches([batch], schema)
                    table.validate(full=True)
                    yield first, table
                    first += len(table)
        except (OSError, pa.ArrowException) as error:
            raise unreadable(self.name, [(str(part), error)]) from error

    def catalogue(self, table: Any, first: int, *, with_ids: bool = True) -> Catalogue:
        """Rows of a pyarrow Table as a catalogue with the known roles."""
        raw = raw_table(table, self.name)
        ids: npt.NDArray[Any] = np.arange(first, first + len(raw), dtype=np.int64)
        if with_ids and self.roles.id is not ROWS:
            ids = make_ids(raw, self.roles.id)
        return Catalogue(
            table=raw.frame,
            ids=ids,
            roles=self.roles,
            columns=MappingProxyType(dict(raw.columns)),
            arrays=MappingProxyType(dict(raw.arrays)),
            name=self.name,
        )

    def label_codes(self, chunk: Catalogue) -> tuple[npt.NDArray[np.int64], list[str]]:
        """Labels of the label column as codes into a list, -1 where there is none."""
        if self.roles.label is None:
            return np.full(len(chunk), -1, dtype=np.int64), []
        codes, values = pd.factorize(chunk.column(self.roles.label))
        texts = [label_text(one) for one in values]
        kept = [text not in self.roles.unknown for text in texts]
        place = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)
        return place[codes], [text for text, keep in zip(texts, kept, strict=True) if keep]

    @property
    def own_columns(self) -> tuple[str, ...]:
        """Columns of id and label."""
        role = self.roles.id
        names = () if role is ROWS else role if isinstance(role, tuple) else (role,)
        return names if self.roles.label is None else (*names, self.roles.label)

    def _read_for(self, names: Iterable[str]) -> list[str]:
        tops = set(self.columns)
        wanted = {self._top(name, tops) for name in (*names, *self.own_columns)}
        wanted |= {f"{name}.mask" for name in wanted}  # as astropy writes gaps
        return [name for name in self.columns if name in wanted]

    def _top(self, name: str, tops: set[str]) -> str:
        found = column_of(name, tops)
        if found is not None:
            return found
        outer = name.split(".")[0]  # a field of a struct
        if outer in tops:
            return outer
        raise CatalogueError(f"{self.name!r} has no column {name!r}.")


def raw_table(table: Any, name: str) -> RawTable:
    """A pyarrow Table as columns; those that cannot be taken were told of on opening."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return arrow_parts(table, name).done(name=name)


class UnreadablePartitions(CatalogueError):
    """Some partitions cannot be read; they may be left out, if somebody wants that."""


def unreadable(name: str, failures: list[tuple[str, Exception]]) -> UnreadablePartitions:
    """The error that names partitions, and what stands in the way of each."""
    told = "; ".join(
        f"{part} ({error if isinstance(error, AstroALError) else _reason(error)})"
        for part, error in failures[:8]
    )
    more = f" and {len(failures) - 8} more" if len(failures) > 8 else ""
    return UnreadablePartitions(
        f"Partitions of {name!r} cannot be read: {told}{more}. Restore the files; or leave "
        "these sources out of all that follows: PartitionedCatalogue.open(..., "
        "skip_unreadable=True)."
    )


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"
