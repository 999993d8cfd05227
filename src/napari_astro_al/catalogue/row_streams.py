"""A catalogue's file some rows at a time, for catalogues larger than memory.

Parquet, uncompressed FITS and large plain CSV are read as they lie on disk. Other formats have to
be read as a whole to know what their columns are; their rows are then given out in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from napari_astro_al.catalogue.arrays import ArrayColumn
from napari_astro_al.catalogue.naming import near_names
from napari_astro_al.catalogue.opening import Format, format_of, opened
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.reading import read_table
from napari_astro_al.catalogue.text_streams import text_rows
from napari_astro_al.errors import AstroALError, CatalogueError, listing


class RowStream(Protocol):
    """Rows of a table.

    Attributes
    ----------
    names : list of str
        Of its columns.
    """

    names: list[str]

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def chunks(self, names: Sequence[str], size: int) -> Iterator[RawTable]:
        """Some columns of all rows, a number of rows at a time; as often as one likes."""
        ...


@contextmanager
def row_stream(path: Path, table: str | int | None = None) -> Iterator[RowStream]:
    """Open a catalogue's file to go through its rows.

    Parameters
    ----------
    path : Path
    table : str or int, optional
        Which table of the file, as for `Catalogue.read`.

    Raises
    ------
    CatalogueError
        If the file is missing, damaged, or holds no table.
    """
    path = path.expanduser()
    with ExitStack() as stack:
        with _failures_named(path):
            rows = stack.enter_context(_opened(path, table))
        yield rows


@contextmanager
def _opened(path: Path, table: str | int | None) -> Iterator[RowStream]:
    with opened(path) as file:
        kind = format_of(file, path)
        packed = getattr(file, "name", None) != str(path)
    if kind is Format.PARQUET and not packed:
        with _parquet(path) as rows:
            yield rows
    elif kind is Format.FITS and not packed:
        with _fits(path, table) as rows:
            yield rows
    else:
        plain = kind is Format.TEXT and not packed and table is None
        yield (text_rows(path) if plain else None) or _Whole(read_table(path, table))


@contextmanager
def _failures_named(path: Path) -> Iterator[None]:
    try:
        yield
    except AstroALError:
        raise
    except Exception as error:
        raise CatalogueError(
            f"{path.name} cannot be read: {type(error).__name__}: {error}. The file may be "
            "damaged or cut short; open it with another program to compare."
        ) from error


def check_names(rows: RowStream, wanted: Iterable[str], what: str, where: str) -> None:
    """Refuse a table without some columns.

    Parameters
    ----------
    rows : RowStream
    wanted : iterable of str
        Columns, or elements of array columns such as ``flux[3]``.
    what : str
        What needs them: "The model".
    where : str
        The table.

    Raises
    ------
    CatalogueError
        Naming every column that is missing, and near names.
    """
    known = set(rows.names)
    gone = [name for name in wanted if name not in known and column_of(name, known) is None]
    if gone:
        near = near_names(gone[0], rows.names)
        raise CatalogueError(
            f"{what} needs the columns {listing(gone, most=20)}, which {where} does not have. "
            f"{near}"
        )


def column_of(name: str, known: Iterable[str]) -> str | None:
    """The array column of which a name is an element; the column itself; None for neither."""
    if name in known:
        return name
    column, bracket, _ = name.rpartition("[")
    return column if bracket and column in known else None


class _Whole:
    """A table that had to be read as a whole."""

    def __init__(self, raw: RawTable) -> None:
        self._raw = raw
        self.names = [str(name) for name in raw.names]

    def __len__(self) -> int:
        return len(self._raw)

    def chunks(self, names: Sequence[str], size: int) -> Iterator[RawTable]:
        scalars = [name for name in names if name in self._raw.frame.columns]
        arrays = [name for name in names if name in self._raw.arrays]
        for start in range(0, len(self), size):
            stop = min(start + size, len(self))
            yield RawTable(
                self._raw.frame[scalars].iloc[start:stop].reset_index(drop=True),
                {name: one for name, one in self._raw.columns.items() if name in names},
                {name: _some(self._raw.arrays[name], start, stop) for name in arrays},
                self._raw.name,
                self._raw.path,
            )


def _some(array: ArrayColumn, start: int, stop: int) -> ArrayColumn:
    if isinstance(array, np.ndarray):
        part: ArrayColumn = array[start:stop]
        return part
    return np.array([array[row] for row in range(start, stop)], dtype=array.dtype)


@contextmanager
def _parquet(path: Path) -> Iterator[RowStream]:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path, pre_buffer=False) as file:
        yield _Parquet(file, path)


class _Parquet:
    def __init__(self, file: Any, path: Path) -> None:
        self._file, self._path = file, path
        self._top = [str(name) for name in file.schema_arrow.names]
        self.names = list(self._top)

    def __len__(self) -> int:
        return int(self._file.metadata.num_rows)

    def chunks(self, names: Sequence[str], size: int) -> Iterator[RawTable]:
        import pyarrow as pa

        from napari_astro_al.catalogue.arrow_tables import arrow_parts

        masks = [f"{name}.mask" for name in names if f"{name}.mask" in self._top]
        read = [name for name in self._top if name in {*names, *masks}]
        for batch in self._file.iter_batches(size, columns=read, use_threads=False):
            table = pa.Table.from_batches([batch], self._schema(batch))
            table.validate(full=True)
            yield arrow_parts(table, self._path.name).done(name=self._path.stem, path=self._path)

    def _schema(self, batch: Any) -> Any:
        return batch.schema.with_metadata(self._file.schema_arrow.metadata)


@contextmanager
def _fits(path: Path, table: str | int | None) -> Iterator[RowStream]:
    from astropy.io import fits

    from napari_astro_al.catalogue.fits_tables import chosen_hdu

    with fits.open(path, memmap=True) as hdus:
        hdu = chosen_hdu(hdus, path, table)
        yield _Fits(path, hdu, hdus.index_of(hdu))


class _Fits:
    def __init__(self, path: Path, hdu: Any, number: int) -> None:
        self._path, self._number = path, number
        self._n_rows = int(hdu.header["NAXIS2"])
        self.names = [str(name) for name in hdu.columns.names]

    def __len__(self) -> int:
        return self._n_rows

    def chunks(self, names: Sequence[str], size: int) -> Iterator[RawTable]:
        from astropy.io import fits

        from napari_astro_al.catalogue.fits_tables import hdu_parts

        for start in range(0, self._n_rows, size):
            rows = slice(start, min(start + size, self._n_rows))
            # opened anew for each chunk: pages of a mapping that stays open count as memory
            with _failures_named(self._path), fits.open(self._path, memmap=True) as hdus:
                parts = hdu_parts(hdus[self._number], self._path.name, rows, set(names))
                raw = parts.done(name=self._path.stem, path=self._path)
            yield raw
