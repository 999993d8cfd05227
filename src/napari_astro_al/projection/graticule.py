"""Lines of right ascension and declination, and what is written at them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.projection.sky_plane import SkyPlane, write_degrees, write_hours
from napari_astro_al.projection.types import Curve, Note

Box = tuple[float, float, float, float]
"""(x0, y0, x1, y1) in degrees of the plane."""

WIDE = 120.0
"""A box that is wider than this, or half as high, is drawn with the whole sky around it."""

_MOST_LINES = 6
_SAMPLES = 181
_POLAR = 85.0
_EDGE = np.pi * (1 - 1e-9)
_HOURS = (30.0, 15.0, 7.5, 5.0, 2.5, 1.25, 0.5, 0.25, 0.125, 1 / 12, 1 / 24, 1 / 48, 1 / 120)
_DEGREES = (30.0, 10.0, 5.0, 2.0, 1.0, 0.5, 1 / 3, 1 / 6, 1 / 12, 1 / 30, 1 / 60, 1 / 120, 1 / 360)


def graticule(plane: SkyPlane, box: Box) -> tuple[tuple[Curve, ...], tuple[Note, ...]]:
    """Lines and texts for a part of the sky.

    Parameters
    ----------
    plane : SkyPlane
    box : tuple of float
        Where sources are.

    Returns
    -------
    curves : tuple of Curve
    notes : tuple of Note
    """
    wide = box[2] - box[0] > WIDE or box[3] - box[1] > WIDE / 2
    return _whole(plane) if wide and plane.kind != "tangent" else _part(plane, box)


def _whole(plane: SkyPlane) -> tuple[tuple[Curve, ...], tuple[Note, ...]]:
    latitudes = np.radians(np.linspace(-90, 90, _SAMPLES))
    longitudes = np.linspace(-_EDGE, _EDGE, _SAMPLES)
    sides = [_line(plane, np.full(_SAMPLES, side), latitudes) for side in (-_EDGE, _EDGE)]
    curves = [Curve("", np.concatenate([sides[0], sides[1][::-1]]), closed=True)]
    notes = []
    for ra in np.arange(0.0, 360.0, 30.0):
        away = (ra - plane.ra + 180.0) % 360.0 - 180.0
        if abs(away) > 179.0:
            continue
        line = _line(plane, np.full(_SAMPLES, np.radians(away)), latitudes)
        curves.append(Curve(write_hours(ra, 30.0), line))
        notes.append(_note(write_hours(ra, 30.0), line[_SAMPLES // 2]))
    for dec in np.arange(-60.0, 61.0, 30.0):
        line = _line(plane, longitudes, np.full(_SAMPLES, np.radians(dec)))
        curves.append(Curve(write_degrees(dec, 30.0), line))
        notes.append(_note(write_degrees(dec, 30.0), line[-1]))
    return tuple(curves), tuple(notes)


def _part(plane: SkyPlane, box: Box) -> tuple[tuple[Curve, ...], tuple[Note, ...]]:
    x, y = np.meshgrid(np.linspace(box[0], box[2], 41), np.linspace(box[1], box[3], 41))
    ra, dec = plane.position(x.ravel(), y.ravel())
    inside = np.isfinite(ra) & np.isfinite(dec)
    if not inside.any():
        return (), ()
    away = (ra[inside] - plane.ra + 180.0) % 360.0 - 180.0
    west, east = float(away.min()), float(away.max())
    south, north = float(dec[inside].min()), float(dec[inside].max())
    if max(-south, north) > _POLAR or east - west > 300.0:
        west, east = -179.999, 179.999
    decs, aways = np.linspace(south, north, 4 * _SAMPLES), np.linspace(west, east, 4 * _SAMPLES)
    curves: list[Curve] = []
    notes: list[Note] = []
    step = _step(east - west, _HOURS)
    for ra_line in _multiples(plane.ra + west, plane.ra + east, step):
        runs = _within(plane, box, np.full(decs.size, ra_line - plane.ra), decs)
        text = write_hours(ra_line % 360.0, step)
        curves += [Curve(text, run) for run in runs]
        if runs:
            # lines meet at a pole, where texts would lie on one another
            place = runs[-1][-1] if south < -_POLAR else runs[0][0]
            notes.append(_note(text, place))
    step = _step(north - south, _DEGREES)
    for dec_line in _multiples(south, north, step):
        runs = _within(plane, box, aways, np.full(aways.size, dec_line))
        text = write_degrees(dec_line, step)
        curves += [Curve(text, run) for run in runs]
        notes += [_note(text, run[-1]) for run in runs[-1:]]
    return tuple(curves), tuple(notes)


def _step(span: float, steps: tuple[float, ...]) -> float:
    fit = [step for step in steps if span / step <= _MOST_LINES]
    return fit[-1] if fit else steps[0]


def _multiples(low: float, high: float, step: float) -> list[float]:
    numbers = range(int(np.ceil(low / step)), int(np.floor(high / step)) + 1)
    return [number * step for number in numbers]


def _line(
    plane: SkyPlane, longitudes: npt.NDArray[np.float64], latitudes: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return np.column_stack(plane.place_relative(longitudes, latitudes))


def _within(
    plane: SkyPlane, box: Box, away: npt.NDArray[np.float64], decs: npt.NDArray[np.float64]
) -> list[npt.NDArray[np.float64]]:
    """The parts of a line inside a box, in the line's direction."""
    line = _line(plane, np.radians(away), np.radians(decs))
    low, high = np.array(box[:2]), np.array(box[2:])
    inside = np.asarray(((line >= low) & (line <= high)).all(axis=1))
    ends = np.flatnonzero(np.diff(inside.astype(np.int8))) + 1
    parts = np.split(np.arange(len(line)), ends)
    return [line[part] for part in parts if inside[part[0]] and part.size > 1]


def _note(text: str, place: npt.NDArray[np.float64]) -> Note:
    return Note(text, float(place[0]), float(place[1]))
