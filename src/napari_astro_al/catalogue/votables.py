"""VOTable files.

References
----------
IVOA Recommendation VOTable 1.4.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from napari_astro_al.catalogue.astropy_tables import astropy_parts, one_line, unit_text
from napari_astro_al.catalogue.choosing import Candidate, choose
from napari_astro_al.catalogue.parts import RawTable
from napari_astro_al.catalogue.provenance import DataOrigin
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import AstroALWarning, CatalogueError


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
    _check_status(parsed, tables[chosen.number], path)
    taken = tables[chosen.number].to_table(use_names_over_ids=True)
    for column in taken.columns.values():
        if column.dtype.kind == "O" and column.ndim == 1:
            _fill_objects(column)
    raw = astropy_parts(taken, path.name).done(name=name, path=path)
    return replace(raw, origin=_origin(parsed))


def _check_status(parsed: Any, table: Any, path: Path) -> None:
    """Refuse rows that an error cut short; warn where a limit did.

    References
    ----------
    IVOA Recommendation DALI 1.1, section 4.4: QUERY_STATUS after the table.
    """
    infos = [*table.infos, *(info for one in parsed.resources for info in one.infos)]
    said = [one for one in infos if one.name == "QUERY_STATUS"]
    for one in said:
        if str(one.value).upper() == "ERROR":
            raise CatalogueError(
                f"{path.name} is not the whole answer of its service, which ended with an error: "
                f"{one_line(one.content)!r}."
            )
    if any(str(one.value).upper() == "OVERFLOW" for one in said):
        warnings.warn(
            AstroALWarning(
                f"{path.name} holds the first {len(table.array):,} rows alone: its service had "
                "more, and came to a limit of rows. They are no random sample of the rest."
            ),
            stacklevel=4,
        )


def _origin(parsed: Any) -> DataOrigin | None:
    """What the file says of its service; what stands outside of resources counts before them."""
    said: dict[str, str] = {}
    for infos in (*(one.infos for one in parsed.resources), parsed.infos):
        said |= {str(one.name): str(one.value) for one in infos if one.name and one.value}
    return DataOrigin.of(said)


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
