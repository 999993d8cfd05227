"""Random numbers that belong to a source and a purpose, whatever else is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed, id_hashes, splitmix64

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Draws:
    """Independent random numbers for each of several sources.

    A number depends on the seed, the source's id and the purpose alone: the same source gets the
    same numbers in a survey of any size, in any order, and alone.

    Parameters
    ----------
    ids : (n,) int64 ndarray
        Source ids.
    seed : int
        Seed of the survey.
    """

    ids: npt.NDArray[Any]
    seed: int

    def uniform(self, *purpose: str | int) -> Floats:
        """One number a source, uniform in the open interval (0, 1), for a purpose."""
        mixed = splitmix64(id_hashes(self.ids, derived_seed(self.seed, *purpose)))
        return ((mixed >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53

    def normal(self, *purpose: str | int) -> Floats:
        """One number a source from the standard normal distribution, for a purpose."""
        from scipy.special import ndtri

        return np.asarray(ndtri(self.uniform(*purpose)))
