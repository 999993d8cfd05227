"""The one number that matters, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_astro_al.learning.split import TEST, VALIDATION

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

    Parameters
    ----------
    session : Session
        With or without a model.
    task : str, optional
        The first one by default.
    """
    name = task if task is not None else next(iter(session.tasks))
    n_labels = len(session.labelled_for(name)[1])
    row = session.history.latest(name)
    labels = f"{n_labels:,} label{'' if n_labels == 1 else 's'}"
    if row is None or n_labels == 0:
        return Headline("No model yet", f"{labels}. Training begins with labels of two classes.")
    return Headline(f"Macro-F1 {with_interval(row, 'f1')}", f"{_basis(session, row)}, {labels}")


def with_interval(row: dict[str, Any], metric: str) -> str:
    """A metric with its 95 % interval: ``"0.93 (0.91 to 0.95)"``; a dash where it has no value."""
    value, low, high = (row.get(key) for key in (metric, f"{metric}_low", f"{metric}_high"))
    if value is None or not math.isfinite(value):
        return "–"
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return f"{value:.2f}"
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def _basis(session: Session, row: dict[str, Any]) -> str:
    if row["split"] == "cross-validation":
        return "Cross-validated on the labels, as nothing is held out"
    part = VALIDATION if row["split"] == "validation" else TEST
    held_out = int((session.partition.part == part).sum())
    return f"On {held_out:,} held-out sources that never train"
