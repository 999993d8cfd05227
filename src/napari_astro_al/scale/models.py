"""A trained model on its way to partitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureMatrix, FeatureRecipe, PreprocessingFit, apply_features
from napari_astro_al.features.plan import plan_features
from napari_astro_al.learning.committee import Vote, combined_votes
from napari_astro_al.learning.learners import thread_pools
from napari_astro_al.learning.predicting.pool import PoolScorer
from napari_astro_al.learning.store import learner_from, model_bytes
from napari_astro_al.scale.fetching import as_numbers

Shares = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Features:
    """What makes features of a chunk.

    Attributes
    ----------
    recipe : FeatureRecipe
        With the columns that were taken.
    fit : PreprocessingFit
        Fitted to the sketch.
    needs : tuple of str
        Columns, or elements of array columns, that are read.
    """

    recipe: FeatureRecipe
    fit: PreprocessingFit
    needs: tuple[str, ...]

    @classmethod
    def of(cls, matrix: FeatureMatrix, catalogue: Catalogue) -> Features:
        """What made the features of a catalogue."""
        plan = plan_features(matrix.recipe, catalogue)
        kept = (one.name for one in plan.made if one.generator is None)
        return cls(matrix.recipe, matrix.fit, (*plan.base, *kept))

    def __call__(self, chunk: Catalogue) -> FeatureMatrix:
        """Features of a chunk."""
        return apply_features(self.recipe, self.fit, as_numbers(chunk, self.needs))


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model: ready to score, or as bytes that may travel.

    Attributes
    ----------
    name : str
    classes : tuple of str
    vote : {"soft", "hard"}
    ready : PoolScorer or None
    data : bytes
        By skops; no pickle is read.
    """

    name: str
    classes: tuple[str, ...]
    vote: Vote
    ready: PoolScorer | None = None
    data: bytes = b""

    @classmethod
    def of(
        cls, learner: Any, classes: Sequence[str], name: str, vote: Vote, *, travels: bool
    ) -> Model:
        """A learner, as bytes if it travels.

        Raises
        ------
        LearnerError
            If it is to travel and holds types that nobody would load.
        """
        if travels:
            return cls(name, tuple(classes), vote, data=model_bytes(learner))
        return cls(name, tuple(classes), vote, ready=PoolScorer.of(learner, classes, name))

    def scorer(self) -> PoolScorer:
        """What scores; read once in each process."""
        return self.ready or _loaded(self.data, self.classes, self.name)

    def say(
        self, matrix: FeatureMatrix, rows: npt.NDArray[np.int64]
    ) -> tuple[Shares, npt.NDArray[np.float32]]:
        """Probabilities, (n, k), and each member's, (m, n, k), for some rows."""
        scorer = self.scorer()
        votes = scorer.votes(matrix.coded, rows, _pools())
        return combined_votes(votes, self.vote), votes


@lru_cache(maxsize=4)
def _loaded(data: bytes, classes: tuple[str, ...], name: str) -> PoolScorer:
    return PoolScorer.of(learner_from(data, name)[0], classes, name)


@lru_cache(maxsize=1)
def _pools() -> Any:
    """Threads of libraries, looked for once in each process, when all of them are there."""
    return thread_pools()
