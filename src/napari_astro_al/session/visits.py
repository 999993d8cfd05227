"""Which source is on show, and which were before: as in a browser."""

from __future__ import annotations

from napari_astro_al.catalogue import SourceId


class Visits:
    """The current source and the way to it."""

    def __init__(self) -> None:
        self._trail: list[SourceId] = []
        self._place = -1

    @property
    def current(self) -> SourceId | None:
        """The source on show, or None before the first."""
        return self._trail[self._place] if self._trail else None

    @property
    def can_go_back(self) -> bool:
        """Whether another source was on show before."""
        return self._place > 0

    @property
    def can_go_forward(self) -> bool:
        """Whether one went back from another source."""
        return self._place < len(self._trail) - 1

    def visit(self, source: SourceId) -> bool:
        """Show a source; those that one went back from are forgotten.

        Returns
        -------
        bool
            False if it is on show already.
        """
        if source == self.current:
            return False
        del self._trail[self._place + 1 :]
        self._trail.append(source)
        self._place = len(self._trail) - 1
        return True

    def back(self) -> bool:
        """Go one back; False at the first."""
        if not self.can_go_back:
            return False
        self._place -= 1
        return True

    def forward(self) -> bool:
        """Go one forward; False at the last."""
        if not self.can_go_forward:
            return False
        self._place += 1
        return True
