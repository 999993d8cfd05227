"""Plots of one source, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from napari_astro_al.calls import calling
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import PlotError, RegistrationError, listing
from napari_astro_al.plots.fields import Field, lacking, settings_for
from napari_astro_al.plots.figure import Figure
from napari_astro_al.plots.given import Given
from napari_astro_al.registry import Registry


class SourcePlot(Protocol):
    """Draws one source."""

    @property
    def title(self) -> str:
        """For a chooser."""
        ...

    @property
    def requires(self) -> Sequence[str | Field]:
        """Names of columns or roles ("ra"), or fields that a person fills in."""
        ...

    def draw(self, given: Given) -> Figure:
        """What to draw. Called in a thread; reads what it needs and changes nothing."""
        ...


SOURCE_PLOTS: Registry[SourcePlot] = Registry("source plot", "napari_astro_al.source_plots")


def register_plot(name: str, entry: Any) -> None:
    """Make an object, or a class without parameters, a plot of sources.

    Raises
    ------
    RegistrationError
        If the name belongs to a built-in, or it is not a plot.
    """
    plot = entry() if isinstance(entry, type) else entry
    lacks = [one for one in ("title", "requires", "draw") if not hasattr(plot, one)]
    if lacks:
        raise RegistrationError(
            f"{entry!r} is not a source plot: it has no {listing(lacks)}. Give it a title, what it "
            "requires, and draw(given)."
        )
    SOURCE_PLOTS(name)(plot)


SOURCE_PLOTS.takes = register_plot


def plot_named(name: str) -> SourcePlot:
    """The plot of a name.

    Raises
    ------
    PlotError
        If there is none.
    """
    if name not in SOURCE_PLOTS:
        raise PlotError(f"There is no source plot {name!r}. Known: {listing(SOURCE_PLOTS)}.")
    return SOURCE_PLOTS[name]


def fields_of(plot: SourcePlot) -> list[Field]:
    """What a person fills in for a plot."""
    return [one for one in plot.requires if isinstance(one, Field)]


def complete(plot: SourcePlot, catalogue: Catalogue, said: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each field of a plot; see `settings_for`."""
    return settings_for(fields_of(plot), catalogue, said)


def why_not(plot: SourcePlot, catalogue: Catalogue, settings: Mapping[str, Any]) -> str:
    """Why a plot cannot be drawn of any source, and what to do about it; empty where it can."""
    roles = catalogue.roles
    absent = [
        one
        for one in plot.requires
        if isinstance(one, str)
        and one not in catalogue.table.columns
        and one not in catalogue.arrays
        and getattr(roles, one, None) is None
    ]
    if absent:
        return f"{plot.title} needs the column {listing(absent)}, which {catalogue.name!r} lacks."
    untold = lacking(fields_of(plot), catalogue, settings)
    if untold:
        return f"Say where it is: {', '.join(untold)}. Press “Columns…” above."
    return ""


def draw(name: str, given: Given) -> Figure:
    """Draw a plot by its name; what stands in the way is said in the figure.

    Raises
    ------
    PlotError
        If there is no such plot, or it fails in a way that nobody foresaw.
    """
    plot = plot_named(name)
    obstacle = why_not(plot, given.catalogue, given.settings)
    if obstacle:
        return Figure.empty(plot.title, obstacle)
    with calling(f"source plot {name!r}"):
        figure = plot.draw(given)
    if not isinstance(figure, Figure):
        raise PlotError(
            f"The source plot {name!r} gave {type(figure).__name__}; its draw() is to give a "
            "napari_astro_al.plots.Figure."
        )
    return figure
