"""Sources on the sky."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import ProjectionError
from napari_astro_al.features.columns import read_exactly
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.graticule import Box, graticule
from napari_astro_al.projection.methods import Method, Parameter
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.sky_plane import PlaneKind, SkyPlane
from napari_astro_al.projection.types import Axis, Projection

Values = npt.NDArray[np.float64]

_CHUNK = 262_144
_SMALL_FIELD = 20.0
"""Degrees around the centre; if nearly all sources are there, "auto" is the tangent plane."""
_NO_DIRECTION = 0.1
"""A mean direction shorter than this says nothing: sources are all around."""


def sky_job(request: ProjectionRequest) -> Job[Projection]:
    """The method "sky"."""
    catalogue = request.catalogue
    yield Progress("looking where on the sky the sources are")
    plane = chosen_plane(request)
    points = np.empty((len(catalogue), 2), dtype=np.float32)
    for start in range(0, len(catalogue), _CHUNK):
        yield Progress("placing sources on the sky", start, len(catalogue))
        rows = slice(start, start + _CHUNK)
        points[rows, 0], points[rows, 1] = plane.place(*read_positions(catalogue, rows))
    points[~np.isfinite(points).all(axis=1)] = np.nan
    curves, notes = graticule(plane, _box(points[request.sketch_rows]))
    axes = (
        Axis("right ascension", reversed=True, ticked=False),
        Axis("declination", ticked=False),
    )
    return Projection(
        points,
        axes,
        "sky",
        aspect="equal",
        graticule=curves,
        notes=notes,
        reading=plane.read,
    )


def chosen_plane(request: ProjectionRequest) -> SkyPlane:
    """The plane that a recipe asks for, or that suits the sketch.

    Raises
    ------
    ProjectionError
        If no source of the sketch has a position.
    """
    positions = _sketch_positions(request.catalogue, request.sketch_rows)
    told = request.recipe.parameters
    ra, dec = (np.radians(one) for one in positions)
    towards = np.column_stack([np.cos(dec) * np.cos(ra), np.cos(dec) * np.sin(ra), np.sin(dec)])
    if len(towards) == 0:
        raise ProjectionError(
            f"{request.catalogue.name!r} has no positions: right ascension and declination are "
            "missing in every source of the sketch."
        )
    middle = towards.mean(axis=0)
    length = float(np.linalg.norm(middle))
    kind: PlaneKind = told["projection"]
    if told["projection"] == "auto":
        near = towards @ middle > np.cos(np.radians(_SMALL_FIELD)) * length
        kind = "tangent" if length > _NO_DIRECTION and near.mean() > 0.99 else "aitoff"
    mean_ra = float(np.degrees(np.arctan2(middle[1], middle[0]))) % 360.0
    if kind == "tangent":
        mean_dec = float(np.degrees(np.arcsin(np.clip(middle[2] / max(length, 1e-12), -1, 1))))
        return SkyPlane(
            kind,
            round(mean_ra, 4) if told["ra"] is None else told["ra"],
            round(mean_dec, 4) if told["dec"] is None else told["dec"],
        )
    scattered = float(np.hypot(middle[0], middle[1])) < _NO_DIRECTION
    whole_hour = 180.0 if scattered else round(mean_ra / 15.0) * 15.0 % 360.0
    return SkyPlane(kind, whole_hour if told["ra"] is None else told["ra"])


def _sketch_positions(
    catalogue: Catalogue, rows: npt.NDArray[np.integer[Any]]
) -> tuple[Values, Values]:
    roles = catalogue.roles
    ra, dec = (
        catalogue.table[name].iloc[rows].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in (roles.ra, roles.dec)
    )
    there = np.isfinite(ra) & (np.abs(dec) <= 90.0)
    return ra[there], dec[there]


def read_positions(catalogue: Catalogue, rows: slice) -> tuple[Values, Values]:
    """Right ascension and declination of some rows in degrees; NaN where not known."""
    ra, dec = (
        read_exactly(catalogue, str(name), rows)
        for name in (catalogue.roles.ra, catalogue.roles.dec)
    )
    return ra, dec


def _box(points: npt.NDArray[np.float32]) -> Box:
    """Where nearly all points are, with a margin."""
    placed = points[np.isfinite(points).all(axis=1)].astype(np.float64)
    if len(placed) == 0:
        return (-1.0, -1.0, 1.0, 1.0)
    low, high = np.percentile(placed, (0.5, 99.5), axis=0)
    margin = np.maximum(0.1 * (high - low), 1e-4)
    (x0, y0), (x1, y1) = (low - margin).tolist(), (high + margin).tolist()
    return (x0, y0, x1, y1)


SKY_METHOD = Method(
    "Sky",
    "position",
    sky_job,
    (
        Parameter(
            "projection",
            "Map",
            "auto",
            choices=("auto", "aitoff", "mollweide", "tangent"),
            tip="Aitoff and Mollweide show the whole sky, the tangent plane a field; auto decides.",
        ),
        Parameter(
            "ra",
            "Centre RA [deg]",
            None,
            0.0,
            360.0,
            tip="Right ascension in the middle; the mean of the sources where not given.",
        ),
        Parameter(
            "dec",
            "Centre Dec [deg]",
            None,
            -90.0,
            90.0,
            tip="Declination in the middle of a tangent plane; the mean where not given.",
        ),
    ),
)
