"""The sources that a strategy would ask for, found partition by partition.

Every strategy that looks at one source at a time ranks a catalogue as its partitions do: the best
of each are merged, and the session ranks what is left as if it were all. Strategies that compare
candidates are shown a limited number of them anyway, the most doubtful or those with the smallest
hashes: these are merged in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes, splitmix64
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.learning.split import POOL, Split
from napari_astro_al.learning.strategies import STRATEGIES, Candidates, about
from napari_astro_al.learning.strategies.candidates import Gather
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE, SHORTLIST
from napari_astro_al.learning.strategies.doubt import margin
from napari_astro_al.learning.strategies.places import SKETCH
from napari_astro_al.scale.best import Best
from napari_astro_al.scale.models import Features, Model
from napari_astro_al.scale.parts import Part, Source

Floats = npt.NDArray[np.floating[Any]]

ONE_BY_ONE = frozenset(
    {
        "margin",
        "uncertainty",
        "entropy",
        "class_balanced",
        "rarest",
        "vote_entropy",
        "consensus_entropy",
        "max_disagreement",
        "examples",
    }
)
"""Strategies whose score of a source depends on no other source that could be asked for."""
FEWEST = 200
"""Sources that a pass brings by their scores at least, for the answers that follow."""
DOUBTFUL = 10_000
"""The most doubtful sources, which a strategy of one's own is shown."""


@dataclass(frozen=True)
class Wanted:
    """How many sources a pass brings.

    Attributes
    ----------
    strategy : str
        Of `ONE_BY_ONE`; empty where the most doubtful are asked for.
    by_score, by_doubt, by_hash : int
        With the best scores, the smallest margins and the smallest hashes of this query.
    """

    strategy: str
    by_score: int
    by_doubt: int
    by_hash: int

    @classmethod
    def of(cls, strategy: str, n: int) -> Wanted:
        """What a strategy has to be shown to ask for `n` sources as it would among all."""
        known = about(strategy)
        if strategy in ONE_BY_ONE and strategy in STRATEGIES:
            short = n if n == 1 else max(n, SHORTLIST * min(n, MOST_DIVERSE))
            spread_by = SKETCH if n > 1 and not known.needs_marks else 0
            return cls(strategy, max(FEWEST, short), 0, spread_by)
        most = DOUBTFUL if known.limit is None else known.limit
        return cls("", 0, max(most, n), max(SKETCH, most if known.shown == "mixed" else 0))


@dataclass(frozen=True, eq=False)
class Found:
    """The best by score, by doubt and by hash; merged in any order."""

    by_score: Best
    by_doubt: Best
    by_hash: Best

    def merged(self, other: Found) -> Found:
        """The best of both."""
        return Found(
            self.by_score.merged(other.by_score),
            self.by_doubt.merged(other.by_doubt),
            self.by_hash.merged(other.by_hash),
        )


@dataclass(frozen=True, eq=False)
class Marked:
    """What a strategy that goes by examples is shown beside the candidates.

    Attributes
    ----------
    like, unlike : (e, f) float32 ndarray
        Features of examples and counterexamples.
    sketch : (s, f) float32 ndarray
        Features of the sketch, which distances are measured by.
    """

    like: Floats
    unlike: Floats
    sketch: Floats


@dataclass(frozen=True, eq=False)
class Ranking:
    """A pass that looks for what a strategy would ask for, as work on a partition.

    Attributes
    ----------
    source : Source
    split : Split
    seed : int
        Of the id hashes.
    features : Features
    model : Model or None
        None for a strategy that needs none.
    wanted : Wanted
    key : int
        Keys the ties of this query.
    taken : (t,) uint64 ndarray
        Hashes of sources that are not asked for.
    labelled_only : bool
        Whether sources without a column label are left out.
    labels : (l,) str ndarray
        That the model learnt from.
    marked : Marked or None
        For a strategy that goes by examples.
    """

    source: Source
    split: Split
    seed: int
    features: Features
    model: Model | None
    wanted: Wanted
    key: int
    taken: npt.NDArray[np.uint64]
    labelled_only: bool
    labels: npt.NDArray[np.str_] = field(default_factory=lambda: np.empty(0, dtype=np.str_))
    marked: Marked | None = None

    def __call__(self, part: Part) -> Found:
        """The best of a partition."""
        wanted = self.wanted
        nothing = Found(*map(Best.nobody, (wanted.by_score, wanted.by_doubt, wanted.by_hash)))
        chunks = self.source.chunks(part, self.features.needs)
        return reduce(Found.merged, (self._best(part, *one) for one in chunks), nothing)

    def _best(self, part: Part, first: int, chunk: Catalogue) -> Found:
        hashes = id_hashes(chunk.ids, self.seed)
        matrix = self.features(chunk)
        rows = np.flatnonzero(self._free(chunk, hashes) & matrix.usable)
        candidates = self._candidates(matrix, rows)
        hashes = hashes[rows]
        ties, where = splitmix64(hashes ^ np.uint64(self.key)), first + rows

        def best(most: int, scores: npt.NDArray[np.floating] | None) -> Best:
            return Best.of(most, hashes, part.number, where, scores=scores, ties=ties)

        wanted = self.wanted
        nobody = Best.nobody(0)
        scores = STRATEGIES[wanted.strategy](candidates) if wanted.by_score else None
        return Found(
            best(wanted.by_score, scores) if wanted.by_score else nobody,
            best(wanted.by_doubt, margin(candidates)) if wanted.by_doubt else nobody,
            best(wanted.by_hash, None) if wanted.by_hash else nobody,
        )

    def _candidates(self, matrix: FeatureMatrix, rows: npt.NDArray[np.int64]) -> Candidates:
        features, marked, model = Gather(matrix.values, rows), self.marked, self.model
        if marked is not None:
            nothing = np.empty((len(rows), 0), dtype=np.float32)
            near = Candidates(nothing, features, like=marked.like, unlike=marked.unlike)
            return near.with_sketch(lambda: marked.sketch)
        assert model is not None
        said, votes = model.say(matrix, rows)
        return Candidates(
            probabilities=said,
            features=features,
            votes=votes if len(votes) > 1 else None,
            classes=model.classes,
            labels=self.labels,
        )

    def _free(self, chunk: Catalogue, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
        codes, _ = self.source.label_codes(chunk)
        parts = self.split.assign(chunk.ids, codes >= 0, all_there=False)
        free: npt.NDArray[np.bool_] = (parts == POOL) & ~np.isin(hashes, self.taken)
        return free & (codes >= 0) if self.labelled_only else free
