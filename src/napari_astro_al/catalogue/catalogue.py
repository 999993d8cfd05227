"""The catalogue: a table whose columns have roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.arrays import ArrayColumn
from napari_astro_al.catalogue.ids import IdIndex, SourceId, as_ids, as_source_ids, id_hashes
from napari_astro_al.catalogue.naming import near_names
from napari_astro_al.catalogue.provenance import DataOrigin
from napari_astro_al.catalogue.roles import AboutColumns, Column, IdRole, Roles
from napari_astro_al.errors import CatalogueError, listing

if TYPE_CHECKING:
    from os import PathLike

    from napari_astro_al.catalogue.joining import On
    from napari_astro_al.catalogue.parts import CellTexts


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """Sources, one a row, with unique ids and columns that have roles.

    Made by `Catalogue.read` or `Catalogue.from_table`; never changed. The sources' order is that
    of the file. Row numbers are private to the package: everything that leaves it goes by id.

    Attributes
    ----------
    table : pandas.DataFrame
        All scalar columns, with a ``RangeIndex``. Not to be modified.
    ids : (n_sources,) ndarray
        Unique ids: int64, uint64, or object holding str. Read-only.
    roles : Roles
        Which column is what.
    columns : mapping of str to Column
        Unit, description and UCD of each column that has any.
    arrays : mapping of str to ArrayColumn
        Columns with an array a source, by name: first axis the sources.
    name : str
        For titles; from the file's name.
    path : Path or None
        The file it was read from; absolute.
    table_key : str, int or None
        Which table of the file it is, as it was asked for; None for the first one.
    expanded : tuple of str
        Array columns whose elements were made columns.
    note : str
        Something that must be said wherever the catalogue is shown ("simulated"); else empty.
    suggested_classes : tuple of str
        Classes that a session may offer where there are no labels; else empty.
    texts : CellTexts or None
        Reads a column of a text file again as text, so that ids keep their digits.
    origin : DataOrigin or None
        The service it came from and what that was asked, where the file says so.
    """

    table: pd.DataFrame
    ids: npt.NDArray[Any]
    roles: Roles
    columns: Mapping[str, Column] = field(default_factory=lambda: MappingProxyType({}))
    arrays: Mapping[str, ArrayColumn] = field(default_factory=lambda: MappingProxyType({}))
    name: str = "catalogue"
    path: Path | None = None
    table_key: str | int | None = None
    expanded: tuple[str, ...] = ()
    note: str = ""
    suggested_classes: tuple[str, ...] = ()
    texts: CellTexts | None = None
    origin: DataOrigin | None = None

    @classmethod
    def read(
        cls,
        path: str | PathLike[str],
        *,
        id: IdRole | list[str] | None = None,
        label: str | None = None,
        ra: str | None = None,
        dec: str | None = None,
        info: Sequence[str] = (),
        images: Sequence[str] | None = None,
        unknown: Sequence[object] | None = None,
        label_use: str = "reference",
        table: str | int | None = None,
        expand: Sequence[str] = (),
        guess: bool = True,
    ) -> Catalogue:
        """Read a table file.

        FITS (any table extension), VOTable, ECSV, CSV, TSV, Parquet, Feather, HDF5 and structured
        .npy are told apart by content first and by suffix second; gzip, bzip2, xz and zip are
        opened on the way.

        Parameters
        ----------
        path : path-like
            The file.
        id, label, ra, dec : optional
            Columns for these roles; guessed from UCDs, then names, where not given. For `id` a list
            of columns is joined by "-", and `ROWS` numbers the rows.
        info : sequence of str
            Columns to show for the current source; all where empty.
        images : sequence of str, optional
            Columns of image paths, URLs or arrays; guessed where not given.
        unknown : sequence, optional
            Values of the label column that mean "not known", beside missing and blank cells;
            guessed where not given.
        label_use : {"reference", "train"}
            Whether column labels may train (see `Roles`).
        table : str or int, optional
            Which table of the file, by name or number; the first one by default.
        expand : sequence of str
            Array columns whose elements become columns ``name[0]``, ``name[1]``, ...
        guess : bool
            False leaves roles that are not given empty.

        Raises
        ------
        CatalogueError
            If the file holds no table, or ids or labels cannot be used; the message names the
            column and the way out.
        """
        from napari_astro_al.catalogue.assemble import assemble
        from napari_astro_al.catalogue.reading import read_table

        raw = read_table(Path(path).expanduser().absolute(), table=table)
        catalogue = assemble(
            raw,
            id=id,
            label=label,
            ra=ra,
            dec=dec,
            info=info,
            images=images,
            unknown=unknown,
            label_use=label_use,
            expand=expand,
            guess=guess,
        )
        return replace(catalogue, table_key=table if isinstance(table, str | None) else int(table))

    @classmethod
    def from_table(
        cls,
        table: Any,
        *,
        id: IdRole | list[str] | None = None,
        label: str | None = None,
        ra: str | None = None,
        dec: str | None = None,
        info: Sequence[str] = (),
        images: Sequence[str] | None = None,
        unknown: Sequence[object] | None = None,
        label_use: str = "reference",
        expand: Sequence[str] = (),
        guess: bool = True,
        arrays: Mapping[str, ArrayColumn] | None = None,
        columns: Mapping[str, Column] | None = None,
        name: str = "catalogue",
        path: Path | None = None,
        note: str = "",
        suggested_classes: Sequence[str] = (),
    ) -> Catalogue:
        """Take a table that is in memory.

        Parameters
        ----------
        table : pandas.DataFrame, astropy.table.Table, pyarrow.Table or structured ndarray
            The sources, one a row. Copied where it must be changed, never modified.
        arrays : mapping, optional
            Further columns with an array a source.
        columns : mapping, optional
            Units, descriptions and UCDs beside those that the table has itself.
        name, path, note, suggested_classes
            As the attributes.

        Other parameters are those of `read`.

        Raises
        ------
        CatalogueError
        """
        from napari_astro_al.catalogue.assemble import assemble
        from napari_astro_al.catalogue.tables import take_table

        raw = take_table(table, name=name, path=path, columns=columns, arrays=arrays)
        catalogue = assemble(
            raw,
            id=id,
            label=label,
            ra=ra,
            dec=dec,
            info=info,
            images=images,
            unknown=unknown,
            label_use=label_use,
            expand=expand,
            guess=guess,
        )
        return replace(catalogue, note=note, suggested_classes=tuple(suggested_classes))

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        roles = self.roles
        return (
            f"<Catalogue {self.name!r}: {len(self):,} sources, {self.table.shape[1]} columns, "
            f"id={roles.id!r}, label={roles.label!r}, ra={roles.ra!r}, dec={roles.dec!r}>"
        )

    def __contains__(self, source: object) -> bool:
        return source in self._index

    @cached_property
    def _index(self) -> IdIndex:
        return IdIndex(self.ids)

    def rows_of(self, sources: SourceId | Iterable[SourceId]) -> npt.NDArray[np.int64]:
        """Row numbers of sources, in the order given.

        Parameters
        ----------
        sources : int, str, or iterable of them

        Returns
        -------
        (n,) int64 ndarray

        Raises
        ------
        CatalogueError
            Naming every id that is not in the catalogue, or that cannot be an id.
        """
        own = isinstance(sources, np.ndarray) and sources.ndim == 1 and sources.dtype.kind in "iu"
        wanted: Any = sources if own else as_ids(sources)
        rows = self._index.find(wanted)
        if (rows < 0).any():
            raise self._unknown([wanted[place] for place in np.flatnonzero(rows < 0)])
        return rows

    def row_of(self, source: SourceId) -> int:
        """The row number of one source."""
        return int(self.rows_of([source])[0])

    def _unknown(self, strangers: list[Any]) -> CatalogueError:
        kind = "whole numbers" if self.ids.dtype.kind in "iu" else "text"
        return CatalogueError(
            f"{self.name!r} has no source {listing(strangers)}. Its ids are {kind}, such as "
            f"{self.ids[0]!s}."
        )

    def ids_at(self, rows: npt.NDArray[Any] | Sequence[int]) -> list[SourceId]:
        """Ids at row numbers, as plain Python ints and strings."""
        return as_source_ids(self.ids[np.asarray(rows, dtype=np.int64)])

    @property
    def id_kind(self) -> str:
        """``"int64"``, ``"uint64"`` or ``"string"``: what files store beside ids as text."""
        return self.ids.dtype.name if self.ids.dtype.kind in "iu" else "string"

    @cached_property
    def id_digest(self) -> str:
        """The sum of the id hashes of seed 0, modulo 2^64, in hexadecimal.

        The same for any order of the rows; another for other ids.
        """
        with np.errstate(over="ignore"):
            total = id_hashes(self.ids, 0).sum(dtype=np.uint64)
        return f"{int(total):016x}"

    def parse_id(self, text: str) -> SourceId:
        """The id that a text stands for; the inverse of ``str``.

        Raises
        ------
        CatalogueError
            If the catalogue has no such source.
        """
        source: SourceId = text.strip()
        try:
            source = int(source) if self.ids.dtype.kind in "iu" else source
        except ValueError:
            raise self._unknown([text]) from None
        if source not in self:
            raise self._unknown([text])
        return source

    @cached_property
    def column_labels(self) -> npt.NDArray[np.object_]:
        """The labels that the catalogue came with.

        Returns
        -------
        (n_sources,) object ndarray
            str, or None where the label column has no label or the roles call it unknown. Numbers
            are written without a decimal point where they have no fraction.
        """
        from napari_astro_al.catalogue.labels import read_labels

        return read_labels(self)

    def with_roles(self, **changes: Any) -> Catalogue:
        """The same table with other `Roles`, by field; they are checked first, as by `read`."""
        from napari_astro_al.catalogue.assemble import with_roles

        return with_roles(self, changes)

    def with_columns(self, table: pd.DataFrame, columns: AboutColumns = None) -> Catalogue:
        """The same sources with further columns; see `further.with_columns`."""
        from napari_astro_al.catalogue.further import with_columns

        return with_columns(self, table, columns or {})

    def join(self, other: Catalogue, *, on: On = None, sky: Any | None = None) -> Catalogue:
        """The same sources with another catalogue's columns, where they match; see `joining.join`.

        By ids, by a column of both or a pair of columns, or ``sky="1 arcsec"``.
        """
        from napari_astro_al.catalogue.joining import join

        return join(self, other, on=on, sky=sky)

    def column(self, name: str) -> pd.Series[Any]:
        """A scalar column.

        Raises
        ------
        CatalogueError
            If there is none of that name; the message lists near matches.
        """
        if name in self.table.columns:
            column: pd.Series[Any] = self.table[name]
            return column
        near = near_names(name, list(self.table.columns))
        raise CatalogueError(f"{self.name!r} has no column {name!r}. {near}")

    def unit(self, name: str) -> str:
        """The unit of a column as text; empty where it has none."""
        return self.columns.get(name, Column()).unit or ""
