"""Where the sources of partitions lie in a projection that follows from their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import ProjectionError
from napari_astro_al.features import FeatureRecipe, raw_feature
from napari_astro_al.features.single import columns_of
from napari_astro_al.jobs import Job
from napari_astro_al.projection.pca import Components, components_job
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.sky import chosen_plane, read_positions
from napari_astro_al.projection.sky_plane import SkyPlane
from napari_astro_al.scale.fetching import as_numbers
from napari_astro_al.scale.models import Features

Points = npt.NDArray[Any]


class Placing(Protocol):
    """Places sources; travels to workers.

    Attributes
    ----------
    needs : tuple of str
        Columns that are read.
    """

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns."""

    def __call__(self, chunk: Catalogue) -> Points:
        """Data values of each source, (n, 2) in (x, y); NaN where it has no place."""


@dataclass(frozen=True, eq=False)
class ByColumns:
    """By two columns, features or expressions."""

    x: str
    y: str
    recipe: FeatureRecipe
    needs: tuple[str, ...]

    def __call__(self, chunk: Catalogue) -> Points:
        """See `Placing`."""
        numbers = as_numbers(chunk, self.needs)
        values = (raw_feature(numbers, name, self.recipe) for name in (self.x, self.y))
        return np.column_stack(list(values))


@dataclass(frozen=True, eq=False)
class ByComponents:
    """By principal components of the features."""

    features: Features
    components: Components

    @property
    def needs(self) -> tuple[str, ...]:
        """See `Placing`."""
        return self.features.needs

    def __call__(self, chunk: Catalogue) -> Points:
        """See `Placing`."""
        matrix = self.features(chunk)
        points = self.components.place(matrix.values)
        points[~matrix.usable] = np.nan
        return points


@dataclass(frozen=True, eq=False)
class OnSky:
    """By position, in a plane of the sky."""

    plane: SkyPlane
    ra: str
    dec: str

    @property
    def needs(self) -> tuple[str, ...]:
        """See `Placing`."""
        return self.ra, self.dec

    def positions(self, chunk: Catalogue) -> tuple[Points, Points]:
        """Right ascension and declination in degrees; NaN where they are not known."""
        return read_positions(as_numbers(chunk, self.needs), slice(None))

    def __call__(self, chunk: Catalogue) -> Points:
        """See `Placing`."""
        return np.column_stack(self.plane.place(*self.positions(chunk)))


def placing_job(request: ProjectionRequest) -> Job[Placing]:
    """What places the sources of any partition as a projection of those in memory does.

    Raises
    ------
    ProjectionError
        If places follow from all sources together, as in UMAP.
    """
    recipe, catalogue, matrix = request.recipe, request.catalogue, request.matrix
    if recipe.kind == "sky":
        roles = catalogue.roles
        return OnSky(chosen_plane(request), str(roles.ra), str(roles.dec))
    if recipe.kind == "pca":
        components = yield from components_job(matrix, request.sketch_rows)
        return ByComponents(Features.of(matrix, catalogue), components)
    if recipe.kind == "columns":
        x, y = recipe.x or "", recipe.y or ""
        base: Sequence[str] = ()
        if matrix.recipe.generators:
            base = Features.of(matrix, catalogue).needs
        used = (*columns_of(catalogue, x, matrix.recipe), *columns_of(catalogue, y, matrix.recipe))
        return ByColumns(x, y, matrix.recipe, tuple(dict.fromkeys((*base, *used))))
    raise ProjectionError(
        f"Sources on disk have no place in {recipe.title}: it is made of those in memory together. "
        "Show two columns, principal components or the sky to see the density of all."
    )
