"""Columns of another catalogue, where sources are the same: by a key, or by place on the sky."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.catalogue import Catalogue
from napari_astro_al.catalogue.further import with_columns
from napari_astro_al.catalogue.positions import coordinates, position_columns
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import CatalogueError, listing
from napari_astro_al.jobs import Job, Progress, drain, guarded

On = str | tuple[str, str] | None
Rows = npt.NDArray[np.int64]

SEPARATION = "separation"
WIDEST = 3600.0
"""Arcseconds; sources further apart are no match of anything."""
_EXACT = 2.0**53
"""Whole numbers up to here are exact in a float64 column, which is what missing keys make."""


@dataclass(frozen=True, eq=False)
class Matches:
    """Which sources of two catalogues are the same.

    Attributes
    ----------
    own, others : (m,) int64 ndarray
        Their rows; each of `own` once, ascending.
    separation : (m,) float64 ndarray or None
        Arcseconds between them, where they were matched on the sky.
    """

    own: Rows
    others: Rows
    separation: npt.NDArray[np.float64] | None = None


def join(
    catalogue: Catalogue, other: Catalogue, *, on: On = None, sky: Any | None = None
) -> Catalogue:
    """The sources of a catalogue with the columns of another one, where they match.

    Parameters
    ----------
    catalogue : Catalogue
        Each of its sources is in the result, in the same order.
    other : Catalogue
    on : str, or pair of str, optional
        The column of both, or of the first and the second, that must be equal: whole numbers or
        text. Where neither `on` nor `sky` is given, ids are compared.
    sky : str or astropy.units.Quantity, optional
        Match sources by position instead, such as ``"1 arcsec"``: each with the nearest of the
        other catalogue, if it is no further than that.

    Returns
    -------
    Catalogue
        Sources without a match have missing values in the new columns. Columns whose name is taken
        have the other catalogue's name after it; ``separation`` is in arcseconds.

    Raises
    ------
    CatalogueError
        If a key is not there, is no whole number or text, or is there several times in the other
        catalogue; if there are no positions, or the radius is no angle; if nothing matches.
    """
    return drain(join_job(catalogue, other, on=on, sky=sky))


def join_job(
    catalogue: Catalogue, other: Catalogue, *, on: On = None, sky: Any | None = None
) -> Job[Catalogue]:
    """The work of `join`; what was asked for is checked at once."""
    return guarded(_join(catalogue, columns_job(catalogue, other, on=on, sky=sky)), "join")


def _join(
    catalogue: Catalogue, columns: Job[tuple[pd.DataFrame, Mapping[str, Column]]]
) -> Job[Catalogue]:
    table, about = yield from columns
    return with_columns(catalogue, table, about)


def columns_job(
    catalogue: Catalogue, other: Catalogue, *, on: On = None, sky: Any | None = None
) -> Job[tuple[pd.DataFrame, Mapping[str, Column]]]:
    """The columns that `join` adds.

    Returns
    -------
    table : pandas.DataFrame
        Indexed by the ids of `catalogue` that have a match.
    columns : mapping of str to Column
        What is known of them.
    """
    if on is not None and sky is not None:
        raise CatalogueError("Join on a column or on the sky, not on both.")
    match: Callable[[], Matches]
    if sky is not None:
        radius = radius_in_arcseconds(sky)
        for one in (catalogue, other):
            position_columns(one)  # says which of them has no positions
        match, how = partial(_on_the_sky, catalogue, other, radius), f"within {radius:g} arcsec"
    else:
        names = _names(catalogue, other, on)
        match, how = partial(_by_key, catalogue, other, names), "by these keys"
    return _columns(catalogue, other, match, how)


def _columns(
    catalogue: Catalogue, other: Catalogue, match: Callable[[], Matches], how: str
) -> Job[tuple[pd.DataFrame, Mapping[str, Column]]]:
    yield Progress(f"Matching {catalogue.name} with {other.name}")
    found = match()
    if not len(found.own):
        raise CatalogueError(
            f"No source of {catalogue.name!r} has a match in {other.name!r} {how}."
        )
    yield Progress(f"{len(found.own):,} of {len(catalogue):,} sources match")
    taken = {*catalogue.table.columns, *catalogue.arrays}
    names = {name: _free(str(name), other.name, taken) for name in other.table.columns}
    table = other.table.iloc[found.others].rename(columns=names)
    table.index = pd.Index(catalogue.ids[found.own])
    dates = [name for name in table if pd.api.types.is_datetime64_any_dtype(table[name].dtype)]
    table = table.astype(dict.fromkeys(dates, "string"))
    about = {names[name]: one for name, one in other.columns.items() if name in names}
    if found.separation is not None:
        name = _free(SEPARATION, other.name, taken)
        table = table.assign(**{name: found.separation})
        about[name] = Column("arcsec", f"Distance to the source of {other.name}", "pos.angDistance")
    return table, about


def _free(name: str, other: str, taken: set[str]) -> str:
    """The name, or the name with the other catalogue's, or a number after that."""
    free, count = name, 1
    while free in taken:
        free = f"{name}_{other}" if count == 1 else f"{name}_{other}_{count}"
        count += 1
    taken.add(free)
    return free


