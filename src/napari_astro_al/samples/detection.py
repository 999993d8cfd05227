"""Finding sources in a picture: background, threshold, and taking blends apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]


@dataclass(frozen=True)
class DetectionSettings:
    """How sources are found.

    Attributes
    ----------
    smoothing : float
        Standard deviation in pixels of the Gaussian that the picture is smoothed with.
    threshold : float
        Standard deviations of the smoothed background that a source's pixels exceed.
    peak : float
        The same for the brightest pixel of a source.
    least_area : int
        Connected pixels that a source needs.
    contrast : float
        How far a peak must rise above the saddle to a higher one to be a source of its own, as
        the difference of asinh(value / 5 sigma): for bright sources the logarithm of the ratio of
        peak to saddle, for faint ones five times as many standard deviations.
    least_share : float
        A part of a blend with less than this share of the light of its brightest neighbour above
        their saddle is no source of its own.
    mesh : int
        Side in pixels of the cells in which the background is measured.
    """

    smoothing: float = 1.0
    threshold: float = 4.0
    peak: float = 17.0
    least_area: int = 10
    contrast: float = 0.1
    least_share: float = 0.01
    mesh: int = 64


def background(
    image: Floats, mesh: int, ignore: npt.NDArray[np.bool_] | None = None
) -> tuple[Floats, float]:
    """The smooth level under the sources, and the noise around it.

    Parameters
    ----------
    image : (ny, nx) ndarray
        One band.
    mesh : int
        Side of the cells in pixels.
    ignore : (ny, nx) bool ndarray, optional
        Pixels of sources that are known already.

    Returns
    -------
    level : (ny, nx) ndarray
        Median of every second pixel of each cell after clipping at 3 sigma, made robust by a 3 x 3
        median of the cells, interpolated between their centres.
    noise : float
        Standard deviation of a pixel, the median over the cells.
    """
    from scipy.ndimage import map_coordinates, median_filter

    ny, nx = image.shape
    rows, columns = max(1, round(ny / mesh)), max(1, round(nx / mesh))
    row_edges = np.linspace(0, ny, rows + 1).astype(int)
    column_edges = np.linspace(0, nx, columns + 1).astype(int)
    levels, noises = np.empty((rows, columns)), np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            cell = np.s_[row_edges[i] : row_edges[i + 1], column_edges[j] : column_edges[j + 1]]
            values = image[cell] if ignore is None else image[cell][~ignore[cell]]
            sample = np.ravel(values if values.size else image[cell])[::2]
            levels[i, j], noises[i, j] = _clipped(sample)
    levels = median_filter(levels, size=3, mode="nearest")
    y = (np.arange(ny) + 0.5) * rows / ny - 0.5
    x = (np.arange(nx) + 0.5) * columns / nx - 0.5
    grid = np.meshgrid(y, x, indexing="ij")
    level: Floats = map_coordinates(levels, grid, order=1, mode="nearest")
    return level, float(np.median(noises))


def _clipped(values: Floats) -> tuple[float, float]:
    """Median and standard deviation after clipping at 3 sigma."""
    kept = np.ravel(values)
    for _ in range(5):
        level = np.median(kept)
        sigma = 1.4826 * float(np.median(np.abs(kept - level)))
        inside = np.abs(kept - level) <= 3.0 * max(sigma, 1e-9)
        if inside.all():
            break
        kept = kept[inside]
    return float(np.median(kept)), max(float(np.std(kept)), 1e-9)


def detect(image: Floats, settings: DetectionSettings | None = None) -> Labels:
    """Find sources.

    Parameters
    ----------
    image : (ny, nx) ndarray
        Brightness, its background taken away.
    settings : DetectionSettings, optional

    Returns
    -------
    (ny, nx) int32 ndarray
        0 for background, and the pixels of each source numbered from 1.
    """
    from scipy.ndimage import gaussian_filter
    from skimage.measure import label
    from skimage.morphology import local_maxima, reconstruction
    from skimage.segmentation import watershed

    how = settings or DetectionSettings()
    smooth = gaussian_filter(image, how.smoothing, mode="nearest")
    _, sigma = _clipped(smooth)
    islands = smooth > how.threshold * sigma
    height = np.arcsinh(np.clip(smooth, 0.0, None) / (5.0 * sigma))
    flattened = reconstruction(height - how.contrast, height, method="dilation")
    markers = label(local_maxima(flattened) & islands)
    parts = watershed(-height, markers, mask=islands).astype(np.int32)
    parts = _join_small_parts(parts, smooth, how.least_share)
    return _drop_insignificant(parts, smooth, how.peak * sigma, how.least_area)


def _join_small_parts(parts: Labels, smooth: Floats, least_share: float) -> Labels:
    """Give the knots and spikes of a bright source back to it."""
    count = int(parts.max())
    flux = np.bincount(parts.ravel(), smooth.ravel(), count + 1)
    saddle = np.full(count + 1, np.inf)
    owner = np.arange(count + 1)
    for part, neighbours in _saddles(parts, smooth).items():
        brightest = max(neighbours, key=lambda other: (flux[other], -other))
        if flux[brightest] > flux[part]:
            owner[part], saddle[part] = brightest, neighbours[brightest]
    above = np.clip(smooth - saddle[parts], 0.0, None)
    own_light = np.bincount(parts.ravel(), above.ravel(), count + 1)
    independent = own_light >= least_share * flux[owner]
    owner = np.where(independent, np.arange(count + 1), owner)
    while not np.array_equal(further := owner[owner], owner):
        owner = further
    return np.asarray(owner[parts], dtype=np.int32)


def _saddles(parts: Labels, smooth: Floats) -> dict[int, dict[int, float]]:
    """For each part the parts that it touches, and the highest value on their common border."""
    found: dict[int, dict[int, float]] = {}
    for one, other, values in (
        (parts[:, 1:], parts[:, :-1], np.minimum(smooth[:, 1:], smooth[:, :-1])),
        (parts[1:], parts[:-1], np.minimum(smooth[1:], smooth[:-1])),
    ):
        border = (one != other) & (one > 0) & (other > 0)
        for a, b, value in zip(one[border], other[border], values[border], strict=True):
            for first, second in ((int(a), int(b)), (int(b), int(a))):
                known = found.setdefault(first, {})
                known[second] = max(known.get(second, 0.0), float(value))
    return found


def _drop_insignificant(parts: Labels, smooth: Floats, peak: float, area: int) -> Labels:
    """Leave out what is too small or too faint, and number the rest from 1."""
    from scipy.ndimage import maximum

    count = int(parts.max())
    index = np.arange(1, count + 1)
    good = np.zeros(count + 1, dtype=bool)
    if count:
        sizes = np.bincount(parts.ravel(), minlength=count + 1)[1:]
        good[1:] = (sizes >= area) & (np.asarray(maximum(smooth, parts, index)) >= peak)
    numbers = np.where(good, np.cumsum(good), 0)
    return np.asarray(numbers[parts], dtype=np.int32)
