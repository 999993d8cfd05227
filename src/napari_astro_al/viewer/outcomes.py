"""What became of each source: trained, taken for what it is, or for something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.split import VALIDATION
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session import Session
from napari_astro_al.viewer.palette import ClassStyle, rgba
from napari_astro_al.viewer.source_values import most_probable

UNKNOWN, TRAINED, RIGHT, WRONG = range(4)
OUTCOMES = {"trained": "#D98BB5", "right": "#7C9CFF", "wrong": "#FF5A4F"}
"""Names and colours, from `TRAINED` on. Told apart by colour-blind eyes, and from classes."""


def outcome_styles() -> dict[str, ClassStyle]:
    """Colours of what became of sources."""
    return {name: ClassStyle(rgba(colour), "disc") for name, colour in OUTCOMES.items()}


def outcomes_of(
    session: Session, result: TrainResult, rows: npt.NDArray[Any]
) -> npt.NDArray[np.int8]:
    """What became of sources with a model.

    Only what is held out for validation, and answers to a survey sample, are told as right or
    wrong: the test set is looked at in another place, with a caution.

    Parameters
    ----------
    session : Session
    result : TrainResult
    rows : (n,) integer ndarray

    Returns
    -------
    (n,) int8 ndarray
        `UNKNOWN`, `TRAINED`, `RIGHT` or `WRONG`.
    """
    found = np.full(len(rows), UNKNOWN, dtype=np.int8)
    true = _known_classes(session, result, rows)
    predicted = most_probable(result.probabilities[rows])[0]
    told = (true >= 0) & (predicted >= 0)
    found[told] = np.where(true == predicted, RIGHT, WRONG)[told]
    if result.request is not None:
        learnt = np.concatenate([result.request.labelled_rows, result.request.coarse_rows])
        found[np.isin(rows, learnt)] = TRAINED
    return found


def _known_classes(
    session: Session, result: TrainResult, rows: npt.NDArray[Any]
) -> npt.NDArray[np.int64]:
    """Places among the model's classes of what may be told as right or wrong; else -1."""
    task, partition = session.tasks[result.task_name], session.partition
    place = {name: k for k, name in enumerate(result.classes)}

    def place_of(label: str | None) -> int:
        target = None if label is None else task.target(label)
        return -1 if target is None else place.get(target, -1)

    by_code = np.array([*(place_of(one) for one in partition.column_values), -1])
    validates = partition.part[rows] == VALIDATION
    true: npt.NDArray[np.int64] = np.where(validates, by_code[partition.column_codes[rows]], -1)
    told = validates.copy()
    if session.survey is not None:
        told |= session.survey.selection.contains(rows)
    said = session.book.corrections()
    for at in np.flatnonzero(told & session.book.taken[rows]).tolist():
        true[at] = place_of(said.get(int(rows[at])))
    return true
