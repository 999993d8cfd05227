"""The one number that matters, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session


@dataclass(frozen=True)
class Headline:
    """A headline and what it rests on.

    Attributes
    ----------
    headline : str
        For example ``"Macro-F1 0.93 (0.91 to 0.95)"``.
    basis : str
        On which sources it was measured, and how many labels went in.
    """

    headline: str
    basis: str


def headline_of(session: Session, task: str | None = None) -> Headline:
    """What can honestly be said of the classifier now.

    The numbers are those of the task's model as it is: none of a model of other recipes, and what
    became of the labels since is said.

    Parameters
    ----------
    session : Session
        With or without a model.
    task : str, optional
        The first one by default.
    """
    name = task if task is not None else next(iter(session.tasks))
    titled = f"{name}: " if len(session.tasks) > 1 else ""
    n_now = len(session.labelled_for(name)[1])
    result = session.results.get(name)
    if result is None or result.classes != session.tasks[name].names:
        return Headline(*_without_model(session, name, titled, n_now))
    row = next((one for one in result.scores if one["split"] != "test"), result.scores[0])
    number = f"{titled}Macro-F1 {with_interval(row, 'f1')}"
    return Headline(number, _measured(session, name, row) + _since(session, name, row, n_now))


def _without_model(session: Session, name: str, titled: str, n_now: int) -> tuple[str, str]:
    if not session.can_train(name):
        wait = f"{_counted(n_now)}. Training begins with labels of two classes."
        return f"{titled}No model yet", wait
    if session.history.latest(name) is None:
        return f"{titled}No model yet", f"{_counted(n_now)} to train the first one on."
    again = f"Recipes, classes or session are new; {_counted(n_now)} to train on."
    return f"{titled}To be trained again", again


def _measured(session: Session, name: str, row: dict[str, Any]) -> str:
    n_scored = sum(map(sum, row["confusion"]))
    if row["split"] != "cross-validation":
        return f"On {n_scored:,} held-out source{'' if n_scored == 1 else 's'} that never train, "
    if session.learners[name].strategy == "random":
        return "Cross-validated, "
    return "Cross-validated on sources chosen for being hard: progress, not quality; "


def _since(session: Session, name: str, row: dict[str, Any], n_now: int) -> str:
    trained: int = row["n_labels"]
    if n_now > trained:
        more = n_now - trained
        return f"before the last {more:,} of {_counted(n_now)}"
    if n_now < trained:
        return f"before {trained - n_now:,} of {_counted(trained)} went"
    return f"{_counted(trained)}{', before the last change' if session.is_stale(name) else ''}"


def _counted(n_labels: int) -> str:
    return f"{n_labels:,} label{'' if n_labels == 1 else 's'}"


def with_interval(row: dict[str, Any], metric: str) -> str:
    """A metric with its 95 % interval: ``"0.93 (0.91 to 0.95)"``; a dash where it has no value."""
    value, low, high = (row.get(key) for key in (metric, f"{metric}_low", f"{metric}_high"))
    if value is None or not math.isfinite(value):
        return "–"
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return f"{value:.2f}"
    return f"{value:.2f} ({low:.2f} to {high:.2f})"
