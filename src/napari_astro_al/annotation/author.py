"""What one chain of events has done and taken back."""

from __future__ import annotations


class Author:
    """Steps of one chain, oldest first: those that stand, and those that redo can bring back.

    Both map the step's name to the arrival of its last answer; to 0 where it has none.
    """

    __slots__ = ("done", "undone")

    def __init__(self) -> None:
        self.done: dict[str, int] = {}
        self.undone: dict[str, int] = {}
