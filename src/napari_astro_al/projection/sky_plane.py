"""The sky in the plane: Aitoff, Mollweide and the tangent plane.

Coordinates are in degrees: x to the east of the central meridian, y to the north. Axes reversed in
x put east to the left, as the sky is seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
PlaneKind = Literal["aitoff", "mollweide", "tangent"]

FARTHEST = 60.0
"""Degrees from the centre of a tangent plane beyond which a source has no place in it."""

_NODES = 16_384
_NEWTON_STEPS = 2


@dataclass(frozen=True)
class SkyPlane:
    """A way to draw the sky on a plane.

    Attributes
    ----------
    kind : {"aitoff", "mollweide", "tangent"}
        Snyder 1987, "Map projections: a working manual", USGS Professional Paper 1395: Mollweide
        p. 249, tangent plane (gnomonic) p. 164; Aitoff as Calabretta & Greisen 2002, A&A 395, 1077,
        have Hammer-Aitoff's parent: the equidistant azimuthal of half the longitude, x doubled.
    ra, dec : float
        The centre in degrees; only a tangent plane has a declination.
    """

    kind: PlaneKind
    ra: float
    dec: float = 0.0

    def place(self, ra: Values, dec: Values) -> tuple[Values, Values]:
        """Where positions are in the plane; all in degrees.

        NaN where a coordinate is missing, a declination is beyond the poles, or a source is too far
        from the centre of a tangent plane.
        """
        longitude = np.radians((ra - self.ra + 180.0) % 360.0 - 180.0)
        with np.errstate(invalid="ignore"):
            latitude = np.radians(np.where(np.abs(dec) <= 90.0, dec, np.nan))
        return self.place_relative(longitude, latitude)

    def place_relative(self, longitude: Values, latitude: Values) -> tuple[Values, Values]:
        """The same for radians, longitudes to the east of the centre, from -pi to pi."""
        if self.kind == "aitoff":
            x, y = _aitoff(longitude, latitude)
        elif self.kind == "mollweide":
            x, y = _mollweide(longitude, latitude)
        else:
            x, y = _tangent(longitude, latitude, np.radians(self.dec))
        return np.degrees(x), np.degrees(y)

    def position(self, x: Values, y: Values) -> tuple[Values, Values]:
        """Right ascension, from 0 to 360, and declination: the inverse of `place`.

        NaN outside of the sky.
        """
        across, up = np.radians(x), np.radians(y)
        with np.errstate(invalid="ignore", divide="ignore"):
            if self.kind == "aitoff":
                longitude, latitude = _from_aitoff(across, up)
            elif self.kind == "mollweide":
                longitude, latitude = _from_mollweide(across, up)
            else:
                longitude, latitude = _from_tangent(across, up, np.radians(self.dec))
        return (self.ra + np.degrees(longitude)) % 360.0, np.degrees(latitude)

    def read(self, x: float, y: float) -> str:
        """A place in words: ``"RA 12h 34m 56s, Dec +05° 12′"``."""
        ra, dec = self.position(np.array(x), np.array(y))
        if not (np.isfinite(ra) and np.isfinite(dec)):
            return "outside the sky"
        fine = self.kind == "tangent"
        return (
            f"RA {write_hours(float(ra), 1 / 240, 1 if fine else 0)}, "
            f"Dec {write_degrees(float(dec), 1 / 3600 if fine else 1 / 60)}"
        )


def write_hours(ra: float, step: float, digits: int = 0) -> str:
    """Right ascension in hours: ``12h``, ``12h 30m`` or ``12h 30m 15s``, by the step in degrees."""
    scale = 10**digits
    seconds = round(ra * 240 * scale) % (86_400 * scale)
    hours, rest = divmod(seconds, 3600 * scale)
    minutes, left = divmod(rest, 60 * scale)
    if step >= 15 or (step > 1 and not rest):
        return f"{hours}h"
    if step >= 0.25:
        return f"{hours}h {minutes:02d}m"
    last = f"{left / scale:0{digits + 3 if digits else 2}.{digits}f}"
    return f"{hours:02d}h {minutes:02d}m {last}s"


def write_degrees(dec: float, step: float) -> str:
    """Declination: ``+5°``, ``+05° 12′`` or ``+05° 12′ 30″``, by the step in degrees."""
    sign = "\N{MINUS SIGN}" if dec < 0 else "+"
    per_degree = 1 if step >= 1 else 60 if step >= 1 / 60 else 3600
    units = round(abs(dec) * per_degree)
    if step >= 1:
        return f"{sign if units else ''}{units}°"
    if step >= 1 / 60:
        return f"{sign}{units // 60:02d}° {units % 60:02d}′"
    return f"{sign}{units // 3600:02d}° {units // 60 % 60:02d}′ {units % 60:02d}″"


def _aitoff(longitude: Values, latitude: Values) -> tuple[Values, Values]:
    half = longitude / 2
    away = np.arccos(np.clip(np.cos(latitude) * np.cos(half), -1, 1))
    stretch = 1 / np.sinc(away / np.pi)
    return 2 * stretch * np.cos(latitude) * np.sin(half), stretch * np.sin(latitude)


def _from_aitoff(x: Values, y: Values) -> tuple[Values, Values]:
    half = x / 2
    away = np.hypot(half, y)
    inside = np.where(away <= np.pi / 2 * (1 + 1e-7), away, np.nan)
    shrink = np.sinc(inside / np.pi)
    longitude = 2 * np.arctan2(half * shrink, np.cos(inside))
    return longitude, np.arcsin(np.clip(y * shrink, -1, 1))


@cache
def _mollweide_table() -> tuple[Values, Values]:
    """Latitudes, ascending, and their auxiliary angles."""
    auxiliary = np.linspace(0, np.pi / 2, _NODES)
    sine = np.clip((2 * auxiliary + np.sin(2 * auxiliary)) / np.pi, 0, 1)
    return np.arcsin(sine), auxiliary


def _mollweide(longitude: Values, latitude: Values) -> tuple[Values, Values]:
    away = np.abs(latitude)
    theta = np.asarray(np.interp(away, *_mollweide_table()))
    theta = np.where(np.isnan(latitude), np.nan, theta)
    goal = np.pi * np.sin(away)
    for _ in range(_NEWTON_STEPS):
        slope = 2 + 2 * np.cos(2 * theta)
        step = (2 * theta + np.sin(2 * theta) - goal) / np.maximum(slope, 1e-6)
        theta = theta - np.where(slope > 1e-6, step, 0)
    theta = np.copysign(theta, latitude)
    return 2 * np.sqrt(2) / np.pi * longitude * np.cos(theta), np.sqrt(2) * np.sin(theta)


def _from_mollweide(x: Values, y: Values) -> tuple[Values, Values]:
    theta = np.arcsin(y / np.sqrt(2))
    sine = (2 * theta + np.sin(2 * theta)) / np.pi
    longitude = np.pi * x / (2 * np.sqrt(2) * np.cos(theta))
    inside = np.abs(longitude) <= np.pi * (1 + 1e-7)
    return np.where(inside, longitude, np.nan), np.where(inside, np.arcsin(sine), np.nan)


def _tangent(longitude: Values, latitude: Values, centre: float) -> tuple[Values, Values]:
    across = np.cos(latitude) * np.sin(longitude)
    ahead = np.cos(latitude) * np.cos(longitude)
    up = np.sin(latitude)
    near = np.sin(centre) * up + np.cos(centre) * ahead
    with np.errstate(invalid="ignore"):
        near = np.where(near >= np.cos(np.radians(FARTHEST)), near, np.nan)
    return across / near, (np.cos(centre) * up - np.sin(centre) * ahead) / near


def _from_tangent(x: Values, y: Values, centre: float) -> tuple[Values, Values]:
    ahead = np.cos(centre) - y * np.sin(centre)
    up = np.sin(centre) + y * np.cos(centre)
    return np.arctan2(x, ahead), np.arctan2(up, np.hypot(x, ahead))
