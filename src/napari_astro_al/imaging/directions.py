"""Directions on the sky as unit vectors, and as angles."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

ARCSEC = np.pi / 180.0 / 3600.0
"""Radians."""


def direction(longitude: Any, latitude: Any) -> Floats:
    """Unit vectors, the first axis x, y and z, of angles in degrees."""
    a, d = np.radians(longitude), np.radians(latitude)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)])


def angles(directions: Floats) -> tuple[Floats, Floats]:
    """Longitude in [0, 360) and latitude, in degrees, of unit vectors."""
    x, y, z = directions
    return np.degrees(np.arctan2(y, x)) % 360.0, np.degrees(np.arctan2(z, np.hypot(x, y)))
