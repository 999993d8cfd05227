"""Which model learns and which strategy asks: two choosers, and what "auto" has chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from napari.utils.notifications import show_info
from qtpy.QtCore import Qt
from qtpy.QtGui import QStandardItem, QStandardItemModel
from qtpy.QtWidgets import QComboBox, QDialog, QGridLayout, QVBoxLayout, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.learning import AutoChoice, LearnerRecipe
from napari_astro_al.learning.model_parameters import (
    model_with,
    parameters_of_model,
    try_model_job,
)
from napari_astro_al.learning.models import MODELS
from napari_astro_al.learning.parameters import Parameter, parted, written
from napari_astro_al.learning.strategies import (
    STRATEGIES,
    about,
    grouped,
    strategy_name,
    strategy_with,
    summary,
)
from napari_astro_al.session import Session
from napari_astro_al.widgets.committee_dialog import CommitteeDialog
from napari_astro_al.widgets.cost_dialog import CostDialog
from napari_astro_al.widgets.parameters_dialog import ParametersDialog
from napari_astro_al.widgets.style import one_line, small
from napari_astro_al.widgets.workspace import Workspace, report

AUTO = "auto"
COMMITTEE = "committee…"
COST = "cost of a label…"
COST_TIP = "Ask for the most gain per cost, and choose batches within a budget"
PARAMETERS = "parameters…"
PARAMETERS_TIP = "What it can be told: numbers and choices, in a form"
NO_PARAMETERS = (
    "{} has no parameters here. Choose one by name: neither auto, nor committees, nor models that "
    "a script gave have any."
)
AUTO_MODEL = "Several models vote, with shares that the labels give them, anew as they come in"
AUTO_STRATEGY = (
    "By chance and spread over feature space first, then sources that the model hesitates about"
)


class LearnerChoice(QWidget):
    """Choosers of model and strategy for all tasks of a session.

    Parameters
    ----------
    workspace : Workspace
        Whose session's learners are changed.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.model, self.strategy = _chooser(), _chooser()
        self.model.setToolTip("The classifier that learns from the labels")
        self.strategy.setToolTip("How the next source is chosen")
        _fill(self.model, {"": [(AUTO, AUTO_MODEL), *((name, "") for name in MODELS)]})
        _add(self.model, COMMITTEE, "Several models that vote, with soft or hard votes")
        _add(self.model, PARAMETERS, PARAMETERS_TIP)
        _fill(self.strategy, _strategies())
        _add(self.strategy, COST, COST_TIP)
        _add(self.strategy, PARAMETERS, PARAMETERS_TIP)
        self.model.activated.connect(self._model_chosen)
        self.strategy.activated.connect(self._strategy_chosen)
        self.auto = one_line()
        self._chosen = self._details = self._going_on = ""
        choosers = QGridLayout()
        choosers.setHorizontalSpacing(8)
        choosers.addWidget(small("Model"), 0, 0)
        choosers.addWidget(self.model, 0, 1)
        choosers.addWidget(small("Strategy"), 0, 2)
        choosers.addWidget(self.strategy, 0, 3)
        choosers.setColumnStretch(1, 1)
        choosers.setColumnStretch(3, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addLayout(choosers)
        rows.addWidget(self.auto)

    def refresh(self) -> None:
        """Show the recipe of the session's first task."""
        session = self._workspace.session
        if session is None:
            return
        recipe = next(iter(session.learners.values()))
        _select(self.model, recipe.model_label)
        name, values = parted(strategy_name(recipe.strategy))
        _select(self.strategy, name)
        per_cost = f", per cost ({recipe.cost})" if recipe.cost else ""
        told = f"\n{written(values)}" if values else ""
        self.strategy.setToolTip(f"How the next source is chosen{per_cost}{told}")
        if recipe.models:
            self.model.setToolTip(f"{recipe.model_label}, with {recipe.vote} votes")
        else:
            values = told_of_model(recipe)[1]
            told = f"\n{written(values)}" if values else ""
            self.model.setToolTip(f"The classifier that learns from the labels{told}")
        self.show_auto(session)

    def show_auto(self, session: Session) -> None:
        """Say which model "auto" has come to."""
        name = next(iter(session.tasks))
        choice = session.choice(name)
        self._chosen = self._details = ""
        if choice is not None and session.learners[name].chooses_models:
            self._chosen, self._details = f"auto: {choice.words}", _particulars(choice)
        self._write()

    def say(self, words: str) -> None:
        """Say what is going on, in place of what "auto" has come to; nothing, to say that again."""
        self._going_on = words
        self._write()

    def _write(self) -> None:
        self.auto.setText(self._going_on or self._chosen)
        self.auto.setToolTip(self._details)

    def _model_chosen(self, place: int) -> None:
        name = self.model.itemData(place)
        if name == COMMITTEE:
            self.choose_committee()
        elif name == PARAMETERS:
            self.tell_model()
        elif name != self._now()[0]:  # chosen once more, it keeps its parameters
            self._change(model=name, models=())

    def choose_committee(self) -> None:
        """Ask for the members of a committee."""
        session = self._workspace.session
        if session is None:
            return
        recipe = next(iter(session.learners.values()))
        dialog = CommitteeDialog(_member_names(recipe), recipe.vote, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self._change(model=AUTO, models=dialog.chosen, vote=dialog.vote)
        self.refresh()

    def _strategy_chosen(self, place: int) -> None:
        name = self.strategy.itemData(place)
        if name == COST:
            self.choose_cost()
        elif name == PARAMETERS:
            self.tell_strategy()
        elif name != self._now()[1]:
            self._change(strategy=name)

    def _now(self) -> tuple[str, str]:
        """The names of model and strategy that have parameters now; empty where none has."""
        session = self._workspace.session
        if session is None:
            return "", ""
        recipe = next(iter(session.learners.values()))
        model, told = told_of_model(recipe)
        strategy, said = parted(strategy_name(recipe.strategy))
        return (model if told else "", strategy if said else "")

    def choose_cost(self) -> None:
        """Ask what a label costs."""
        session = self._workspace.session
        if session is None:
            return
        self.refresh()
        recipe = next(iter(session.learners.values()))
        self.cost_dialog = dialog = CostDialog(self._workspace, recipe.cost, self)
        dialog.cost_chosen.connect(lambda name: self._change(cost=name))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def tell_model(self) -> None:
        """Offer what the model can be told, in a form."""
        session = self._workspace.session
        if session is None:
            return
        self.refresh()
        name, values = told_of_model(next(iter(session.learners.values())))
        try:
            parameters = parameters_of_model(name) if name else []
        except AstroALError as error:
            report(error)
            return

        def trial(said: Mapping[str, Any]) -> Job[Any]:
            return try_model_job(model_with(name, said))

        def take(said: Mapping[str, Any]) -> None:
            self._change(model=model_with(name, said), models=())

        self._offer(name or AUTO, parameters, values, take, trial)

    def tell_strategy(self) -> None:
        """Offer what the strategy can be told, in a form."""
        session = self._workspace.session
        if session is None:
            return
        self.refresh()
        name, values = parted(strategy_name(next(iter(session.learners.values())).strategy))
        parameters = STRATEGIES.parameters(name)
        self._offer(
            name, parameters, values, lambda said: self._change(strategy=strategy_with(name, said))
        )

    def _offer(
        self,
        name: str,
        parameters: Sequence[Parameter],
        values: Mapping[str, Any],
        take: Callable[[Mapping[str, Any]], None],
        trial: Callable[[Mapping[str, Any]], Job[Any]] | None = None,
    ) -> None:
        if not parameters:
            show_info(NO_PARAMETERS.format(name.replace("_", " ")))
            return
        title = f"Parameters of {name.replace('_', ' ')}"
        dialog = ParametersDialog(title, parameters, values, self._workspace, trial, self)
        dialog.chosen.connect(take)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        self.parameters = dialog
        dialog.open()

    def choose_strategy(self, name: str) -> None:
        """Let another strategy ask, as if it had been chosen in the box."""
        self._change(strategy=name)

    def _change(self, **changes: Any) -> None:
        """Change one thing of every task's learner and leave the rest as it is."""
        session = self._workspace.session
        if session is None:
            return
        try:
            for task, recipe in session.learners.items():
                session.set_learner(replace(recipe, **changes), task=task)
        except AstroALError as error:
            self.refresh()
            report(error)


def _particulars(choice: AutoChoice) -> str:
    """Why these models vote, and a table of them, as rich text."""
    rows = "".join(
        f"<tr><td>{one.name.replace('_', ' ')}</td><td align='right'>{100 * one.weight:.0f} %</td>"
        f"<td align='right'>{'' if one.log_loss is None else f'{one.log_loss:.2f}'}</td></tr>"
        for one in choice.members
    )
    heads = "".join(f"<th>{head}&nbsp;&nbsp;</th>" for head in ("model", "share", "log loss"))
    calibrated = "Its probabilities are calibrated on them." if choice.calibrated else ""
    return f"<p>{choice.why} {calibrated}</p><table><tr>{heads}</tr>{rows}</table>"


def _member_names(recipe: LearnerRecipe) -> tuple[str, ...]:
    return tuple(one for one in recipe.models if isinstance(one, str))


def _strategies() -> dict[str, list[tuple[str, str]]]:
    """Names with their one-line explanations, under headings."""
    named = {
        str(group): [(name, f"{about(name).reason}.\n{summary(name)}".strip()) for name in names]
        for group, names in grouped().items()
    }
    return {"": [(AUTO, AUTO_STRATEGY)], **named}


def told_of_model(recipe: LearnerRecipe) -> tuple[str, dict[str, Any]]:
    """The name of a recipe's one registered model, and what it is told; no name without one."""
    spec = recipe.model
    name, values = (spec[0], dict(spec[1])) if isinstance(spec, tuple) else (spec, {})
    told = isinstance(name, str) and name != AUTO and not recipe.models
    return (name, values) if told else ("", {})


def _chooser() -> QComboBox:
    box = QComboBox()
    box.setModel(QStandardItemModel(box))
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(4)
    box.setMaxVisibleItems(40)
    return box


def _fill(box: QComboBox, groups: dict[str, list[tuple[str, str]]]) -> None:
    for heading, entries in groups.items():
        if heading:
            item = QStandardItem(heading)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            font = item.font()
            font.setBold(True)
            item.setFont(font)
            _model_of(box).appendRow(item)
        for name, tip in entries:
            _add(box, name, tip, indent="   " if heading else "")


def _add(box: QComboBox, name: str, tip: str, *, indent: str = "") -> None:
    item = QStandardItem(indent + name.replace("_", " "))
    item.setData(name, Qt.ItemDataRole.UserRole)
    item.setToolTip(tip)
    _model_of(box).appendRow(item)


def _model_of(box: QComboBox) -> QStandardItemModel:
    model = box.model()
    assert isinstance(model, QStandardItemModel)
    return model


def _select(box: QComboBox, name: str) -> None:
    """Show an entry, made where there is none."""
    if box.findData(name) < 0:
        _add(box, name, name)
    box.setCurrentIndex(box.findData(name))