def _names(catalogue: Catalogue, other: Catalogue, on: On) -> tuple[str, ...] | None:
    """The names of the two key columns, which are there; None for ids."""
    if on is None:
        return None
    names = (on, on) if isinstance(on, str) else tuple(on)
    if len(names) != 2:
        raise CatalogueError("Give one column, or two: that of this catalogue and the other's.")
    for one, name in zip((catalogue, other), names, strict=True):
        one.column(name)
    return names


def _keys(catalogue: Catalogue, name: str | None) -> pd.Series[Any]:
    """Whole numbers or text, with NA for missing."""
    of = catalogue.name
    column = pd.Series(catalogue.ids, name="the ids") if name is None else catalogue.column(name)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if pd.api.types.is_bool_dtype(column.dtype):
        raise CatalogueError(f"{column.name!r} of {of!r} is yes or no, which tells no source.")
    if pd.api.types.is_float_dtype(column.dtype):
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        known = values[np.isfinite(values)]
        if (known != np.floor(known)).any() or (np.abs(known) > _EXACT).any():
            raise CatalogueError(
                f"{column.name!r} of {of!r} holds numbers with fractions or more than 15 digits, "
                "which are not compared exactly. Join on whole numbers or text, or on the sky: "
                'sky="1 arcsec".'
            )
        return pd.Series(pd.array(np.where(np.isfinite(values), values, np.nan), dtype="Int64"))
    if pd.api.types.is_integer_dtype(column.dtype):
        unsigned = pd.api.types.is_unsigned_integer_dtype(column.dtype)
        return column.astype("UInt64" if unsigned else "Int64")
    texts = column.astype("string").str.strip()
    return texts.mask(texts == "")


def _by_key(catalogue: Catalogue, other: Catalogue, names: tuple[str, ...] | None) -> Matches:
    own_name, other_name = names or (None, None)
    mine, theirs = _keys(catalogue, own_name), _keys(other, other_name)
    if mine.dtype != theirs.dtype:
        mine, theirs = mine.astype("string"), theirs.astype("string")
    known = np.flatnonzero(theirs.notna().to_numpy())
    index = pd.Index(theirs.iloc[known])
    if not index.is_unique:
        twice = index[index.duplicated()].unique()
        raise CatalogueError(
            f"{other.name!r} has several rows for {listing([str(one) for one in twice])}: which of "
            "them is meant cannot be told. Leave one of each."
        )
    places = np.where(mine.notna().to_numpy(), index.get_indexer(pd.Index(mine)), -1)
    own = np.flatnonzero(places >= 0)
    return Matches(own, known[places[own]])


def _on_the_sky(catalogue: Catalogue, other: Catalogue, radius: float) -> Matches:
    from astropy import units
    from astropy.coordinates import SkyCoord

    rows, places = [], []
    for one in (catalogue, other):
        ra, dec = coordinates(one)
        there = np.flatnonzero(np.isfinite(ra) & np.isfinite(dec))
        if not len(there):
            raise CatalogueError(f"No source of {one.name!r} has a position.")
        rows.append(there)
        places.append(SkyCoord(ra[there], dec[there], unit="deg"))
    nearest, apart, _ = places[0].match_to_catalog_sky(places[1])
    separation = apart.to_value(units.arcsec)
    near = np.flatnonzero(separation <= radius)
    return Matches(rows[0][near], rows[1][nearest[near]], separation[near])


def radius_in_arcseconds(sky: Any) -> float:
    """A radius to match sources by.

    Raises
    ------
    CatalogueError
        If it is no angle of up to one degree.
    """
    from astropy import units

    try:
        radius = float(units.Quantity(sky).to_value(units.arcsec))
    except (TypeError, ValueError, units.UnitConversionError):
        radius = np.nan
    if not 0 < radius <= WIDEST:
        raise CatalogueError(
            f"{sky!r} is no radius to match sources by: an angle of up to one degree with its "
            'unit was expected, such as "1 arcsec".'
        )
    return radius
