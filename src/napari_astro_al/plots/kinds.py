"""The plots that come with the package."""

from __future__ import annotations

from napari_astro_al.plots.plot import SOURCE_PLOTS
from napari_astro_al.plots.sed import EnergyDistribution

__all__ = ["SOURCE_PLOTS"]

SOURCE_PLOTS.provide("sed")(EnergyDistribution())
