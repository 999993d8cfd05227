"""Curated sets: sources drawn for testing or validation, to be labelled by people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from napari_astro_al.annotation.events import CATALOGUE, annotator_of
from napari_astro_al.catalogue import AllOf, Condition, SourceId
from napari_astro_al.catalogue.criteria import condition_from_json
from napari_astro_al.errors import SessionError
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.session.labelbook import LabelBook
from napari_astro_al.session.sampling import Sampling
from napari_astro_al.session.selection import Selection

Part = Literal["test", "validation"]
STRATEGY = "curated"
"""How labels of curated sources were asked for."""


@dataclass(frozen=True)
class Plan:
    """How a curated set comes about, kept with the session.

    Attributes
    ----------
    where : Condition
        Of the newest draw.
    sampling : Sampling
        Likewise.
    targets : mapping of str to int
        How many labels of each class are wanted.
    fractions : tuple of float
        Validation and test of the split before, which come back when the set is dropped.
    """

    where: Condition = field(default_factory=AllOf)
    sampling: Sampling = field(default_factory=Sampling)
    targets: Mapping[str, int] = field(default_factory=dict, hash=False)
    fractions: tuple[float, float] = (0.2, 0.2)

    def to_json(self) -> dict[str, Any]:
        """The plan as JSON values."""
        return {
            "where": self.where.to_json(),
            "sampling": self.sampling.to_json(),
            "targets": dict(self.targets),
            "fractions": list(self.fractions),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Plan:
        """The plan that `to_json` wrote.

        Raises
        ------
        AstroALError
            If it is none.
        """
        validation, test = content["fractions"]
        return cls(
            condition_from_json(content["where"]),
            Sampling.from_json(content["sampling"]),
            checked_targets(content["targets"]),
            (float(validation), float(test)),
        )


def checked_targets(targets: Mapping[str, object]) -> dict[str, int]:
    """Targets as whole numbers; classes of which none is wanted are left out.

    Raises
    ------
    SessionError
        If one is no number, or below 0.
    """
    if not isinstance(targets, Mapping):
        raise SessionError(f'Targets are a dict such as {{"STAR": 50}}, not {targets!r}.')
    numbers = {
        str(name): whole_number(number, f"The target of {name!r}", SessionError)
        for name, number in targets.items()
    }
    odd = [name for name, number in numbers.items() if number < 0]
    if odd:
        raise SessionError(f"The target of {odd[0]!r} is {numbers[odd[0]]}: give 0 or more.")
    return {name: number for name, number in numbers.items() if number}


@dataclass(frozen=True, eq=False)
class CuratedSet:
    """The sources of one part that were chosen one by one, and what people have said of them.

    Attributes
    ----------
    part : {"test", "validation"}
    sources : tuple of int or str
        In the order in which they were drawn.
    selection : Selection
        The same sources.
    plan : Plan or None
        None where a split named the sources and none was drawn.
    """

    part: Part
    sources: tuple[SourceId, ...]
    selection: Selection
    plan: Plan | None
    _book: LabelBook = field(repr=False)

    def __len__(self) -> int:
        return len(self.sources)

    def __repr__(self) -> str:
        return f"<CuratedSet for {self.part}: {len(self):,} sources, {len(self.open):,} open>"

    @property
    def targets(self) -> Mapping[str, int]:
        """How many labels of each class are wanted."""
        return {} if self.plan is None else self.plan.targets

    def is_open(self, source: SourceId) -> bool:
        """Whether nobody has labelled a source or been unsure of it; a column's label counts not.

        Raises
        ------
        CatalogueError
            If the catalogue does not have the source.
        """
        return not answered_by_people(self._book, source)

    @property
    def open(self) -> list[SourceId]:
        """Those without an answer, in the order in which they were drawn."""
        return [source for source in self.sources if self.is_open(source)]

    @property
    def unsure(self) -> list[SourceId]:
        """Those that somebody was unsure of: they are not scored."""
        return [source for source in self.sources if self._book.state_of(source) == "unsure"]

    @property
    def counts(self) -> dict[str, int]:
        """How many labels people have given, by class."""
        said = (self._book.label_of(one) for one in self.sources if not self.is_open(one))
        return dict(Counter(label for label in said if label is not None))

    @property
    def lacking(self) -> dict[str, int]:
        """How many labels are still wanted, by class; without the classes that have enough."""
        counts = self.counts
        lacks = {name: wanted - counts.get(name, 0) for name, wanted in self.targets.items()}
        return {name: number for name, number in lacks.items() if number > 0}


def answered_by_people(book: LabelBook, source: SourceId) -> bool:
    """Whether somebody, and not the label column alone, has labelled a source or was unsure."""
    if book.state_of(source) not in ("labelled", "unsure"):
        return False
    return any(annotator_of(one.chain) != CATALOGUE for one in book.deciding_events(source))
