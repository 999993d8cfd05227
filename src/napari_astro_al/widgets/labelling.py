"""What answers do: record, then show the next source; and when a key must wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from functools import partial
from time import monotonic
from typing import Any

from napari.utils.notifications import show_info
from qtpy.QtCore import Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError
from napari_astro_al.learning.strategies import about
from napari_astro_al.session import Session
from napari_astro_al.widgets.key_choice import load_keys
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.pace import Pace
from napari_astro_al.widgets.turning import Guide, Turning
from napari_astro_al.widgets.workspace import Workspace, report

NOTHING_LEFT = "Nothing is left to ask for. Go back (←) or click a source to change an answer."

NOTHING_LEFT_WITHIN = "Nothing is left to ask for within these sources. Ask for everything again."


class _Stage(Enum):
    """How far the current source is."""

    SHOWN = auto()
    """On screen: it can be answered."""
    COMING = auto()
    """Current, and not painted yet: answers wait for it."""
    ANSWERED = auto()
    """Answered, and still current: answers wait for the next source."""
    LAST = auto()
    """Answered, and no other is left: answers are refused."""


class Labelling(Turning):
    """The verbs of a person at the keyboard.

    An answer belongs to the picture that was on screen. So one that comes before the next source
    is painted is kept, and given to that source once it is; where the person turns to another
    source in between, it is dropped.

    Parameters
    ----------
    workspace : Workspace
        Whose session is labelled.

    Attributes
    ----------
    keys : dict of str to str
        The key of each command, by the command's name; see `key_choice`.
    pace : Pace
        Of the answers given here.
    comment : str
        Goes with the next answer about the source on show.
    confirms : bool
        Whether the label that a source has, given again, is a check of it and not a new label.
    questioning : Questioning or None
        Asks the questions of tasks that have a tree of them.
    waits_for_paint : bool
        Whether something shows the current source and will call `painted`. Without one, a source
        counts as seen at once.
    """

    changed = Signal()
    """Something was answered, or may be answered now."""
    comment_wanted = Signal()
    """The person wants to write a comment."""
    compare_wanted = Signal()
    """The key that shows the source before is down."""
    keys_wanted = Signal()
    """The list of keys is wanted."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.keys = load_keys(report)
        self.pace = Pace()
        self.comment = ""
        self.confirms = False
        self.waits_for_paint = False
        self.questioning: Any = None
        self._stage = _Stage.SHOWN
        self._waiting: deque[Callable[[], None]] = deque()
        self._since = monotonic()
        self._links = Links()
        workspace.session_changed.connect(self._take)

    def _take(self, session: Session | None) -> None:
        self._waiting.clear()
        self._links.cut()
        self._stage = _Stage.SHOWN
        self.comparing, self.comment, self.pace = False, "", Pace()
        self.guide = None
        if session is None:
            return
        self._links.tie(session.current_changed, self._current_changed)
        self._links.tie(session.labels_changed, self._labels_changed)
        conductor = self._workspace.conductor
        if conductor is not None:
            conductor.ran_out.connect(self._ran_out)

    def _labels_changed(self, _: object) -> None:
        self.changed.emit()

    def _current_changed(self, _: object) -> None:
        leader = self._leader
        if leader is None or not leader.moving:
            self._waiting.clear()
        self._stage = _Stage.COMING
        if not self.comparing:
            self.comment = ""
            self._since = monotonic()
            self.pace.begin(self._since)
        if not self.waits_for_paint:
            self.painted()

    def _ran_out(self) -> None:
        if self.guide is not None:
            return
        conductor = self._workspace.conductor
        restricted = conductor is not None and conductor.within is not None
        self.come_to_an_end(NOTHING_LEFT_WITHIN if restricted else NOTHING_LEFT)

    def come_to_an_end(self, words: str) -> None:
        """There is no next source, and words say so."""
        if self._stage is _Stage.ANSWERED:
            self._stage = _Stage.LAST
        self._waiting.clear()
        show_info(words)

    def follow(self, guide: Guide | None) -> None:
        """Let somebody else than the model say what comes next; None for the model again."""
        self.guide = guide
        self._waiting.clear()
        if self._stage in (_Stage.ANSWERED, _Stage.LAST):
            self._stage = _Stage.SHOWN
        self.changed.emit()

    def compare(self) -> bool:
        """As of `Turning`, once the current source is on screen and before it is answered."""
        return self._stage is _Stage.SHOWN and super().compare()

    def painted(self) -> None:
        """The current source is on screen: an answer that waited for it is given now."""
        if self._stage is not _Stage.COMING:
            return
        self._stage = _Stage.SHOWN
        while self._waiting and self._stage is _Stage.SHOWN:
            self._waiting.popleft()()

    def _when_shown(self, action: Callable[[], None]) -> None:
        if self.comparing:
            return
        if self._stage is _Stage.SHOWN:
            action()
        elif self._stage is _Stage.LAST:
            show_info(NOTHING_LEFT)
        else:
            self._waiting.append(action)

    def answer(self, place: int) -> None:
        """Give the current source the class at a place, from 0, and show the next source."""
        self._when_shown(lambda: self._answer(place))

    def _answer(self, place: int) -> None:
        session = self._workspace.session
        if session is None or (self.questioning is not None and self.questioning.takes(place)):
            return
        if not session.classes:
            show_info("There is no class yet. Add one in the Label dock first.")
            return
        if place >= len(session.classes):
            show_info(f"There is no class {place + 1}: this session has {len(session.classes)}.")
            return
        self._say(session.classes[place])

    def _say(self, label: str | None) -> None:
        """Give the current source a label; None is unsure."""
        session = self._workspace.session
        if session is None:
            return
        seconds, comment = self._seconds(), self.comment or None

        def give(source: SourceId) -> None:
            same = self.confirms and label == session.book.label_of(source)
            if session.hides_label(source) or same:
                session.answer_again(source, label, seconds=seconds, comment=comment)
            elif label is None:
                session.unsure(source, seconds=seconds, comment=comment)
            else:
                session.annotate(source, label, seconds=seconds, comment=comment)

        self._record(give)

    def say(self, label: str) -> None:
        """Give the current source any label, such as a coarse one, and show the next source."""
        self._when_shown(lambda: self._say(label))

    def found(self, name: str) -> None:
        """Make a new class that begins with the current source, and show the next source."""
        self._when_shown(lambda: self._found(name))

    def _found(self, name: str) -> None:
        session, seconds = self._workspace.session, self._seconds()
        if session is not None:
            self._record(lambda source: session.found_class(name, [source], seconds=seconds))

    def unsure(self) -> None:
        """Say that one cannot tell, or no more than was answered; show the next source."""
        self._when_shown(lambda: self._say(self.questioning and self.questioning.half_way))

    def skip(self) -> None:
        """Put the current source off, and show the next one."""
        self._when_shown(self._skip)

    def _skip(self) -> None:
        session = self._workspace.session
        if session is not None and session.hides_label(session.current):
            self.next()  # it has its label
        elif session is not None:
            self._record(partial(session.skip, seconds=self._seconds()))

    def _seconds(self) -> float:
        """How long the current source has been on show."""
        return round(monotonic() - self._since, 2)

    def _record(self, verb: Callable[[SourceId], object]) -> None:
        session = self._workspace.session
        if session is None or session.current is None:
            return
        source = session.current
        try:
            verb(source)
        except AstroALError as error:
            self._waiting.clear()
            report(error)
            return
        self.comment = ""
        self.pace.note(monotonic())
        if session.current == source:
            self._stage = _Stage.ANSWERED
            self.next()

    def undo(self) -> None:
        """Take back the last answer and show its source again."""
        if self.questioning is not None and self.questioning.step_back():
            return
        self._step_back(lambda session: session.undo(), "Nothing to undo.")

    def redo(self) -> None:
        """Give the answer taken back last again."""
        self._step_back(lambda session: session.redo(), "Nothing to redo.")

    def _step_back(self, verb: Callable[[Session], tuple[SourceId, ...]], nothing: str) -> None:
        session = self._workspace.session
        if session is None or self.comparing:
            return
        self._waiting.clear()
        try:
            sources = verb(session)
        except AstroALError as error:
            report(error)
            return
        if not sources:
            show_info(nothing)
        elif session.current == sources[0]:
            self._stage = _Stage.SHOWN
        else:
            session.show(sources[0])

    def mark(self, *, like: bool) -> None:
        """Mark the current source as an example, or as the opposite; given again, it is unmarked.

        The source stays on show: a mark is no answer.
        """
        session = self._workspace.session
        if session is None or session.current is None or self._stage is not _Stage.SHOWN:
            return
        if self.comparing:
            return
        source = session.current
        try:
            session.mark(source, None if session.marked.get(source) is like else like)
        except AstroALError as error:
            report(error)

    def score_interest(self, score: int) -> None:
        """Say how interesting the current source is; said again, it has no score any more.

        Where anomalies are looked for this is the answer, and the next source is shown.
        """
        self._when_shown(lambda: self._score_interest(score))

    def _score_interest(self, score: int) -> None:
        session = self._workspace.session
        if session is None or session.current is None:
            return
        source = session.current
        taken_away = session.interest_of(source) == score
        try:
            session.score_interest(source, None if taken_away else score, seconds=self._seconds())
        except AstroALError as error:
            report(error)
            return
        task = session.learners[session.asking_task(source)]
        if not taken_away and about(task.strategy).learns_interest and session.current == source:
            self._stage = _Stage.ANSWERED
            self.next()

    def toggle_blind(self) -> None:
        """Hide predictions until the answer is given, or do not."""
        session = self._workspace.session
        if session is not None:
            session.blind = not session.blind

    def actions(self) -> dict[str, Callable[[], None]]:
        """What each key does, by the key's name in napari's spelling."""
        does: dict[str, Callable[[], None]] = {
            **{f"class {i + 1}": _bound(self.answer, i) for i in range(9)},
            "unsure": self.unsure,
            "skip": self.skip,
            "like": lambda: self.mark(like=True),
            "unlike": lambda: self.mark(like=False),
            **{f"interest {n}": _bound(self.score_interest, n) for n in range(6)},
            "undo": self.undo,
            "redo": self.redo,
            "next": self.next,
            "back": self.back,
            "forward": self.forward,
            "group": self._workspace.group_wanted.emit,
            "triage": self._workspace.triage_wanted.emit,
            "comment": self.comment_wanted.emit,
            "compare": self.compare_wanted.emit,
            "why": self._workspace.why_wanted.emit,
            "blind": self.toggle_blind,
            "keys": self.keys_wanted.emit,
        }
        return {self.keys[name]: action for name, action in does.items()}


def _bound(action: Callable[[int], None], place: int) -> Callable[[], None]:
    return lambda: action(place)
