"""What a replay found: whether questions, models and scores were the same again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["question", "scores", "model", "not repeated"]


@dataclass(frozen=True)
class Difference:
    """One step that is not as it was, or that could not be repeated.

    Attributes
    ----------
    step : int
        Which event of the history, from 1.
    utc : str
        When it happened.
    kind : {"question", "scores", "model", "not repeated"}
    expected, found : str
        What the history says, and what came now; of what could not be repeated, why.
    """

    step: int
    utc: str
    kind: Kind
    expected: str
    found: str

    def __str__(self) -> str:
        when = f"Step {self.step} ({self.utc[:19].replace('T', ' ')} UTC)"
        if self.kind == "not repeated":
            return f"{when}: {self.expected} could not be repeated: {self.found}"
        return f"{when}: another {self.kind}. It was {self.expected}; now it is {self.found}"


@dataclass
class ReplayReport:
    """What was repeated, and how it came out.

    Attributes
    ----------
    n_events : int
        Events of the history.
    n_questions, n_scores : int
        Answers whose question, and models whose scores, were made again and compared.
    differences : list of Difference
        In order; empty where all is the same.
    versions : dict of str to (str, str)
        Packages of another version: then, and now.
    """

    n_events: int = 0
    n_questions: int = 0
    n_scores: int = 0
    differences: list[Difference] = field(default_factory=list)
    versions: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def first(self) -> Difference | None:
        """The first step that came out otherwise, those left out that could not be repeated."""
        return next((one for one in self.differences if one.kind != "not repeated"), None)

    @property
    def not_repeated(self) -> list[Difference]:
        """What could not be repeated."""
        return [one for one in self.differences if one.kind == "not repeated"]

    @property
    def same(self) -> bool:
        """Whether everything that was repeated came out as it was."""
        return self.first is None

    def note_versions(self, then: Mapping[str, str], now: Mapping[str, str]) -> None:
        """Compare the versions of packages."""
        self.versions = {
            name: (version, now.get(name, "none"))
            for name, version in then.items()
            if now.get(name) != version
        }

    def __str__(self) -> str:
        done = (
            f"{self.n_events:,} events: {self.n_questions:,} questions and {self.n_scores:,} "
            "models made again"
        )
        first, left = self.first, self.not_repeated
        lines = []
        if first is None:
            lines.append(f"{done}, and all of them are the same.")
        else:
            others = len(self.differences) - len(left)
            lines.append(f"{done}; {others:,} came out otherwise. The first:")
            lines.append(f"  {first}")
        for name, (then, now) in self.versions.items():
            lines.append(f"  {name} was {then} then, and is {now} now.")
        if left:
            lines.append(f"{len(left):,} steps could not be repeated. The first:")
            lines.append(f"  {left[0]}")
        return "\n".join(lines)


def first_difference(name: str, told: Any, now: Any) -> tuple[str, str] | None:
    """Where a JSON value differs first from what was told, with what is there, as words.

    What was not told is no difference: a newer version may say more.

    Returns
    -------
    (str, str) or None
        Place and value that were told, and the value now; None where all that was told is so.
    """
    for where, mine, theirs in _parts(name, told, now):
        if mine != theirs:
            return f"{where} {mine!r}", repr(theirs)
    return None


def _parts(name: str, told: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Values at the same place of two JSON values, down to those that are neither list nor dict."""
    if isinstance(told, dict) and isinstance(now, dict):
        for key, value in told.items():
            yield from _parts(f"{name}, {key}", value, now.get(key))
    elif isinstance(told, list) and isinstance(now, list) and len(told) == len(now):
        for place, (one, other) in enumerate(zip(told, now, strict=True)):
            split = one.get("split", place) if isinstance(one, dict) else place
            yield from _parts(f"{name} ({split})", one, other)
    else:
        yield name, told, now
