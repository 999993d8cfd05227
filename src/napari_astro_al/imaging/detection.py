"""Finding the sources of an image: background, threshold, blends taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ImageError
from napari_astro_al.imaging.headers import quietly
from napari_astro_al.imaging.settings import DetectionSettings
from napari_astro_al.jobs import Job, Progress, guarded

Pixels = npt.NDArray[np.floating[Any]]

LUMA = (0.2126, 0.7152, 0.0722)
"""Shares of red, green and blue in luminance: ITU-R BT.709-6, item 3.2."""
_AT_ONCE = 50
"""Blends taken apart between two looks at whether the job is still wanted."""
_LEVELS = 16
"""Heights between the threshold and the peak of a blend at which its parts are looked for."""
_LARGE = 2**24
"""Pixels from which on single precision has to do."""


@dataclass(frozen=True, eq=False)
class Found:
    """The sources of an image before they are measured.

    Attributes
    ----------
    segments : photutils.segmentation.SegmentationImage
        Which pixels belong to which source.
    light : (ny, nx) ndarray
        Brightness without background; 0 where there is no data.
    smooth : (ny, nx) ndarray
        The same, smoothed.
    background, noise : (ny, nx) ndarray
        The level that was taken away, and a pixel's standard deviation.
    missing : (ny, nx) bool ndarray
        Pixels without data.
    channels : tuple of (ny, nx) ndarray
        Red, green and blue without background; empty for an image in grey.
    blended : frozenset of int
        Labels of sources that were taken apart from others.
    """

    segments: Any
    light: Pixels
    smooth: Pixels
    background: Pixels
    noise: Pixels
    missing: npt.NDArray[np.bool_]
    channels: tuple[Pixels, ...]
    blended: frozenset[int]

    def __len__(self) -> int:
        return int(self.segments.n_labels)

    def centres(self) -> npt.NDArray[np.float32]:
        """Where they are, (n, 2) in (row, column): the middles of their boxes."""
        boxes = [box for box in self.segments.slices if box is not None]
        middles = [[(side.start + side.stop - 1) / 2 for side in box] for box in boxes]
        return np.array(middles, dtype=np.float32).reshape(-1, 2)


def find_job(pixels: npt.NDArray[Any], settings: DetectionSettings) -> Job[Found]:
    """Find the sources of an image.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3 or 4) ndarray
        Brightness, or red, green and blue (and opacity, which does not count); NaN for no data.
    settings : DetectionSettings

    Raises
    ------
    ImageError
        If there is nothing to measure or no source is found.

    Notes
    -----
    The background is the mode that SExtractor estimates, in cells of `mesh` pixels after clipping
    at 3 sigma, filtered by a median of 3 x 3 cells and interpolated; its noise is the standard
    deviation of the clipped cells (photutils, ``Background2D``). A colour image is searched in its
    luminance.
    """
    return guarded(_find(pixels, settings), "find sources")


def _find(pixels: npt.NDArray[Any], settings: DetectionSettings) -> Job[Found]:
    from scipy.ndimage import gaussian_filter

    yield Progress("Measuring the background")
    bands = _bands(pixels)
    missing = ~np.isfinite(bands[0])
    if missing.all():
        raise ImageError("The image has no pixel with data, so that nothing can be found on it.")
    light, level, noise = _without_background(bands[0], missing, settings)
    channels = []
    for band in bands[1:]:
        yield Progress("Measuring the background of the channels")
        channels.append(_without_background(band, missing, settings)[0])
    yield Progress("Looking for sources")
    smooth = light
    if settings.smoothing > 0:
        smooth = gaussian_filter(light, settings.smoothing / 2.3548, mode="nearest")
    segments = _segments(smooth, noise, missing, settings)
    before = frozenset(segments.labels.tolist())
    if settings.deblend and settings.contrast < 1:
        segments = yield from _deblended(smooth, segments, settings)
    blended = frozenset(segments.labels.tolist()) - before
    return Found(segments, light, smooth, level, noise, missing, tuple(channels), blended)


def _bands(pixels: npt.NDArray[Any]) -> list[Pixels]:
    """Luminance, and red, green and blue where there are any."""
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (3, 4)):
        raise ImageError(
            f"An image to find sources in is (rows, columns) or (rows, columns, 3); this one is "
            f"{pixels.shape}. Choose one plane of a cube."
        )
    kind = np.float32 if pixels.shape[0] * pixels.shape[1] > _LARGE else np.float64
    if pixels.ndim == 2:
        return [np.array(pixels, dtype=kind)]
    colours: list[Pixels] = [np.array(pixels[..., k], dtype=kind) for k in range(3)]
    light: Pixels = np.tensordot(np.array(LUMA, dtype=kind), np.stack(colours), 1)
    return [light, *colours]


def _without_background(
    band: Pixels, missing: npt.NDArray[np.bool_], settings: DetectionSettings
) -> tuple[Pixels, Pixels, Pixels]:
    """Light, level and noise; the light is 0 where there is no data."""
    from photutils.background import Background2D, SExtractorBackground

    band = np.where(missing, 0.0, band).astype(band.dtype)
    side = tuple(min(settings.mesh, length) for length in band.shape)
    try:
        found = Background2D(
            band,
            side,
            mask=missing if missing.any() else None,
            filter_size=3,
            bkg_estimator=SExtractorBackground(),
            exclude_percentile=90.0,
        )
        level, noise = found.background, found.background_rms
    except ValueError as error:
        raise ImageError(
            f"The background cannot be measured in cells of {settings.mesh} pixels: {error}. "
            "Choose a larger mesh."
        ) from error
    floor = float(np.median(noise))
    if not floor > 0:
        floor = float(np.std(band[~missing]))
    if not floor > 0:
        raise ImageError("All pixels of the image are equal, so that nothing can be found on it.")
    light = np.where(missing, 0.0, band - level).astype(band.dtype)
    # a cell of one saturated value has no noise of its own
    return light, level.astype(band.dtype), np.maximum(noise, 0.1 * floor).astype(band.dtype)


def _segments(
    smooth: Pixels, noise: Pixels, missing: npt.NDArray[np.bool_], settings: DetectionSettings
) -> Any:
    from photutils.segmentation import detect_sources

    with quietly():  # that nothing was found is said below
        found = detect_sources(
            smooth,
            settings.threshold * noise,
            settings.least_pixels,
            mask=missing if missing.any() else None,
        )
    if found is None:
        raise ImageError(
            f"No source has {settings.least_pixels} connected pixels above {settings.threshold:g} "
            "times the noise. Lower the threshold or the number of pixels."
        )
    return found


def _deblended(smooth: Pixels, segments: Any, settings: DetectionSettings) -> Job[Any]:
    from photutils.segmentation import deblend_sources

    labels = segments.labels
    for start in range(0, len(labels), _AT_ONCE):
        yield Progress("Taking blends apart", start, len(labels))
        some = labels[start : start + _AT_ONCE]
        with quietly():  # of peaks below zero, which it then deblends on another scale
            segments = deblend_sources(
                smooth,
                segments,
                settings.least_pixels,
                labels=some,
                n_levels=_LEVELS,
                contrast=settings.contrast,
                relabel=False,
                progress_bar=False,
            )
    return segments
