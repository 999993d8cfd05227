"""Morphology of a galaxy in a picture, as numbers that need no model.

Pictures made for the screen are measured as they are: their scale of brightness is not linear, so
that the numbers compare with those of other pictures of the same making, and not with published
ones.

References
----------
Conselice 2003, ApJS 147, 1 (concentration, asymmetry, smoothness). Lotz, Primack & Madau 2004, AJ
128, 163 (Gini, M20, and the pixels that these are of). Rodriguez-Gomez et al. 2019, MNRAS 483,
4140 (the order of steps). Petrosian 1976, ApJ 209, L1.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.vision.finding import Floats, Found, Mask, binned, find_source, grey
from napari_astro_al.vision.light import (
    CIRCLE,
    Ellipse,
    Growth,
    Place,
    centroid,
    turned,
)

APERTURE = 1.5
"""Petrosian radii within which concentration, asymmetry and smoothness are measured."""

SMOOTH = 0.25
"""Petrosian radii that the light is smoothed by for the smoothness; the middle is left out."""

SEGMENT = 0.2
"""Petrosian radii that the light is smoothed by to find the pixels for Gini and M20."""

LEAST_SIGNAL = 2.5
"""Mean signal to noise a pixel below which the numbers are called doubtful."""

GOOD, DOUBTFUL, FAILED = 0.0, 1.0, 2.0


@dataclass(frozen=True)
class Morphology:
    """What is measured of one source. NaN where it could not be.

    Attributes
    ----------
    concentration : float
        ``5 log10(r80 / r20)``, radii of circles with 80 % and 20 % of the light.
    asymmetry : float
        What is left after the source, turned by 180 degrees, is subtracted, as a share of its
        light; less that of the sky; at the centre where it is least.
    smoothness : float
        Light in clumps smaller than a quarter of the Petrosian radius, as a share; less that of
        the sky. Large for clumpy sources.
    gini : float
        How unevenly pixels share the light: 0 for all alike, 1 for one that has all.
    m20 : float
        Log10 of the share of the second moment that the brightest fifth of the light has.
    ellipticity : float
        1 - b/a, by second moments.
    winding : float
        -1 to 1. Which way the pattern winds: the mean of twice the product of the gradient's
        parts along and across the radius. Above 0 where arms turn clockwise on their way out, on
        the screen; a mirror changes the sign.
    half_light_radius, petrosian_radius : float
        Of circles; pixels of the picture.
    colour_1, colour_2 : float
        ``-2.5 log10`` of the third over the second channel's light, and of the second over the
        first: blue over green and green over red. NaN for grey pictures.
    flag : float
        0 measured; 1 doubtful: the source reaches the edge, or is faint; 2 not measured.
    """

    concentration: float = np.nan
    asymmetry: float = np.nan
    smoothness: float = np.nan
    gini: float = np.nan
    m20: float = np.nan
    ellipticity: float = np.nan
    winding: float = np.nan
    half_light_radius: float = np.nan
    petrosian_radius: float = np.nan
    colour_1: float = np.nan
    colour_2: float = np.nan
    flag: float = FAILED


QUANTITIES = tuple(one.name for one in fields(Morphology))
"""Names of what is measured, in order."""


def measure(pixels: npt.NDArray[Any]) -> Morphology:
    """Measure the source in the middle of a picture.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        Row 0 on top. Values that are not finite are no data. The numbers, but for the colours, are
        of the mean of the channels. Pictures of more than 512 pixels a side are binned.

    Returns
    -------
    Morphology
        Nothing is raised: what cannot be measured is NaN, and the flag says so.
    """
    with np.errstate(all="ignore"):
        values = grey(pixels)
        found = find_source(values, step=1.0 if pixels.dtype.kind in "iub" else 0.0)
        if found is None:
            return Morphology()
        return _of_found(found, pixels)


def _of_found(found: Found, pixels: npt.NDArray[Any]) -> Morphology:
    from scipy import ndimage

    image = found.image
    middle = centroid(image, found.region)
    radii = CIRCLE.radii(image.shape, middle)
    most = _furthest(found, radii)
    first = Growth.of(image, radii, most).petrosian()
    if not np.isfinite(first):
        return Morphology()
    centre, asymmetry = _least_asymmetry(found, middle, APERTURE * first)
    radii = CIRCLE.radii(image.shape, centre)
    growth = Growth.of(image, radii, _furthest(found, radii))
    petrosian = growth.petrosian()
    total = growth.within(APERTURE * petrosian)
    shape = Ellipse.of(image, found.region, centre)
    around = shape.radii(image.shape, centre)
    outer = Growth.of(image, around, _furthest(found, around)).petrosian()
    if not np.isfinite([petrosian, outer]).all() or total <= 0:
        return Morphology()
    own = _segment(found, around, outer, ndimage)
    r20, r50, r80 = (growth.radius_with(share, total) for share in (0.2, 0.5, 0.8))
    colours = _colours(pixels, found, own)
    return Morphology(
        concentration=float(5.0 * np.log10(r80 / r20)),
        asymmetry=asymmetry,
        smoothness=_smoothness(found, radii, petrosian, ndimage),
        gini=_gini(np.abs(image[own])),
        m20=_m20(image, own),
        ellipticity=1.0 - 1.0 / shape.elongation,
        winding=_winding(image, radii, centre, petrosian, ndimage),
        half_light_radius=r50 * found.binning,
        petrosian_radius=petrosian * found.binning,
        colour_1=colours[0],
        colour_2=colours[1],
        flag=DOUBTFUL if found.cut_off or _is_faint(found, own) else GOOD,
    )


def _furthest(found: Found, radii: Floats) -> float:
    """The largest radius worth looking at: beyond the source, within the picture."""
    reach = float(radii[found.region].max())
    return min(max(2.5 * reach, 16.0), float(radii.max()))


def _least_asymmetry(found: Found, middle: Place, aperture: float) -> tuple[Place, float]:
    """The centre at which the source is most like itself turned around, and how unlike it is."""
    from scipy.optimize import minimize

    half = int(np.ceil(aperture)) + 3
    rows, columns = (
        slice(max(0, round(place) - half), round(place) + half + 1) for place in middle
    )
    image, other = found.image[rows, columns], found.other[rows, columns].astype(np.float64)
    start = np.array([middle[0] - rows.start, middle[1] - columns.start])
    noise = _turned_sky(found)
    masked = bool(other.any())

    def unlikeness(place: npt.NDArray[np.float64]) -> float:
        centre = (float(place[0]), float(place[1]))
        inside = CIRCLE.radii(image.shape, centre) < aperture
        if masked:
            inside &= (other == 0) & (turned(other, centre) == 0)
        light = np.abs(image[inside]).sum()
        if not light > 0:
            return np.inf
        left = np.abs(image - turned(image, centre))[inside].sum()
        return float((left - noise * np.count_nonzero(inside)) / light)

    best = minimize(
        unlikeness,
        start,
        method="Nelder-Mead",
        options={
            "xatol": 0.05,
            "fatol": 1e-4,
            "maxfev": 60,
            "initial_simplex": start + np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]),
        },
    )
    y, x = best.x.tolist()
    return (y + rows.start, x + columns.start), float(best.fun)


def _turned_sky(found: Found) -> float:
    """Mean difference of pixels of the sky and those opposite, a pixel."""
    pairs = found.sky & found.sky[::-1, ::-1]
    if np.count_nonzero(pairs) < 100:
        return 0.0
    return float(np.abs(found.image - found.image[::-1, ::-1])[pairs].mean())


def _smoothness(found: Found, radii: Floats, petrosian: float, ndimage: Any) -> float:
    image = found.image
    clumps = image - ndimage.uniform_filter(image, max(1, round(SMOOTH * petrosian)))
    np.clip(clumps, 0.0, None, out=clumps)
    inside = (radii >= SMOOTH * petrosian) & (radii < APERTURE * petrosian) & ~found.other
    light = image[(radii < APERTURE * petrosian)].sum()
    noise = clumps[found.sky].mean() if np.count_nonzero(found.sky) >= 100 else 0.0
    return float((clumps[inside].sum() - noise * np.count_nonzero(inside)) / light)


def _segment(found: Found, around: Floats, outer: float, ndimage: Any) -> Mask:
    """Pixels that are brighter, in the smoothed picture, than it is at the Petrosian radius."""
    smooth = ndimage.gaussian_filter(found.image, SEGMENT * outer)
    ring = np.abs(around - outer) < 0.75
    limit = float(smooth[ring].mean()) if ring.any() else 0.0
    labels, _ = ndimage.label((smooth >= limit) & ~found.other)
    shared = labels[found.region & (labels > 0)]
    if not len(shared):
        return found.region
    own: Mask = labels == np.bincount(shared).argmax()
    return own


def _gini(values: Floats) -> float:
    """Gini coefficient: Lotz et al. 2004, equation 6."""
    n = len(values)
    if n < 2:
        return np.nan
    ascending = np.sort(values)
    ranks = 2.0 * np.arange(1, n + 1) - n - 1
    return float((ranks * ascending).sum() / (ascending.mean() * n * (n - 1)))


def _m20(image: Floats, own: Mask) -> float:
    """Second moment of the brightest fifth of the light: Lotz et al. 2004, equation 8."""
    rows, columns = np.nonzero(own)
    light = image[rows, columns]
    total = light.sum()
    if not total > 0:
        return np.nan
    y, x = (light * rows).sum() / total, (light * columns).sum() / total
    moments = light * ((rows - y) ** 2 + (columns - x) ** 2)
    order = np.argsort(light)[::-1]
    brightest = order[np.cumsum(light[order]) <= 0.2 * total]
    return float(np.log10(moments[brightest].sum() / moments.sum()))


def _winding(image: Floats, radii: Floats, centre: Place, petrosian: float, ndimage: Any) -> float:
    """Mean of twice the product of the gradient's parts along and across the radius."""
    smooth = ndimage.gaussian_filter(image, max(1.0, 0.05 * petrosian))
    slopes: Any = np.gradient(smooth)
    down, right = slopes
    y: Any
    x: Any
    y, x = np.indices(image.shape, dtype=np.float64)
    used = (radii > 0.2 * petrosian) & (radii < petrosian)
    r = radii[used]
    # on the screen rows go down: a step against the clock from (right, down) is (down, -right)
    across = (right[used] * (y[used] - centre[0]) - down[used] * (x[used] - centre[1])) / r
    along = (right[used] * (x[used] - centre[1]) + down[used] * (y[used] - centre[0])) / r
    strength = (along**2 + across**2).sum()
    return float(2.0 * (along * across).sum() / strength) if strength > 0 else np.nan


def _colours(pixels: npt.NDArray[Any], found: Found, own: Mask) -> tuple[float, float]:
    if pixels.ndim != 3:
        return np.nan, np.nan
    values: Floats = pixels.astype(np.float64)
    values[~np.isfinite(values)] = np.nan
    planes, _ = binned(values)
    sky = found.sky if np.count_nonzero(found.sky) >= 100 else ~own
    light = [
        np.nansum(planes[..., band][own] - np.nanmedian(planes[..., band][sky]))
        for band in range(3)
    ]
    red, green, blue = (float(one) if one > 0 else np.nan for one in light)
    return float(-2.5 * np.log10(blue / green)), float(-2.5 * np.log10(green / red))


def _is_faint(found: Found, own: Mask) -> bool:
    if np.count_nonzero(found.sky) < 100:
        return False
    noise = float(found.image[found.sky].std())
    return noise > 0 and float(found.image[own].mean()) < LEAST_SIGNAL * noise
