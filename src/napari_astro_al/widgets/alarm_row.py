"""The alarm in a class task: the current source is unlike any class, and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from napari.utils.notifications import show_info
from napari.utils.theme import get_theme
from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.learning.familiar import LEVEL
from napari_astro_al.learning.strategies import about
from napari_astro_al.session import Session
from napari_astro_al.session.curated import STRATEGY as CURATED
from napari_astro_al.session.strangers import Strangeness
from napari_astro_al.viewer.stage import Jobs
from napari_astro_al.widgets.founding_dialog import Founder
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.runner import JobRunner
from napari_astro_al.widgets.sight import Sight
from napari_astro_al.widgets.style import one_line
from napari_astro_al.widgets.workspace import Workspace, report

DRAWN_AFTER = 0.15
"""Seconds in which the window draws the source first."""
MOST_ALIKE = 50
ANOMALIES = "interest_forest"
"""The strategy that the anomaly mode begins with."""
FIND_TIP = (
    "Sources without an answer that are as far from everything labelled as this one is. Those of "
    "a group come first: they are nearer to each other than to anything labelled."
)
ANOMALY_TIP = (
    "Ask for odd sources from now on; scores from 0 to 5 say which oddities you care for. The "
    "strategy below brings you back."
)


class AlarmRow(QWidget):
    """Says that the current source is unlike any class, and leads on; hidden while it is like one.

    Parameters
    ----------
    workspace : Workspace
        Whose current source is compared with what is labelled, in a job, while the row's dock is
        in sight.
    founder : Founder
        Makes a class of the source.
    parent : QWidget
        The dock, whose being in sight counts.

    Attributes
    ----------
    told : Strangeness or None
        What is known of the current source.
    """

    def __init__(self, workspace: Workspace, founder: Founder, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace, self._founder = workspace, founder
        self._links = Links()
        # with a runner of its own: nobody is told to wait for what is not waited for
        self._runner = JobRunner(self)
        self._jobs = Jobs(self._run)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._ask)
        self._sight = Sight(parent)
        self._sight.came.connect(self._ask)
        self.told: Strangeness | None = None
        self.words = one_line()
        self.new_class = _button("New class…", "Make a class that begins with this source")
        self.new_class.clicked.connect(lambda: founder.ask(current=True))
        self.find = _button("Find more", FIND_TIP)
        self.menu = QMenu(self.find)
        some = self.menu.addAction(f"Select the {MOST_ALIKE} that are most of a group")
        some.triggered.connect(lambda: self.select(MOST_ALIKE))
        every = self.menu.addAction("Select all that are unlike any class")
        every.triggered.connect(lambda: self.select())
        self.find.setMenu(self.menu)
        self.anomalies = _button("Look for anomalies", ANOMALY_TIP)
        self.anomalies.clicked.connect(self._look_for_anomalies)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.new_class, self.find, self.anomalies):
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 2, 0, 2)
        rows.setSpacing(3)
        rows.addWidget(self.words)
        rows.addLayout(buttons)
        self.hide()
        self._colour()
        workspace.viewer.events.theme.connect(self._colour)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._runner.run(
            job, title="Comparing", done=done, failed=report, shown=False, after=DRAWN_AFTER
        )

    def _colour(self, _: object = None) -> None:
        colour = get_theme(self._workspace.viewer.theme).warning.as_hex()
        self.words.setStyleSheet(f"{one_line().styleSheet()} color: {colour};")

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._jobs.drop_all()
        self._show(None)
        if session is None:
            return
        for signal in (
            session.current_changed,
            session.labels_changed,
            session.classes_changed,
            session.recipes_changed,
            session.exclusions_changed,
            session.blind_changed,
        ):
            self._links.tie(signal, self._ask_soon)
        self._ask_soon()

    def _ask_soon(self, *_: object) -> None:
        """Ask once the present events are through, however many they are."""
        session = self._workspace.session
        if self.told is not None and (session is None or self.told.source != session.current):
            self._show(None)
        self._soon.start(0)

    def _ask(self) -> None:
        session = self._workspace.session
        if session is None or session.current is None or not self._sight.seen:
            return
        if _is_hidden(session):
            self._show(None)
            return
        job = session.strangeness_job(session.current)
        self._jobs.start("compare", job, lambda told: self._compared(session, told))

    def _compared(self, session: Session, told: Strangeness) -> None:
        if self._workspace.session is session:
            session.accept_strangeness(told)
            if told.source == session.current and not _is_hidden(session):
                self._show(told)

    def _show(self, told: Strangeness | None) -> None:
        self.told = told
        strange = told is not None and told.strange
        if told is not None and strange:
            self.words.setText(f"⚠ {told.words}")
            self.words.setToolTip(told.particulars)
            session = self._workspace.session
            self.anomalies.setVisible(session is not None and not _looks_for_anomalies(session))
        self.setVisible(strange)

    def select(self, n: int | None = None) -> None:
        """Select sources that are unlike any class, those of groups first."""
        session = self._workspace.session
        if session is None:
            return

        def found(table: pd.DataFrame) -> None:
            if self._workspace.session is session:
                session.select(table.index, found_by={"by": "strangers", "n": len(table)})
                show_info(_found_words(table, self._founder.key))

        self._workspace.run(session.strangers_job(n), title="Looking for more", done=found)

    def _look_for_anomalies(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            for task, recipe in session.learners.items():
                session.set_learner(replace(recipe, strategy=ANOMALIES), task=task)
        except AstroALError as error:
            report(error)


def _found_words(table: pd.DataFrame, key: str) -> str:
    strange, of = table.attrs["strange"], table.attrs["looked_at"]
    if not of:
        return "Every source has an answer."
    share = 100 * strange / of
    return (
        f"{strange:,} of {of:,} sources ({share:.2g} %) are unlike any class; up to "
        f"{100 * LEVEL:.0f} % would be by chance. {len(table):,} are selected: {key} makes a class "
        "of them, and the contact sheet or the table shows them."
    )


def _is_hidden(session: Session) -> bool:
    """Whether the person is not to be led."""
    source = session.current
    if source is None:
        return True
    curated = session.asked(source).get("strategy") == CURATED
    return curated or session.hides_predictions(source)


def _looks_for_anomalies(session: Session) -> bool:
    return any(about(one.strategy).learns_interest for one in session.learners.values())


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
