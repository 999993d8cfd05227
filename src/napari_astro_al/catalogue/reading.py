"""Files as tables: the format by content first, by suffix second."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import BinaryIO

from napari_astro_al.catalogue.opening import Format, format_of, opened, plain_name
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.errors import AstroALError, AstroALWarning, CatalogueError


def read_table(path: Path, table: str | int | None = None) -> RawTable:
    """Read a table file.

    Parameters
    ----------
    path : Path
        The file; gzip, bzip2, xz and zip are opened on the way.
    table : str or int, optional
        Which table of the file: for FITS the extension's name or its number as FITS counts, for
        VOTable and HDF5 the name or the number from 0.

    Returns
    -------
    RawTable

    Raises
    ------
    CatalogueError
        If the file is missing, damaged, or holds no table.

    Warns
    -----
    AstroALWarning
        Where the file holds several tables, columns were left out, or its reader found damage.
    """
    path = Path(path).expanduser()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            with opened(path) as file:
                kind = format_of(file, path)
                raw = _read(kind, file, path, table)
        except AstroALError:
            raise
        except Exception as error:
            raise CatalogueError(
                f"{path.name} cannot be read: {type(error).__name__}: {error}. The file may be "
                "damaged or cut short; open it with another program to compare."
            ) from error
    _pass_on(caught, path)
    return raw


def _read(kind: Format, file: BinaryIO, path: Path, table: str | int | None) -> RawTable:
    name = plain_name(path).stem
    source = file if isinstance(file, io.BytesIO) else path
    if kind is Format.FITS:
        from napari_astro_al.catalogue.fits_tables import read_fits

        return read_fits(file, name, path, table)
    if kind is Format.VOTABLE:
        from napari_astro_al.catalogue.votables import read_votable

        return read_votable(source, name, path, table)
    if kind is Format.HDF5:
        from napari_astro_al.catalogue.hdf5_tables import read_hdf5

        return read_hdf5(source, name, path, table)
    if table is not None and table != 0 and table != name:
        raise CatalogueError(
            f"{path.name} has no table {table!r}: a {kind.value} file holds a single one. "
            "Leave table= out."
        )
    if kind is Format.PARQUET:
        from napari_astro_al.catalogue.arrow_tables import read_parquet

        return read_parquet(source, name, path)
    if kind is Format.FEATHER:
        from napari_astro_al.catalogue.arrow_tables import read_feather

        return read_feather(source, name, path)
    if kind is Format.NPY:
        return _read_npy(file, name, path)
    if kind is Format.ECSV:
        return _read_ecsv(file, name, path)
    from napari_astro_al.catalogue.text_tables import read_text

    return read_text(file, name, path)


def _read_npy(file: BinaryIO, name: str, path: Path) -> RawTable:
    import numpy as np

    from napari_astro_al.catalogue.tables import structured_parts

    array = np.load(file, allow_pickle=False)
    return structured_parts(array, path.name).done(name=name, path=path)


def _read_ecsv(file: BinaryIO, name: str, path: Path) -> RawTable:
    from astropy.table import Table

    from napari_astro_al.catalogue.astropy_tables import astropy_parts

    table = Table.read(file.read().decode("utf-8-sig"), format="ascii.ecsv")
    return astropy_parts(table, path.name).done(name=name, path=path)


def _pass_on(caught: list[warnings.WarningMessage], path: Path) -> None:
    """Our own warnings as they are; those of the readers that tell of damage, in our words."""
    for one in caught:
        if isinstance(one.message, AstroALWarning):
            warnings.warn(one.message, stacklevel=4)
    damage = [
        " ".join(str(one.message).split())
        for one in caught
        if any(word in str(one.message).lower() for word in ("truncat", "corrupt", "checksum"))
    ]
    if damage:
        warnings.warn(AstroALWarning(f"{path.name} may be damaged: {damage[0]}"), stacklevel=4)
