"""A session's verbs for what is on show: current source, selection, projection."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import ProjectionError
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.projection import (
    Projection,
    ProjectionRecipe,
    curves_content,
    project_job,
)
from napari_astro_al.projection.methods import method_named
from napari_astro_al.projection.recipe import ScaleChoice
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.provenance import Origins, Provenance
from napari_astro_al.session.selection import How, Selection
from napari_astro_al.session.sets import Sources
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

    found_by: Mapping[str, Any] = MappingProxyType({})
    """How the selected sources were found, as JSON values; empty where a person selected them."""

    def select(
        self,
        sources: Sources,
        how: How = "replace",
        *,
        found_by: Mapping[str, Any] | None = None,
    ) -> None:
        """Select sources; an empty iterable selects none.

        Parameters
        ----------
        sources : int, str, iterable of them, or Selection
            Ids, a selection such as ``session.sets["quasars"]``, or the name of a set.
        how : {"replace", "add", "subtract", "intersect"}
            What becomes of those that are selected.
        found_by : mapping, optional
            How they were found, as JSON values: kept with a class that is made of them (see
            `found_class`).

        Raises
        ------
        CatalogueError
            Naming sources that the catalogue does not have.
        SessionError
            If `how` is none of these. In each case the selection stays.
        """
        self._select(self.sets.resolve(sources), how, found_by)

    def select_rows(self, rows: np.ndarray[Any, Any], how: How = "replace") -> None:
        """Select by row numbers: for views that have them at hand."""
        self._select(Selection.of_rows(self.catalogue, rows), how)

    def _select(
        self, chosen: Selection, how: How, found_by: Mapping[str, Any] | None = None
    ) -> None:
        self.selection = self.selection.combined(chosen, how)
        self.found_by = MappingProxyType(dict(found_by or {}) if how == "replace" else {})
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
    def shown_projection(self) -> Projection | None:
        """The current projection as it is, stale or not: for a window, which must not wait."""
        return self._projection

    @property
    def first_projection(self) -> ProjectionRecipe | None:
        """What to begin with; None while nothing says where sources lie.

        Of an embedding that is the only feature, its first two components: scaled alike, as
        features are, all of them would have the same say in principal components.
        """
        roles, columns = self.catalogue.roles, self.features.recipe.columns or ()
        for group in self.column_groups.values():
            embedded = str(group.made.get("what", "")).startswith("embedding")
            if embedded and len(columns) > 1 and set(columns) <= set(group.names):
                return ProjectionRecipe("columns", x=columns[0], y=columns[1])
        if not self.features.is_empty:
            return ProjectionRecipe("pca")
        return ProjectionRecipe("sky") if roles.ra is not None and roles.dec is not None else None

    @property
    def projection_is_stale(self) -> bool:
        """Whether features have changed since in a way that the current projection shows.

        A window that sees this makes it anew with `project_job`, and reads `projection` after.
        """
        return self._projection is not None and not self.fits(self._projection)

    def fits(self, projection: Projection) -> bool:
        """Whether the features of now would give the same projection."""
        return self.origins.fit(projection, self.features)

    @property
    def cache_folder(self) -> Path | None:
        """Where what can be made again is kept beside the session; None in memory."""
        return None if self.path is None else self.path / "cache"

    def project(
        self,
        kind: str | ProjectionRecipe | None = None,
        *,
        x: str | None = None,
        y: str | None = None,
        x_scale: ScaleChoice = "auto",
        y_scale: ScaleChoice = "auto",
        x_reversed: bool | None = None,
        y_reversed: bool | None = None,
        curves: str | PathLike[str] | Mapping[str, Any] | None = None,
        **parameters: Any,
    ) -> Projection:
        """Make a projection the current one.

        Parameters
        ----------
        kind : str or ProjectionRecipe, optional
            "columns", which is meant where `x` and `y` are given, "pca", which is meant where
            nothing is, "umap", "tsne", "sky", "image", or one of your own; or a whole recipe.
        x, y : str, optional
            Columns, features or expressions of columns, such as ``"log10(w3 / w2)"``.
        x_scale, y_scale : {"auto", "linear", "log"}
            For columns.
        x_reversed, y_reversed : bool, optional
            Whether values grow to the left or downward; by default as is the custom.
        curves : path-like or mapping, optional
            Lines and regions to draw with it, as `napari_astro_al.projection.read_curves` takes
            them: a JSON file, or what stands in it. The session keeps the content.
        **parameters
            What the kind can be told beside; see `PROJECTIONS`. For "image": ``image``, the path
            of a FITS, PNG or JPEG file, with ``extension``, or a `SkyImage`. Sources are placed by
            its world coordinates, or by the columns of pixels `x` and `y`, where those are given.

        Raises
        ------
        ProjectionError
            If it cannot be made; the current one stays.
        FeatureError
            If x or y cannot be made of the catalogue's columns.
        """
        if isinstance(kind, ProjectionRecipe):
            if x or y or curves or parameters:
                raise ProjectionError(
                    "A whole recipe was given, and something beside it. Say everything in the "
                    "recipe: ProjectionRecipe(kind, x=..., parameters=..., curves=...)."
                )
            recipe = kind
        else:
            kind = kind or ("columns" if x is not None or y is not None else "pca")
            understood = method_named(kind).understood
            recipe = ProjectionRecipe(
                kind=kind,
                x=x,
                y=y,
                x_scale=x_scale,
                y_scale=y_scale,
                x_reversed=x_reversed,
                y_reversed=y_reversed,
                curves=None if curves is None else curves_content(curves),
                parameters=parameters if understood is None else understood(parameters),
            )
        projection = drain(self.project_job(recipe))
        self.accept_projection(recipe, projection)
        return projection

    def project_job(self, recipe: ProjectionRecipe) -> Job[Projection]:
        """The work of `project`, captured now; hand its result to `accept_projection`.

        For a further view, keep the result instead, and make it anew where `fits` says no.
        """
        return guarded(
            _made(
                recipe,
                self.catalogue,
                self.features,
                self.partition,
                self.seed,
                self.cache_folder,
                self.origins,
            ),
            "make the projection",
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
        if not self.fits(projection):
            return None
        self.projection, self.projection_recipe = projection, recipe
        self._tell(self.projection_changed, projection)
        return projection


def _made(
    recipe: ProjectionRecipe,
    catalogue: Catalogue,
    features: FeatureMatrix,
    partition: Partition,
    seed: int,
    cache: Path | None,
    origins: Origins,
) -> Job[Projection]:
    yield Progress("Projecting")
    projection = yield from project_job(
        recipe,
        catalogue,
        features,
        partition.sketch_rows(),
        strata=partition.column_codes,
        seed=seed,
        folder=cache,
    )
    return origins.note(projection, Provenance.of(features))
