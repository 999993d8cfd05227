"""The computer's clock, where it says an earlier time than the events that are there already."""

from __future__ import annotations

import warnings
from datetime import datetime, timedelta

from napari_astro_al.annotation.events import utc_now
from napari_astro_al.errors import AstroALWarning

TOLERANCE = timedelta(minutes=1)
"""Clocks are set back by less than that all the time."""


class Clock:
    """Tells, once, that the clock was moved back.

    The order of a chain is that of its events and not of their times, so that nothing is lost. Of
    one annotator's answers on several devices the latest counts, which a wrong clock gets wrong.

    Parameters
    ----------
    newest : str
        When the newest event was recorded, as `Event.utc`; empty without one.
    """

    def __init__(self, newest: str) -> None:
        self.newest = newest
        self._told = False

    def check(self) -> None:
        """Compare the time of now with the newest event's.

        Warns
        -----
        AstroALWarning
            The first time that it is more than a minute earlier.
        """
        now = utc_now()
        if self._told or now >= self.newest:
            return
        try:
            behind = datetime.fromisoformat(self.newest) - datetime.fromisoformat(now)
        except ValueError:  # verify names an event whose time was changed
            return
        if behind > TOLERANCE:
            self._told = True
            warnings.warn(
                f"This computer's clock says {now}, and your last answer was recorded at "
                f"{self.newest}. Nothing is lost, and the order of answers stays; but between your "
                "own answers on several devices the latest counts. Set the clock right.",
                AstroALWarning,
                stacklevel=5,
            )
