"""The Label dock: one question, its answers with their keys, and what becomes of them."""

from __future__ import annotations

from qtpy.QtCore import QPoint, Qt, QTimer
from qtpy.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.learning.class_names import NOT
from napari_astro_al.session import Session
from napari_astro_al.session.headline import headline_of
from napari_astro_al.widgets.alarm_row import AlarmRow
from napari_astro_al.widgets.busy_bar import BusyBar
from napari_astro_al.widgets.changes_line import ChangesLine
from napari_astro_al.widgets.checking import Checking
from napari_astro_al.widgets.class_buttons import ClassButtons
from napari_astro_al.widgets.class_menu import ClassMenu
from napari_astro_al.widgets.examples_row import ExamplesRow
from napari_astro_al.widgets.founding_dialog import Founder
from napari_astro_al.widgets.interest_row import InterestRow
from napari_astro_al.widgets.label_tools import LabelTools
from napari_astro_al.widgets.label_words import (
    can_go_on,
    coarse_labels,
    state_words,
    verdicts,
    why_words,
)
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.learner_choice import LearnerChoice
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.questioning import Questioning
from napari_astro_al.widgets.selection_bar import SelectionBar
from napari_astro_al.widgets.style import EmptyState, caption, one_line, small, strong
from napari_astro_al.widgets.workspace import Workspace, report

FORECAST_TIP = (
    "In eight of ten such curves the score gets there within the numbers in brackets. Nothing is "
    "said where the curve so far does not allow it."
)
AHEAD_TIP = (
    "Work out what follows from each likely answer while you look, so that the next source is "
    "there at once. It takes a core, and never changes which source is asked for."
)
MEASURE = "“Measure pictures…” in the Catalogue dock makes features; then training begins."
BASIS_LINES, WHY_LINES = 2, 4
"""Lines kept free for texts that change, so that nothing moves under the mouse."""
PADDING = 9
"""Pixels that napari's style sheet adds to the height of a label's lines."""


