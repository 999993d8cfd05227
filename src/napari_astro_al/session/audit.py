"""What an audit of labels finds: labels to look at again, self-consistency, drift."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import AUDIT, LABEL, annotator_of
from napari_astro_al.catalogue import SourceId
from napari_astro_al.learning import Task
from napari_astro_al.session.headline import in_percent, wilson

FEWEST_TO_COMPARE = 10
"""Answers of each half of a session, before they are compared."""


@dataclass(frozen=True)
class Share:
    """How many of how many.

    Attributes
    ----------
    hits, total : int
    """

    hits: int
    total: int

    @property
    def value(self) -> float:
        """0 to 1; NaN of nothing."""
        return self.hits / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, as `wilson` has it."""
        return wilson(self.hits, self.total)

    @property
    def words(self) -> str:
        """The share with its interval and of how many it is."""
        return f"{in_percent(self.value, *self.interval)} of {self.total:,}"


@dataclass(frozen=True)
class Suspect:
    """A label to look at again.

    Attributes
    ----------
    source : int or str
    label : str
        As it is.
    suggested : str
        What it may be instead.
    reasons : tuple of str
        In words, at least one.
    margin : float
        Probability of the label less that of the suggested class by a model that did not see the
        label: the lower, the more suspect.
    """

    source: SourceId
    label: str
    suggested: str
    reasons: tuple[str, ...]
    margin: float

    @property
    def words(self) -> str:
        """Label and reasons as a line."""
        return f"Labelled {Task.words(self.label)}. {' '.join(self.reasons)}"


@dataclass(frozen=True)
class Drift:
    """A share of the first half of the answers beside that of the second half.

    Attributes
    ----------
    what : str
        What is shared, in words.
    early, late : Share
    """

    what: str
    early: Share
    late: Share

    @property
    def difference(self) -> tuple[float, float]:
        """The 95 % interval of the late share less the early one.

        Newcombe (1998, Statistics in Medicine 17, 873), method 10; NaN of nothing.
        """
        if not (self.early.total and self.late.total):
            return math.nan, math.nan
        (low1, high1), (low2, high2) = self.early.interval, self.late.interval
        one, two = self.early.value, self.late.value
        down = math.hypot(two - low2, high1 - one)
        up = math.hypot(high2 - two, one - low1)
        return two - one - down, two - one + up

    @property
    def significant(self) -> bool:
        """Whether the difference's interval leaves out none at all."""
        low, high = self.difference
        return low > 0 or high < 0

    @property
    def words(self) -> str:
        """Both shares, and whether they differ by more than chance."""
        verdict = "no more than chance"
        if self.significant:
            verdict = "rising" if self.late.value > self.early.value else "falling"
        return f"{self.what}: {self.early.words} early, {self.late.words} late; {verdict}."


@dataclass(frozen=True)
class LabelAudit:
    """What an audit found.

    Attributes
    ----------
    task : str
    suspects : tuple of Suspect
        The most suspect first.
    consistency : mapping of str to Share
        Of each annotator, how many of the sources shown again blindly got the same label. An
        unsure answer is not the same.
    drift : tuple of Drift
        Empty with too few answers.
    n_checked : int
        Labels that were looked at.
    """

    task: str
    suspects: tuple[Suspect, ...] = ()
    consistency: Mapping[str, Share] = field(default_factory=dict)
    drift: tuple[Drift, ...] = ()
    n_checked: int = 0

    @property
    def words(self) -> str:
        """A summary, a line each."""
        n = len(self.suspects)
        many = f"{n} label{' looks' if n == 1 else 's look'} doubtful"
        lines = [f"{many} of the {self.n_checked:,} that were checked."]
        lines += [
            f"{who} gave the same answer again: {share.words}."
            for who, share in self.consistency.items()
        ]
        return "\n".join([*lines, *(one.words for one in self.drift)])


def consistency_of(answers: Sequence[Event]) -> dict[str, Share]:
    """Self-consistency of each annotator by the sources shown again blindly."""
    found: dict[str, list[bool]] = {}
    for event in answers:
        if event.kind == AUDIT and event.payload.get("blind"):
            same = event.payload.get("label") == event.payload.get("first")
            found.setdefault(annotator_of(event.chain), []).append(same)
    return {who: Share(sum(same), len(same)) for who, same in found.items()}


def drift_of(
    answers: Sequence[Event], agrees: Mapping[str, bool], annotator: str
) -> tuple[Drift, ...]:
    """How one annotator's early answers differ from the late ones.

    Parameters
    ----------
    answers : sequence of Event
        Oldest first, without those taken back.
    agrees : mapping of str to bool
        By source id as text, whether a model that did not see the label says the same.
    annotator : str
    """
    own = [event for event in answers if annotator_of(event.chain) == annotator]
    labels = [event for event in own if event.kind == LABEL]
    judged = [agrees[e.payload["source"]] for e in labels if e.payload["source"] in agrees]
    blind = [event for event in own if event.kind == AUDIT and event.payload.get("blind")]
    same = [event.payload.get("label") == event.payload.get("first") for event in blind]
    known = (
        ("Answers that a model without them gives too", judged),
        ("Same answer when shown again", same),
    )
    return tuple(
        Drift(what, *_halves(hits)) for what, hits in known if len(hits) >= 2 * FEWEST_TO_COMPARE
    )


def _halves(hits: Sequence[bool]) -> tuple[Share, Share]:
    middle = len(hits) // 2
    return Share(sum(hits[:middle]), middle), Share(sum(hits[middle:]), len(hits) - middle)
