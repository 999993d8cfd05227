"""Below the answers: why, blind mode, checks of labels, comment, and the session's clock."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QAction, QActionGroup
from qtpy.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.session.audit import consistency_of
from napari_astro_al.widgets.checking import Checking
from napari_astro_al.widgets.comment_line import CommentLine
from napari_astro_al.widgets.comparing import Comparing
from napari_astro_al.widgets.keys_list import KeysList
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.style import one_line
from napari_astro_al.widgets.team_actions import TeamActions
from napari_astro_al.widgets.workspace import Workspace, report

SHARES = {"Never": 0.0, "In one of twenty questions": 0.05, "One of ten": 0.1, "One of five": 0.2}
SHARE_TIP = (
    "Mix labelled sources into the questions, without label and predictions, to see whether you "
    "answer the same. Your second answer is kept, and changes no label."
)
OVERLAP_TIP = (
    "Mix sources that one other person has answered into the questions, without that answer, to "
    "see how well you agree. Your answer is a vote. Take in the answers of others first."
)
PACE_TIP = (
    "Answers a minute over the last twenty, and time at work: pauses of a minute do not count"
)


class LabelTools(QStackedWidget):
    """A row of commands, which a comment or a queue of doubtful labels takes the place of.

    Parameters
    ----------
    workspace : Workspace
    labelling : Labelling
        What keys and buttons do.
    checking : Checking
        The queue of doubtful labels.
    """

    def __init__(self, workspace: Workspace, labelling: Labelling, checking: Checking) -> None:
        super().__init__()
        self._workspace, self._labelling, self._checking = workspace, labelling, checking
        self._comparing = Comparing(labelling, self)
        self.keys_list = KeysList(labelling, self)
        key = labelling.keys
        self.why = _button("Why?", f"Why this source was asked for ({key['why']})")
        self.why.clicked.connect(workspace.why_wanted.emit)
        self.blind = _button(
            "Blind", f"Hide what the model says until you have answered ({key['blind']})"
        )
        self.blind.setCheckable(True)
        self.blind.clicked.connect(labelling.toggle_blind)
        self.check = _button(
            "Check", "Doubtful labels; answers of others; labelled sources shown again"
        )
        self.team = TeamActions(self, workspace, checking)
        self.menu = QMenu(self.check)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)
        self.check.setMenu(self.menu)
        self.pace = one_line()
        self.pace.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.comment = CommentLine()
        self.place = one_line()
        self.keep = _button("Keep", "The label is right: confirm it. So does its key")
        self.before = _button("‹", "The doubtful label before")
        self.after = _button("›", "The next doubtful label, without an answer")
        self.done = _button("Done", "Go on with questions")
        self.keep.clicked.connect(checking.keep)
        self.before.clicked.connect(lambda: checking.step(-1))
        self.after.clicked.connect(lambda: checking.step(1))
        self.done.clicked.connect(checking.stop)
        for button in (self.before, self.after):
            button.setFixedWidth(30)
        self._commands = _row(self.why, self.blind, self.check, last=self.pace)
        self._queue = _row(self.keep, self.before, self.after, self.done, first=self.place)
        for page in (self._commands, self.comment, self._queue):
            self.addWidget(page)
        self.setFixedHeight(max(self._commands.sizeHint().height(), 26))
        self.comment.kept.connect(self._keep_comment)
        self.comment.dropped.connect(self._drop_comment)
        labelling.comment_wanted.connect(self._write)
        labelling.keys_wanted.connect(self.keys_list.toggle)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tell_pace)

    def _write(self) -> None:
        session = self._workspace.session
        if session is not None and session.current is not None and self.isVisible():
            self.setCurrentWidget(self.comment)
            self.comment.begin(self._labelling.comment)

    def _keep_comment(self, text: str) -> None:
        self._labelling.comment = text
        self._turn_back()

    def _drop_comment(self) -> None:
        self._labelling.comment = ""
        self._turn_back()

    def _turn_back(self) -> None:
        self.setCurrentWidget(self._queue if self._checking.active else self._commands)
        self._tell_pace()

    def show_state(self, session: Session) -> None:
        """Follow the session, the queue and the pace."""
        self.blind.setChecked(session.blind)
        self.place.setText(self._checking.words)
        if self.currentWidget() is not self.comment or not self.comment.hasFocus():
            self._turn_back()
        self._tell_pace()

    def _tell_pace(self) -> None:
        comment = self._labelling.comment
        self.pace.setText(f"✎ {comment}" if comment else self._labelling.pace.words)
        self.pace.setToolTip("Goes with your answer" if comment else PACE_TIP)

    def _fill(self) -> None:
        self.menu.clear()
        session = self._workspace.session
        if session is None:
            return
        find = self.menu.addAction("Look for doubtful labels")
        find.setToolTip("By a model that did not see each label, by the labels around, by re-shows")
        find.triggered.connect(self._checking.start)
        find.setEnabled(session.can_train(session.asking_task(session.current)))
        self.menu.addSeparator()
        self.team.fill(self.menu)
        self.menu.addSeparator()
        self._offer_shares("Show labelled sources again", "audit_share", SHARE_TIP)
        others = self._offer_shares(
            "Answer what others have answered", "overlap_share", OVERLAP_TIP
        )
        others.setEnabled(len(session.book.annotators) > 1)
        told = [
            f"{who}: the same answer again in {share.words}"
            for who, share in consistency_of(session.book.audits()).items()
        ]
        if told:
            self.menu.addSeparator()
        for line in told:
            self.menu.addAction(line).setEnabled(False)

    def _offer_shares(self, title: str, name: str, tip: str) -> QMenu:
        """A menu of shares of the questions, one of which the session has."""
        menu: QMenu = self.menu.addMenu(title)
        menu.setToolTipsVisible(True)
        group = QActionGroup(menu)
        now = getattr(self._workspace.session, name)
        for words, share in SHARES.items():
            one = QAction(words, menu, checkable=True, checked=now == share)
            one.setToolTip(tip)
            one.triggered.connect(_bound(self._share, name, share))
            group.addAction(one)
            menu.addAction(one)
        return menu

    def _share(self, name: str, share: float) -> None:
        session = self._workspace.session
        if session is not None:
            try:
                setattr(session, name, share)
            except AstroALError as error:
                report(error)


def _row(*widgets: QWidget, first: QWidget | None = None, last: QWidget | None = None) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    if first is not None:
        layout.addWidget(first, 1)
    for widget in widgets:
        layout.addWidget(widget)
    if last is not None:
        layout.addWidget(last, 1)
    return row


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def _bound(action: Callable[..., None], *values: object) -> Callable[[], None]:
    return lambda: action(*values)
