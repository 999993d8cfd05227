"""How a source's light is spread: moments, curves of growth, Petrosian radii, its turned self."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from napari_astro_al.vision.finding import Floats, Mask

PETROSIAN = 0.2
"""A Petrosian radius is where the surface brightness is this share of the mean within."""

RADIUS_STEP = 0.25
"""Pixels between the radii at which the curve of growth is computed."""

_FINE = 0.05
"""Pixels whose radii differ by less are taken together."""

Place = tuple[float, float]
"""Row and column."""


@dataclass(frozen=True)
class Ellipse:
    """The shape of a source by its second moments.

    Attributes
    ----------
    elongation : float
        Longer axis over shorter axis, at least 1.
    angle : float
        Of the longer axis, in radians, from the columns' axis towards higher rows.
    """

    elongation: float
    angle: float

    @classmethod
    def of(cls, image: Floats, region: Mask, centre: Place) -> Ellipse:
        """From the light above zero in a region."""
        rows, columns = np.nonzero(region)
        light = np.clip(image[rows, columns], 0.0, None)
        y, x = rows - centre[0], columns - centre[1]
        moments = np.array([(light * y * y).sum(), (light * x * y).sum(), (light * x * x).sum()])
        # a twelfth: a source of a single pixel has a size
        yy, xy, xx = moments / light.sum() + np.array([1.0, 0.0, 1.0]) / 12.0
        middle, half = (xx + yy) / 2.0, float(np.hypot((xx - yy) / 2.0, xy))
        shorter = max(middle - half, 1.0 / 12.0)
        return cls(
            float(np.sqrt((middle + half) / shorter)), 0.5 * float(np.arctan2(2 * xy, xx - yy))
        )

    def radii(self, shape: tuple[int, ...], centre: Place) -> Floats:
        """Of every pixel: the longer half axis of the ellipse through it."""
        y = np.arange(shape[0], dtype=np.float64)[:, None] - centre[0]
        x = np.arange(shape[1], dtype=np.float64) - centre[1]
        if self.elongation == 1.0:
            return np.asarray(np.sqrt(y * y + x * x))
        along = x * np.cos(self.angle) + y * np.sin(self.angle)
        across = y * np.cos(self.angle) - x * np.sin(self.angle)
        return np.asarray(np.hypot(along, across * self.elongation))


CIRCLE = Ellipse(1.0, 0.0)


def centroid(image: Floats, region: Mask) -> Place:
    """The centre of the light above zero in a region."""
    rows, columns = np.nonzero(region)
    light = np.clip(image[rows, columns], 0.0, None)
    total = light.sum()
    return float((light * rows).sum() / total), float((light * columns).sum() / total)


@dataclass(frozen=True, eq=False)
class Growth:
    """Light and area within a radius.

    Attributes
    ----------
    radii, light, area : (n,) float64 ndarray
        Radii ascend by `RADIUS_STEP`. A pixel counts in part where a radius passes through it.
    """

    radii: Floats
    light: Floats
    area: Floats

    @classmethod
    def of(cls, image: Floats, radii_of: Floats, most: float) -> Growth:
        """Up to a radius, from the radius of every pixel."""
        inside = radii_of < most + 1.0
        ring = (radii_of[inside] / _FINE).astype(np.int64)
        light: Floats = np.bincount(ring, image[inside]).astype(np.float64, copy=False)
        area: Floats = np.bincount(ring).astype(np.float64)
        r: Floats = (np.arange(len(area), dtype=np.float64) + 0.5) * _FINE
        radii = np.arange(RADIUS_STEP, most, RADIUS_STEP)
        # a pixel enters linearly while the radius goes from half a pixel before it to half behind
        return cls(radii, _ramp(r, light, radii), _ramp(r, area, radii))

    def within(self, radius: float) -> float:
        """Light within a radius."""
        return float(np.interp(radius, self.radii, self.light))

    def radius_with(self, share: float, total: float) -> float:
        """The smallest radius with a share of a total; NaN where there is none."""
        reached = np.flatnonzero(self.light >= share * total)
        if not len(reached):
            return np.nan
        at = int(reached[0])
        if at == 0:
            return float(self.radii[0])
        low, high = self.light[at - 1], self.light[at]
        return float(self.radii[at] - RADIUS_STEP * (high - share * total) / (high - low))

    def petrosian(self) -> float:
        """Where the mean of a ring two pixels wide is a fifth of the mean within; or NaN."""
        wide = round(1.0 / RADIUS_STEP)
        ring = self.light[2 * wide :] - self.light[: -2 * wide]
        space = np.maximum(self.area[2 * wide :] - self.area[: -2 * wide], 1e-9)
        radii = self.radii[wide:-wide]
        mean = self.light[wide:-wide] / np.maximum(self.area[wide:-wide], 1e-9)
        ratio = np.divide(ring / space, mean, out=np.zeros_like(mean), where=mean > 0)
        below = np.flatnonzero((ratio < PETROSIAN) & (radii > 1.0))
        if not len(below):
            return np.nan
        at = int(below[0])
        if at == 0 or ratio[at - 1] <= ratio[at]:
            return float(radii[at])
        part = (ratio[at - 1] - PETROSIAN) / (ratio[at - 1] - ratio[at])
        return float(radii[at - 1] + RADIUS_STEP * min(part, 1.0))


def _ramp(r: Floats, values: Floats, radii: Floats) -> Floats:
    """Sum of ``values * clip(radius - r + 1/2, 0, 1)`` at each radius; `r` ascends."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    firsts = np.concatenate([[0.0], np.cumsum(values * r)])
    whole = np.searchsorted(r, radii - 0.5, side="right")
    begun = np.searchsorted(r, radii + 0.5, side="left")
    begun = np.maximum(begun, whole)
    part = (radii + 0.5) * (sums[begun] - sums[whole]) - (firsts[begun] - firsts[whole])
    return np.asarray(sums[whole] + part)


def turned(values: Floats, centre: Place) -> Floats:
    """The picture turned by 180 degrees about a place, between pixels by bilinear interpolation.

    0 where the turned picture has no pixel.
    """
    result = values[::-1, ::-1]
    for axis, place in enumerate(centre):
        result = _moved(result, 2.0 * place - (values.shape[axis] - 1), axis)
    return result


def _moved(values: Floats, by: float, axis: int) -> Floats:
    """Shifted along an axis by any number of pixels."""
    whole = int(np.floor(by))
    part = by - whole
    near, far = _moved_whole(values, whole, axis), _moved_whole(values, whole + 1, axis)
    return np.asarray((1.0 - part) * near + part * far)


def _moved_whole(values: Floats, by: int, axis: int) -> Floats:
    length = values.shape[axis]
    result = np.zeros_like(values)
    if abs(by) < length:
        into, out_of = [slice(None)] * 2, [slice(None)] * 2
        into[axis] = slice(max(by, 0), length + min(by, 0))
        out_of[axis] = slice(max(-by, 0), length - max(by, 0))
        result[tuple(into)] = values[tuple(out_of)]
    return result
