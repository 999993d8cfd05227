"""A chart of the newest model, made in a job while it is in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qtpy.QtCore import QTimer
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.learning.diagrams import Chart
from napari_astro_al.learning.score_chart import BY_COLUMN
from napari_astro_al.session import Session
from napari_astro_al.viewer.stage import Jobs
from napari_astro_al.widgets.chart_colours import ChartColours
from napari_astro_al.widgets.chart_view import ChartView
from napari_astro_al.widgets.runner import JobRunner, or_words
from napari_astro_al.widgets.sight import Sight
from napari_astro_al.widgets.style import EmptyState
from napari_astro_al.widgets.workspace import Workspace, report

AFTER = 0.15
"""Seconds in which the window draws first."""
SOON = 60
"""Milliseconds after which the models that followed one another are drawn as one."""


@dataclass(frozen=True)
class WantedChart:
    """What is to be shown.

    Attributes
    ----------
    kind : str
        A chart of `Session.chart`, or `BY_COLUMN`.
    task : str
    column, metric : str
        Of `BY_COLUMN`.
    each_class : bool
        Of `BY_COLUMN`.
    """

    kind: str
    task: str
    column: str = ""
    metric: str = "f1"
    each_class: bool = False

    def job(self, session: Session) -> Job[Chart]:
        """The work of making it."""
        if self.kind != BY_COLUMN:
            return session.chart_job(self.kind, self.task)
        return session.scores_chart_job(
            self.column, metric=self.metric, each_class=self.each_class, task=self.task
        )


class ModelChart(QWidget):
    """What `Session.chart` and `scores_chart` make; says why where there is none.

    Parameters
    ----------
    workspace : Workspace
    colours : ChartColours
    """

    def __init__(self, workspace: Workspace, colours: ChartColours) -> None:
        super().__init__()
        self._workspace = workspace
        # with a runner of its own: nobody is told to wait for what is not waited for
        self._runner = JobRunner(self)
        self._jobs = Jobs(self._run)
        self._wanted: WantedChart | None = None
        self._classes: dict[str, QColor] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        self._sight = Sight(self)
        self._sight.came.connect(self._ask)
        self.view = ChartView(colours)
        self._drawn = QWidget()
        rows = QVBoxLayout(self._drawn)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.view, 1)
        self._none = EmptyState("Making the chart…", "")
        self._pages = QStackedLayout(self)
        for page in (self._drawn, self._none):
            self._pages.addWidget(page)

    def set_colours(self, colours: ChartColours) -> None:
        """Follow another theme."""
        self.view.set_colours(colours)

    def show_wanted(self, wanted: WantedChart, classes: Mapping[str, QColor]) -> None:
        """Show a chart of a task's newest model, once that is made."""
        self._wanted, self._classes = wanted, dict(classes)
        self._soon.start(SOON)

    def forget(self) -> None:
        """Let no chart come any more that was asked for."""
        self._jobs.drop_all()
        self._wanted = None
        self.view.show_chart(None, {})

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._runner.run(
            job, title="Charting", done=done, failed=report, shown=False, after=AFTER
        )

    def _ask(self) -> None:
        session = self._workspace.session
        if session is None or self._wanted is None or not self._sight.seen:
            return
        try:
            job = self._wanted.job(session)
        except AstroALError as error:
            self._take(str(error))
            return
        self._jobs.start("chart", or_words(job), self._take)

    def _take(self, found: Chart | str) -> None:
        if isinstance(found, str):
            self._pages.removeWidget(self._none)
            self._none.deleteLater()
            self._none = EmptyState("No chart", found)
            self._pages.addWidget(self._none)
            self._pages.setCurrentWidget(self._none)
            return
        self.view.show_chart(found, self._classes)
        self._pages.setCurrentWidget(self._drawn)
