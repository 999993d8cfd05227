"""What a new session needs to know, guessed already and there to be changed."""

from __future__ import annotations

from typing import Any

import pandas as pd
from magicgui.widgets import CheckBox, ComboBox, FloatSpinBox, LineEdit, Select, SpinBox
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QWidget

from napari_astro_al.catalogue import ROWS, Catalogue
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning import Split, Task
from napari_astro_al.widgets.opening import Proposal, classes_of
from napari_astro_al.widgets.workspace import Workspace

NUMBERED = "number the rows"
NONE = "none"
EVERY_CLASS = "tell all classes apart"
FIND = "find "
FEWEST_LETTERS = 8
"""Of a choice that are seen, however narrow the dock is."""
EACH = "find each class by a model of its own"


class SetupForm:
    """Roles, question, features and split for one proposed catalogue.

    Parameters
    ----------
    proposal : Proposal
        Whose guesses fill the form.
    workspace : Workspace
        Runs what takes time.

    Attributes
    ----------
    native : QWidget
        The form.
    """

    def __init__(self, proposal: Proposal, workspace: Workspace) -> None:
        self._workspace = workspace
        catalogue = proposal.catalogue
        roles = catalogue.roles
        table = catalogue.table
        names = [str(name) for name in table.columns]
        numbers = [name for name in names if pd.api.types.is_numeric_dtype(table[name])]
        joined = "-".join(roles.id) if isinstance(roles.id, tuple) else None
        self._joined = roles.id if joined else None
        id_now = NUMBERED if roles.id is ROWS else joined or str(roles.id)
        ids = [NUMBERED, *([joined] if joined else []), *names]
        self.id = ComboBox(
            label="Source id",
            choices=ids,
            value=id_now,
            tooltip="A column that names each source once",
        )
        self.label = ComboBox(
            label="Labels",
            choices=[NONE, *names],
            value=roles.label or NONE,
            tooltip="Known classes: they score held-out sources and never train",
        )
        self.ra = ComboBox(label="RA", choices=[NONE, *numbers], value=roles.ra or NONE)
        self.dec = ComboBox(label="Dec", choices=[NONE, *numbers], value=roles.dec or NONE)
        classes = classes_of(catalogue)
        self.classes = LineEdit(
            label="Classes",
            value=", ".join(classes),
            tooltip="The classes to choose from, with commas between; keys 1 to 9 give them",
        )
        self._classes = classes
        self.classes.native.setCursorPosition(0)
        self.question = ComboBox(
            label="Question",
            choices=_questions(classes),
            tooltip="All classes at once; one of them against the rest; or each against the rest, "
            "with a model and queries for every class and the same labels for all",
        )
        self.features = Select(
            label="Features",
            choices=numbers,
            value=[name for name in proposal.features if name in numbers],
            tooltip="The columns that the model sees",
        )
        self.differences = CheckBox(
            text="and their differences",
            value=False,
            tooltip="Every pair of features subtracted: colours, for magnitudes",
        )
        self.validation = FloatSpinBox(
            label="Validation",
            value=0.2,
            min=0.0,
            max=0.8,
            step=0.05,
            tooltip="Fraction of the sources with a known class that score and never train",
        )
        self.test = FloatSpinBox(
            label="Test",
            value=0.2,
            min=0.0,
            max=0.8,
            step=0.05,
            tooltip="Fraction that is held back for the very end",
        )
        self.known_only = CheckBox(
            text="known sources only",
            value=False,
            tooltip="Never ask for sources without a label in the column",
        )
        self.leave_out = CheckBox(
            text="no other classes",
            value=False,
            tooltip="Never ask for sources whose label in the column is none of the classes above",
        )
        self.begin_with = SpinBox(
            label="Begin with",
            value=0,
            min=0,
            max=100_000,
            tooltip="So many labels of the column are revealed at the start, of every class",
        )
        fields = [
            self.id,
            self.label,
            self.ra,
            self.dec,
            self.classes,
            self.question,
            self.features,
            self.differences,
        ]
        if roles.label is not None:
            fields += [self.validation, self.test, self.begin_with]
            fields += [self.known_only, *([] if proposal.whole else [self.leave_out])]
        self._fields = fields
        self.native = _laid_out(fields)
        self.features.native.setMinimumHeight(150)
        self.label.changed.connect(self._label_changed)
        self._proposal = proposal

    def _label_changed(self, name: str) -> None:
        self.features.value = [one for one in self.features.value if one != name]
        label = None if name == NONE else name
        self._workspace.run(
            guarded(_classes_job(self._proposal.catalogue, label), f"read the labels in {name}"),
            title=f"Reading {name}",
            done=self._show_classes,
            shown=False,
        )

    def _show_classes(self, classes: tuple[str, ...]) -> None:
        self._classes = classes
        self.classes.value = ", ".join(classes)
        self.classes.native.setCursorPosition(0)
        self.question.choices = _questions(classes)

    def roles(self) -> dict[str, Any]:
        """The roles as chosen: fields of `Roles`."""
        chosen = self.id.value
        return {
            "id": ROWS
            if chosen == NUMBERED
            else (self._joined or chosen)
            if chosen == "-".join(self._joined or ())
            else chosen,
            **{
                role: None if widget.value == NONE else widget.value
                for role, widget in (("label", self.label), ("ra", self.ra), ("dec", self.dec))
            },
        }

    def recipes(self) -> dict[str, Any]:
        """Features, task and split as chosen: parameters of `Session`."""
        names = list(self._classes)
        if self.classes.value != ", ".join(names):
            names = [name.strip() for name in self.classes.value.split(",") if name.strip()]
        question = self.question.value
        columns = list(self.features.value)
        has_labels = self.label.value != NONE
        others = [name for name in self._classes if name not in names]
        return {
            "features": FeatureRecipe(
                columns=columns or None,
                generators=[("subtract", 2)] if self.differences.value else [],
            ),
            "task": _task_of(question, names),
            "split": Split(validation=self.validation.value, test=self.test.value),
            "pool": "labelled" if has_labels and self.known_only.value else "all",
            "start": self.begin_with.value if has_labels else 0,
            "exclude_labels": others if has_labels and self.leave_out.value else [],
        }


def _questions(classes: tuple[str, ...]) -> list[str]:
    each = [EACH] if len(classes) > 1 else []
    return [EVERY_CLASS, *(FIND + name for name in classes), *each]


def _task_of(question: str, names: list[str]) -> Task | dict[str, Task]:
    if question == EACH:
        return {name: Task.one_vs_rest(name, names) for name in names}
    if question == EVERY_CLASS:
        return Task(names)
    return Task.one_vs_rest(question.removeprefix(FIND), names)


def _classes_job(catalogue: Catalogue, label: str | None) -> Job[tuple[str, ...]]:
    """The classes that a column of labels would give."""
    yield Progress("Reading the labels")
    return classes_of(catalogue.with_roles(label=label, unknown=()))


def _laid_out(fields: list[Any]) -> QWidget:
    """The fields below one another, their names in a column of their own."""
    page = QWidget()
    form = QFormLayout(page)
    form.setContentsMargins(0, 4, 0, 4)
    form.setVerticalSpacing(4)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for field in fields:
        name = "" if isinstance(field, CheckBox) else field.label
        field.native.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        if isinstance(field.native, QComboBox):
            # as wide as its longest choice, it would be wider than the dock
            field.native.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            field.native.setMinimumContentsLength(FEWEST_LETTERS)
        form.addRow(name, field.native)
    return page
