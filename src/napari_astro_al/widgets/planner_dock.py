"""The Planner dock: a sample of a wanted purity, label sets, and how labelled sources differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.learning import Task
from napari_astro_al.session import Selection, Session
from napari_astro_al.session.planner import SetSizes, Shifts, Threshold
from napari_astro_al.viewer.stage import Jobs
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.runner import JobRunner, or_words
from napari_astro_al.widgets.sight import Sight
from napari_astro_al.widgets.style import EmptyState, caption, small
from napari_astro_al.widgets.workspace import Workspace, report

LATER, AFTER = 400, 0.15
"""Milliseconds after the last event, and seconds in which the window draws first."""
WANTED_TIP = (
    "Purity: of the sources kept, the part that is of the class.\n"
    "Completeness: of the class, the part that is kept"
)
SETS_TIP = (
    "For every source the labels among which the right one is, but for this part of sources "
    "(split conformal prediction). Sources with no such label are unlike anything labelled"
)
SHIFT_TIP = "Active learning chooses its sources, so they may be unlike the rest of the catalogue"
SELECT_TIP = "Select these sources in every view"
ALIKE = "They are like the others, in every feature and on the sky."


class PlannerDock(QWidget):
    """Three questions about the predictions, side by side, each with its answer in words.

    They are worked out in jobs, while the dock is in sight.

    Parameters
    ----------
    workspace : Workspace
        Whose session it is about.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = workspace
        self._links = Links()
        # with a runner of its own: nobody is told to wait for what is not waited for
        self._runner = JobRunner(self)
        self._jobs = Jobs(self._run)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        self._sight = Sight(self)
        self._sight.came.connect(self._ask)
        self._chosen: dict[QPushButton, Selection] = {}
        self.name = ChoiceBox("The class")
        self.what = ChoiceBox(WANTED_TIP, {"purity": "purity", "completeness": "completeness"})
        self.share = _share_box(95.0, "What is wanted")
        self.error = _share_box(10.0, SETS_TIP)
        self.threshold, self.basis = _words(), _words()
        self.sets, self.shift = _words(), _words()
        self.select, self.strange = QPushButton("Select"), QPushButton("Select those without")
        self._empty = EmptyState(
            "No catalogue is open", "Open one in the Catalogue dock, or drop a file on the canvas."
        )
        self._body = self._lay_out()
        self._pages = QStackedLayout(self)
        for page in (self._body, self._empty):
            self._pages.addWidget(page)
        for button in (self.select, self.strange):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(SELECT_TIP)
            button.setEnabled(False)
            button.clicked.connect(lambda _, one=button: self._select(one))
        for box in (self.name, self.what):
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            box.currentIndexChanged.connect(self._ask_soon)
        for number in (self.share, self.error):
            number.valueChanged.connect(self._ask_soon)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _lay_out(self) -> QScrollArea:
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(10, 8, 10, 8)
        columns.setSpacing(14)
        wanted, sets = _row(self.what, self.share), _row(self.error, None, self.strange)
        parts = (
            ("Sample of a class", (_row(self.name, self.select), wanted), self.threshold),
            ("Label sets that miss at most", (sets,), self.sets),
            ("The labelled sources", (), self.shift),
        )
        for place, (title, rows, words) in enumerate(parts):
            column = QVBoxLayout()
            column.setSpacing(6)
            head = caption(title)
            head.setToolTip(("", SETS_TIP, SHIFT_TIP)[place])
            column.addWidget(head)
            for row in rows:
                column.addLayout(row)
            column.addWidget(words)
            if words is self.threshold:
                column.addWidget(self.basis)
            column.addStretch(1)
            if place:
                columns.addWidget(_line())
            columns.addLayout(column, 1)
        scroll = QScrollArea()  # or a small window would be no wider than this dock
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        return scroll

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._runner.run(
            job, title="Planning", done=done, failed=report, shown=False, after=AFTER
        )

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._jobs.drop_all()
        self._pages.setCurrentWidget(self._empty if session is None else self._body)
        self._offer()
        if session is None:
            return
        for signal in (
            session.trained,
            session.labels_changed,
            session.survey_changed,
            session.recipes_changed,
            session.exclusions_changed,
        ):
            self._links.tie(signal, self._ask_soon)
        self._links.tie(session.classes_changed, self._offer)
        self._ask_soon()

    def _offer(self) -> None:
        """Offer the classes; that chosen before stays chosen."""
        session, chosen = self._workspace.session, self.name.currentData()
        tasks = [] if session is None else list(session.tasks.values())
        names = dict.fromkeys(name for task in tasks for name in task.names)
        self.name.blockSignals(True)
        self.name.clear()
        for one in names:
            self.name.addItem(Task.words(one), one)
        self.name.setCurrentIndex(max(0, self.name.findData(chosen)))
        self.name.blockSignals(False)
        self._ask_soon()

    def _ask_soon(self, *_: object) -> None:
        self._soon.start(LATER)

    def _ask(self) -> None:
        """Start the three of them, each by itself: one that cannot be says why."""
        session, name = self._workspace.session, self.name.currentData()
        if session is None or not self._sight.seen or name is None:
            return
        wanted = {str(self.what.currentData()): self.share.value() / 100}
        error = self.error.value() / 100
        self._start(
            "threshold", lambda: session.threshold_job(name, **wanted), self._take_threshold
        )
        self._start("sets", lambda: session.set_sizes_job(error), self._take_sets)
        self._start("shift", session.shift_job, self._take_shift)

    def _start(self, kind: str, make: Callable[[], Job[Any]], done: Callable[[Any], None]) -> None:
        try:
            job = make()
        except AstroALError as error:
            self._jobs.drop(kind)
            done(str(error))
            return
        self._jobs.start(kind, or_words(job), done)

    def _take_threshold(self, found: Threshold | str) -> None:
        if isinstance(found, str):
            self._tell(self.threshold, found, self.select, None)
            self.basis.setText("")
            return
        self._tell(self.threshold, found.words, self.select, found.selection)
        self.basis.setText(f"Measured on {found.basis}; intervals are of 95 %.")

    def _take_sets(self, found: SetSizes | str) -> None:
        if isinstance(found, str):
            self._tell(self.sets, found, self.strange, None)
        else:
            self._tell(self.sets, found.words, self.strange, found.strange)

    def _take_shift(self, found: Shifts | str) -> None:
        words = found if isinstance(found, str) else found.warning or ALIKE
        self.shift.setText(words)
        told = "" if isinstance(found, str) else "\n".join(one.words for one in found.found)
        self.shift.setToolTip(told)

    def _tell(
        self, label: QLabel, words: str, button: QPushButton, chosen: Selection | None
    ) -> None:
        label.setText(words.replace(" %", "\N{NO-BREAK SPACE}%"))
        self._chosen.pop(button, None)
        if chosen is not None and chosen.count:
            self._chosen[button] = chosen
        button.setEnabled(button in self._chosen)

    def _select(self, button: QPushButton) -> None:
        session, chosen = self._workspace.session, self._chosen.get(button)
        if session is not None and chosen is not None and chosen.catalogue is session.catalogue:
            session.select(chosen)


def _words() -> QLabel:
    label = small("")
    label.setWordWrap(True)
    return label


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(5)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget, 1 if isinstance(widget, QComboBox) else 0)
    return row


def _share_box(value: float, tip: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(0.1, 99.9)
    box.setDecimals(1)
    box.setSingleStep(1.0)
    box.setValue(value)
    box.setSuffix(" %")
    box.setKeyboardTracking(False)
    box.setMinimumWidth(104)
    box.setToolTip(tip)
    return box


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    return line
