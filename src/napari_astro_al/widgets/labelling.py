"""What answers do: record, then show the next source; and when a key must wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import monotonic

from napari.utils.notifications import show_info
from qtpy.QtCore import QObject, Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.widgets.workspace import Workspace, report


class Labelling(QObject):
    """The verbs of a person at the keyboard.

    A label belongs to the picture that was on screen. So an answer that comes before the next
    source is painted is kept, and given to that source once it is.

    Parameters
    ----------
    workspace : Workspace
        Whose session is labelled.

    Attributes
    ----------
    waits_for_paint : bool
        Whether something shows the current source and will call `painted`. Without one, a source
        counts as seen at once.
    """

    changed = Signal()
    """Something was answered, or may be answered now."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.waits_for_paint = False
        self._seen = True
        self._waiting: deque[Callable[[], None]] = deque()
        self._since = monotonic()
        workspace.session_changed.connect(self._take)

    def _take(self, session: Session | None) -> None:
        self._waiting.clear()
        self._seen = True
        if session is not None:
            session.current_changed.connect(self._current_changed)
            session.labels_changed.connect(self._labels_changed)

    def _labels_changed(self, _: object) -> None:
        self.changed.emit()

    def _current_changed(self, _: object) -> None:
        self._seen = not self.waits_for_paint
        self._since = monotonic()

    def painted(self) -> None:
        """The current source is on screen: answers that waited for it are given now."""
        self._seen = True
        while self._waiting and self._seen:
            self._waiting.popleft()()

    def _when_seen(self, action: Callable[[], None]) -> None:
        if self._seen:
            action()
        else:
            self._waiting.append(action)

    def _current(self) -> tuple[Session, SourceId] | None:
        session = self._workspace.session
        if session is None or session.current is None:
            return None
        return session, session.current

    def answer(self, place: int) -> None:
        """Give the current source the class at a place, from 0, and show the next source."""
        self._when_seen(lambda: self._answer(place))

    def _answer(self, place: int) -> None:
        at = self._current()
        if at is None:
            return
        session, source = at
        if place >= len(session.classes):
            show_info(f"There is no class {place + 1}: this session has {len(session.classes)}.")
            return
        label = session.classes[place]
        seconds = round(monotonic() - self._since, 2)
        self._record(lambda: session.annotate(source, label, seconds=seconds))

    def unsure(self) -> None:
        """Say that one cannot tell, and show the next source."""
        self._when_seen(lambda: self._on_current(lambda session, s: session.unsure(s)))

    def skip(self) -> None:
        """Put the current source off, and show the next one."""
        self._when_seen(lambda: self._on_current(lambda session, s: session.skip(s)))

    def _on_current(self, verb: Callable[[Session, SourceId], None]) -> None:
        at = self._current()
        if at is not None:
            self._record(lambda: verb(*at))

    def _record(self, verb: Callable[[], None]) -> None:
        try:
            verb()
        except AstroALError as error:
            report(error)
            return
        self.next()

    def undo(self) -> None:
        """Take back the last answer and show its source again."""
        self._waiting.clear()
        self._step_back(lambda session: session.undo(), "Nothing to undo.")

    def redo(self) -> None:
        """Give the answer taken back last again."""
        self._step_back(lambda session: session.redo(), "Nothing to redo.")

    def _step_back(self, verb: Callable[[Session], tuple[SourceId, ...]], nothing: str) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            sources = verb(session)
        except AstroALError as error:
            report(error)
            return
        if sources:
            session.show(sources[0])
        else:
            show_info(nothing)

    def next(self) -> None:
        """Show the next source worth labelling."""
        conductor = self._workspace.conductor
        if conductor is not None:
            conductor.next()

    def back(self) -> None:
        """Show the source that was on show before."""
        if self._workspace.session is not None:
            self._workspace.session.back()

    def forward(self) -> None:
        """Show the source that one went back from."""
        if self._workspace.session is not None:
            self._workspace.session.forward()

    def actions(self) -> dict[str, Callable[[], None]]:
        """What each key does, by the key's name in napari's spelling."""
        answers = {str(i + 1): _bound(self.answer, i) for i in range(9)}
        return {
            **answers,
            "U": self.unsure,
            "S": self.skip,
            "Z": self.undo,
            "Shift-Z": self.redo,
            "Space": self.next,
            "Left": self.back,
            "Right": self.forward,
        }


def _bound(action: Callable[[int], None], place: int) -> Callable[[], None]:
    return lambda: action(place)
