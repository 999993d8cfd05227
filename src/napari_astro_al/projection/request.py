"""Everything that a projection is made from, captured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.projection.recipe import ProjectionRecipe


@dataclass(frozen=True, eq=False)
class ProjectionRequest:
    """What a method is given.

    Attributes
    ----------
    recipe : ProjectionRecipe
    catalogue : Catalogue
    matrix : FeatureMatrix
        Of this catalogue.
    sketch_rows : (m,) integer ndarray
        Row numbers of the sources that anything fitted is fitted to, in the order of their hashes.
    strata : (n_sources,) integer ndarray or None
        A class of each source, -1 where unknown: fitting sees every class.
    seed : int
        The session's.
    folder : Path or None
        Where fitted projections are kept.
    """

    recipe: ProjectionRecipe
    catalogue: Catalogue
    matrix: FeatureMatrix
    sketch_rows: npt.NDArray[np.integer[Any]]
    strata: npt.NDArray[np.integer[Any]] | None = None
    seed: int = 0
    folder: Path | None = None
