"""A session's verbs for not being led: what is hidden of a source until it is answered."""

from __future__ import annotations

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import SessionError
from napari_astro_al.session.looking import Looking

BLIND = "blind"
"""Where a session's window, and the event of an answer, keep whether predictions were hidden."""


class Blindness(Looking):
    """What views of a session hide.

    Two things lead a person: what the model says of a source, and what was answered before. A
    view that shows either asks here first. Blind mode hides the first of every source that has no
    answer yet; a source that is shown again to check its label hides both.
    """

    @property
    def blind(self) -> bool:
        """Whether predictions are hidden until the answer is given; the session keeps it."""
        return self.window.get(BLIND) is True

    @blind.setter
    def blind(self, wanted: bool) -> None:
        if not isinstance(wanted, bool):
            raise SessionError(f"blind is True or False, not {wanted!r}.")
        if wanted == self.blind:
            return
        self.window[BLIND] = wanted
        self._note_seen()
        self._tell(self.blind_changed)

    def hides_predictions(self, source: SourceId | None) -> bool:
        """Whether views must not tell what the model says of a source."""
        if source is None:
            return False
        open_still = self.book.state_of(source) not in ("labelled", "unsure")
        return self.hides_label(source) or (self.blind and open_still)

    def hides_label(self, source: SourceId | None) -> bool:
        """Whether views must not tell how a source is labelled."""
        return source is not None and bool(source == self.reshown)

    def is_blind_to(self, source: SourceId) -> bool:
        """Whether an answer about a source now would be a blind one.

        It is not where the source was on show with its predictions before.
        """
        return self.blind and source not in self._seen_predicted

    def _go(self, moved: bool) -> None:
        left = moved and self.reshown is not None and not self.hides_label(self.current)
        if left:
            self.reshown = None
        if moved:
            self._note_seen()
        super()._go(moved)
        if left:
            self._tell(self.blind_changed)

    def _note_seen(self) -> None:
        """Remember that the source on show can be seen with its predictions."""
        if self.current is not None and not self.blind and self.reshown is None:
            self._seen_predicted.add(self.current)
