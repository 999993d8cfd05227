"""The plots that come with the package."""

from __future__ import annotations

from napari_astro_al.plots.light_curve import LightCurvePlot
from napari_astro_al.plots.plot import SOURCE_PLOTS
from napari_astro_al.plots.posterior import Posterior
from napari_astro_al.plots.sed import EnergyDistribution
from napari_astro_al.plots.spectrum import SpectrumPlot

__all__ = ["SOURCE_PLOTS"]

SOURCE_PLOTS.provide("sed")(EnergyDistribution())
SOURCE_PLOTS.provide("spectrum")(SpectrumPlot())
SOURCE_PLOTS.provide("light curve")(LightCurvePlot())
SOURCE_PLOTS.provide("posterior")(Posterior())
