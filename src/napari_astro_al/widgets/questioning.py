"""Questions about the current source, one after another, where a task has a tree of them."""

from __future__ import annotations

from napari.utils.notifications import show_info
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_astro_al.learning.questions import SEPARATOR, Answers, Question, QuestionTree
from napari_astro_al.session import Session
from napari_astro_al.widgets.class_buttons import ClassButtons
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import Workspace


class Questioning(QWidget):
    """The question on hand, and the answers so far; hidden where a task has no questions.

    The digits answer it. After the last question the source has its label, and the next one is
    shown. Undo takes back the last answer, and unsure keeps those that were given.

    Parameters
    ----------
    workspace : Workspace
    labelling : Labelling
        Whose keys answer.

    Attributes
    ----------
    answers : tuple of str
        Those given about the current source.
    """

    changed = Signal()
    """Another question is on hand."""

    def __init__(self, workspace: Workspace, labelling: Labelling) -> None:
        super().__init__()
        self._workspace, self._labelling = workspace, labelling
        self._links = Links()
        self.answers: Answers = ()
        self.ask = caption("")
        self.so_far = small("")
        for text in (self.ask, self.so_far):
            text.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(1)
        rows.addWidget(self.so_far)
        rows.addWidget(self.ask)
        labelling.questioning = self
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    @property
    def tree(self) -> QuestionTree | None:
        """The questions of the task that asks; None where it has none."""
        session = self._workspace.session
        if session is None:
            return None
        return session.tasks[session.asking_task(session.current)].questions

    @property
    def question(self) -> Question | None:
        """The one on hand."""
        tree = self.tree
        return None if tree is None else tree.next_after(self.answers)

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self.answers = ()
        if session is not None:
            for signal in (
                session.current_changed,
                session.classes_changed,
                session.recipes_changed,
                session.labels_changed,
            ):
                self._links.tie(signal, self._begin_anew)
        self._show()

    def _begin_anew(self, *_: object) -> None:
        self._go_to(())

    def _go_to(self, answers: Answers) -> None:
        had = self.answers
        self.answers = answers
        self._show()
        if had != answers:
            self.changed.emit()

    def _show(self) -> None:
        question = self.question
        self.setVisible(question is not None)
        if question is not None:
            self.ask.setText(question.ask)
            # room is kept for the line, so that buttons stay under the mouse
            self.so_far.setText(f"{SEPARATOR.join(self.answers)} …" if self.answers else "Question")

    def takes(self, place: int) -> bool:
        """Whether a digit answers a question; then it has."""
        tree, question = self.tree, self.question
        if tree is None or question is None:
            return False
        if place >= len(question.answers):
            show_info(f"There is no answer {place + 1}: there are {len(question.answers)}.")
            return True
        answers = (*self.answers, question.answers[place])
        if tree.next_after(answers) is None:
            self._labelling.say(SEPARATOR.join(answers))
        else:
            self._go_to(answers)
        return True

    def step_back(self) -> bool:
        """Whether there was an answer about the current source to take back; then it was."""
        if not self.answers:
            return False
        self._go_to(self.answers[:-1])
        return True

    @property
    def half_way(self) -> str | None:
        """What the answers so far come to as a label; None where there are none."""
        return SEPARATOR.join(self.answers) if self.answers and self.tree is not None else None

    def fill(self, buttons: ClassButtons) -> bool:
        """Make buttons for the answers to the question on hand; whether there is one."""
        question = self.question
        buttons.after = None if question is None else self.answers
        if question is None:
            return False
        buttons.set_classes(question.answers)
        return True
