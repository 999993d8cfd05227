"""The costs of labels, worked out for one catalogue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import AstroALError, FeatureError, LearnerError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.features.single import raw_feature
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.costs import COSTS


def cost_job(costs: Costs) -> Job[Costs]:
    """Work costs out."""
    yield Progress("Working out what labels cost")
    _ = costs.values
    return costs


def checked_budget(budget: float | None, costs: Costs | None) -> float | None:
    """A budget as JSON holds it.

    Raises
    ------
    LearnerError
        If it is no number above 0, or there are no costs.
    """
    if budget is None:
        return None
    number = isinstance(budget, (int, float, np.integer, np.floating))
    if not number or isinstance(budget, bool) or not 0 < budget < math.inf:
        raise LearnerError(f"A budget is a finite number above 0, not {budget!r}.")
    if costs is None:
        raise LearnerError(
            "A budget needs costs: give cost=..., or a recipe with one, LearnerRecipe(cost=...)."
        )
    return float(budget)


@dataclass(frozen=True, eq=False)
class Costs:
    """What the label of each source costs.

    Attributes
    ----------
    catalogue : Catalogue
    name : str
        A registered function, a numeric column, or an expression of columns.
    """

    catalogue: Catalogue
    name: str

    @cached_property
    def values(self) -> npt.NDArray[np.float64]:
        """Of all sources, (n_sources,); NaN where it is not known. Worked out once.

        Raises
        ------
        LearnerError
            If there is no such column or function, it fails, or a cost is not above 0.
        """
        values = self._function_values() if self.name in COSTS else self._column_values()
        wrong = values <= 0
        if wrong.any():
            source = self.catalogue.ids_at(np.flatnonzero(wrong)[:1])[0]
            raise LearnerError(
                f"The cost {self.name!r} is {values[wrong][0]:g} for the source {source!r}, and "
                f"not above 0 for {int(wrong.sum()):,} of {len(values):,}. Gain per cost needs "
                "costs above 0; leave them missing (NaN) where a label cannot be had."
            )
        return values

    def of(self, sources: Sequence[SourceId]) -> float:
        """What the labels of some sources cost together."""
        return float(self.values[self.catalogue.rows_of(sources)].sum())

    def _function_values(self) -> npt.NDArray[np.float64]:
        try:
            given: Any = COSTS[self.name](self.catalogue.table.copy(deep=False))
            values = np.array(given, dtype=np.float64)
        except AstroALError:
            raise
        except Exception as error:
            raise LearnerError(
                f"The cost {self.name!r} failed: {type(error).__name__}: {error}."
            ) from error
        if values.shape != (len(self.catalogue),):
            raise LearnerError(
                f"The cost {self.name!r} gave values of shape {values.shape}; one a source, shape "
                f"({len(self.catalogue)},), was expected."
            )
        return values

    def _column_values(self) -> npt.NDArray[np.float64]:
        try:
            return raw_feature(self.catalogue, self.name, FeatureRecipe()).astype(np.float64)
        except FeatureError as error:
            raise LearnerError(
                f"The cost of a label is a numeric column, an expression of columns, or a function "
                f"registered by aal.register.cost, and {self.name!r} is none: {error}"
            ) from error
