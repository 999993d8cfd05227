"""The Training dock: how the scores rise with the labels, and what the model mistakes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from napari_astro_al.errors import AstroALError
from napari_astro_al.learning import Task
from napari_astro_al.learning.metrics import METRICS
from napari_astro_al.learning.ranking import PURITY, RANKING_METRICS
from napari_astro_al.session import Session
from napari_astro_al.session.combining import COMBINED, can_combine
from napari_astro_al.session.curves import (
    PER_CLASS,
    Confusion,
    Curve,
    class_curves,
    newest_confusion,
    split_curves,
)
from napari_astro_al.session.overview import counts_of
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.palette import as_hex
from napari_astro_al.widgets.chart_colours import ChartColours, mixed
from napari_astro_al.widgets.confusion_matrix import ConfusionMatrix
from napari_astro_al.widgets.final_look import FinalLook
from napari_astro_al.widgets.learning_curve import LearningCurve, Line
from napari_astro_al.widgets.style import EmptyState, ThemeColours
from napari_astro_al.widgets.workspace import Workspace, report

METRIC_NAMES = {
    "f1": "F1",
    **{name: name.replace("_", " ").capitalize() for name in (*METRICS[:-1], *RANKING_METRICS)},
    "recall_at_purity": f"Recall at {PURITY:.0%} purity",
}
TOGETHER = "All together"
OVER_CLASSES, EACH_CLASS = "Mean over classes", "Each class"

CROSS_VALIDATED = "Cross-validated: nothing is held out"
CROSS_VALIDATED_WHY = (
    "No source with a known class is held out, so each labelled source is predicted by a model "
    "trained on the others. The labelled ones were asked for because they are hard: the score "
    "tells whether labelling helps, and lies rather below that of the whole catalogue."
)


TEST, BACK = "Test…", "Back"
TEST_TIP = "The test scores, after a caution: each look is written down"
NO_TEST = "No source is held out for testing. Draw a test set in the Test set dock."


class TrainingDock(QWidget):
    """Learning curve on the left, confusion matrix of the newest model on the right.

    Parameters
    ----------
    workspace : Workspace
        Whose session is shown.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = workspace
        self._session: Session | None = None
        colours = self._theme_colours()
        self.task = _chooser("The task whose models are shown")
        self.task.setMinimumContentsLength(6)
        self.metric = _chooser("What is measured")
        for key, words in METRIC_NAMES.items():
            self.metric.addItem(words, key)
        self.scope = _chooser("One score over all classes, or one for each")
        self.scope.addItems([OVER_CLASSES, EACH_CLASS])
        self.note = QElidingLabel(CROSS_VALIDATED)
        self.note.setToolTip(CROSS_VALIDATED_WHY)
        self.title = QElidingLabel()
        self.curve = LearningCurve(colours)
        self.matrix = ConfusionMatrix(colours)
        self.test = QPushButton(TEST)
        self.test.setToolTip(TEST_TIP)
        self.test.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.look = FinalLook()
        self._seen: Confusion | None = None
        self._f1_seen = ""
        self._right = QStackedLayout()
        self._charts = self._lay_out()
        self._no_session = EmptyState(
            "No catalogue is open", "Open one in the Catalogue dock, or drop a file on the canvas."
        )
        self._no_model = EmptyState(
            "No model yet", "Label sources of two classes, and the first scores appear here."
        )
        self._pages = QStackedLayout()
        for page in (self._charts, self._no_session, self._no_model):
            self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 6, 10, 6)
        whole.addLayout(self._pages)
        self.test.clicked.connect(self._ask_or_return)
        self.look.wanted.connect(self._look)
        self.look.declined.connect(self._return)
        self.task.currentIndexChanged.connect(self._return)
        self.task.currentIndexChanged.connect(self._refresh)
        self.metric.currentIndexChanged.connect(self._refresh)
        self.scope.currentIndexChanged.connect(self._refresh)
        workspace.session_changed.connect(self._take)
        workspace.viewer.events.theme.connect(self._theme_changed)
        self._take(workspace.session)

    def _lay_out(self) -> QWidget:
        charts = QWidget()
        choosers = QHBoxLayout()
        choosers.setSpacing(6)
        for box in (self.task, self.metric, self.scope):
            choosers.addWidget(box)
        choosers.addStretch(1)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(4)
        left.addLayout(choosers)
        left.addWidget(self.note)
        left.addWidget(self.curve, 1)
        self.title.setFixedHeight(self.metric.sizeHint().height())
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.title, 1)
        head.addWidget(self.test)
        for page in (self.matrix, self.look):
            self._right.addWidget(page)
        right.addLayout(head)
        right.addLayout(self._right, 1)
        halves = QHBoxLayout(charts)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(18)
        halves.addLayout(left, 4)
        halves.addLayout(right, 3)
        return charts

    def _take(self, session: Session | None) -> None:
        if self._session is not None:
            self._session.trained.disconnect(self._refresh)
            self._session.recipes_changed.disconnect(self._refresh)
            self._session.classes_changed.disconnect(self._refresh_tasks)
        self._session, self._seen = session, None
        self._right.setCurrentWidget(self.matrix)
        if session is not None:
            session.trained.connect(self._refresh)
            session.recipes_changed.connect(self._refresh)
            session.classes_changed.connect(self._refresh_tasks)
        self._refresh_tasks()

    def _refresh_tasks(self) -> None:
        tasks = {} if self._session is None else self._session.tasks
        shown = self.task.currentData()
        self.task.blockSignals(True)
        self.task.clear()
        if can_combine(tasks):
            self.task.addItem(TOGETHER, COMBINED)
        for name in tasks:
            self.task.addItem(name, name)
        self.task.setCurrentIndex(max(0, self.task.findData(shown)))
        self.task.blockSignals(False)
        self.task.setVisible(len(tasks) > 1)
        self._refresh()

    def _refresh(self, *_: object) -> None:
        session = self._session
        if session is None:
            self._pages.setCurrentWidget(self._no_session)
            return
        task = self.task.currentData()
        rows, names = session.history.rows, _classes_of(session, task)
        confusion = newest_confusion(rows, task, names)
        if confusion is None:
            self._pages.setCurrentWidget(self._no_model)
            return
        metric = self.metric.currentData()
        self.scope.setEnabled(metric in PER_CLASS)
        if metric in PER_CLASS and self.scope.currentText() == EACH_CLASS:
            colours = _class_colours(session, confusion.classes)
            lines = [
                Line(curve, Task.words(curve.name), colours[curve.name])
                for curve in class_curves(rows, task, metric, names)
            ]
        else:
            lines = self._split_lines(split_curves(rows, task, metric))
        self.curve.show_lines(lines, self.metric.currentText())
        shown = self._seen or confusion
        worded = tuple(Task.words(name) for name in shown.classes)
        self.matrix.show_confusion(replace(shown, classes=worded))
        self._say(confusion)
        if self._seen is not None:
            self._say_test(self._seen)
        self.test.setText(TEST if self._seen is None else BACK)
        n_test = counts_of(session.partition)[2]
        self.test.setEnabled(n_test > 0 and task != COMBINED)
        self.test.setToolTip(TEST_TIP if n_test else NO_TEST)
        self._pages.setCurrentWidget(self._charts)

    def _split_lines(self, curves: list[Curve]) -> list[Line]:
        colours = self._theme_colours()
        back = mixed(colours.paper, colours.ink, 0.55)
        return [
            Line(
                curve,
                curve.name if len(curves) > 1 else "",
                colours.right if curve is curves[-1] else back,
            )
            for curve in curves
        ]

    def _say(self, confusion: Confusion) -> None:
        crossed = confusion.split == "cross-validation"
        self.note.setVisible(crossed)
        of = int(confusion.counts.sum())
        labels = f"{confusion.n_labels:,} label{'' if confusion.n_labels == 1 else 's'}"
        on = "cross-validated" if crossed else f"{of:,} {confusion.split} sources"
        self.title.setText(f"{labels}: {on}")
        self.title.setToolTip(f"The newest model, {confusion.model}, on what it never saw")

    def _say_test(self, seen: Confusion) -> None:
        of = int(seen.counts.sum())
        self.title.setText(f"Test: {self._f1_seen}, {of:,} sources")
        self.title.setToolTip(
            f"{self._f1_seen} with a 95 % interval, after {seen.n_labels:,} labels"
        )

    def _ask_or_return(self) -> None:
        if self._session is None:
            return
        if self._seen is not None or self._right.currentWidget() is self.look:
            self._return()
            return
        self.look.ask(len(self._session.history.looks))
        self._right.setCurrentWidget(self.look)

    def _return(self, *_: object) -> None:
        self._seen = None
        self._right.setCurrentWidget(self.matrix)
        self._refresh()

    def _look(self, reason: str) -> None:
        session = self._session
        if session is None:
            return
        self.look.setEnabled(False)

        def done(rows: list[dict[str, Any]]) -> None:
            self.look.setEnabled(True)
            if session is self._session:
                try:
                    self._show_test(session.accept_test_scores(rows, reason))
                except AstroALError as error:
                    report(error)

        def failed(error: Exception) -> None:
            self.look.setEnabled(True)
            report(error)

        try:
            job = session.test_scores_job()
        except AstroALError as error:
            failed(error)
            return
        self._workspace.jobs.run(job, title="Testing", done=done, failed=failed)

    def _show_test(self, rows: list[dict[str, Any]]) -> None:
        session, task = self._session, self.task.currentData()
        row = next((one for one in rows if one["task"] == task), None)
        if row is not None and session is not None:
            self._seen = newest_confusion(rows, task, _classes_of(session, task))
            low, high = row["f1_low"], row["f1_high"]
            self._f1_seen = f"F1 {row['f1']:.2f} ({low:.2f}–{high:.2f})"
        self._right.setCurrentWidget(self.matrix)
        self._refresh()

    def _theme_colours(self) -> ChartColours:
        return ChartColours.of(ThemeColours(self._workspace.viewer))

    def _theme_changed(self, _: object = None) -> None:
        colours = self._theme_colours()
        self.curve.set_colours(colours)
        self.matrix.set_colours(colours)
        self._refresh()


def _chooser(tip: str) -> QComboBox:
    """A combo box that leaves the keys to labelling when it is clicked."""
    box = QComboBox()
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(11)
    return box


def _classes_of(session: Session, task: str) -> tuple[str, ...]:
    """The classes that a task, or all together, tell apart."""
    if task != COMBINED:
        return session.tasks[task].names
    return tuple(str(one.positive) for one in session.tasks.values())


def _class_colours(session: Session, classes: tuple[str, ...]) -> dict[str, QColor]:
    """The colours that classes have in every view."""
    styles = styles_of(session)
    return {name: QColor(as_hex(styles[name].colour)) for name in classes}
