"""The first pass: how many sources there are, which classes, and who is of the sketch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.errors import CatalogueError
from napari_astro_al.learning.split import CODES, POOL, SKETCH_SIZE, Split
from napari_astro_al.scale.best import Best
from napari_astro_al.scale.parts import Part, Source

HELD_OUT = 50_000
"""Held-out sources of a part that are scored on, unless the split names them."""


@dataclass(frozen=True, eq=False)
class Sample:
    """What the first pass finds, of one partition or of several.

    Attributes
    ----------
    n_sources : int
    id_sum : int
        The sum of the id hashes of seed 0, modulo 2^64.
    classes : frozenset of str
        Labels of the label column.
    counts : tuple of int
        Sources of pool, validation and test.
    best : tuple of Best
        Those of each with the smallest hashes.
    """

    n_sources: int
    id_sum: int
    classes: frozenset[str]
    counts: tuple[int, ...]
    best: tuple[Best, ...]

    def merged(self, other: Sample) -> Sample:
        """Of the partitions of both."""
        return Sample(
            self.n_sources + other.n_sources,
            (self.id_sum + other.id_sum) % 2**64,
            self.classes | other.classes,
            tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)),
            tuple(a.merged(b) for a, b in zip(self.best, other.best, strict=True)),
        )

    @property
    def id_digest(self) -> str:
        """As `Catalogue.id_digest`."""
        return f"{self.id_sum:016x}"

    def check_unique(self, source: Source) -> None:
        """Refuse a catalogue in which ids stand twice, as the sample shows it.

        Raises
        ------
        CatalogueError
        """
        for one in self.best:
            again = np.flatnonzero(one.hashes[1:] == one.hashes[:-1])
            if len(again):
                raise CatalogueError(
                    f"Ids of {source.name!r} are not unique: of {len(one):,} sources "
                    f"{len(again):,} share theirs with another one, in partitions "
                    f"{one.parts[again[0]]} and {one.parts[again[0] + 1]} for instance. Name "
                    "another column, or several to be joined: id=[...]."
                )


@dataclass(frozen=True, eq=False)
class Sampling:
    """The first pass, as work on a partition.

    Attributes
    ----------
    source : Source
    split : Split
    seed : int
        Of the id hashes.
    sizes : tuple of int
        How many sources of pool, validation and test are kept.
    """

    source: Source
    split: Split
    seed: int
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, source: Source, split: Split, seed: int) -> Sampling:
        """The pass for a split; sources that it names are all kept."""
        named = {CODES[name]: len(ids) for name, ids in (split.ids or {}).items()}
        sizes = (SKETCH_SIZE, *(max(HELD_OUT, named.get(code, 0)) for code in CODES.values()))
        return cls(source, split, seed, sizes)

    def __call__(self, part: Part) -> Sample:
        """Look at a partition."""
        nothing = Sample(
            0, 0, frozenset(), (0,) * len(self.sizes), tuple(map(Best.nobody, self.sizes))
        )
        found = (self._chunk(part, *one) for one in self.source.chunks(part, ()))
        return reduce(Sample.merged, found, nothing)

    def _chunk(self, part: Part, first: int, chunk: Catalogue) -> Sample:
        codes, labels = self.source.label_codes(chunk)
        hashes = id_hashes(chunk.ids, self.seed)
        plain = hashes if self.seed == 0 else id_hashes(chunk.ids, 0)
        parts = self.split.assign(chunk.ids, codes >= 0, all_there=False)
        best, counts = [], []
        for code, size in enumerate(self.sizes, start=POOL):
            rows = np.flatnonzero(parts == code)
            counts.append(len(rows))
            best.append(Best.of(size, hashes[rows], part.number, first + rows))
        total = int(plain.sum(dtype=np.uint64))
        return Sample(len(chunk), total, frozenset(labels), tuple(counts), tuple(best))
