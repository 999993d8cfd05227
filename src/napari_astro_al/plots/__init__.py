"""What can be drawn of one source: energy distribution, spectrum, light curve, p(z)."""

from napari_astro_al.plots.bands import Band, read_bands
from napari_astro_al.plots.fields import Field
from napari_astro_al.plots.figure import Figure, Mark, PlotAxis, Series, Span
from napari_astro_al.plots.filters import FILTERS, Filter
from napari_astro_al.plots.given import Given, Near
from napari_astro_al.plots.kinds import SOURCE_PLOTS
from napari_astro_al.plots.plot import SourcePlot, draw

__all__ = [
    "FILTERS",
    "SOURCE_PLOTS",
    "Band",
    "Field",
    "Figure",
    "Filter",
    "Given",
    "Mark",
    "Near",
    "PlotAxis",
    "Series",
    "SourcePlot",
    "Span",
    "draw",
    "read_bands",
]
