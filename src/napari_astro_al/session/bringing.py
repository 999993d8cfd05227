"""What passes over the partitions bring into memory.

A pass is captured, run anywhere, and taken: what it brings is worked out on the way (features, what
models say), so that taking it is quick, as a window needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from napari_astro_al.catalogue import SourceId
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job
from napari_astro_al.learning import Split
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.scale.engines import merged_job
from napari_astro_al.scale.ranking import Found, Ranking
from napari_astro_al.session.at_hand import AtHand, features_of_all, said_of_all
from napari_astro_al.session.pool import Partition

STAGES = (16, 4)
"""A pass hands over what it has after so great a part of the partitions: a sixteenth, a quarter."""


@dataclass(frozen=True, eq=False)
class InMemory:
    """What a session has in memory, to be grown in a job.

    Attributes
    ----------
    at_hand : AtHand
    features : FeatureMatrix
    partition : Partition
    split : Split
    results : mapping of str to TrainResult
    """

    at_hand: AtHand
    features: FeatureMatrix
    partition: Partition
    split: Split
    results: Mapping[str, TrainResult]

    def grown(self, now: AtHand) -> InMemory:
        """With the rows of another `AtHand`; itself where these are the same."""
        if len(now.catalogue) == len(self.at_hand.catalogue):
            return self
        features = features_of_all(self.features, now.catalogue)
        partition = Partition.of(now.catalogue, self.split, now.seed)
        results = {
            name: said_of_all(one, features, partition.hashes) for name, one in self.results.items()
        }
        return InMemory(now, features, partition, self.split, results)


@dataclass(frozen=True, eq=False)
class Brought:
    """What a pass brings; `PartitionedSession.accept_brought` takes it.

    Attributes
    ----------
    before, now : InMemory
    done, total : int
        Partitions that were ranked, of how many.
    asked : tuple
        What was ranked, for a pass that ranks; a query of it needs no other pass.
    """

    before: InMemory
    now: InMemory
    done: int
    total: int
    asked: tuple[object, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all partitions were looked at."""
        return self.done == self.total


@dataclass(frozen=True, eq=False)
class Pass:
    """A ranking pass, captured."""

    whole: PartitionedCatalogue
    memory: InMemory
    work: Ranking
    asked: tuple[object, ...]


def brought_job(memory: InMemory, ids: list[SourceId]) -> Job[Brought]:
    """Look for sources by their ids."""
    now = yield from memory.at_hand.with_ids_job(ids)
    return Brought(memory, memory.grown(now), 1, 1)


def ranked_job(captured: Pass, so_far: Callable[[Brought], object] | None) -> Job[Brought]:
    """Rank partitions in stages, and tell after each but the last."""
    whole, before, found = captured.whole, captured.memory, None
    parts, message = whole.partitions, f"Ranking {len(whole):,} sources"
    ends = [len(parts) // one for one in STAGES] if so_far is not None else []
    start = 0
    for end in (*(one for one in ends if one > 0), len(parts)):
        if end <= start:
            continue
        more = yield from merged_job(
            whole.engine,
            captured.work,
            parts[start:end],
            Found.merged,
            message,
            before=start,
            total=len(parts),
        )
        found = more if found is None else found.merged(more)
        several = (found.by_score, found.by_doubt, found.by_hash)
        now = yield from before.at_hand.with_found_job(several)
        told = Brought(before, before.grown(now), end, len(parts), captured.asked)
        if end < len(parts) and so_far is not None:
            so_far(told)
            before = told.now
        start = end
    return told
