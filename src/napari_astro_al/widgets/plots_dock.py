"""The Plots dock: what is known of the current source, as a chart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.plots import SOURCE_PLOTS, Figure
from napari_astro_al.session import Session
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.palette import as_hex
from napari_astro_al.viewer.stage import Jobs
from napari_astro_al.widgets.chart_colours import ChartColours
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.plot_form import PlotForm
from napari_astro_al.widgets.runner import JobRunner
from napari_astro_al.widgets.save_button import SaveButton, ShownChart
from napari_astro_al.widgets.sight import Sight
from napari_astro_al.widgets.source_chart import SourceChart
from napari_astro_al.widgets.style import EmptyState, ThemeColours, one_line, small
from napari_astro_al.widgets.workspace import Workspace, tell_of_lingering

DRAWN_AFTER = 0.1
"""Seconds in which the window draws the source first."""
LOWEST = 70  # pixels
SLIM = "padding: 3px 8px;"
SHOWN = "source_plot"
"""Where a session's window keeps which plot is on show."""


class PlotsDock(QWidget):
    """A chart of the current source, a chooser of plots and what they have to be told.

    It is worked out, as a job, while the dock is in sight.

    Parameters
    ----------
    workspace : Workspace
        Whose current source is drawn.

    Attributes
    ----------
    figure : Figure or None
        What is on show.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = workspace
        self._links = Links()
        self._runner = JobRunner(self)
        self._runner.lingers.connect(tell_of_lingering)
        self._jobs = Jobs(self._run)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        self._sight = Sight(self)
        self._sight.came.connect(self._come_into_sight)
        self.figure: Figure | None = None
        self.form: PlotForm | None = None
        self.kind = ChoiceBox("Which plot of the current source is shown")
        self.columns = _button("Columns…", "Say which columns, files and units the plot is made of")
        self.save = SaveButton(self._on_show)
        self.save.setStyleSheet(SLIM)
        self.whole = _button("⤢", "Show all of it again, as a double click on the chart does")
        self.whole.setFixedWidth(30)
        self.chart = SourceChart(self._theme())
        self.legend = QLabel()
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setWordWrap(True)
        self.notes = one_line()
        self._drawn = QWidget()
        self._nothing = QStackedWidget()
        self._lay_out()
        self.kind.activated.connect(self._kind_chosen)
        self.columns.clicked.connect(lambda _: self.ask_for_columns())
        self.whole.clicked.connect(lambda _: self.chart.show_whole())
        workspace.viewer.events.theme.connect(self._theme_changed)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.kind, 1)
        for button in (self.whole, self.columns, self.save):
            top.addWidget(button)
        rows = QVBoxLayout(self._drawn)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self.legend)
        rows.addWidget(self.chart, 1)
        rows.addWidget(self.notes)
        self._why = small("")
        self._why.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._why.setWordWrap(True)
        said = QWidget()
        words = QVBoxLayout(said)
        words.addStretch(1)
        words.addWidget(self._why)
        words.addStretch(2)
        for page in (self._drawn, said):
            # the tabs beside this dock decide how low it may be
            page.setMinimumHeight(LOWEST)
            page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            self._nothing.addWidget(page)
        self._body = QWidget()
        whole = QVBoxLayout(self._body)
        whole.setContentsMargins(8, 8, 8, 6)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addWidget(self._nothing, 1)
        self._empty = EmptyState("No source", "Open a catalogue first: a source is plotted here.")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._body)
        outer.addWidget(self._empty)

    def _theme(self) -> ChartColours:
        return ChartColours.of(ThemeColours(self._workspace.viewer))

    def _theme_changed(self, _: object = None) -> None:
        self.chart.set_colours(self._theme())
        self.chart.show_whole()
        self.legend.setText(self.chart.legend())

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._runner.run(
            job, title="Drawing", done=done, failed=self._failed, shown=False, after=DRAWN_AFTER
        )

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._jobs.drop_all()
        self.figure = None
        if self.form is not None:
            self.form.close()
        self._body.setVisible(session is not None)
        self._empty.setVisible(session is None)
        if session is None:
            return
        self._offer(session)
        for signal in (
            session.current_changed,
            session.labels_changed,
            session.classes_changed,
            session.recipes_changed,
            session.columns_changed,
            session.blind_changed,
        ):
            self._links.tie(signal, self._ask_soon)
        self._ask_soon()

    def _offer(self, session: Session) -> None:
        """List the plots; what can be drawn comes first where nothing was chosen before."""
        self.kind.clear()
        for name, title in session.source_plots.items():
            self.kind.addItem(title, name)
        wanted = session.window.get(SHOWN)
        if wanted not in SOURCE_PLOTS:
            wanted = session.first_plot
        self.kind.setCurrentIndex(self.kind.findData(wanted))

    @property
    def name(self) -> str:
        """The plot that is chosen."""
        return str(self.kind.currentData())

    def choose(self, name: str) -> None:
        """Show another plot."""
        self.kind.setCurrentIndex(self.kind.findData(name))
        self._kind_chosen()

    def _kind_chosen(self, _: int = 0) -> None:
        session = self._workspace.session
        if session is not None:
            session.window[SHOWN] = self.name
            self._ask_soon()

    def _come_into_sight(self) -> None:
        """Draw what is on show; extensions may have brought further plots since."""
        session = self._workspace.session
        if session is not None and self.kind.count() != len(SOURCE_PLOTS):
            self._offer(session)
        self._ask_soon()

    def _ask_soon(self, *_: object) -> None:
        """Ask once the present events are through, however many they are."""
        self._soon.start(0)

    def _ask(self) -> None:
        session = self._workspace.session
        if session is None or session.current is None or not self._sight.seen:
            return
        try:
            job = session.plot_job(self.name)
        except AstroALError as error:
            self._failed(error)
            return
        self._jobs.start("plot", job, self._show)

    def _show(self, figure: Figure) -> None:
        session = self._workspace.session
        if session is None:
            return
        self.figure = figure
        if figure.nothing:
            self._say(figure.nothing)
            return
        self._nothing.setCurrentIndex(0)
        colours = {name: as_hex(one.colour) for name, one in styles_of(session).items()}
        self.chart.show_figure(figure, colours)
        self.legend.setText(self.chart.legend())
        self.legend.setVisible(bool(self.legend.text()))
        told = " · ".join(figure.notes)
        self.notes.setText(told)
        self.notes.setToolTip("\n".join(figure.notes))
        self.notes.setVisible(bool(told))
        self._enable(True)

    def _say(self, why: str) -> None:
        self._why.setText(why)
        self._nothing.setCurrentIndex(1)
        self._enable(False)

    def _enable(self, drawn: bool) -> None:
        self.save.setEnabled(drawn)
        self.whole.setEnabled(drawn)

    def _failed(self, error: Exception) -> None:
        """Say it where the chart would be: the next source may well have one."""
        if not isinstance(error, AstroALError):
            raise error
        self.figure = None
        self._say(str(error))

    def ask_for_columns(self) -> None:
        """Open the form of what the plot has to be told."""
        session = self._workspace.session
        if session is None:
            return
        self.form = PlotForm(session, self.name, self)
        self.form.changed.connect(self._ask_soon)
        self.form.open()

    def _on_show(self) -> list[ShownChart]:
        session = self._workspace.session
        if session is None or self.figure is None:
            return []
        return [(f"{self.name} {session.current}", self._drawn, self.figure.table())]


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setStyleSheet(SLIM)
    button.setToolTip(tip)
    return button
