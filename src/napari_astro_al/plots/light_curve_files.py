"""Light curves in files: one file a source, or one table of all sources."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.naming import near_names
from napari_astro_al.errors import PlotError
from napari_astro_al.plots.figure import Values

TIMES = ("mjd", "hmjd", "jd", "hjd", "bjd", "time", "t", "date", "obstime", "midpointtai", "obsmjd")
VALUES = ("mag", "magpsf", "magnitude", "psfmag", "flux", "psflux", "psfflux", "value", "fluxcal")
ERRORS = (
    "magerr", "sigmapsf", "emag", "magerror", "magnitudeerror", "psfmagerr", "fluxerr", "psfluxerr",
    "fluxerror", "fluxcalerr", "err", "error", "sigma", "eflux", "valueerr",
)  # fmt: skip
BANDS = ("band", "filter", "fid", "filtercode", "passband", "flt", "bandname")
LIMITS = ("diffmaglim", "limitmag", "maglim", "limitingmag", "upperlimit", "limmag")
IDS = ("id", "objectid", "oid", "sourceid", "objid", "name", "source", "diaobjectid", "starid")


@dataclass(frozen=True)
class Naming:
    """How a file calls what a light curve is made of; empty to find it by its name.

    Attributes
    ----------
    source, time, value, error, band, limit : str
    """

    source: str = ""
    time: str = ""
    value: str = ""
    error: str = ""
    band: str = ""
    limit: str = ""


@dataclass(frozen=True, eq=False)
class LightCurve:
    """Values against time.

    Attributes
    ----------
    time, value, error : (n,) float64 ndarray
        In the units of the file, by time; errors are NaN where none is known.
    band : (n,) str ndarray
        Empty where the file knows none.
    limit : (n,) bool ndarray
        Whether a value is a limiting magnitude, of a source that was not seen.
    value_name, time_name, unit, time_unit : str
        As the file has them.
    """

    time: Values
    value: Values
    error: Values
    band: npt.NDArray[np.str_]
    limit: npt.NDArray[np.bool_]
    value_name: str
    time_name: str
    unit: str = ""
    time_unit: str = ""


def read_light_curve(path: Path, naming: Naming, source: str | None) -> LightCurve | None:
    """Read a light curve.

    Parameters
    ----------
    path : Path
        A table of any kind that catalogues can be read from.
    naming : Naming
    source : str or None
        The id of the source in a table of all sources; None where the file is that of one source.

    Returns
    -------
    LightCurve or None
        None where the table has nothing of this source.

    Raises
    ------
    PlotError
        If there is no such file, or it has no column for time or value.
    CatalogueError
        If it is no table.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise PlotError(f"There is no light curve {path}: {error.strerror or error}.") from error
    key = (os.fspath(path), state.st_mtime_ns, state.st_size)
    table = _kept(*key)
    frame, names = table.frame, _named(table, naming, path.name, source is not None)
    if source is not None:
        rows = _rows_by_source(*key, names["source"]).get(source)
        if rows is None:
            return None
        frame = frame.iloc[rows]
    return _of_frame(frame, names, table.units)


@dataclass(frozen=True, eq=False)
class _Table:
    frame: pd.DataFrame
    units: Mapping[str, str]


@lru_cache(maxsize=16)
def _kept(path: str, changed: int, size: int) -> _Table:
    from napari_astro_al.catalogue.reading import read_table

    raw = read_table(Path(path))
    return _Table(raw.frame, {name: one.unit or "" for name, one in raw.columns.items()})


@lru_cache(maxsize=2)
def _rows_by_source(
    path: str, changed: int, size: int, column: str
) -> dict[str, npt.NDArray[np.int64]]:
    """Rows of each source: sorted once, then found at once."""
    ids = _kept(path, changed, size).frame[column]
    codes, distinct = pd.factorize(ids)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(distinct) + 1))
    return {
        _as_text(one): order[starts[place] : starts[place + 1]]
        for place, one in enumerate(distinct)
    }


def _as_text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _named(table: _Table, naming: Naming, file: str, of_all: bool) -> dict[str, str]:
    """The column of each role; only those for time, value and, of all sources, id must be there."""
    columns = [str(one) for one in table.frame.columns]
    plain: dict[str, str] = {}
    for one in columns:
        plain.setdefault("".join(c for c in one.lower() if c.isalnum()), one)
    found: dict[str, str] = {}
    for role, spelled in _SPELLED.items():
        said = getattr(naming, role)
        if said and said not in columns:
            raise PlotError(f"{file} has no column {said!r}. {near_names(said, columns)}")
        found[role] = said or next((plain[one] for one in spelled if one in plain), "")
    needed = ("source", "time", "value") if of_all else ("time", "value")
    lacking = [role for role in needed if not found[role]]
    if lacking:
        raise PlotError(
            f"Nothing says which column of {file} holds {' and '.join(lacking)}. It has "
            f"{', '.join(columns[:20])}. Press “Columns…” to say it."
        )
    return found


_SPELLED: Mapping[str, Sequence[str]] = {
    "source": IDS,
    "time": TIMES,
    "value": VALUES,
    "error": ERRORS,
    "band": BANDS,
    "limit": LIMITS,
}


def _of_frame(
    frame: pd.DataFrame, names: Mapping[str, str], units: Mapping[str, str]
) -> LightCurve:
    def numbers(role: str) -> Values:
        if not names[role]:
            return np.full(len(frame), np.nan)
        column = pd.to_numeric(frame[names[role]], errors="coerce")
        return column.to_numpy(dtype=np.float64, na_value=np.nan)

    time, value, limits = numbers("time"), numbers("value"), numbers("limit")
    unseen = ~np.isfinite(value) & np.isfinite(limits)
    value = np.where(unseen, limits, value)
    bands = np.full(len(frame), "", dtype=np.str_)
    if names["band"]:
        bands = np.array([_as_text(one) for one in frame[names["band"]]], dtype=np.str_)
    good = np.flatnonzero(np.isfinite(time) & np.isfinite(value))
    order = good[np.argsort(time[good], kind="stable")]
    error = np.abs(numbers("error"))[order]
    error[unseen[order]] = np.nan
    return LightCurve(
        time[order],
        value[order],
        error,
        bands[order],
        unseen[order],
        names["value"],
        names["time"],
        units.get(names["value"], ""),
        units.get(names["time"], ""),
    )
