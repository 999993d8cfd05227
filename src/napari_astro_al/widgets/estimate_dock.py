"""The Estimates dock: what is true of the whole catalogue, from a survey sample."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QColor
from qtpy.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.session import Session
from napari_astro_al.session.estimate_cells import (
    EstimateRows,
    Row,
    estimate_rows_job,
    table_of,
)
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.palette import as_hex
from napari_astro_al.viewer.stage import Jobs
from napari_astro_al.widgets.chart_colours import ChartColours
from napari_astro_al.widgets.estimate_table import EstimateTable
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.runner import JobRunner, or_words
from napari_astro_al.widgets.save_button import SaveButton, ShownChart
from napari_astro_al.widgets.sight import Sight
from napari_astro_al.widgets.style import EmptyState, ThemeColours, caption, small
from napari_astro_al.widgets.survey_panel import SurveyPanel
from napari_astro_al.widgets.workspace import Workspace, report

LATER, AFTER = 400, 0.15
"""Milliseconds after the last event, and seconds in which the window draws first."""
TIP = (
    "difference: what the model says of all sources, corrected by where it errs on the survey "
    "sample.\nHorvitz-Thompson, LURE: the sample alone, each answer weighted by what it stands for."
)
NO_SURVEY = (
    "Labels that active learning asks for are no fair sample. Draw some sources by chance: they "
    "are mixed into the questions, never train, and say how good the catalogue is."
)
LEGEND = (
    "●  the catalogue, with its 95 % interval      ○  what the labels that were asked for would say"
)


class EstimateDock(QWidget):
    """Survey sample on the left, estimates on the right, worked out while the dock is in sight.

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
        self._rows: EstimateRows = {}
        self.survey = SurveyPanel()
        self.estimates = EstimateTable(self._theme())
        self.task, self.estimator = QComboBox(), QComboBox()
        self.task.setToolTip("The task whose model is told about")
        self.estimator.setToolTip(TIP)
        self.save = SaveButton(self._on_show)
        self.note = small(NO_SURVEY)
        self.note.setWordWrap(True)
        self.legend = small(LEGEND)
        self._empty = EmptyState(
            "No catalogue is open", "Open one in the Catalogue dock, or drop a file on the canvas."
        )
        self.refused = EmptyState("Not of a catalogue on disk", "")
        self._body = self._lay_out()
        self._pages = QStackedLayout(self)
        for page in (self._body, self._empty, self.refused):
            self._pages.addWidget(page)
        for box in (self.task, self.estimator):
            box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.task.currentIndexChanged.connect(self._chosen)
        self.estimator.currentIndexChanged.connect(self._show_rows)
        self.survey.draw_wanted.connect(self._draw)
        self.survey.drop_wanted.connect(lambda: self._try(lambda one: one.drop_survey()))
        self.survey.rate_chosen.connect(
            lambda rate: self._try(lambda one: setattr(one, "survey_rate", rate))
        )
        workspace.viewer.events.theme.connect(self._theme_changed)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _lay_out(self) -> QScrollArea:
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(10, 8, 10, 8)
        columns.setSpacing(14)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(caption("What is true of the catalogue"), 1)
        head.addWidget(self.task)
        head.addWidget(self.estimator)
        head.addWidget(self.save)
        middle = QVBoxLayout()
        middle.setSpacing(8)
        middle.addLayout(head)
        middle.addWidget(self.note)
        middle.addWidget(self.estimates)
        middle.addWidget(self.legend)
        middle.addStretch(1)
        columns.addWidget(self.survey, 2)
        columns.addWidget(_line())
        columns.addLayout(middle, 5)
        scroll = QScrollArea()  # or a small window would be no wider than this dock
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        return scroll

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._runner.run(
            job, title="Estimating", done=done, failed=report, shown=False, after=AFTER
        )

    def _theme(self) -> ChartColours:
        return ChartColours.of(ThemeColours(self._workspace.viewer))

    def _theme_changed(self, _: object = None) -> None:
        self.estimates.set_colours(self._theme())

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._jobs.drop_all()
        self._rows = {}
        why_not = "" if session is None else session.why_not("survey")
        self.refused.say(why_not)
        pages = {session is None: self._empty, bool(why_not): self.refused}
        self._pages.setCurrentWidget(pages.get(True, self._body))
        if session is None or why_not:
            return
        for signal in (
            session.trained,
            session.labels_changed,
            session.survey_changed,
            session.recipes_changed,
            session.exclusions_changed,
        ):
            self._links.tie(signal, self._ask_soon)
        self._links.tie(session.classes_changed, self._refresh)
        self._links.tie(session.columns_changed, self._offer)
        self._offer()
        self._refresh()

    def _offer(self) -> None:
        if self._workspace.session is not None:
            self.survey.take(self._workspace.session.catalogue)

    def _refresh(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        chosen = self.task.currentText()
        self.task.blockSignals(True)
        self.task.clear()
        self.task.addItems(list(session.tasks))
        self.task.setCurrentIndex(max(0, self.task.findText(chosen)))
        self.task.setVisible(len(session.tasks) > 1)
        self.task.blockSignals(False)
        self._chosen()

    def _chosen(self, *_: object) -> None:
        session = self._workspace.session
        if session is not None and self.task.currentText() in session.tasks:
            self._show_rows()
            self._ask_soon()

    def _ask_soon(self, *_: object) -> None:
        session = self._workspace.session
        if session is not None:
            self.survey.show_survey(session.survey, session.survey_answered())
            self._soon.start(LATER)

    def _ask(self) -> None:
        session = self._workspace.session
        if session is None or not self._sight.seen:
            return
        self.survey.show_survey(session.survey, session.survey_answered())
        if session.survey is None:
            self._say(NO_SURVEY)
            return
        job = estimate_rows_job(session.estimate_job())
        self._jobs.start("estimate", or_words(job), self._take_estimate)

    def _take_estimate(self, found: EstimateRows | str) -> None:
        if isinstance(found, str):
            self._say(found)
            return
        self._rows, shown = found, self.estimator.currentText()
        known = list(dict.fromkeys(estimator for _, estimator in found))
        if [self.estimator.itemText(k) for k in range(self.estimator.count())] != known:
            self.estimator.blockSignals(True)
            self.estimator.clear()
            self.estimator.addItems(known)
            self.estimator.setCurrentIndex(max(0, self.estimator.findText(shown)))
            self.estimator.blockSignals(False)
        self._show_rows()

    def _show_rows(self, *_: object) -> None:
        session, rows = self._workspace.session, self._rows
        shown = session is not None and bool(rows)
        for widget in (self.estimates, self.estimator, self.save, self.legend):
            widget.setVisible(shown)
        self.note.setVisible(not shown)
        if session is None or not rows:
            return
        styles = styles_of(session)
        colours = {name: QColor(as_hex(one.colour)) for name, one in styles.items()}
        self.estimates.show_rows(self._chosen_rows(), colours)

    def _chosen_rows(self) -> list[Row]:
        return self._rows.get((self.task.currentText(), self.estimator.currentText()), [])

    def _on_show(self) -> list[ShownChart]:
        name = f"estimates {self.task.currentText()} {self.estimator.currentText()}"
        return [(name, self.estimates, table_of(self._chosen_rows()))]

    def _say(self, words: str) -> None:
        self._rows = {}
        self.note.setText(words)
        self._show_rows()

    def _draw(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            job = session.draw_survey_job(self.survey.plan())
        except AstroALError as error:
            report(error)
            return
        self.survey.draw.setEnabled(False)

        def done(found: Any) -> None:
            self.survey.draw.setEnabled(True)
            self._try(lambda one: one.accept_survey(found))

        def failed(error: Exception) -> None:
            self.survey.draw.setEnabled(True)
            report(error)

        self._workspace.jobs.run(job, title="Drawing the sample", done=done, failed=failed)

    def _try(self, verb: Callable[[Session], object]) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            verb(session)
        except AstroALError as error:
            report(error)


def _line() -> QFrame:
    line = QFrame()
    line.setFrameShape(QFrame.Shape.VLine)
    return line
