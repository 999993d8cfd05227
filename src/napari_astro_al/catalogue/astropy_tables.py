"""astropy tables: masks, units, descriptions and UCDs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from napari_astro_al.catalogue.parts import TableParts
from napari_astro_al.catalogue.roles import Column


def astropy_parts(table: Any, what: str) -> TableParts:
    """The columns of an astropy Table or QTable.

    Masked cells become missing values. Times become ISO 8601 text; sky coordinates become
    ``<name>.ra`` and ``<name>.dec`` in degrees; quantities keep their unit.

    Parameters
    ----------
    table : astropy.table.Table
        Not modified.
    what : str
        The table, for messages.
    """
    from astropy.table import Column as AstropyColumn
    from astropy.table.serialize import represent_mixins_as_columns
    from astropy.time import Time

    light = table.copy(copy_data=False)
    for name in light.colnames:
        column = light[name]
        if isinstance(column, Time):
            texts = np.ma.filled(np.ma.asarray(column.isot), "")
            light.replace_column(name, AstropyColumn(texts, description=column.info.description))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        light = represent_mixins_as_columns(light)
    parts = TableParts(len(light), what)
    for name in light.colnames:
        column = light[name]
        mask = np.ma.getmaskarray(column) if isinstance(column, np.ma.MaskedArray) else None
        values = np.asarray(np.ma.getdata(column))
        parts.add(name, values, mask, about=about_column(column))
    return parts


def about_column(column: Any) -> Column:
    """Unit, description and UCD of an astropy column."""
    meta = column.meta if isinstance(getattr(column, "meta", None), Mapping) else {}
    ucd = next((str(meta[key]) for key in ("ucd", "UCD", "TUCD") if meta.get(key)), None)
    return Column(unit_text(column.unit), one_line(column.description), ucd)


def unit_text(unit: object) -> str | None:
    """A unit as text; None where there is none."""
    text = "" if unit is None else str(unit).strip()
    return text or None


def one_line(text: object) -> str | None:
    """A description on one line; None where there is none."""
    joined = " ".join(str(text).split()) if text is not None else ""
    return joined or None


def standard_unit(text: str | None, form: str | None = None) -> str | None:
    """A unit as astropy writes it where astropy can read it, else as it was.

    Parameters
    ----------
    text : str or None
        As the file wrote it.
    form : str, optional
        One of astropy's unit formats, such as "fits" or "vounit".
    """
    if text is None or not text.strip():
        return None
    from astropy import units

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return unit_text(units.Unit(text, format=form)) or text.strip()
        except (ValueError, TypeError):
            return text.strip()


def columns_from_yaml(lines: Sequence[str]) -> dict[str, Column]:
    """Column descriptions from the YAML header that astropy writes into FITS, HDF5 and Parquet.

    Parameters
    ----------
    lines : sequence of str
        The header's lines.

    Returns
    -------
    dict of str to Column
        Empty where the header cannot be read.
    """
    from astropy.table.meta import YamlParseError, get_header_from_yaml

    try:
        header = get_header_from_yaml(list(lines))
    except (YamlParseError, ValueError, KeyError, TypeError):
        return {}
    about = {}
    for one in header.get("datatype", ()):
        meta = dict(one.get("meta") or {})
        ucd = meta.get("ucd") or meta.get("UCD")
        about[str(one["name"])] = Column(
            unit_text(one.get("unit")),
            one_line(one.get("description")),
            str(ucd) if ucd else None,
        )
    return about
