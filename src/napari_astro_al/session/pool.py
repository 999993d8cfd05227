"""Which sources may be asked for, and which are held out for scoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.learning.metrics import class_places
from napari_astro_al.learning.split import POOL, SKETCH_SIZE, Split
from napari_astro_al.learning.task import Task
from napari_astro_al.session.heldout import HeldOut

MOST_KEPT = 16
"""Tasks and parts whose held-out labels are kept at hand."""
PART_NAMES = ("pool", "validation", "test")


@dataclass(frozen=True, eq=False)
class Partition:
    """The sources of a catalogue, parted into the pool and held-out sets.

    Attributes
    ----------
    part : (n_sources,) int8 ndarray
        POOL, VALIDATION or TEST.
    hashes : (n_sources,) uint64 ndarray
        Seeded id hashes: every tie and every sample goes by them.
    column_codes : (n_sources,) ndarray
        Index into `column_values`, -1 where the catalogue has no label; the smallest signed
        integers that can hold it.
    column_values : tuple of str
        The distinct labels of the catalogue.
    """

    part: npt.NDArray[np.int8]
    hashes: npt.NDArray[np.uint64]
    column_codes: npt.NDArray[np.signedinteger[Any]]
    column_values: tuple[str, ...]
    _held_out: dict[tuple[Task, int], HeldOut] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, catalogue: Catalogue, split: Split, seed: int) -> Partition:
        """Part a catalogue."""
        import pandas as pd

        codes, values = pd.factorize(catalogue.column_labels, sort=True)
        codes = codes.astype(np.min_scalar_type(-len(values) - 1))
        part = split.assign(catalogue.ids, codes >= 0)
        return cls(part, id_hashes(catalogue.ids, seed), codes, tuple(str(v) for v in values))

    def parted(self, catalogue: Catalogue, split: Split) -> Partition:
        """The same catalogue, parted by another split."""
        part = split.assign(catalogue.ids, self.has_column_label)
        other = Partition(part, self.hashes, self.column_codes, self.column_values)
        if "by_hash" in self.__dict__:  # made once, and the same for any split
            other.__dict__["by_hash"] = self.by_hash
        return other

    @property
    def has_column_label(self) -> npt.NDArray[np.bool_]:
        """Whether the catalogue has a label, a source."""
        return self.column_codes >= 0

    def digest(self, rows: npt.NDArray[np.integer[Any]]) -> str:
        """How many sources these are and the sum of their hashes: alike for the same sources."""
        total = int(self.hashes[rows].sum(dtype=np.uint64)) if len(rows) else 0
        return f"{len(rows)}:{total:016x}"

    def sketch_rows(self) -> npt.NDArray[np.int64]:
        """The sources that everything fitted to the pool is fitted to.

        Returns
        -------
        (n,) int64 ndarray
            Rows of the 100,000 sources that are not held out with the smallest hashes, in the
            order of their hashes.
        """
        return self._sketch

    @cached_property
    def _sketch(self) -> npt.NDArray[np.int64]:
        free = self.part == POOL
        if not free.any():
            free = np.ones(len(self.part), dtype=bool)
        # a few more than are needed have a hash below this, nearly always
        limit = 2**64 * SKETCH_SIZE * 5 // (4 * int(np.count_nonzero(free)))
        rows = np.flatnonzero(free & (self.hashes <= np.uint64(min(limit, 2**64 - 1))))
        if len(rows) < SKETCH_SIZE:
            rows = np.flatnonzero(free)
        sketch = rows[np.argsort(self.hashes[rows], kind="stable")][:SKETCH_SIZE]
        sketch.flags.writeable = False
        return sketch

    @cached_property
    def by_hash(self) -> npt.NDArray[np.integer[Any]]:
        """Rows of all sources in the order of their hashes, (n_sources,); made when first asked."""
        order = np.argsort(self.hashes, kind="stable")
        order = order.astype(np.min_scalar_type(max(1, len(order))))
        order.flags.writeable = False
        return order

    def part_name(self, row: int) -> str:
        """``"pool"``, ``"validation"`` or ``"test"``."""
        return PART_NAMES[int(self.part[row])]

    def held_out_places(
        self, task: Task, part: int, corrections: Mapping[int, str | None]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int16]]:
        """Held-out sources of one part with the labels to score against.

        Parameters
        ----------
        task : Task
            Whose classes count.
        part : int
            VALIDATION or TEST.
        corrections : mapping of int to str or None
            Labels given by annotators, by row; None where they were unsure, which takes the source
            out of the scores.

        Returns
        -------
        rows : (n,) int64 ndarray
        places : (n,) int16 ndarray
            Classes, as places among the task's names. Sources whose label says nothing about the
            task are left out.
        """
        key = (task, part)
        kept = self._held_out.get(key)
        if kept is None:
            if len(self._held_out) >= MOST_KEPT:
                self._held_out.clear()
            rows = np.flatnonzero(self.part == part)
            targets = [*(task.target(value) for value in self.column_values), None]
            known = class_places(targets, task.names).astype(np.int16)
            kept = self._held_out[key] = HeldOut(task, rows, known[self.column_codes[rows]])
        return kept.corrected(corrections)

    def held_out(
        self, task: Task, part: int, corrections: Mapping[int, str | None]
    ) -> tuple[npt.NDArray[np.int64], list[str]]:
        """`held_out_places` with the classes by name: a list as long as the part is."""
        rows, places = self.held_out_places(task, part, corrections)
        names = task.names
        return rows, [names[place] for place in places.tolist()]
