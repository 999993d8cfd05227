"""What has to be recorded so that one's own answers are what they were earlier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import ANSWERS, REDO, STEPPING, UNDO

Entry = tuple[str, dict[str, Any]]


class _Steps:
    """Steps of one chain that stand, and that were taken back and can come again."""

    def __init__(self) -> None:
        self.done: dict[str, None] = {}
        self.undone: dict[str, None] = {}

    def apply(self, event: Event) -> None:
        if event.kind in STEPPING:
            self.undone.clear()
            self.done.setdefault(event.payload.get("step", event.uuid))
            return
        step = event.payload.get("step")
        source, target = (
            (self.done, self.undone) if event.kind == UNDO else (self.undone, self.done)
        )
        if step in source:
            del source[step]
            target[step] = None


def steps_back(events: Sequence[Event], position: int, chain: str) -> tuple[list[Entry], int]:
    """Events to record, so that a chain's answers are those after the first `position` events.

    Steps since then are taken back, the newest first. Steps of before that were taken back since
    come again: as a redo where that is possible, else as new answers that name the old ones.

    Parameters
    ----------
    events : sequence of Event
        The whole history.
    position : int
    chain : str

    Returns
    -------
    entries : list of (str, dict)
        Kind and payload of each.
    n_others : int
        Answers of other chains since.
    """
    then, now = _Steps(), _Steps()
    answers: dict[str, list[Event]] = {}
    n_others = 0
    for number, event in enumerate(events, 1):
        if event.kind not in STEPPING and event.kind not in (UNDO, REDO):
            continue
        if event.chain != chain:
            n_others += number > position and event.kind in ANSWERS
            continue
        if event.kind in STEPPING:
            answers.setdefault(event.payload.get("step", event.uuid), []).append(event)
        now.apply(event)
        if number <= position:
            then.apply(event)
    back: list[Entry] = [
        (UNDO, {"step": one}) for one in reversed(now.done) if one not in then.done
    ]
    missing = [one for one in then.done if one not in now.done]
    again: list[Entry] = [(REDO, {"step": one}) for one in missing if one in now.undone]
    for step in missing:
        if step not in now.undone:
            new = uuid4().hex
            again += [
                (one.kind, {**one.payload, "step": new, "again": one.uuid}) for one in answers[step]
            ]
    return [*back, *again], n_others
