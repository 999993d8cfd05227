"""VOTable files.

References
----------
IVOA Recommendation VOTable 1.4.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from napari_astro_al.catalogue.astropy_tables import astropy_parts, one_line, unit_text
from napari_astro_al.catalogue.choosing import Candidate, choose
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.roles import Column


def read_votable(
    file: BinaryIO | Path, name: str, path: Path, table: str | int | None = None
) -> RawTable:
    """Read a table of a VOTable file, by its number from 0, its name or its ID.

    Raises
    ------
    CatalogueError
        If the file has no table, or not that one, or the service that wrote it reports an error.
    """
    from astropy.io import votable

    source = io.BytesIO(file.read_bytes()) if isinstance(file, Path) else file
    parsed = votable.parse(source, verify="ignore")
    tables = list(parsed.iter_tables())
    candidates = [
        Candidate(number, tuple(str(one) for one in (each.name, each.ID) if one) or ("",))
        for number, each in enumerate(tables)
    ]
    chosen = choose(candidates, table, file=path.name, contents=_service_error(parsed))
    taken = tables[chosen.number].to_table(use_names_over_ids=True)
    for column in taken.columns.values():
        if column.dtype.kind == "O" and column.ndim == 1:
            _fill_objects(column)
    return astropy_parts(taken, path.name).done(name=name, path=path)


def _fill_objects(column: Any) -> None:
    for row, gone in enumerate(np.ma.getmaskarray(column)):
        if gone:
            np.ma.getdata(column)[row] = None


def _service_error(parsed: Any) -> str:
    for resource in parsed.resources:
        for info in resource.infos:
            if info.name == "QUERY_STATUS" and str(info.value).upper() == "ERROR":
                return f"an error of the service that wrote it, {one_line(info.content)!r}"
    return ""


def about_fields(header: bytes) -> dict[str, Column]:
    """Units, descriptions and UCDs of the first table of a VOTable without data.

    Parameters
    ----------
    header : bytes
        The XML, as VOParquet files keep it.

    Returns
    -------
    dict of str to Column
        Empty where it cannot be read.
    """
    from astropy.io import votable

    try:
        table = votable.parse(io.BytesIO(header), verify="ignore").get_first_table()
    except (ValueError, IndexError, OSError):
        return {}
    return {
        field.name: Column(unit_text(field.unit), one_line(field.description), field.ucd or None)
        for field in table.fields
    }
