"""Pixels of equal area on the sphere: HEALPix, in the nested scheme.

References
----------
Górski et al. 2005, ApJ 622, 759: the projection, section 4 and 5, and the nested numbers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

DEEPEST = 29
"""The order whose numbers fit 64 bits, as HATS keeps them."""
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def n_pixels(order: int) -> int:
    """How many pixels the sphere has: 12 at order 0, four times as many at each further one."""
    return 12 << (2 * order)


def pixel_area(order: int) -> float:
    """Square degrees of a pixel."""
    return 4 * np.pi * float(np.degrees(1.0)) ** 2 / n_pixels(order)


def order_of_area(square_degrees: float) -> int:
    """The finest order whose pixels are not smaller than an area; 0 where none is as large."""
    finer = np.log2(pixel_area(0) / max(square_degrees, 1e-20)) / 2
    return int(np.clip(np.floor(finer), 0, DEEPEST))


def pixels_of(ra: Values, dec: Values, order: int) -> Codes:
    """The nested pixel that holds each position, in degrees; -1 where there is none.

    A position is taken to a plane, in which the pixels of order 0 are squares that stand on a
    corner, four in each row: between the latitudes with sines of 2/3 by an equal-area cylinder,
    beyond them by Collignon's projection.

    Examples
    --------
    >>> pixels_of(np.array([45.0, 0.0, 45.0]), np.array([0.0, 0.0, 89.0]), 0).tolist()
    [5, 4, 0]
    """
    known = np.isfinite(ra) & np.isfinite(dec) & (np.abs(dec) <= 90.0)
    longitude = np.where(known, ra, 0.0) % 360.0 / 90.0
    sine = np.sin(np.radians(np.where(known, dec, 0.0)))
    n_side = 1 << order
    high = np.abs(sine) > 2 / 3
    # between the caps: along the two diagonals, in pixels
    up, down = n_side * (0.5 + longitude), n_side * 0.75 * sine
    rising, falling = np.floor(up - down).astype(np.int64), np.floor(up + down).astype(np.int64)
    ring, other = rising >> order, falling >> order
    equatorial = np.where(ring == other, ring % 4 + 4, np.where(ring < other, ring, other + 8))
    x = falling & (n_side - 1)
    y = n_side - (rising & (n_side - 1)) - 1
    # in the caps: within the quarter that a position is in
    quarter = np.minimum(longitude.astype(np.int64), 3)
    along = longitude - quarter
    # 1 - |sine| by the half angle, which keeps its digits near the poles
    away = np.radians(90.0 - np.abs(np.where(known, dec, 0.0)))
    shrunk = n_side * np.sqrt(6.0) * np.sin(away / 2)
    right = np.minimum((along * shrunk).astype(np.int64), n_side - 1)
    left = np.minimum(((1 - along) * shrunk).astype(np.int64), n_side - 1)
    north = sine > 0
    face = np.where(high, np.where(north, quarter, quarter + 8), equatorial)
    x = np.where(high, np.where(north, n_side - left - 1, right), x)
    y = np.where(high, np.where(north, n_side - right - 1, left), y)
    found = (face << (2 * order)) + _spread(x) + (_spread(y) << 1)
    return np.where(known, found, -1)


def _spread(values: Codes) -> Codes:
    """Bits with a zero between each two of them."""
    spread = values
    for shift, mask in _SPREAD:
        spread = (spread | (spread << shift)) & mask
    return spread
