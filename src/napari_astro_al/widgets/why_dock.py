"""The Why dock: why the current source was asked for, and what speaks for its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from napari_astro_al.jobs import Job
from napari_astro_al.learning import Task
from napari_astro_al.session import Session
from napari_astro_al.session.explanation import Explanation
from napari_astro_al.viewer.colouring import styles_of
from napari_astro_al.viewer.palette import as_hex
from napari_astro_al.viewer.sheet_pictures import SheetPictures
from napari_astro_al.viewer.stage import Jobs
from napari_astro_al.widgets.chart_colours import ChartColours
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.near_grid import SIDE, NearGrid
from napari_astro_al.widgets.reason_bars import Bar, ReasonBars
from napari_astro_al.widgets.runner import JobRunner
from napari_astro_al.widgets.sight import Sight
from napari_astro_al.widgets.style import EmptyState, ThemeColours, caption, small
from napari_astro_al.widgets.workspace import Workspace, report

DRAWN_AFTER = 0.15
"""Seconds in which the window draws the source first."""
BLIND = "Blind: what the model says, and what is near, is told once you have answered."
DECIDING_TIP = (
    "Each feature alone was given the values of other sources in place of its own, and the model "
    "asked again. Points are per cent of probability that its own value adds or takes away. "
    "Features that say the same share what they say."
)
NOTHING_NEAR = "Nothing is labelled yet that it could be compared with."
NO_EFFECT = "No single feature decides: replaced alone, none changes the probability by a point."


class WhyDock(QWidget):
    """Three columns: the reason with the probabilities, the features, the nearest labelled.

    It is worked out, as a job, for the current source while the dock is in sight.

    Parameters
    ----------
    workspace : Workspace
        Whose current source is explained.

    Attributes
    ----------
    explanation : Explanation or None
        What is on show.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._workspace = workspace
        self._links = Links()
        # with a runner of its own: nobody is told to wait for what is not waited for
        self._runner = JobRunner(self)
        self._jobs = Jobs(self._run)
        self._pictures: SheetPictures | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        self._sight = Sight(self)
        self._sight.came.connect(self._ask)
        self.explanation: Explanation | None = None
        colours = self._theme()
        self.title = caption("")
        self.asked, self.doubt = small(""), small("")
        self.shares = ReasonBars(colours, signed=False)
        self.deciding_title, self.deciding_note = caption(""), small("")
        self.deciding_title.setToolTip(DECIDING_TIP)
        self.deciding = ReasonBars(colours, signed=True)
        self.deciding.setToolTip(DECIDING_TIP)
        self.near_title, self.near_note = caption("Nearest labelled"), small("")
        self.near = NearGrid()
        self.near.chosen.connect(self._show)
        self._body = self._lay_out()
        self._empty = EmptyState("No source", "Why each source is asked for is told here.")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._body)
        whole.addWidget(self._empty)
        workspace.viewer.events.theme.connect(self._theme_changed)
        workspace.session_changed.connect(self._take)
        workspace.why_wanted.connect(self.come_forward)
        self._take(workspace.session)

    def _lay_out(self) -> QScrollArea:
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(10, 8, 10, 8)
        columns.setSpacing(18)
        for stretch, widgets in (
            (6, (self.title, self.shares, self.doubt)),
            (7, (self.deciding_title, self.deciding, self.deciding_note, self.asked)),
            (0, (self.near_title, self.near, self.near_note)),
        ):
            rows = QVBoxLayout()
            rows.setSpacing(6)
            for widget in widgets:
                rows.addWidget(widget)
            rows.addStretch(1)
            columns.addLayout(rows, stretch)
        for text in (self.asked, self.doubt, self.deciding_note, self.near_note):
            text.setWordWrap(True)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        scroll.setWidget(inside)
        return scroll

    def come_forward(self) -> None:
        """Come to the front of the row of tabs."""
        dock = dock_of(self)
        if dock is not None:
            dock.show()
            dock.raise_()

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._runner.run(
            job, title="Explaining", done=done, failed=report, shown=False, after=DRAWN_AFTER
        )

    def _theme(self) -> ChartColours:
        return ChartColours.of(ThemeColours(self._workspace.viewer))

    def _theme_changed(self, _: object = None) -> None:
        for bars in (self.shares, self.deciding):
            bars.set_colours(self._theme())
        if self.explanation is not None:
            self._say(self.explanation)

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._jobs.drop_all()
        if self._pictures is not None:
            self._pictures.stop()
        self._pictures, self.explanation = None, None
        self._show_body(shown=False)
        if session is None:
            return
        self._pictures = SheetPictures(session.cutouts, self._run)
        for signal in (
            session.current_changed,
            session.trained,
            session.labels_changed,
            session.classes_changed,
            session.recipes_changed,
            session.blind_changed,
        ):
            self._links.tie(signal, self._ask_soon)
        self._ask_soon()

    def _show_body(self, *, shown: bool) -> None:
        self._body.setVisible(shown)
        self._empty.setVisible(not shown)

    def _ask_soon(self, *_: object) -> None:
        """Ask once the present events are through, however many they are."""
        self._soon.start(0)

    def _ask(self) -> None:
        session = self._workspace.session
        if session is None or session.current is None or not self._sight.seen:
            return
        self._jobs.start("explain", session.explain_job(session.current), self._take_explanation)

    def _take_explanation(self, told: Explanation) -> None:
        session = self._workspace.session
        if session is not None and told.source == session.current:
            hidden = session.hides_predictions(told.source)
            self.explanation = told.blinded() if hidden else told
            self._say(self.explanation)

    def _say(self, told: Explanation) -> None:
        session = self._workspace.session
        if session is None:
            return
        self._show_body(shown=True)
        blind = session.hides_predictions(told.source)
        colours = {name: as_hex(one.colour) for name, one in styles_of(session).items()}
        self.title.setText(f"Source {told.source}")
        self.asked.setText(told.asked_words)
        self.asked.setVisible(not blind)
        doubt = f"{told.asked_words}\n\n{BLIND}" if blind else told.doubt_words
        self.doubt.setText(doubt.replace(" %", "\N{NO-BREAK SPACE}%"))
        self.shares.show_bars([_share(*one, colours) for one in told.probabilities.items()])
        likeliest = Task.words(told.likeliest)
        self.deciding_title.setText(f"What decides for {likeliest}" if told.likeliest else "")
        self.deciding_title.setVisible(bool(told.likeliest))
        self.deciding.show_bars(self._effects(told))
        self.deciding_note.setText(NO_EFFECT)
        self.deciding_note.setVisible(bool(told.likeliest) and not told.deciding)
        self.near_title.setVisible(bool(told.neighbours))
        pictured = len(session.cutouts) > 0
        self.near.show_neighbours(told.neighbours, colours, pictured=pictured)
        nothing = not told.neighbours and not blind
        self.near_note.setText(NOTHING_NEAR)
        self.near_note.setVisible(nothing)
        if self._pictures is not None and pictured:
            self._pictures.read(list(self.near.buttons), SIDE, self.near.take_pictures)

    def _effects(self, told: Explanation) -> list[Bar]:
        colours = self._theme()
        bars = []
        for one in told.deciding:
            for_it = one.effect > 0
            points = f"{100 * one.effect:+.0f}".replace("-", "−")
            does = "raises" if for_it else "lowers"
            tip = f"{one.words}: {does} {Task.words(told.likeliest)} by {points[1:]} points"
            bars.append(
                Bar(one.short, one.effect, points, tip, colours.right if for_it else colours.wrong)
            )
        return bars

    def _show(self, source: object) -> None:
        session = self._workspace.session
        if session is not None:
            session.show(source)  # type: ignore[arg-type]


def _share(name: str, share: float, colours: dict[str, str]) -> Bar:
    words, told = Task.words(name), f"{100 * share:.0f} %"
    tip = f"{words}: {100 * share:.1f} % by the model; not calibrated"
    return Bar(words, share, told, tip, QColor(colours.get(name, "#8E98A4")))
