"""How many points this machine draws in time."""

from __future__ import annotations

TARGET = 0.055
"""Seconds that a frame may take while the camera moves."""

PATIENCE = 0.25
"""Seconds that the one frame after it has come to rest may take."""

FEWEST = 2_000
_FEWEST_AT_REST = 4_000


class PointBudget:
    """Most points to draw, learnt from the time that frames take.

    Parameters
    ----------
    most : int
        Never more than this.

    Attributes
    ----------
    moving, resting : int
        While the camera moves, and when it has come to rest.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.moving = min(most, 4_000)
        self.resting = most

    def note(self, seconds: float, drawn: int, *, moving: bool) -> None:
        """Take in how long a frame took.

        A slow one lowers the budget in proportion, by at most half of what was drawn; a quick one
        that used all of it raises it by a quarter. One that is slow though it drew as few points
        as are always allowed is slow for another reason.

        Parameters
        ----------
        seconds : float
            From the beginning of drawing to its end.
        drawn : int
            Points that it drew.
        moving : bool
            Whether the camera was moving.
        """
        allowed = TARGET if moving else PATIENCE
        budget = self.moving if moving else self.resting
        least = min(FEWEST if moving else _FEWEST_AT_REST, self.most)
        if seconds > 1.25 * allowed and drawn > least:
            budget = int(min(budget, drawn) * max(allowed / seconds, 0.5))
        elif seconds < 0.75 * allowed and drawn >= 0.9 * budget:
            budget = int(budget * 1.25) + 1
        budget = min(max(budget, least), self.most)
        if moving:
            self.moving = budget
        else:
            self.resting = budget
