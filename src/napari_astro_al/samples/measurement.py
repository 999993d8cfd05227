"""Measuring sources on their own pixels: light, size, shape."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from napari_astro_al.samples.detection import Floats, Labels

_FINE = 3
"""Pixels are cut into this many parts a side where light is summed by radius."""


def measure(labels: Labels, bands: Floats, noise: Floats) -> dict[str, Floats]:
    """Measure every source on the pixels that belong to it.

    Parameters
    ----------
    labels : (ny, nx) int32 ndarray
        0 for background, sources numbered from 1 without gaps.
    bands : (n_bands, ny, nx) ndarray
        Brightness, background taken away.
    noise : (n_bands,) ndarray
        Standard deviation of a background pixel in each band.

    Returns
    -------
    dict of str to (n_sources,) ndarray
        ``flux_0``, ``flux_1``, ... : sum over the source's pixels, a band each.
        ``flux`` : sum of the mean of the bands.
        ``signal_to_noise`` : of ``flux``, for background noise that is independent from pixel to
        pixel.
        ``area`` : pixels.
        ``x``, ``y`` : centre of light, pixels from the centre of the first pixel.
        ``ellipticity`` : 1 - b/a from second moments, each with 1/12 pixel² added, so that a
        single pixel is round.
        ``position_angle`` : of the major axis, degrees in [0, 180), from the direction of rising x
        to that of falling y, which is anticlockwise on a screen.
        ``half_light_radius``, ``r20``, ``r80`` : circular radii around (x, y) with that share of
        the light, pixels.
        ``concentration`` : 5 log10(r80 / r20).
        ``asymmetry`` : sum of abs(I - I180) over twice the sum of I, with the expected share of
        the noise taken away; 0 for a source that half a turn around (x, y) leaves the same.

    References
    ----------
    Conselice 2003, ApJS 147, 1, sections 3.1 and 3.2, for asymmetry and concentration; here both
    are taken on the source's pixels instead of within 1.5 Petrosian radii.
    """
    count = int(labels.max())
    rows, columns = np.nonzero(labels)
    source = labels[rows, columns] - 1
    light = bands.mean(axis=0)
    light_noise = float(np.sqrt(np.sum(noise**2))) / len(noise)
    own = np.clip(light[rows, columns], 0.0, None)

    def total(values: Floats) -> Floats:
        return np.bincount(source, values, count).astype(np.float64)

    area = np.bincount(source, minlength=count).astype(np.float64)
    weight = np.maximum(total(own), 1e-12)
    x, y = total(own * columns) / weight, total(own * rows) / weight
    dx, dy = columns - x[source], rows - y[source]
    second = [total(own * product) / weight for product in (dx * dx, dy * dy, dx * dy)]
    ellipticity, angle = _ellipse(second[0] + 1 / 12, second[1] + 1 / 12, second[2])
    radii = _light_radii(source, own, dx, dy, count)
    flux = total(light[rows, columns])
    measured = {f"flux_{k}": total(band[rows, columns]) for k, band in enumerate(bands)}
    return measured | {
        "flux": flux,
        "signal_to_noise": flux / (light_noise * np.sqrt(area)),
        "area": area,
        "x": x,
        "y": y,
        "ellipticity": ellipticity,
        "position_angle": angle,
        "r20": radii[0],
        "half_light_radius": radii[1],
        "r80": radii[2],
        "concentration": 5.0 * np.log10(radii[2] / radii[0]),
        "asymmetry": _asymmetry(labels, light, source, rows, columns, x, y, light_noise),
    }


def _ellipse(xx: Floats, yy: Floats, xy: Floats) -> tuple[Floats, Floats]:
    """Ellipticity and position angle of the ellipse with these second moments."""
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    minor = np.sqrt(np.clip(middle - half, 1e-9, None) / (middle + half))
    angle = np.degrees(0.5 * np.arctan2(-2 * xy, xx - yy)) % 180.0
    return 1.0 - minor, angle


def _light_radii(
    source: npt.NDArray[np.int32], light: Floats, dx: Floats, dy: Floats, count: int
) -> Floats:
    """Radii with 20, 50 and 80 per cent of each source's light, (3, count)."""
    steps = (np.arange(_FINE) + 0.5) / _FINE - 0.5
    fine_y, fine_x = (grid.ravel() for grid in np.meshgrid(steps, steps))
    radius = np.hypot(dx[:, None] + fine_x, dy[:, None] + fine_y).ravel()
    whose = np.repeat(source, _FINE**2)
    order = np.argsort(whose * (radius.max(initial=0.0) + 1.0) + radius, kind="stable")
    radius, whose = radius[order], whose[order]
    summed = np.cumsum(np.repeat(light, _FINE**2)[order])
    ends = np.searchsorted(whose, np.arange(count), side="right") - 1
    starts = np.concatenate([[0.0], summed[ends][:-1]])
    within = summed[ends] - starts
    found = [
        np.minimum(np.searchsorted(summed, starts + share * within), ends)
        for share in (0.2, 0.5, 0.8)
    ]
    return np.asarray(np.maximum(radius[np.stack(found)], 0.5 / _FINE))


def _asymmetry(
    labels: Labels,
    light: Floats,
    source: npt.NDArray[np.int32],
    rows: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    x: Floats,
    y: Floats,
    noise: float,
) -> Floats:
    """Compare each pixel with the one opposite, where that belongs to no other source."""
    from scipy.ndimage import map_coordinates

    opposite = np.stack([2 * y[source] - rows, 2 * x[source] - columns])
    ny, nx = labels.shape
    near = np.rint(opposite).astype(int)
    inside = (near >= 0).all(axis=0) & (near[0] < ny) & (near[1] < nx)
    near = np.clip(near, 0, [[ny - 1], [nx - 1]])
    there = labels[near[0], near[1]]
    fair = inside & ((there == 0) | (there == source + 1))
    turned = map_coordinates(light, opposite, order=1, mode="nearest")
    here = light[rows, columns]
    count = len(x)
    difference = np.bincount(source, np.where(fair, np.abs(here - turned), 0.0), count)
    compared = np.bincount(source, np.where(fair, here, 0.0), count)
    number = np.bincount(source, fair, count)
    expected = number * 2.0 * noise / np.sqrt(np.pi)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = (difference - expected) / (2.0 * compared)
    return np.where(compared > 0, np.clip(ratio, 0.0, 1.0), np.nan)