class LabelDock(QWidget):
    """Answers by button or key, the reason for the question, counts, model and strategy.

    Parameters
    ----------
    workspace : Workspace
        Whose session is labelled.
    labelling : Labelling
        What buttons and keys do.
    """

    def __init__(self, workspace: Workspace, labelling: Labelling) -> None:
        super().__init__()
        self._workspace = workspace
        self._labelling = labelling
        self._links = Links()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._refresh)
        self._headline = strong("")
        self._honesty = small("")
        self._advice = one_line()
        self.changes = ChangesLine(workspace)
        self._source = caption("")
        self._state = small("")
        self.buttons = ClassButtons(labelling)
        self.buttons.menu_wanted.connect(self._offer_class_menu)
        self.questioning = Questioning(workspace, labelling)
        self.questioning.changed.connect(self._refresh_classes)
        self.examples = ExamplesRow(workspace, labelling)
        self.interest = InterestRow(labelling)
        self.founder = Founder(workspace, labelling, self)
        self.alarm = AlarmRow(workspace, self.founder, self)
        self.checking = Checking(workspace, labelling)
        self.tools = LabelTools(workspace, labelling, self.checking)
        self.checking.changed.connect(self._refresh_soon)
        self.selection = SelectionBar(workspace)
        self._why = small("")
        self._bar = BusyBar(4)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Stop training; questions go on with the model as it is")
        self.stop.clicked.connect(self._stop_or_go)
        self.ahead = QCheckBox("Look ahead")
        self.ahead.setToolTip(AHEAD_TIP)
        self.ahead.toggled.connect(self._look_ahead)
        self.go_on = QPushButton("Go on without")
        self.go_on.setToolTip("Stop looking for classes without labels, and let the model choose")
        self.go_on.clicked.connect(self._go_on)
        self.learner = LearnerChoice(workspace)
        self.add_class = QPushButton("Add a class…")
        self.add_class.clicked.connect(self._ask_for_class)
        self._body = self._lay_out()
        self._empty = EmptyState(
            "Nothing to label yet",
            "Open a catalogue in the Catalogue dock, or drop a file on the canvas.",
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 6, 10, 6)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._body)
        whole.addWidget(self._scroll)
        whole.addWidget(self._empty)
        workspace.session_changed.connect(self._take)
        workspace.jobs.changed.connect(self._refresh_activity)
        labelling.changed.connect(self._refresh_soon)
        self._take(workspace.session)

    def _lay_out(self) -> QWidget:
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(3)
        wrapped = (self._headline, self._honesty, self._source, self._state, self._why)
        for text in wrapped:
            text.setWordWrap(True)
        self._source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addWidget(self._headline)
        rows.addWidget(self._honesty)
        rows.addWidget(self._bar)
        rows.addWidget(self.changes)
        source = QHBoxLayout()
        source.addWidget(self._source, 1)
        source.addWidget(self.examples)
        rows.addLayout(source)
        rows.addWidget(self.questioning)
        rows.addWidget(self.buttons)
        rows.addWidget(self.interest)
        rows.addWidget(self.tools)
        rows.addWidget(self._state)
        self._why.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._honesty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        reserved = (
            (self._honesty, BASIS_LINES),
            (self._why, WHY_LINES),
        )
        for text, lines in reserved:
            text.setMinimumHeight(lines * text.fontMetrics().lineSpacing() + PADDING)
        rows.addWidget(self._why)
        rows.addWidget(self.alarm)
        rows.addWidget(self.selection)
        rows.addWidget(self.learner)
        last = QHBoxLayout()
        last.addWidget(self._advice, 1)
        last.addWidget(self.go_on)
        last.addWidget(self.ahead)
        last.addWidget(self.add_class)
        last.addWidget(self.stop)
        rows.addLayout(last)
        rows.addStretch(1)
        return body

    def wanted_height(self) -> int:
        """Pixels at which nothing needs to be scrolled, at the present width."""
        if self._workspace.session is None:
            return 100
        layout = self._body.layout()
        assert layout is not None
        return max(layout.heightForWidth(self.width() - 20), layout.sizeHint().height()) + 20

    def _take(self, session: Session | None) -> None:
        self._scroll.setVisible(session is not None)
        self._empty.setVisible(session is None)
        self._links.cut()
        if session is None:
            return
        self._links.tie(session.trained, self._refresh_soon)
        self._links.tie(session.current_changed, self._refresh_soon)
        self._links.tie(session.exclusions_changed, self._refresh_soon)
        self._links.tie(session.marks_changed, self._refresh_soon)
        self._links.tie(session.interest_changed, self._refresh_soon)
        self._links.tie(session.recipes_changed, self._refresh_soon)
        self._links.tie(session.blind_changed, self._refresh_soon)
        self._links.tie(session.past_changed, self._refresh_soon)
        self._links.tie(session.classes_changed, self._refresh_classes)
        self._links.tie(session.recipes_changed, self.learner.refresh)
        conductor = self._workspace.conductor
        assert conductor is not None
        conductor.changed.connect(self._refresh_soon)
        self._refresh_classes()
        self.learner.refresh()

    def _refresh_classes(self) -> None:
        session = self._workspace.session
        if session is not None:
            colours = {k: v for task in session.tasks.values() for k, v in task.colours.items()}
            if not self.questioning.fill(self.buttons):
                self.buttons.set_classes(session.classes, colours, coarse_labels(session))
            self._refresh()

    def _refresh_soon(self, *_: object) -> None:
        """Show what is new once the present events are through, however many they are."""
        self._soon.start(0)

    def _refresh(self) -> None:
        session = self._workspace.session
        conductor = self._workspace.conductor
        if session is None or conductor is None:
            return
        words = headline_of(session, session.asking_task(current := session.current))
        self._headline.setText(words.headline)
        way_out = MEASURE if session.features.is_empty else ""
        self._honesty.setText("\n".join(filter(None, (words.forecast, words.basis, way_out))))
        # room once taken is kept: buttons must not move under the mouse
        needed = self._honesty.heightForWidth(self._honesty.width())
        self._honesty.setMinimumHeight(max(needed, self._honesty.minimumHeight()))
        self._honesty.setToolTip(FORECAST_TIP if words.forecast else "")
        advice = session.advice(session.asking_task(current))
        self._advice.setText(advice.words)
        self._advice.setToolTip(verdicts(advice))
        self._source.setText("No source on show" if current is None else f"Source {current}")
        label = None if current is None else session.shown_labels.label_of(current)
        state = None if current is None else session.shown_labels.state_of(current)
        if current is not None and session.excludes(current):
            state = "excluded"
        doubt = self.checking.doubt_of(current)
        if session.hides_label(current) or doubt is not None:
            label, state = None, None
        self._state.setText(state_words(label, state, conductor.exhausted))
        self._state.setVisible(bool(self._state.text()))
        reason = "" if current is None else why_words(session, current)
        self._why.setText(reason if doubt is None else doubt.words)
        self.tools.show_state(session)
        self.buttons.show_state(session, current)
        self.examples.show_state(session, current)
        self.interest.show_state(session, current)
        self.learner.show_auto(session)
        self.changes.show_state(session)
        self.go_on.setVisible(can_go_on(session))
        self.stop.setText("Stop" if conductor.learning else "Resume")
        self.ahead.setEnabled(conductor.learning)
        if self.ahead.isChecked() != conductor.looking_ahead:
            self.ahead.setChecked(conductor.looking_ahead)
        self._refresh_activity()

    def _refresh_activity(self) -> None:
        conductor = self._workspace.conductor
        busy = self._workspace.jobs.busy
        self._bar.setVisible(True)
        self._bar.set_busy(busy)
        if conductor is not None and not conductor.learning:
            self.learner.say("Paused: the model stays as it is")
        else:
            self.learner.say(self._workspace.jobs.message if busy else "")

    def _stop_or_go(self) -> None:
        conductor = self._workspace.conductor
        if conductor is not None:
            (conductor.pause if conductor.learning else conductor.resume)()

    def _look_ahead(self, wanted: bool) -> None:
        conductor = self._workspace.conductor
        if conductor is not None and wanted != conductor.looking_ahead:
            conductor.look_ahead(wanted)

    def _go_on(self) -> None:
        session = self._workspace.session
        if session is not None:
            for name in session.tasks:
                session.go_on_without(name)

    def _offer_class_menu(self, name: str, place: QPoint) -> None:
        session = self._workspace.session
        if session is not None and not name.startswith(NOT) and self.questioning.tree is None:
            menu = ClassMenu(session, name, self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(place)

    def _ask_for_class(self) -> None:
        name, given = QInputDialog.getText(self, "Add a class", "Name of the new class")
        session = self._workspace.session
        if given and session is not None:
            try:
                session.add_class(name.strip())
            except AstroALError as error:
                report(error)
