"""What a way to lay sources out can be told, as fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qtpy.QtCore import QObject, Signal
from qtpy.QtGui import QWheelEvent
from qtpy.QtWidgets import QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from napari_astro_al.projection.methods import Method, Parameter
from napari_astro_al.widgets.name_box import ChoiceBox
from napari_astro_al.widgets.rest import Rest

MOST = 10**9
REST_AFTER = 700  # milliseconds


class ParameterForm(QObject):
    """A field for each parameter of a method.

    Parameters
    ----------
    method : Method
    parent : QObject
        Ends with it.

    Attributes
    ----------
    fields : dict of str to QWidget
        By the parameters' names, in their order.
    """

    changed = Signal()
    """Another value was given, and none for a moment."""

    def __init__(self, method: Method, parent: QObject) -> None:
        super().__init__(parent)
        self._later = Rest(self, REST_AFTER)
        self._parameters = {one.name: one for one in method.parameters if one.shown}
        self.fields = {name: self._field(one) for name, one in self._parameters.items()}

    def _field(self, parameter: Parameter) -> QWidget:
        field: Any
        if parameter.kind == "choice":
            field = ChoiceBox()
            field.addItems(parameter.choices)
            field.activated.connect(self._tell)
        elif parameter.default is None:
            field = QLineEdit()
            field.setPlaceholderText("auto")
            field.editingFinished.connect(self._tell)
        else:
            field = _Whole() if parameter.kind == "whole" else _Number()
            field.setRange(max(parameter.low, -MOST), min(parameter.high, MOST))
            field.setKeyboardTracking(False)
            if isinstance(field, _Number) and parameter.high <= 1:
                field.setSingleStep(0.05)
            field.valueChanged.connect(self._tell)
        field.setToolTip(parameter.tip)
        field.setMinimumWidth(60)
        widget: QWidget = field
        return widget

    def _tell(self, *_: object) -> None:
        self._later(self.changed.emit)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show values without telling that they were given."""
        for name, field in self.fields.items():
            value = values.get(name, self._parameters[name].default)
            field.blockSignals(True)
            if isinstance(field, ChoiceBox):
                field.setCurrentText(str(value))
            elif isinstance(field, QLineEdit):
                field.setText("" if value is None else f"{value:g}")
            elif isinstance(field, (QSpinBox, QDoubleSpinBox)):
                field.setValue(value)
            field.blockSignals(False)

    def values(self) -> dict[str, Any]:
        """What was given; text that is no number stays text, which the method refuses."""
        return {name: _value_of(field) for name, field in self.fields.items()}


class _Whole(QSpinBox):
    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        if event is not None:
            event.ignore()


class _Number(QDoubleSpinBox):
    def __init__(self) -> None:
        super().__init__()
        self.setDecimals(2)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802
        if event is not None:
            event.ignore()


def _value_of(field: QWidget) -> Any:
    if isinstance(field, ChoiceBox):
        return field.currentText()
    if isinstance(field, (QSpinBox, QDoubleSpinBox)):
        return field.value()
    assert isinstance(field, QLineEdit)
    text = field.text().strip()
    try:
        return float(text) if text else None
    except ValueError:
        return text
