"""Who said what of which source, as an array."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

MISSING = -1


@dataclass(frozen=True, eq=False)
class Answers:
    """One answer a source and annotator, or none.

    Attributes
    ----------
    sources : tuple of str
        Ids as text.
    annotators : tuple of str
        In alphabetical order.
    classes : tuple of str
        Everything that anybody said, in alphabetical order. A coarse label is a class of its own.
    codes : (n_sources, n_annotators) int64 ndarray
        Places in `classes`; -1 where an annotator has not answered. Read-only.
    """

    sources: tuple[str, ...]
    annotators: tuple[str, ...]
    classes: tuple[str, ...]
    codes: npt.NDArray[np.int64]

    @classmethod
    def of(cls, votes: Mapping[str, Mapping[str, str | None]]) -> Self:
        """The answers in votes.

        Parameters
        ----------
        votes : mapping of str to mapping of str to str or None
            What each annotator says of each source. None, "unsure", is no answer: it says nothing
            of the source's class. Sources without any answer are left out.
        """
        said = {
            source: {who: label for who, label in by.items() if label is not None}
            for source, by in votes.items()
        }
        said = {source: by for source, by in said.items() if by}
        annotators = tuple(sorted({who for by in said.values() for who in by}))
        classes = tuple(sorted({label for by in said.values() for label in by.values()}))
        place = {label: number for number, label in enumerate(classes)}
        column = {who: number for number, who in enumerate(annotators)}
        codes = np.full((len(said), len(annotators)), MISSING, dtype=np.int64)
        for row, by in enumerate(said.values()):
            for who, label in by.items():
                codes[row, column[who]] = place[label]
        codes.flags.writeable = False
        return cls(tuple(said), annotators, classes, codes)

    def __len__(self) -> int:
        return len(self.sources)

    def counts(self) -> npt.NDArray[np.int64]:
        """How many annotators say what: (n_sources, n_classes)."""
        counts: npt.NDArray[np.int64] = self.said().sum(axis=1)
        return counts

    def said(self) -> npt.NDArray[np.int64]:
        """Answers as 0 and 1: (n_sources, n_annotators, n_classes)."""
        said: npt.NDArray[np.bool_] = self.codes[:, :, None] == np.arange(len(self.classes))
        return said.astype(np.int64)
