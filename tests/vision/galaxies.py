"""Galaxies made by formula, for measuring what is known."""

import numpy as np

SIDE = 160


def places(side=SIDE, centre=None):
    """Rows and columns relative to a centre; by default the middle of the picture."""
    at = ((side - 1) / 2, (side - 1) / 2) if centre is None else centre
    y, x = np.indices((side, side), dtype=float)
    return y - at[0], x - at[1]


def disc(scale=8.0, ratio=1.0, angle=0.0, brightness=100.0, side=SIDE, centre=None):
    """An exponential disc; `angle` in radians from the columns' axis towards higher rows."""
    y, x = places(side, centre)
    along = x * np.cos(angle) + y * np.sin(angle)
    across = (y * np.cos(angle) - x * np.sin(angle)) / ratio
    return brightness * np.exp(-np.hypot(along, across) / scale)


def spheroid(radius=8.0, brightness=60.0, side=SIDE):
    """A de Vaucouleurs profile, softened in the middle."""
    y, x = places(side)
    return brightness * np.exp(-7.67 * ((np.hypot(x, y) + 0.5) / radius) ** 0.25 + 7.67)


def spiral(winding=3.0, side=SIDE):
    """A disc with two arms; above 0 they turn clockwise on their way out."""
    y, x = places(side)
    radius, angle = np.hypot(x, y) + 1e-9, np.arctan2(-y, x)
    arms = 1.0 + 0.8 * np.cos(2.0 * (angle + winding * np.log(radius)))
    return disc(12.0, side=side) * arms


def noise(spread=1.0, seed=0, side=SIDE):
    """Noise of the sky."""
    return np.random.default_rng(seed).normal(0.0, spread, (side, side))


def clumpy(side=SIDE):
    """A disc with bright knots, not opposite to each other."""
    picture = disc(10.0, 0.7, 0.5, side=side)
    for row, column in ((70, 95), (92, 72), (60, 80), (85, 100)):
        y, x = places(side, (row, column))
        picture = picture + 60.0 * np.exp(-(x * x + y * y) / (2 * 1.5**2))
    return picture


MADE = {
    "disc": lambda: disc() + noise(),
    "inclined disc": lambda: disc(10.0, 0.4, 0.6) + noise(),
    "spheroid": lambda: spheroid() + noise(),
    "spiral": lambda: spiral() + noise(),
    "clumpy": lambda: clumpy() + noise(),
}
"""Pictures that `statmorph` has measured as well."""
