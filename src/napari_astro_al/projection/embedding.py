"""Layouts that are fitted to some sources, after which the others are placed by the fit."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed, id_hashes
from napari_astro_al.errors import ProjectionError
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.kept import find_kept, keep
from napari_astro_al.projection.keys import feature_data, key_job
from napari_astro_al.projection.methods import Parameter
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.types import Axis, Projection

Values = npt.NDArray[np.float32]
Place = Callable[[Values], npt.NDArray[Any]]
"""Places of sources that were not fitted, (m, f) features to (m, 2)."""
Fit = Callable[[Values, ProjectionRequest, int], Job[tuple[npt.NDArray[Any], Place]]]
"""From the features (n, f) to fit and a seed: places of these, and how others get theirs."""

MOST_FITTED = 20_000
LEAST_FITTED = 10
FITTING_PARAMETERS = (
    Parameter(
        "n_fitted",
        "Fitted to",
        MOST_FITTED,
        100,
        MOST_FITTED,
        tip="How many sources are laid out; the others are placed among them.",
    ),
    Parameter("seed", "Seed", 0, 0, 2**31 - 1, tip="Another number gives another layout."),
)
"""What every fitted layout can be told."""

LABELLED_SHARE = 0.5
"""Of what is fitted, the part in which every class of the label column counts alike."""

ONE_AT_A_TIME = Lock()
"""Held during a call of a library that uses numba's threads, which may not be entered twice."""


def fitting_rows(
    rows: npt.NDArray[np.integer[Any]],
    strata: npt.NDArray[np.integer[Any]] | None,
    most: int = MOST_FITTED,
) -> npt.NDArray[np.integer[Any]]:
    """Choose sources to fit: half of them as they come, the others from each class alike.

    Parameters
    ----------
    rows : (m,) integer ndarray
        Sources to choose from, in the order of their hashes.
    strata : (n_sources,) integer ndarray or None
        A class of each source, -1 where unknown.
    most : int
        How many.

    Returns
    -------
    (k,) integer ndarray
        All where there are no more than that; in the order of `rows`.
    """
    if rows.size <= most:
        return rows
    chosen = np.zeros(rows.size, dtype=bool)
    budget = 0 if strata is None else int(most * LABELLED_SHARE)
    chosen[: most - budget] = True
    codes = np.full(rows.size, -1) if strata is None else np.where(chosen, -1, strata[rows])
    classes, sizes = np.unique(codes[codes >= 0], return_counts=True)
    for done, place in enumerate(np.argsort(sizes, kind="stable")):
        members = np.flatnonzero(codes == classes[place])[: budget // (len(classes) - done)]
        chosen[members] = True
        budget -= members.size
    chosen[np.flatnonzero(~chosen)[:budget]] = True
    return rows[chosen]


def embedding_job(request: ProjectionRequest, fit: Fit, name: str, chunk: int) -> Job[Projection]:
    """Fit a layout to a part of the sketch and place every other usable source by it.

    Missing values count as the mean of their feature among those fitted. Sources are placed in
    chunks in the order of their seeded hashes, so that the order of rows changes nothing. What is
    kept in the request's folder is not made again.

    Parameters
    ----------
    request : ProjectionRequest
    fit : Fit
    name : str
        For the axes: "UMAP".
    chunk : int
        Sources placed at a time.

    Raises
    ------
    ProjectionError
        If fewer than ten usable sources are in the sketch.
    """
    matrix, most = request.matrix, int(request.recipe.parameters["n_fitted"])
    rows = fitting_rows(usable_rows(matrix, request.sketch_rows), request.strata, most)
    if rows.size < LEAST_FITTED:
        raise ProjectionError(
            f"{name} needs at least {LEAST_FITTED} sources with features to be fitted to; the "
            f"sketch has {rows.size}. Choose features that more sources have."
        )
    key = yield from key_job(request, *feature_data(matrix), rows)
    kept = find_kept(request.folder, key, len(matrix))
    if kept is not None:
        return kept
    seed = embedding_seed(request)
    fitted = matrix.values[rows]
    centre = means_of(fitted)
    yield Progress(f"fitting {name} to {rows.size:,} sources")
    places, place = yield from fit(filled(fitted, centre), request, seed)
    points = np.full((len(matrix), 2), np.nan, dtype=np.float32)
    points[rows] = places
    rest = np.array(matrix.usable)
    rest[rows] = False
    for done, some in in_hash_order(request, np.flatnonzero(rest), chunk):
        yield Progress(f"placing the others by {name}", done, int(np.count_nonzero(rest)))
        with ONE_AT_A_TIME:
            points[some] = place(filled(matrix.values[some], centre))
    return finished(request, points, name, key)


def finished(request: ProjectionRequest, points: Values, name: str, key: str) -> Projection:
    """A layout as a projection, which is kept."""
    points[~np.isfinite(points).all(axis=1)] = np.nan
    axes = (Axis(f"{name} 1"), Axis(f"{name} 2"))
    projection = Projection(points, axes, request.recipe.kind, aspect="equal", key=key)
    keep(request.folder, projection)
    return projection


def embedding_seed(request: ProjectionRequest) -> int:
    """A seed below 2^32, from the session's and that of the recipe."""
    own = request.recipe.parameters.get("seed", 0)
    return derived_seed(request.seed, "projection", request.recipe.kind, own) % 2**32


def usable_rows(
    matrix: FeatureMatrix, rows: npt.NDArray[np.integer[Any]]
) -> npt.NDArray[np.integer[Any]]:
    """Those of some rows that have features."""
    chosen = np.asarray(rows)
    usable: npt.NDArray[np.integer[Any]] = chosen[matrix.usable[chosen]]
    return usable


def means_of(values: Values) -> Values:
    """(f,) means of the values that are there; 0 where none is."""
    there = np.count_nonzero(~np.isnan(values), axis=0)
    total = np.nansum(values, axis=0, dtype=np.float64)
    return np.asarray(total / np.maximum(there, 1), dtype=np.float32)


def filled(values: Values, centre: Values) -> Values:
    """Values in C order with the means in place of what is missing."""
    return np.ascontiguousarray(np.where(np.isnan(values), centre, values))


def in_hash_order(
    request: ProjectionRequest, rows: npt.NDArray[np.integer[Any]], chunk: int
) -> list[tuple[int, npt.NDArray[np.integer[Any]]]]:
    """Rows by their seeded hashes, in chunks: how many came before, and which."""
    if rows.size == 0:
        return []
    hashes = id_hashes(request.catalogue.ids[rows], request.seed)
    ordered = rows[np.argsort(hashes, kind="stable")]
    return [(start, ordered[start : start + chunk]) for start in range(0, rows.size, chunk)]


def alone(what: str) -> Job[None]:
    """Wait until no other job is in a library that may not be entered twice; then hold it."""
    while not ONE_AT_A_TIME.acquire(timeout=0.2):
        yield Progress(f"{what} waits for another layout")
