"""Projections that users write: a function from features to places."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from types import CodeType
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.calls import calling
from napari_astro_al.errors import JobError, ProjectionError
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.embedding import (
    LEAST_FITTED,
    embedding_seed,
    filled,
    finished,
    in_hash_order,
    means_of,
    usable_rows,
)
from napari_astro_al.projection.kept import find_kept
from napari_astro_al.projection.keys import feature_data, key_job
from napari_astro_al.projection.methods import PROJECTIONS, Method
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.types import Projection

Layout = Callable[[npt.NDArray[np.float32], int], npt.ArrayLike]
"""From features (n, f) and a seed to places (n, 2)."""


def register_layout(name: str, function: Layout) -> None:
    """Make a function a projection.

    Parameters
    ----------
    name : str
        The kind, and what its axes are called.
    function : callable
        ``function(features, seed)`` is given the features of every source that has any, (n, f)
        float32 without missing values, in an order that does not depend on that of the rows, and
        returns (n, 2); NaN for no place.

    Raises
    ------
    RegistrationError
        If the name is empty or belongs to a built-in.
    """

    def job(request: ProjectionRequest) -> Job[Projection]:
        return _registered_job(request, name, function)

    PROJECTIONS(name)(Method(name, "features", job, fitted=True))


def _registered_job(request: ProjectionRequest, name: str, function: Layout) -> Job[Projection]:
    matrix = request.matrix
    sketch = usable_rows(matrix, request.sketch_rows)
    rows = usable_rows(matrix, np.arange(len(matrix)))
    if rows.size < LEAST_FITTED:
        raise ProjectionError(
            f"The projection {name!r} needs at least {LEAST_FITTED} sources with features, and "
            f"there are {rows.size}."
        )
    key = yield from key_job(request, *feature_data(matrix), sketch, more=_code_digest(function))
    kept = find_kept(request.folder, key, len(matrix))
    if kept is not None:
        return kept
    yield Progress(f"{name} lays out {rows.size:,} sources")
    ((_, ordered),) = in_hash_order(request, rows, rows.size)
    features = filled(matrix.values[ordered], means_of(matrix.values[sketch]))
    try:
        with calling(f"projection {name!r}"):
            places = np.asarray(function(features, embedding_seed(request)), dtype=np.float32)
    except JobError:
        raise
    except Exception as error:
        raise ProjectionError(
            f"The projection {name!r} failed on {rows.size:,} sources with {features.shape[1]} "
            f"features: {type(error).__name__}: {error}"
        ) from error
    if places.shape != (rows.size, 2):
        raise ProjectionError(
            f"The projection {name!r} gave places of shape {places.shape} for {rows.size} sources; "
            f"({rows.size}, 2) is expected."
        )
    if not np.isfinite(places).all(axis=1).any():
        raise ProjectionError(
            f"The projection {name!r} gave no place that is finite for any of {rows.size} sources."
        )
    points = np.full((len(matrix), 2), np.nan, dtype=np.float32)
    points[ordered] = places
    return finished(request, points, name, key)


def _code_digest(function: Layout) -> str:
    """What a function says, so that another one under the same name is not taken for it."""
    code: Any = getattr(function, "__code__", None)
    said = repr(_said(code)) if isinstance(code, CodeType) else repr(type(function))
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


def _said(code: CodeType) -> list[Any]:
    constants = [_said(one) if isinstance(one, CodeType) else one for one in code.co_consts]
    return [code.co_code.hex(), code.co_names, constants]
