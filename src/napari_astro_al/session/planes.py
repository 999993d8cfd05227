"""A session's verbs for diagnostic planes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.errors import ProjectionError, listing
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.projection import Projection
from napari_astro_al.projection.plane_values import PlaneValues, plane_values_job
from napari_astro_al.projection.planes import Plane, plane_named
from napari_astro_al.session.columns import Adding, NewColumns
from napari_astro_al.session.measuring import Measuring
from napari_astro_al.session.selection import How

COLUMNS = "planes"
"""Where a session keeps which columns its planes are made of."""


class Planes(Measuring):
    """Diagnostic planes of a session."""

    def plane(self, name: str, **columns: str) -> Projection:
        """Make a diagnostic plane the current projection, with its curves.

        Parameters
        ----------
        name : str
            "bpt_nii", "bpt_sii", "bpt_oi", "whan", "mateos", "stern", "assef_2013", "assef_2018",
            "sdss_colours", "colour_magnitude", "compactness_sdss", "compactness_ps1", "irac".
        **columns
            A column, or an expression of columns, for each quantity of the plane. What is said
            is kept with the session; what nobody has said is found by its name.

        Raises
        ------
        ProjectionError
            If there is no such plane, or nothing says which columns it is made of.
        """
        plane = plane_named(name)
        said = self._said(plane, columns)
        recipe = plane.recipe(self.catalogue, said)
        projection = self.project(recipe)
        self._keep(name, said)
        return projection

    def plane_columns(self, name: str) -> dict[str, str]:
        """What each quantity of a plane is made of: what was said, or else what is guessed."""
        return {**plane_named(name).guess(self.catalogue), **self._said(plane_named(name), {})}

    def set_plane(self, name: str, **columns: str) -> None:
        """Say which columns a plane is made of, without showing it.

        Raises
        ------
        ProjectionError
            As `plane`.
        """
        plane = plane_named(name)
        said = self._said(plane, columns)
        plane.recipe(self.catalogue, said)
        self._keep(name, said)

    def plane_values(self, name: str, **columns: str) -> PlaneValues:
        """The region of a plane that each source lies in, and its distance from the edge.

        Raises
        ------
        ProjectionError
            As `plane`.
        FeatureError
            If a column is no column of numbers.
        """
        return drain(self.plane_values_job(name, **columns))

    def plane_values_job(self, name: str, **columns: str) -> Job[PlaneValues]:
        """The work of `plane_values`, captured now."""
        plane = plane_named(name)
        x, y = plane.expressions(self.catalogue, self._said(plane, columns))
        work = plane_values_job(plane, self.catalogue, x, y, self.features.recipe)
        return guarded(work, f"find the regions of {plane.title}")

    def select_region(self, name: str, region: str, how: How = "replace", **columns: str) -> int:
        """Select the sources in a region of a plane.

        Parameters
        ----------
        name, **columns
            As for `plane`.
        region : str
            Such as "Seyfert".
        how : {"replace", "add", "subtract", "intersect"}

        Returns
        -------
        int
            How many lie in it.

        Raises
        ------
        ProjectionError
            If the plane has no such region; otherwise as `plane`.
        """
        plane = plane_named(name)
        if region not in plane.regions:
            raise ProjectionError(
                f"{plane.title} has no region {region!r}. It has {listing(plane.regions)}."
            )
        rows = self.plane_values(name, **columns).rows(region)
        self.select_rows(rows, how)
        return len(rows)

    def add_plane(self, name: str, **columns: str) -> tuple[str, ...]:
        """Add the region and the distance from the edge of a plane as columns.

        Parameters
        ----------
        name, **columns
            As for `plane`.

        Returns
        -------
        tuple of str
            ``NAME_class``, text, and ``NAME_distance``, in the units of the axes, positive inside;
            both missing where a source has no place.

        Raises
        ------
        ProjectionError, FeatureError, SessionError
            As `plane` and `add_columns`.
        """
        new = drain(self.add_plane_job(name, **columns))
        self.accept_columns(new)
        return new.group.names

    def add_plane_job(self, name: str, **columns: str) -> Job[NewColumns]:
        """The work of `add_plane`, captured now; hand its result to `accept_columns`."""
        plane = plane_named(name)
        said = self._said(plane, columns)
        x, y = plane.expressions(self.catalogue, said)
        job = _added(plane, x, y, self.features.recipe, self._adding(f"plane {name}"))
        return guarded(job, f"add {plane.title} as columns")

    def _said(self, plane: Plane, columns: Mapping[str, str]) -> dict[str, str]:
        kept = self.window.get(COLUMNS, {}).get(plane.name, {})
        known = {one.name for one in plane.columns}
        usable = {k: v for k, v in dict(kept).items() if k in known and self._there(v)}
        return {**usable, **columns}

    def _there(self, named: str) -> bool:
        """Whether a kept column is still one, or an expression."""
        return named in self.catalogue.table.columns or not named.isidentifier()

    def _keep(self, name: str, columns: Mapping[str, str]) -> None:
        if columns:
            kept = dict(self.window.get(COLUMNS, {}))
            kept[name] = dict(columns)
            self.window[COLUMNS] = kept


def _added(
    plane: Plane, x: str, y: str, features: FeatureRecipe, adding: Adding
) -> Job[NewColumns]:
    catalogue: Catalogue = adding.catalogue
    values = yield from plane_values_job(plane, catalogue, x, y, features)
    yield Progress(f"Adding {plane.title}")
    names = np.array([*plane.regions, None], dtype=object)
    table = pd.DataFrame(
        {f"{plane.name}_class": names[values.codes], f"{plane.name}_distance": values.distance},
        index=pd.Index(catalogue.ids),
    )
    inside = " or ".join(plane.inside)
    about = {
        f"{plane.name}_class": Column(description=f"Region of {plane.title}"),
        f"{plane.name}_distance": Column(
            description=f"Distance from {' and '.join(plane.edge)} in {plane.title}, positive for "
            f"{inside}"
        ),
    }
    return (yield from adding.job(table, about, {"what": f"plane {plane.name}", "x": x, "y": y}))
