"""Which columns are features when none are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.features.columns import is_numeric, read_values
from napari_astro_al.features.leakage import best_area
from napari_astro_al.features.not_measured import reason, small_names

LARGEST_AREA = 0.99
"""A column whose area under the ROC curve for some class is larger gives the label away."""

MOST_MISSING = 0.9
"""The largest share of missing values."""

MOST_LABELLED = 20_000
"""As many labelled sources, those with the smallest id hash, are looked at for leaks."""

FEWEST_VALUES = 11
"""Columns of whole numbers with fewer distinct values are taken for codes."""

_EXACT = 2.0**53


def default_columns(catalogue: Catalogue) -> list[str]:
    """The columns that look like measurements of the sources.

    Float columns that are not told to be something else (see `not_measured.reason`: positions and
    times, errors, redshifts, identifiers, verdicts of other classifiers such as scores and
    probabilities), that vary, have at most 90 % missing values, hold no identifiers written as
    floats (whole numbers beyond 2^53), and do not give the label away: no class against the rest
    with an area under the ROC curve above 0.99, in either direction, among the labelled sources
    (classes of at least 10; 20,000 sources at most). Where fewer than two columns are left, columns
    of whole numbers with more than 10 distinct values are taken too, under the same conditions.
    Columns with an array a source are never taken unnamed.

    Returns
    -------
    list of str
        In the order of the table; empty where nothing looks like a measurement.
    """
    table, names = catalogue.table, small_names(catalogue)
    candidates = [
        name
        for name in table.columns
        if is_numeric(table[name])
        and not pd.api.types.is_bool_dtype(table[name])
        and reason(catalogue, name, names) is None
    ]
    codes, rows = _labelled(catalogue)
    floats = [name for name in candidates if pd.api.types.is_float_dtype(table[name])]
    kept = {name for name in floats if _fits(catalogue, name, codes, rows, 2)}
    if len(kept) < 2:
        rest = [name for name in candidates if name not in floats]
        kept |= {name for name in rest if _fits(catalogue, name, codes, rows, FEWEST_VALUES)}
    return [name for name in candidates if name in kept]


def _fits(
    catalogue: Catalogue,
    name: str,
    codes: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    fewest: int,
) -> bool:
    values = read_values(catalogue, name)
    missing = np.isnan(values)
    known = values[~missing] if missing.any() else values
    if known.size < (1 - MOST_MISSING) * values.size or known.size == 0:
        return False
    if not _varies(known, fewest):
        return False
    if max(-known.min(), known.max()) >= _EXACT and np.array_equal(known, np.rint(known)):
        return False
    return best_area(values[rows], codes) <= LARGEST_AREA


def _varies(known: npt.NDArray[np.float32], fewest: int) -> bool:
    if fewest <= 2:
        return bool((known != known[0]).any())
    # most columns show enough distinct values at once; the others are looked at whole
    return len(np.unique(known[:1000])) >= fewest or len(np.unique(known)) >= fewest


def _labelled(catalogue: Catalogue) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Class codes and rows of the labelled sources that leaks are looked for in."""
    nothing = np.empty(0, dtype=np.int64)
    if catalogue.roles.label is None:
        return nothing, nothing
    labels: npt.NDArray[Any] = catalogue.column_labels
    codes = np.asarray(pd.factorize(labels)[0], dtype=np.int64)
    rows = np.flatnonzero(codes >= 0)
    if rows.size > MOST_LABELLED:
        hashes = id_hashes(catalogue.ids[rows], 0)
        rows = np.sort(rows[np.argpartition(hashes, MOST_LABELLED)[:MOST_LABELLED]])
    return codes[rows], rows
