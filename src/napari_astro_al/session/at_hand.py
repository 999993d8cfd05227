"""What a session has in memory of a catalogue that stays on disk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.catalogue.provenance import DataOrigin
from napari_astro_al.features import FeatureMatrix, apply_features
from napari_astro_al.jobs import Job
from napari_astro_al.learning import Split
from napari_astro_al.learning.predicting.pool import PoolScorer
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.scale.best import Best, Whereabouts
from napari_astro_al.scale.fetching import catalogue_of
from napari_astro_al.scale.sampling import Sample
from napari_astro_al.scale.stores import is_local


@dataclass(frozen=True, eq=False)
class AtHand:
    """Rows in memory: the sketch and held-out sources first, then what was brought.

    Attributes
    ----------
    whole : PartitionedCatalogue
    sample : Sample
    seed : int
    tables : tuple of pyarrow.Table
        Each in the order of the hashes.
    catalogue : Catalogue
        Of the rows of all tables; rows that are there once keep their numbers.
    """

    whole: PartitionedCatalogue
    sample: Sample
    seed: int
    tables: tuple[Any, ...]
    catalogue: Catalogue

    @classmethod
    def begun_job(cls, whole: PartitionedCatalogue, split: Split, seed: int) -> Job[AtHand]:
        """The sketch and the held-out sources; looked for once."""
        begun: AtHand = yield from whole.once_job(
            ("at hand", repr(split), seed), cls._begun(whole, split, seed)
        )
        return begun

    @classmethod
    def _begun(cls, whole: PartitionedCatalogue, split: Split, seed: int) -> Job[AtHand]:
        sample = yield from whole.sample_job(split, seed)
        table = yield from whole.fetch_job(Whereabouts.of(sample.best), seed)
        return cls._of(whole, sample, seed, (table,))

    @classmethod
    def _of(
        cls, whole: PartitionedCatalogue, sample: Sample, seed: int, tables: tuple[Any, ...]
    ) -> AtHand:
        bare = catalogue_of(whole.source, tables)
        note = f"{len(bare):,} of {len(whole):,} sources: a sample, and what was asked for"
        catalogue = replace(bare, path=whole.path, note=note)
        if not is_local(whole.path):
            catalogue = replace(catalogue, path=None, origin=DataOrigin(request=str(whole.path)))
        catalogue.__dict__["id_digest"] = sample.id_digest  # of the whole, as its session's
        return cls(whole, sample, seed, tables, catalogue)

    @property
    def hashes(self) -> npt.NDArray[np.uint64]:
        """Seeded hashes of the sources in memory."""
        return id_hashes(self.catalogue.ids, self.seed)

    def with_found_job(self, found: tuple[Best, ...]) -> Job[AtHand]:
        """With sources that a pass has found; itself where all of them are there."""
        where = Whereabouts.of(found, known=self.hashes)
        if not len(where):
            return self
        table = yield from self.whole.fetch_job(where, self.seed)
        return self._of(self.whole, self.sample, self.seed, (*self.tables, table))

    def with_table(self, table: Any) -> AtHand:
        """With rows of a table that was fetched for fewer rows; itself where all are there."""
        import pyarrow as pa

        given = catalogue_of(self.whole.source, [table]).ids
        new = np.flatnonzero(~np.isin(id_hashes(given, self.seed), self.hashes))
        if not len(new):
            return self
        tables = (*self.tables, table.take(pa.array(new)))
        return self._of(self.whole, self.sample, self.seed, tables)

    def with_ids_job(self, ids: list[Any]) -> Job[AtHand]:
        """With sources by id; itself where all of them are there."""
        strangers = [one for one in dict.fromkeys(ids) if one not in self.catalogue]
        if not strangers:
            return self
        table = yield from self.whole.find_job(strangers, self.seed)
        return self._of(self.whole, self.sample, self.seed, (*self.tables, table))


def features_of_all(before: FeatureMatrix, catalogue: Catalogue) -> FeatureMatrix:
    """Features of a catalogue that has become longer, prepared as those before."""
    new = replace(
        catalogue,
        table=catalogue.table.iloc[len(before) :].reset_index(drop=True),
        ids=catalogue.ids[len(before) :],
        arrays={name: one[len(before) :] for name, one in catalogue.arrays.items()},  # type: ignore[index]
    )
    more = apply_features(before.recipe, before.fit, new)
    values = np.asfortranarray(np.concatenate([before.values, more.values]))
    usable = np.concatenate([before.usable, more.usable])
    values.flags.writeable = usable.flags.writeable = False
    return replace(before, values=values, usable=usable)


def said_of_all(
    result: TrainResult, features: FeatureMatrix, hashes: npt.NDArray[np.uint64]
) -> TrainResult:
    """A trained model with what it says of the sources that have come since."""
    from napari_astro_al.learning.committee import combined_votes

    start = len(result.probabilities)
    rows = np.arange(start, len(features))
    votes = PoolScorer.of(result.learner, result.classes, result.model).votes(features.coded, rows)
    votes[:, ~features.usable[rows]] = np.nan
    assert result.request is not None
    said = combined_votes(votes, result.request.recipe.vote)
    return replace(
        result,
        probabilities=np.concatenate([result.probabilities, said]),
        votes=None if result.votes is None else np.concatenate([result.votes, votes], axis=1),
        request=replace(result.request, features=features, id_hashes=hashes),
    )
