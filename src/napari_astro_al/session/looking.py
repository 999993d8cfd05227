"""A session's verbs for what is on show: current source, selection, projection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np

from napari_astro_al.catalogue import SourceId
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.projection import Projection, ProjectionRecipe, project_job
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.state import State


class Looking(State):
    """What is on show in a session."""

    @property
    def current(self) -> SourceId | None:
        """The source that every view shows and a key labels."""
        return self.visits.current

    def show(self, source: SourceId) -> None:
        """Make a source the current one."""
        row = self.catalogue.row_of(source)
        self._go(self.visits.visit(self.catalogue.ids_at([row])[0]))

    def back(self) -> None:
        """Show the source before the current one in the history of those shown."""
        self._go(self.visits.back())

    def forward(self) -> None:
        """Show the source after the current one in the history of those shown."""
        self._go(self.visits.forward())

    def _go(self, moved: bool) -> None:
        if moved:
            self.current_changed.emit(self.current)

    @property
    def selected(self) -> set[SourceId]:
        """The selected sources."""
        return set(self.selection.ids)

    def select(self, ids: Iterable[SourceId]) -> None:
        """Select sources; an empty iterable selects none."""
        self.select_rows(self.catalogue.rows_of(ids))

    def select_rows(self, rows: np.ndarray[Any, Any]) -> None:
        """Select by row numbers: for views that have them at hand."""
        self.selection = Selection.of_rows(self.catalogue, rows)
        self.selection_changed.emit(self.selection)

    def project(
        self,
        kind: Literal["pca", "columns"] | ProjectionRecipe | None = None,
        *,
        x: str | None = None,
        y: str | None = None,
    ) -> Projection:
        """Make a projection the current one.

        Parameters
        ----------
        kind : {"pca", "columns"} or ProjectionRecipe, optional
            "columns", which is meant where `x` and `y` are given, takes two columns or features.
        x, y : str, optional
            Column or feature names, such as ``"u-g"``.

        Raises
        ------
        ProjectionError
            If it cannot be made; the current one stays.
        """
        if isinstance(kind, ProjectionRecipe):
            recipe = kind
        else:
            chosen: Literal["pca", "columns"] = kind or (
                "columns" if x is not None or y is not None else "pca"
            )
            recipe = ProjectionRecipe(kind=chosen, x=x, y=y)
        return self.accept_projection(recipe, drain(self.project_job(recipe)))

    def project_job(self, recipe: ProjectionRecipe) -> Job[Projection]:
        """The work of `project`; hand its result to `accept_projection`."""
        return guarded(
            project_job(recipe, self.catalogue, self.features, self.partition.sketch_rows()),
            "make the projection",
        )

    def accept_projection(self, recipe: ProjectionRecipe, projection: Projection) -> Projection:
        """Make a finished projection the current one."""
        self.projection, self.projection_recipe = projection, recipe
        self.projection_changed.emit(projection)
        return projection
