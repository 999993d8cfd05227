"""A session's verbs for what is on show: current source, selection, projection."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from weakref import ref

import numpy as np

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.projection import Projection, ProjectionRecipe, project_job
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.state import State


class Looking(State):
    """What is on show in a session."""

    _projection: Projection | None

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
            self._tell(self.current_changed, self.current)

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
        self._tell(self.selection_changed, self.selection)

    @property
    def projection(self) -> Projection | None:
        """The current projection; made anew first where `projection_is_stale`."""
        if self.projection_is_stale:
            self.project(self.projection_recipe)
        return self._projection

    @projection.setter
    def projection(self, projection: Projection | None) -> None:
        self._projection = projection

    @property
    def projection_is_stale(self) -> bool:
        """Whether features have changed since in a way that the current projection shows.

        A window that sees this makes it anew with `project_job`, and reads `projection` after.
        """
        return isinstance(self._projection, MadeProjection) and not self._projection.is_of(
            self.features
        )

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
        projection = drain(self.project_job(recipe))
        self.accept_projection(recipe, projection)
        return projection

    def project_job(self, recipe: ProjectionRecipe) -> Job[Projection]:
        """The work of `project`, captured now; hand its result to `accept_projection`."""
        return guarded(
            _made(recipe, self.catalogue, self.features, self.partition), "make the projection"
        )

    def accept_projection(
        self, recipe: ProjectionRecipe, projection: Projection
    ) -> Projection | None:
        """Make a finished projection the current one, unless features have changed since.

        Returns
        -------
        Projection or None
            None for a stale projection, which is dropped.
        """
        if isinstance(projection, MadeProjection) and not projection.is_of(self.features):
            return None
        self.projection, self.projection_recipe = projection, recipe
        self._tell(self.projection_changed, projection)
        return projection


@dataclass(frozen=True, eq=False, kw_only=True)
class MadeProjection(Projection):
    """A projection that knows the features it was made from.

    Attributes
    ----------
    matrix : weak reference to FeatureMatrix
        Which principal components are those of.
    sentinels : tuple of float
        Which values counted as missing.
    """

    matrix: ref[FeatureMatrix]
    sentinels: tuple[float, ...]

    def is_of(self, features: FeatureMatrix) -> bool:
        """Whether these features would give the same projection."""
        if self.kind == "pca":
            return self.matrix() is features
        return self.sentinels == tuple(features.recipe.sentinels)


def _made(
    recipe: ProjectionRecipe, catalogue: Catalogue, features: FeatureMatrix, partition: Partition
) -> Job[Projection]:
    yield Progress("Projecting")
    made = yield from project_job(recipe, catalogue, features, partition.sketch_rows())
    return MadeProjection(
        made.points,
        made.axes,
        made.kind,
        made.curves,
        matrix=ref(features),
        sentinels=tuple(features.recipe.sentinels),
    )
