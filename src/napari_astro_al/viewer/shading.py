"""The image below the points: sources counted on pixels, and what they are like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.projection import Rect, density
from napari_astro_al.viewer.appearance import Appearance, Scaling
from napari_astro_al.viewer.legend import Bar
from napari_astro_al.viewer.palette import Colours
from napari_astro_al.viewer.ramps import RampName, ramp
from napari_astro_al.viewer.slots import BAR_STEPS

if TYPE_CHECKING:
    from napari_astro_al.learning.trained import TrainResult
    from napari_astro_al.session.whole_density import WholeDensity
    from napari_astro_al.viewer.scene import Scene
    from napari_astro_al.viewer.source_values import SourceValues, Values

FINEST = 900
"""Pixels along the longer side, at most."""

_FAINTEST = 0.25


@dataclass(frozen=True, eq=False)
class Raster:
    """A picture of the sources in a rectangle.

    Attributes
    ----------
    pixels : (ny, nx, 4) uint8 ndarray
        RGBA, transparent where there is no source; row 0 at the lower edge.
    rect : (x0, y0, x1, y1)
        Its edges in the frame's coordinates.
    bar : Bar or None
        What its colours mean, where they are numbers.
    """

    pixels: npt.NDArray[np.uint8]
    rect: Rect
    bar: Bar | None


@dataclass(frozen=True, eq=False)
class RasterRequest:
    """Everything that making a picture needs, captured.

    Attributes
    ----------
    scene : Scene
    rect : (x0, y0, x1, y1)
        In the frame's coordinates.
    shape : (ny, nx)
    appearance : Appearance
        Its `density` and `scaling`.
    values : Values or None
        Of the column whose mean is asked for.
    result : TrainResult or None
        The model whose predictions or uncertainties are.
    class_colours : dict of str to (4,) float32 ndarray
    labelled : (k,) int64 ndarray
        Rows with a label.
    dark : bool
        Whether the canvas is.
    whole : WholeDensity or None
        Counts of all sources, of which the scene has a part.
    """

    scene: Scene
    rect: Rect
    shape: tuple[int, int]
    appearance: Appearance
    values: Values | None
    result: TrainResult | None
    class_colours: dict[str, Colours]
    labelled: npt.NDArray[np.int64]
    dark: bool
    whole: WholeDensity | None = None


def raster_job(request: RasterRequest, per_source: SourceValues) -> Job[Raster]:
    """Make the picture. Without a model, or without values, it shows counts."""
    return guarded(_raster_job(request, per_source), "draw the image of the density")


def _raster_job(request: RasterRequest, per_source: SourceValues) -> Job[Raster]:
    index, rect, shape, dark = request.scene.index, request.rect, request.shape, request.dark
    shows = request.appearance.density
    yield Progress("Counting sources in view")
    counts = index.density(rect, shape)
    brightness = scaled(counts, request.appearance.scaling)
    opacity = np.where(counts > 0, _FAINTEST + (1 - _FAINTEST) * brightness, 0.0)
    if shows == "labelled":
        places = request.scene.frame.to_world(request.scene.projection.points[request.labelled])
        share = _ratio(density(places, rect, shape), counts)
        top = float(np.nanmax(share, initial=0.0)) or 1.0
        bar = _bar("labelled share", "0 %", f"{written(100 * top)} %", "values", dark=dark)
        return Raster(_painted("values", share / top, opacity, dark=dark), rect, bar)
    if shows == "prediction" and request.result is not None:
        said = per_source.predictions(request.result)
        yield Progress("Counting predictions in view")
        tallies = index.tallies(rect, shape, said.codes, len(said.classes))
        known = [request.class_colours[name] for name in said.classes]
        colours = np.array(known, dtype=np.float32)[tallies.argmax(axis=0)]
        colours[..., 3] = np.where(tallies.sum(axis=0) > 0, opacity, 0.0)
        return Raster(_as_bytes(colours), rect, None)
    if shows == "uncertainty" and request.result is not None:
        said = per_source.predictions(request.result)
        yield Progress("Averaging uncertainties in view")
        mean = _ratio(*index.sums(rect, shape, said.doubt))
        bar = _bar("mean uncertainty", "0", "1", "uncertainty", dark=dark)
        return Raster(_painted("uncertainty", mean, opacity, dark=dark), rect, bar)
    if request.values is not None:
        yield Progress(f"Averaging {request.values.name} in view")
        mean = request.values.scaled(_ratio(*index.sums(rect, shape, request.values.values)))
        title = f"mean {request.values.title}"
        ends = written(request.values.low), written(request.values.high)
        bar = _bar(title, *ends, "values", dark=dark)
        return Raster(_painted("values", mean, opacity, dark=dark), rect, bar)
    title = "sources a pixel"
    if request.whole is not None:
        picture = yield from request.whole.picture_job(request.scene.frame, rect, shape)
        counts, rect, title = picture.counts, picture.rect, f"all {picture.title}"
        brightness = scaled(counts, request.appearance.scaling)
    most = float(counts.max(initial=0.0))
    bar = _bar(title, "0", f"{most:,.0f}", "density", dark=dark)
    transparency = np.minimum(1.0, 12 * brightness) ** 0.7
    return Raster(_painted("density", brightness, transparency, dark=dark), rect, bar)


def scaled(counts: npt.NDArray[np.float32], how: Scaling) -> npt.NDArray[np.float32]:
    """Counts as brightness.

    Parameters
    ----------
    counts : (ny, nx) float32 ndarray
    how : {"log", "asinh", "equalised", "linear"}
        "equalised" gives every brightness to about as many of the pixels that are not empty
        (histogram equalisation; Gonzalez & Woods 2018, Digital Image Processing, section 3.3).

    Returns
    -------
    (ny, nx) float32 ndarray
        0 where there are none, 1 where there are most, increasing with the counts between.
    """
    most = float(counts.max(initial=0.0))
    if most <= 0:
        return np.zeros_like(counts)
    if how == "linear":
        return counts / np.float32(most)
    if how == "log":
        return np.log1p(counts) / np.float32(np.log1p(most))
    if how == "asinh":
        soft = max(float(np.mean(counts[counts > 0])), 1.0)
        return np.arcsinh(counts / soft) / np.float32(np.arcsinh(most / soft))
    filled = counts[counts > 0]
    distinct, times = np.unique(filled, return_counts=True)
    share = np.cumsum(times) / filled.size
    return np.interp(counts, [0.0, *distinct], [0.0, *share]).astype(np.float32)


def written(value: float) -> str:
    """A number for the end of a colour bar."""
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")


def bar_of(values: Values, *, dark: bool) -> Bar:
    """The colour bar of a column that colours the points."""
    return _bar(values.title, written(values.low), written(values.high), "values", dark=dark)


def _bar(title: str, low: str, high: str, name: RampName, *, dark: bool) -> Bar:
    return Bar(title, low, high, ramp(name, np.linspace(0.0, 1.0, BAR_STEPS), dark=dark))


def _ratio(
    sums: npt.NDArray[np.float32], counts: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 0, sums / counts, np.float32(np.nan)).astype(np.float32)


def _painted(
    name: RampName,
    values: npt.NDArray[np.float32],
    opacity: npt.NDArray[np.float32],
    *,
    dark: bool,
) -> npt.NDArray[np.uint8]:
    colours = ramp(name, values, dark=dark)
    colours[..., 3] *= opacity
    return _as_bytes(colours)


def _as_bytes(colours: Colours) -> npt.NDArray[np.uint8]:
    return (colours * 255 + 0.5).astype(np.uint8)
