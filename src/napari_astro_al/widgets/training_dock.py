"""The Training dock: how the scores rise with the labels, and charts of the newest model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
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
from napari_astro_al.learning.metric_names import PER_CLASS
from napari_astro_al.session import Session
from napari_astro_al.session.combining import COMBINED
from napari_astro_al.session.curves import (
    Confusion,
    confusion_table,
    curves_table,
    newest_confusion,
)
from napari_astro_al.session.overview import counts_of
from napari_astro_al.widgets.baseline_box import BaselineBox
from napari_astro_al.widgets.chart_choice import ChartChoice
from napari_astro_al.widgets.chart_colours import ChartColours
from napari_astro_al.widgets.class_colours import class_colours, classes_of
from napari_astro_al.widgets.confusion_matrix import ConfusionMatrix
from napari_astro_al.widgets.curve_lines import curve_lines
from napari_astro_al.widgets.final_look import FinalLook
from napari_astro_al.widgets.learning_curve import LearningCurve, Line
from napari_astro_al.widgets.model_chart import ModelChart, WantedChart
from napari_astro_al.widgets.save_button import SaveButton, ShownChart
from napari_astro_al.widgets.score_choice import EACH_CLASS, OVER_CLASSES, ScoreChoice
from napari_astro_al.widgets.style import EmptyState, ThemeColours
from napari_astro_al.widgets.workspace import Workspace, report

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
    """Learning curve on the left, confusion matrix or a chart of the newest model on the right.

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
        self.choice = ScoreChoice()
        self.task, self.metric, self.scope = (
            self.choice.task,
            self.choice.metric,
            self.choice.scope,
        )
        self.shown = ChartChoice()
        self.kind, self.column = self.shown.kind, self.shown.column
        self.note = QElidingLabel(CROSS_VALIDATED)
        self.note.setToolTip(CROSS_VALIDATED_WHY)
        self.title = QElidingLabel()
        self.curve = LearningCurve(colours)
        self.matrix = ConfusionMatrix(colours)
        self.chart = ModelChart(workspace, colours)
        self.baseline = BaselineBox(workspace)
        self.save = SaveButton(self._charts_on_show)
        self.test = QPushButton(TEST)
        self.test.setToolTip(TEST_TIP)
        self.test.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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
        self.choice.changed.connect(self._refresh)
        self.baseline.changed.connect(self._refresh)
        self.shown.changed.connect(self._return)
        self.matrix.cell_clicked.connect(self._select_cell)
        workspace.session_changed.connect(self._take)
        workspace.viewer.events.theme.connect(self._theme_changed)
        self._take(workspace.session)

    def _lay_out(self) -> QWidget:
        charts = QWidget()
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(4)
        above = QHBoxLayout()
        above.addWidget(self.choice, 1)
        above.addWidget(self.baseline)
        above.addWidget(self.save)
        left.addLayout(above)
        left.addWidget(self.note)
        left.addWidget(self.curve, 1)
        self.title.setFixedHeight(self.metric.sizeHint().height())
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self.shown)
        head.addWidget(self.title, 1)
        head.addStretch()
        head.addWidget(self.test)
        for page in (self.matrix, self.look, self.chart):
            self._right.addWidget(page)
        right.addLayout(head)
        right.addLayout(self._right, 1)
        halves = QHBoxLayout(charts)
        halves.setContentsMargins(0, 0, 0, 0)
        halves.setSpacing(18)
        halves.addLayout(left, 6)
        halves.addLayout(right, 5)
        return charts

    def _take(self, session: Session | None) -> None:
        if self._session is not None:
            self._session.trained.disconnect(self._refresh)
            self._session.recipes_changed.disconnect(self._refresh)
            self._session.classes_changed.disconnect(self._refresh_tasks)
            self._session.columns_changed.disconnect(self._refresh_tasks)
        self._session, self._seen = session, None
        self.chart.forget()
        self._right.setCurrentWidget(self._page)
        if session is not None:
            session.trained.connect(self._refresh)
            session.recipes_changed.connect(self._refresh)
            session.classes_changed.connect(self._refresh_tasks)
            session.columns_changed.connect(self._refresh_tasks)
        self._refresh_tasks()

    def _refresh_tasks(self) -> None:
        self.choice.offer_tasks(self._session)
        if self._session is not None:
            self.shown.offer(self._session)
        self._refresh()

    @property
    def _page(self) -> QWidget:
        """What is on the right, unless the test set is looked at."""
        return self.chart if self.kind.currentData() else self.matrix

    def _refresh(self, *_: object) -> None:
        session = self._session
        if session is None:
            self._pages.setCurrentWidget(self._no_session)
            return
        task = self.task.currentData()
        rows, names = session.history.rows, classes_of(session, task)
        confusion = newest_confusion(rows, task, names)
        if confusion is None:
            self._pages.setCurrentWidget(self._no_model)
            return
        self.scope.setEnabled(self.metric.currentData() in PER_CLASS or len(session.tasks) > 1)
        self.curve.show_lines(self._lines(session, confusion), self.metric.currentText())
        if self.kind.currentData() and task != COMBINED:
            colours = class_colours(session, confusion.classes)
            self.chart.show_wanted(self._wanted(task), colours)
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

    def _wanted(self, task: str) -> WantedChart:
        each = self.scope.currentText() == EACH_CLASS
        chosen = (self.column.value, self.metric.currentData(), each)
        return WantedChart(self.kind.currentData(), task, *chosen)

    def _lines(self, session: Session, confusion: Confusion) -> list[Line]:
        """The curves of the metric that is chosen."""
        if self.scope.currentText() == OVER_CLASSES:
            self.baseline.follow(self.task.currentData(), confusion.n_labels)
        colours = self._theme_colours()
        return curve_lines(session, confusion, self.choice, self.baseline.rows, colours)

    def _say(self, confusion: Confusion) -> None:
        crossed = confusion.split == "cross-validation"
        self.note.setVisible(crossed)
        of = int(confusion.counts.sum())
        labels = f"{confusion.n_labels:,} label{'' if confusion.n_labels == 1 else 's'}"
        on = "cross-validated" if crossed else f"{of:,} {confusion.split} sources"
        self.title.setText(f"{labels}: {on}")
        what = f"The newest model, {confusion.model}, on what it never saw"
        self.title.setToolTip(f"{self.title.text()}\n{what}")
        self.title.setVisible(self._seen is not None or self.column.isHidden())

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
        self._right.setCurrentWidget(self._page)
        self._refresh()

    def _select_cell(self, row: int, column: int) -> None:
        """Select the validation sources of a cell."""
        session, task = self._session, self.task.currentData()
        if session is None or self._seen is not None or task == COMBINED:
            return
        names = classes_of(session, task)
        try:
            job = session.confused_job(names[row], names[column], task)
        except AstroALError as error:
            report(error)
            return
        self._workspace.jobs.run(
            job, title="Selecting", done=session.select, failed=report, shown=False
        )

    def _charts_on_show(self) -> list[ShownChart]:
        """Name, widget and numbers of each chart that can be saved now."""
        found = [("learning curve", self.curve, curves_table(self.curve.curves))]
        drawn = self.chart.view.chart
        if self._right.currentWidget() is self.matrix and self.matrix.confusion is not None:
            found.append(("confusion matrix", self.matrix, confusion_table(self.matrix.confusion)))
        elif self._right.currentWidget() is self.chart and drawn is not None:
            found.append((drawn.kind, self.chart.view, drawn.table()))
        return found

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
            self._seen = newest_confusion(rows, task, classes_of(session, task))
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
        self.chart.set_colours(colours)
        self._refresh()
