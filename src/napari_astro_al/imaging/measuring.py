"""Measuring the sources that were found in an image."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.imaging.detection import Found
from napari_astro_al.imaging.measured_columns import COLUMNS
from napari_astro_al.imaging.sky_image import SkyImage
from napari_astro_al.jobs import Job, Progress

CHANNELS = ("red", "green", "blue")
_AT_ONCE = 100
_MAGNITUDE = 2.5 / np.log(10.0)

_PROPERTIES = {
    "x": "x_centroid",
    "y": "y_centroid",
    "flux": "kron_flux",
    "flux_err": "kron_flux_err",
    "segment_flux": "segment_flux",
    "peak": "max_value",
    "background": "background_centroid",
    "area": "segment_area",
    "semi_major": "semimajor_axis",
    "semi_minor": "semiminor_axis",
    "ellipticity": "ellipticity",
    "position_angle": "orientation",
    "fwhm": "fwhm",
    "kron_radius": "kron_radius",
    "gini": "gini",
}
"""What photutils calls the columns."""


def measured_job(found: Found, image: SkyImage, zero_point: float | None) -> Job[pd.DataFrame]:
    """Measure sources.

    Parameters
    ----------
    found : Found
    image : SkyImage
        Gives positions on the sky where it has world coordinates.
    zero_point : float or None
        Magnitude of a flux of 1.

    Returns
    -------
    DataFrame
        One row a source, the brightest first, with those of `COLUMNS` that there are.

    References
    ----------
    photutils, ``SourceCatalog``. Fluxes in ellipses: Kron 1980, ApJS 43, 305. Gini: Lotz et al.
    2004, AJ 128, 163.
    """
    from photutils.segmentation import SourceCatalog

    sources = SourceCatalog(
        found.light,
        found.segments,
        convolved_data=found.smooth,
        error=found.noise,
        mask=found.missing if found.missing.any() else None,
        background=found.background,
    )
    parts = []
    for start in range(0, len(found), _AT_ONCE):
        yield Progress("Measuring sources", start, len(found))
        with np.errstate(all="ignore"):
            parts.append(_some(sources[start : start + _AT_ONCE]))
    table = pd.DataFrame(
        {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    )
    _add_derived(table, found, np.asarray(sources.labels))
    if zero_point is not None:
        flux = table["flux"].where(table["flux"] > 0)
        table["mag"] = zero_point - 2.5 * np.log10(flux)
        table["mag_err"] = _MAGNITUDE * table["flux_err"] / flux
    if image.plate is not None:
        table["ra"], table["dec"] = image.plate.positions(table["x"], table["y"])
    table = table[np.isfinite(table["x"]) & np.isfinite(table["y"])]
    table = table.sort_values("flux", ascending=False, kind="stable", ignore_index=True)
    table["source"] = np.arange(1, len(table) + 1)
    measured: pd.DataFrame = table[[name for name in COLUMNS if name in table]]
    return measured


def _some(sources: Any) -> dict[str, npt.NDArray[Any]]:
    """Measurements of a few sources."""
    values = {name: _plain(getattr(sources, kind)) for name, kind in _PROPERTIES.items()}
    radii = {share: _plain(sources.flux_radius(share)) for share in (0.2, 0.5, 0.8)}
    values["half_light_radius"] = radii[0.5]
    values["concentration"] = 5.0 * np.log10(radii[0.8] / radii[0.2])
    values["position_angle"] = values["position_angle"] % 180.0
    return values


def _plain(values: Any) -> npt.NDArray[np.float64]:
    found = np.atleast_1d(np.asarray(getattr(values, "value", values), dtype=np.float64))
    return np.where(np.isfinite(found), found, np.nan)


def _add_derived(table: pd.DataFrame, found: Found, labels: npt.NDArray[Any]) -> None:
    table["signal_to_noise"] = table["flux"] / table["flux_err"]
    for name, channel in zip(CHANNELS, found.channels, strict=False):
        sums = np.bincount(found.segments.data.ravel(), channel.ravel())
        table[f"flux_{name}"] = sums[labels]
    table["area"] = table["area"].astype(np.int64)
    table["at_edge"] = np.isin(labels, list(_at_edge(found)))
    table["blended"] = np.isin(labels, list(found.blended))


def _at_edge(found: Found) -> set[int]:
    """Labels of sources that touch the edge or pixels without data."""
    from scipy.ndimage import binary_dilation

    labels = found.segments.data
    border = np.zeros(labels.shape, dtype=bool)
    border[[0, -1]] = border[:, [0, -1]] = True
    if found.missing.any():
        border |= binary_dilation(found.missing, iterations=1)
    return set(np.unique(labels[border]).tolist()) - {0}
