"""Working out which sources join a curated set, and what follows for split and features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, Condition
from napari_astro_al.catalogue.ids import derived_seed, splitmix64
from napari_astro_al.catalogue.matching import matching_job
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureMatrix, build_features_job
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning import Split, Task
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.curated import Part, Plan
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.predictions import combined_probabilities
from napari_astro_al.session.sampling import PREDICTED, Sampling, Strata, sampled, strata_of
from napari_astro_al.session.selection import Selection

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Candidates:
    """The sources that match, and those of them that may be drawn."""

    matching: Selection
    free: Selection


@dataclass(frozen=True, eq=False)
class CandidateRequest:
    """What finding candidates needs, captured.

    Attributes
    ----------
    usable : (n_sources,) bool ndarray
        Sources without features are not scored, and not drawn.
    within : (n,) int64 ndarray or None
        Rows to draw from, if not any.
    closed : (m,) int64 ndarray
        Rows that are not drawn: excluded, of a curated set, or answered.
    """

    catalogue: Catalogue
    where: Condition
    usable: npt.NDArray[np.bool_]
    within: Rows | None
    closed: Rows


def candidates_job(request: CandidateRequest) -> Job[Candidates]:
    """Find the sources that match and may be drawn."""
    rows = yield from matching_job(request.catalogue, request.where)
    yield Progress("Counting the sources that may be drawn")
    if request.within is not None:
        rows = rows[Selection.of_rows(request.catalogue, request.within).contains(rows)]
    free = request.usable[rows]
    free &= ~Selection.of_rows(request.catalogue, request.closed).contains(rows)
    catalogue = request.catalogue
    return Candidates(Selection(catalogue, rows), Selection(catalogue, rows[free]))


@dataclass(frozen=True, eq=False)
class CurationRequest:
    """What drawing for a curated set, or dropping one, needs of a session.

    Attributes
    ----------
    part : {"test", "validation"}
    members : (m,) int64 ndarray
        Rows of the set so far, in the order drawn.
    training : (t,) int64 ndarray
        Rows that train now.
    results : tuple of TrainResult
        The models, where strata are predicted classes.
    lacking : mapping of str to int
        Labels that are still wanted of each class.
    """

    part: Part
    catalogue: Catalogue
    partition: Partition
    split: Split
    features: FeatureMatrix
    members: Rows
    training: Rows
    plan: Plan
    seed: int
    results: tuple[TrainResult, ...]
    tasks: Mapping[str, Task]
    lacking: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Curation:
    """A curated set that is ready to be taken (see `Curating.accept_curation`).

    Attributes
    ----------
    request : CurationRequest
    split, partition, features
        As they are with it.
    drawn : (n,) int64 ndarray
        Rows that join it, in the order drawn; none where it is dropped.
    candidates : Candidates or None
        What they were drawn from; None where the set is dropped.
    """

    request: CurationRequest
    split: Split
    partition: Partition
    features: FeatureMatrix
    drawn: Rows
    candidates: Candidates | None

    @property
    def n_from_training(self) -> int:
        """How many sources leave training."""
        return int(np.isin(self.drawn, self.request.training).sum())

    @property
    def note(self) -> str:
        """What is to be said of sources that leave training; else empty."""
        n = self.n_from_training
        if n == 0:
            return ""
        some = "A source that was" if n == 1 else f"{n:,} sources that were"
        return f"{some} trained on left training; models are trained anew."

    @property
    def told(self) -> dict[str, Any]:
        """The payload of the event that tells of a draw, or that a set was dropped."""
        request, found = self.request, self.candidates
        if found is None:
            return {"part": request.part, "dropped": len(request.members)}
        return {
            "part": request.part,
            "sources": [str(one) for one in request.catalogue.ids_at(self.drawn)],
            "where": request.plan.where.to_json(),
            "sampling": request.plan.sampling.to_json(),
            "matching": found.matching.count,
            "free": found.free.count,
            "from_training": self.n_from_training,
        }


def draw_job(request: CurationRequest, candidates: Job[Candidates]) -> Job[Curation]:
    """Draw sources for a set.

    Raises
    ------
    SessionError
        If there is nothing to draw.
    """
    found = yield from candidates
    if found.free.count == 0:
        raise SessionError(
            "No source can be drawn: none matches."
            if found.matching.count == 0
            else f"No source can be drawn: {found.matching.count:,} match, and all of them are "
            "drawn already, answered, excluded or without features. Ask for less in the criteria."
        )
    yield Progress("Drawing sources")
    rows, sampling = found.free.rows, request.plan.sampling
    key = np.uint64(derived_seed(request.seed, "curated", sampling.seed))
    keys = splitmix64(request.partition.hashes[rows] ^ key)
    strata = _strata(request, sampling, rows)
    weights = None
    if strata is not None and request.lacking and sampling.by == PREDICTED:
        weights = np.array([request.lacking.get(name, 0) for name in strata.names])
    drawn = rows[sampled(keys, sampling, strata, weights)]
    return (yield from _with_members(request, np.concatenate([request.members, drawn]), found))


def drop_job(request: CurationRequest) -> Job[Curation]:
    """Dissolve a set."""
    return (yield from _with_members(request, np.empty(0, dtype=np.int64), None))


def _with_members(
    request: CurationRequest, members: Rows, found: Candidates | None
) -> Job[Curation]:
    yield Progress("Parting the catalogue anew")
    split = _split_with(request, members)
    partition = request.partition.parted(request.catalogue, split)
    features = request.features
    sketch = partition.sketch_rows()
    if not np.array_equal(sketch, request.partition.sketch_rows()):
        features = yield from build_features_job(features.recipe, request.catalogue, sketch)
    drawn = members[len(request.members) :]
    return Curation(request, split, partition, features, drawn, found)


def _split_with(request: CurationRequest, members: Rows) -> Split:
    """The split that holds out these sources, or the fraction of before where there are none."""
    before = request.split.ids or {}
    named = {name: ids for name, ids in before.items() if name != request.part}
    validation, test = request.split.validation, request.split.test
    if len(members):
        named[request.part] = tuple(request.catalogue.ids_at(members))
    if request.part == "test" and not len(members):
        validation, test = request.plan.fractions
    elif request.part == "test" and "test" not in before:
        # what was held out for testing stays held out
        validation, test = validation + test, 0.0
    return replace(request.split, validation=validation, test=test, ids=named or None)


def _strata(request: CurationRequest, sampling: Sampling, rows: Rows) -> Strata | None:
    if sampling.by is None:
        return None
    if sampling.by != PREDICTED:
        return strata_of(request.catalogue.column(sampling.by).iloc[rows], sampling.bins)
    classes, probabilities = combined_probabilities(request.results, request.tasks)
    said = probabilities[rows]
    known = np.isfinite(said).all(axis=1)
    codes = np.full(len(rows), len(classes), dtype=np.int64)
    codes[known] = said[known].argmax(axis=1)
    return Strata(codes, (*classes, "no prediction"))
