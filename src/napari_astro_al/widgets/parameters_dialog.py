"""A form for what a model or a strategy can be told, made by magicgui from its signature."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from magicgui.widgets import CheckBox, ComboBox, LineEdit, SpinBox
from magicgui.widgets.bases import ValueWidget
from qtpy.QtCore import Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.errors import LearnerError
from napari_astro_al.jobs import Job
from napari_astro_al.learning.parameters import Parameter, differing, is_literal
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import Workspace

MOST = 2**31 - 1
ROWS_SEEN = 11
"""Of a longer form, so many rows are seen, and the others are scrolled to."""
EXPLAINED = "What differs from the default is bold, and kept with the session."


class ParametersDialog(QDialog):
    """Fields by name with their types, ranges, defaults and docstrings as tooltips.

    Parameters
    ----------
    title : str
        Of what the parameters are.
    parameters : sequence of Parameter
    values : mapping of str to object
        Those that differ from the defaults now.
    workspace : Workspace
        Runs `trial`.
    trial : callable, optional
        From the values that differ to a job that fails, in words, where they make no sense.
    parent : QWidget

    Attributes
    ----------
    fields : dict of str to magicgui widget
        By the parameters' names.
    """

    chosen = Signal(object)
    """The values that differ from the defaults, by name: they were tried, and the dialog closes."""

    def __init__(
        self,
        title: str,
        parameters: Sequence[Parameter],
        values: Mapping[str, Any],
        workspace: Workspace,
        trial: Callable[[Mapping[str, Any]], Job[Any]] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Parameters")
        self.setMinimumWidth(400)
        self._workspace, self._trial = workspace, trial
        self._parameters = list(parameters)
        self.fields = {one.name: _field(one) for one in parameters}
        self._names = {one.name: QLabel(one.name.replace("_", " ")) for one in parameters}
        self.told = small("")
        self.told.setWordWrap(True)
        buttons = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(buttons.RestoreDefaults | buttons.Ok | buttons.Cancel)
        self.buttons.accepted.connect(self._try)
        self.buttons.rejected.connect(self.reject)
        self.reset = self.buttons.button(buttons.RestoreDefaults)
        assert self.reset is not None
        self.reset.setText("Defaults")
        self.reset.setToolTip("Everything as it comes; OK takes it")
        self.reset.clicked.connect(lambda: self.show_values({}))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addWidget(caption(title))
        column.addWidget(small(EXPLAINED))
        column.addWidget(self._rows())
        column.addWidget(self.told)
        column.addWidget(self.buttons)
        self.show_values(values)
        for field in self.fields.values():
            field.changed.connect(self._look)

    def _rows(self) -> QScrollArea:
        inside = QWidget()
        form = QFormLayout(inside)
        form.setContentsMargins(0, 0, 8, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(5)
        for one in self._parameters:
            native = self.fields[one.name].native
            for widget in (native, self._names[one.name]):
                widget.setToolTip(_tip(one))
            form.addRow(self._names[one.name], native)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        height = inside.sizeHint().height()
        seen = round(height * min(1.0, ROWS_SEEN / max(len(self._parameters), 1)))
        scroll.setMinimumHeight(seen + 4)
        return scroll

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show values, and the defaults of the others."""
        for one in self._parameters:
            _show(self.fields[one.name], one, values.get(one.name, one.default))
        self._look()

    def values(self) -> dict[str, Any]:
        """The values that differ from the defaults.

        Raises
        ------
        LearnerError
            If one is not allowed.
        """
        said = {one.name: _read(self.fields[one.name], one) for one in self._parameters}
        return differing(self._parameters, said)

    def _look(self, *_: object) -> None:
        """Say what is not allowed, and which values differ."""
        changed: Mapping[str, Any] = {}
        words = ""
        try:
            changed = self.values()
        except LearnerError as error:
            words = str(error)
        self._say(words, fine=not words)
        for name, label in self._names.items():
            font = label.font()
            font.setBold(name in changed)
            label.setFont(font)

    def _say(self, words: str, *, fine: bool) -> None:
        self.told.setText(words)
        self.told.setVisible(bool(words))
        # or wrapped lines would be drawn over the rows above
        self.told.setMinimumHeight(self.told.heightForWidth(self.width() - 28) if words else 0)
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if ok is not None:
            ok.setEnabled(fine)

    def _try(self) -> None:
        values = self.values()
        if self._trial is None:
            self._take(values)
            return
        self._say("Trying them…", fine=False)
        self._workspace.jobs.run(
            self._trial(values),
            title="Trying the parameters",
            done=lambda _: self._take(values),
            failed=lambda error: self._say(str(error), fine=True),
        )

    def _take(self, values: Mapping[str, Any]) -> None:
        if self.isVisible():
            self.chosen.emit(dict(values))
            self.accept()


def _field(one: Parameter) -> ValueWidget[Any]:
    if one.kind == "flag":
        return CheckBox(text="")
    if one.kind == "choice":
        return ComboBox(choices=one.choices)
    if one.kind == "whole":
        return SpinBox(min=int(max(one.low, -MOST)), max=int(min(one.high, MOST)))
    return LineEdit()


def _show(field: ValueWidget[Any], one: Parameter, value: Any) -> None:
    if isinstance(field, LineEdit):
        number = one.kind == "number"
        field.value = f"{value:g}" if number else value if isinstance(value, str) else repr(value)
    else:
        field.value = value


def _read(field: ValueWidget[Any], one: Parameter) -> Any:
    value = field.value
    if not isinstance(field, LineEdit):
        return value
    text = str(value).strip()
    try:
        read = literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return read if is_literal(read) else text


def _tip(one: Parameter) -> str:
    """As rich text, so that it is wrapped."""
    default = f"{one.default:g}" if one.kind == "number" else str(one.default)
    facts = [one.allowed] if one.kind != "value" else []
    facts.append(f"default {default}")
    return f"<p>{escape(one.tip)}</p><p><i>{escape('; '.join(facts))}</i></p>"
