"""Why a source was asked for and what speaks for its answer, as values and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from napari_astro_al.catalogue import SourceId
from napari_astro_al.learning import Task

CLOSE = 0.2
"""Probabilities no further apart than this are a doubt between classes."""
SURE = 0.9
INDICATOR = "missing("
"""How the names of features begin that say whether another one is there."""


@dataclass(frozen=True)
class DecidingFeature:
    """What one feature does to the probability of the likeliest class.

    Attributes
    ----------
    name : str
    value : float
        As measured; NaN where it is missing.
    typical : float
        The median of other sources, as measured.
    unit : str
        Of both; empty where none is known.
    effect : float
        Probability of the likeliest class less what it would be on average with other sources'
        values of this feature alone, -1 to 1.
    """

    name: str
    value: float
    typical: float
    unit: str
    effect: float

    @property
    def short(self) -> str:
        """The feature with its value, and whether that is above or below the typical one."""
        if self.name.startswith(INDICATOR):
            return self.words
        if self.value != self.value:
            return f"{self.name} missing"
        way = "" if self.value == self.typical else " ▲" if self.value > self.typical else " ▼"
        return f"{self.name} {self.value:.3g}{f' {self.unit}' if self.unit else ''}{way}"

    @property
    def words(self) -> str:
        """The feature with its value, in one line."""
        unit = f" {self.unit}" if self.unit else ""
        if self.name.startswith(INDICATOR):
            return f"{self.name[len(INDICATOR) : -1]} is {'missing' if self.value else 'measured'}"
        if self.value != self.value:
            return f"{self.name} is missing (typical: {self.typical:.4g}{unit})"
        way = "above" if self.value > self.typical else "below"
        told = "the typical" if self.value == self.typical else f"{way} the typical"
        return f"{self.name} = {self.value:.4g}{unit}, {told} {self.typical:.4g}"


@dataclass(frozen=True)
class LabelledNeighbour:
    """A labelled source near another one.

    Attributes
    ----------
    source : int or str
    label : str
    distance : float
        Root mean square of the differences of scaled features: 1 is about one interquartile range
        in every feature.
    """

    source: SourceId
    label: str
    distance: float


@dataclass(frozen=True)
class Explanation:
    """What is known of the reason for a question and of its answer.

    Attributes
    ----------
    source : int or str
    task : str
        The task that is explained.
    asked : mapping
        How the source was asked for: strategy, why, rank (from 0), score, model; empty where it
        never was.
    probabilities : mapping of str to float
        By the model, the likeliest class first; empty without a model or features. Of a source
        that the model has learnt from, those that were kept with its answer, if there are any.
    learnt : bool
        Whether the model has learnt from the answer to this source.
    before : bool
        Whether `probabilities` are those from before the answer.
    likeliest : str
        The class whose probability `deciding` is about, by the model of now; empty without one.
    deciding : tuple of DecidingFeature
        The largest effects first.
    neighbours : mapping of str to tuple of LabelledNeighbour
        Nearest first, by class; the class of the nearest first.
    """

    source: SourceId
    task: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    probabilities: Mapping[str, float] = field(default_factory=dict)
    learnt: bool = False
    before: bool = False
    likeliest: str = ""
    deciding: tuple[DecidingFeature, ...] = ()
    neighbours: Mapping[str, tuple[LabelledNeighbour, ...]] = field(default_factory=dict)

    def blinded(self) -> Explanation:
        """What may be told to a person who is not to be led: by which strategy, and no more."""
        asked = {"strategy": self.asked["strategy"]} if self.asked.get("strategy") else {}
        return Explanation(self.source, self.task, asked)

    @property
    def asked_words(self) -> str:
        """Why it was asked for, by which strategy, at which place of its query."""
        if not self.asked.get("strategy"):
            return "Not asked for: it was chosen by hand."
        strategy = str(self.asked["strategy"]).replace("_", " ")
        rank, score = self.asked.get("rank"), self.asked.get("score")
        told = [] if rank is None else [f"place {int(rank) + 1} of its query"]
        told += [] if score is None else [f"score {score:.3g}"]
        how = f" ({', '.join(told)})" if told else ""
        why = self.asked.get("why") or ""
        return f"Asked for by {strategy}{how}." + (f" {why}" if why else "")

    @property
    def doubt_words(self) -> str:
        """What the model thinks of it, and between which classes it hesitates."""
        ranked = sorted(self.probabilities.items(), key=lambda one: -one[1])
        if not ranked:
            return "There is no model yet, so nothing is predicted."
        best = ranked[0][1]
        close = [one for one in ranked if best - one[1] <= CLOSE]
        said = "The model said, before the answer" if self.before else "The model"
        if len(close) > 1:
            *firsts, last = [_share(*one) for one in close]
            verb = ": in doubt between" if self.before else " is in doubt between"
            told = f"{said}{verb} {', '.join(firsts)} and {last}."
        elif best >= SURE:
            told = f"{said}{':' if self.before else ' is sure of'} {_share(*ranked[0])}."
        else:
            second = f" over {_share(*ranked[1])}" if len(ranked) > 1 else ""
            told = f"{said}{':' if self.before else ' leans to'} {_share(*ranked[0])}{second}."
        if self.learnt and not self.before:
            told += " It has learnt from the answer to this source, so this is no prediction."
        return told

    @property
    def words(self) -> str:
        """All of it as text, a line each."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Source {self.source}"
        yield self.asked_words
        yield self.doubt_words
        for one in self.deciding:
            does = "raises" if one.effect > 0 else "lowers"
            name = Task.words(self.likeliest)
            yield f"{one.words}: {does} {name} by {100 * abs(one.effect):.0f} points"
        for label, near in self.neighbours.items():
            told = ", ".join(f"{one.source} at {one.distance:.2g}" for one in near)
            yield f"Nearest labelled {Task.words(label)}: {told}"


def _share(name: str, probability: float) -> str:
    return f"{Task.words(name)} {100 * probability:.0f} %"
