"""A session's verbs for plots of one source."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import PlotError, SessionError
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.plots import SOURCE_PLOTS, Figure, Given, Near, draw
from napari_astro_al.plots.plot import complete, plot_named, why_not
from napari_astro_al.session.blindness import Blindness
from napari_astro_al.session.explaining import Explaining, nearest_labelled
from napari_astro_al.session.tasklabels import TaskLabels

PLOTS = "source_plots"
"""Where a session keeps what was said of its plots."""


class Plotting(Explaining, Blindness):
    """Plots of a session's sources."""

    def plot(self, name: str, source: SourceId | None = None, **settings: Any) -> Figure:
        """What a plot shows of a source, as values.

        Parameters
        ----------
        name : str
            "sed", "spectrum", "light curve", "posterior", or one of your own.
        source : int or str, optional
            The current one by default.
        **settings
            What the plot has to be told, in place of what the session keeps; what nobody has said
            is guessed from the names of columns. See `set_plot`.

        Returns
        -------
        Figure
            ``.table()`` gives its points.

        Raises
        ------
        PlotError
            If there is no such plot, or it cannot be drawn of this source.
        """
        return drain(self.plot_job(name, source, settings))

    def plot_job(
        self, name: str, source: SourceId | None = None, settings: Mapping[str, Any] | None = None
    ) -> Job[Figure]:
        """The work of `plot`, captured now."""
        wanted = self.current if source is None else source
        if wanted is None:
            raise SessionError("No source is on show. Say which one: session.plot(name, id).")
        row = self.catalogue.row_of(wanted)
        own = self.catalogue.ids_at([row])[0]
        told = self.plot_settings(name, settings or {})
        # labels of sources near by would lead a person who is to answer unled
        known = None if self.hides_predictions(own) else self.task_labels(self.asking_task(own))
        job = _drawn(name, Given(self.catalogue, own, told), self.features, known)
        return guarded(job, f"draw the {plot_named(name).title}")

    def plot_settings(self, name: str, said: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What a plot is told: what is said here, what the session keeps, or what is guessed.

        Raises
        ------
        PlotError
            If there is no such plot or it is told something that does not fit.
        """
        kept = self.window.get(PLOTS, {}).get(name, {})
        kept = kept if isinstance(kept, Mapping) else {}
        plot = plot_named(name)
        try:
            return complete(plot, self.catalogue, {**kept, **(said or {})})
        except PlotError:
            if said or not kept:
                raise
            return complete(plot, self.catalogue, {})  # columns that were kept may be gone

    def set_plot(self, name: str, **settings: Any) -> None:
        """Say what a plot has to be told; kept with the session.

        Parameters
        ----------
        name : str
            The plot.
        **settings
            By field; None goes back to what is guessed.

        Raises
        ------
        PlotError
            If something does not fit; then nothing changes.
        """
        kept = dict(self.window.get(PLOTS, {}))
        mine = {**dict(kept.get(name, {})), **settings}
        mine = {field: value for field, value in mine.items() if value is not None}
        complete(plot_named(name), self.catalogue, mine)
        kept[name] = mine
        self.window[PLOTS] = kept

    @property
    def source_plots(self) -> dict[str, str]:
        """Titles of all plots by name."""
        return {name: SOURCE_PLOTS[name].title for name in SOURCE_PLOTS}

    @property
    def first_plot(self) -> str:
        """The first plot that nothing stands in the way of, or else the first."""
        names = list(SOURCE_PLOTS)
        fit = (
            name
            for name in names
            if not why_not(SOURCE_PLOTS[name], self.catalogue, self.plot_settings(name))
        )
        return next(fit, names[0])


def _drawn(
    name: str, given: Given, features: FeatureMatrix, known: TaskLabels | None
) -> Job[Figure]:
    yield Progress(f"Drawing {name}")
    near: tuple[Near, ...] = ()
    if known is not None:
        found = nearest_labelled(given.catalogue, features, known, given.row, 1)
        near = tuple(Near(one.source, one.label) for ones in found.values() for one in ones)
    return draw(name, Given(_unshared(given.catalogue), given.source, given.settings, near))


def _unshared(catalogue: Catalogue) -> Catalogue:
    """The same catalogue with a table of its own, for code that may write into it.

    Nothing is copied until somebody does, from pandas 3 on.
    """
    own = copy(catalogue)
    object.__setattr__(own, "table", catalogue.table.copy(deep=False))
    return own
