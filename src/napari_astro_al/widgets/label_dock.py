"""The Label dock: one question, its answers with their keys, and what becomes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.learning.models import MODELS
from napari_astro_al.learning.strategies import STRATEGIES, strategy_name
from napari_astro_al.session import Session
from napari_astro_al.session.headline import headline_of
from napari_astro_al.widgets.class_buttons import ClassButtons
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.selection_bar import SelectionBar
from napari_astro_al.widgets.style import EmptyState, caption, small, strong
from napari_astro_al.widgets.workspace import Workspace, report

BASIS_LINES, WHY_LINES = 2, 3
"""Lines kept free for texts that change, so that nothing moves under the mouse."""


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
        self._source = caption("")
        self._state = small("")
        self.buttons = ClassButtons(labelling)
        self.selection = SelectionBar(workspace)
        self._why = small("")
        self._activity = QLabel("")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setFixedHeight(4)
        self._bar.setTextVisible(False)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Stop training; questions go on with the model as it is")
        self.stop.clicked.connect(self._stop_or_go)
        self.go_on = QPushButton("Go on without")
        self.go_on.setToolTip("Let the model choose now, without examples of every class")
        self.go_on.clicked.connect(self._go_on)
        self.model = QComboBox()
        self.strategy = QComboBox()
        self.model.setToolTip("The classifier that learns from the labels")
        self.model.addItems(["auto", *MODELS])
        for box in (self.model, self.strategy):
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.setMinimumContentsLength(6)
        self.strategy.setToolTip("How the next source is chosen")
        self.strategy.addItems(["auto", *STRATEGIES])
        self.model.textActivated.connect(self._model_chosen)
        self.strategy.textActivated.connect(self._strategy_chosen)
        self.add_class = QPushButton("Add a class…")
        self.add_class.clicked.connect(self._ask_for_class)
        self._body = self._lay_out()
        self._empty = EmptyState(
            "Nothing to label yet",
            "Open a catalogue in the Catalogue dock, or drop a file on the canvas.",
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 8, 10, 8)
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
        rows.setSpacing(6)
        for text in (self._headline, self._honesty, self._source, self._state, self._why):
            text.setWordWrap(True)
        self._source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addWidget(self._headline)
        rows.addWidget(self._honesty)
        rows.addWidget(self._bar)
        rows.addSpacing(2)
        rows.addWidget(self._source)
        rows.addWidget(self.buttons)
        rows.addSpacing(2)
        rows.addWidget(self._state)
        self._why.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._honesty.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        for text, lines in ((self._honesty, BASIS_LINES), (self._why, WHY_LINES)):
            text.setMinimumHeight(lines * text.fontMetrics().lineSpacing())
        rows.addWidget(self._why)
        rows.addWidget(self.selection)
        chooser = QGridLayout()
        chooser.setHorizontalSpacing(8)
        chooser.addWidget(small("Model"), 0, 0)
        chooser.addWidget(self.model, 0, 1)
        chooser.addWidget(small("Strategy"), 0, 2)
        chooser.addWidget(self.strategy, 0, 3)
        chooser.setColumnStretch(1, 1)
        chooser.setColumnStretch(3, 1)
        rows.addLayout(chooser)
        last = QHBoxLayout()
        last.addWidget(self._activity, 1)
        last.addWidget(self.go_on)
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
        return max(layout.heightForWidth(self.width() - 20), layout.sizeHint().height()) + 24

    def _take(self, session: Session | None) -> None:
        self._scroll.setVisible(session is not None)
        self._empty.setVisible(session is None)
        self._links.cut()
        if session is None:
            return
        self._links.tie(session.trained, self._refresh_soon)
        self._links.tie(session.current_changed, self._refresh_soon)
        self._links.tie(session.exclusions_changed, self._refresh_soon)
        self._links.tie(session.classes_changed, self._refresh_classes)
        self._links.tie(session.recipes_changed, self._refresh_learner)
        conductor = self._workspace.conductor
        assert conductor is not None
        conductor.changed.connect(self._refresh_soon)
        self._refresh_classes()
        self._refresh_learner()

    def _refresh_classes(self) -> None:
        session = self._workspace.session
        if session is not None:
            colours = {k: v for task in session.tasks.values() for k, v in task.colours.items()}
            self.buttons.set_classes(session.classes, colours)
            self._refresh()

    def _refresh_learner(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        recipe = next(iter(session.learners.values()))
        shown = ((self.model, recipe.model_label), (self.strategy, strategy_name(recipe.strategy)))
        for box, name in shown:
            if box.findText(name) < 0:
                box.addItem(name)
            box.setCurrentText(name)
            box.setItemData(box.currentIndex(), name, Qt.ItemDataRole.ToolTipRole)

    def _refresh_soon(self, *_: object) -> None:
        """Show what is new once the present events are through, however many they are."""
        self._soon.start(0)

    def _refresh(self) -> None:
        session = self._workspace.session
        conductor = self._workspace.conductor
        if session is None or conductor is None:
            return
        words = headline_of(session)
        self._headline.setText(words.headline)
        self._honesty.setText(words.basis)
        current = session.current
        self._source.setText("No source on show" if current is None else f"Source {current}")
        label = None if current is None else session.book.label_of(current)
        state = None if current is None else session.book.state_of(current)
        if current is not None and session.excludes(current):
            state = "excluded"
        self._state.setText(_state_words(label, state, conductor.exhausted))
        self._state.setVisible(bool(self._state.text()))
        self._why.setText("" if current is None else _why_words(session, current))
        self.buttons.show_state(session, current)
        self.go_on.setVisible(_can_go_on(session))
        self.stop.setText("Stop" if conductor.learning else "Resume")
        self._refresh_activity()

    def _refresh_activity(self) -> None:
        conductor = self._workspace.conductor
        busy = self._workspace.jobs.busy
        self._bar.setVisible(True)
        self._bar.setRange(0, 0 if busy else 1)
        if conductor is not None and not conductor.learning:
            self._activity.setText("Paused: the model stays as it is")
        else:
            self._activity.setText(self._workspace.jobs.message if busy else "")

    def _stop_or_go(self) -> None:
        conductor = self._workspace.conductor
        if conductor is not None:
            (conductor.pause if conductor.learning else conductor.resume)()

    def _go_on(self) -> None:
        session = self._workspace.session
        if session is not None:
            for name in session.tasks:
                session.go_on_without(name)

    def _model_chosen(self, name: str) -> None:
        self._change_learners(model=name, models=())

    def _strategy_chosen(self, name: str) -> None:
        self._change_learners(strategy=name)

    def _change_learners(self, **changes: Any) -> None:
        """Change one thing of every task's learner and leave the rest as it is."""
        session = self._workspace.session
        if session is None:
            return
        try:
            for task, recipe in session.learners.items():
                session.set_learner(replace(recipe, **changes), task=task)
        except AstroALError as error:
            self._refresh_learner()
            report(error)

    def _ask_for_class(self) -> None:
        name, given = QInputDialog.getText(self, "Add a class", "Name of the new class")
        session = self._workspace.session
        if given and session is not None:
            try:
                session.add_class(name.strip())
            except AstroALError as error:
                report(error)


def _state_words(label: str | None, state: str | None, exhausted: bool) -> str:
    if state == "excluded":
        return "Excluded: never asked for, and not trained on. Its answers are kept."
    if exhausted and state in ("labelled", "unsure"):
        return "Nothing is left to ask for. Go back or click a source to change an answer."
    if state == "labelled":
        return f"Labelled {label}. Another answer corrects it."
    if state == "unsure":
        return "You were unsure of this one. A label settles it."
    return "Skipped before." if state == "skipped" else ""


def _why_words(session: Session, source: Any) -> str:
    parts = []
    why = session.asked(source).get("why")
    if why:
        parts.append(f"Asked because: {why}")
    probabilities = session.probabilities_of(source)
    if probabilities:
        told = ", ".join(f"{name} {share:.0%}" for name, share in list(probabilities.items())[:3])
        parts.append(f"The model says {told}.")
    return "\n".join(parts)


def _can_go_on(session: Session) -> bool:
    return any(session.can_train(name) and session.is_covering(name) for name in session.tasks)
