"""How fast somebody labels: time at work, and labels a minute."""

from __future__ import annotations

from collections import deque

PAUSE = 60.0
"""Seconds without an answer after which the person has paused; that gap counts for nothing."""
RECENT = 20
"""Answers that the rate is taken from."""


class Pace:
    """Counts answers and the time between them."""

    def __init__(self) -> None:
        self.n = 0
        self.at_work = 0.0
        self._last: float | None = None
        self._gaps: deque[float] = deque(maxlen=RECENT)

    def begin(self, now: float) -> None:
        """A source is on show: from here the first answer's time is counted.

        Parameters
        ----------
        now : float
            Seconds of a clock that never goes back.
        """
        if self._last is None:
            self._last = now

    def note(self, now: float) -> None:
        """An answer was given."""
        gap = now - (now if self._last is None else self._last)
        if gap < PAUSE:
            self.at_work += gap
            self._gaps.append(gap)
        self._last = now
        self.n += 1

    @property
    def per_minute(self) -> float | None:
        """Answers a minute of work, over the last twenty; None before there are three."""
        spent = sum(self._gaps)
        return 60.0 * len(self._gaps) / spent if len(self._gaps) > 2 and spent > 0 else None

    @property
    def words(self) -> str:
        """Rate and time in one line; empty before the first answer."""
        if not self.n:
            return ""
        minutes, seconds = divmod(int(self.at_work), 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        rate = self.per_minute
        return clock if rate is None else f"{rate:.0f} / min · {clock}"
