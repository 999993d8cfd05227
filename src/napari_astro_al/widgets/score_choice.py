"""Which scores a Training dock shows: of which task, in which metric, of all classes or each."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QWidget

from napari_astro_al.learning.metric_names import METRIC_NAMES
from napari_astro_al.session import Session
from napari_astro_al.session.combining import COMBINED, can_combine

METRIC_TIPS = {
    "log_loss": "Smaller is better: minus the logarithm of the right class's probability",
    "brier": "Smaller is better: squared differences of probabilities and what is so",
    "calibration_error": "Smaller is better: how far probabilities are from how often it is so",
}
TOGETHER = "All together"
NARROWEST = 72
OVER_CLASSES, EACH_CLASS, EACH_TASK = "Mean over classes", "Each class", "Each task"


class ScoreChoice(QWidget):
    """Three boxes in a row."""

    changed = Signal()
    """Something else is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.task = chooser("The task whose models are shown")
        self.task.setMinimumContentsLength(6)
        self.metric = chooser("What is measured")
        for key, words in METRIC_NAMES.items():
            self.metric.addItem(words, key)
            tip = METRIC_TIPS.get(key)
            if tip:
                place = self.metric.count() - 1
                self.metric.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.scope = chooser("One score over all classes, or one for each")
        self.scope.addItems([OVER_CLASSES, EACH_CLASS])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for box in (self.task, self.metric, self.scope):
            row.addWidget(box)
            box.currentIndexChanged.connect(self.changed)
        row.addStretch(1)

    def offer_tasks(self, session: Session | None) -> None:
        """Offer the tasks of a session; that chosen before stays chosen."""
        tasks = {} if session is None else session.tasks
        shown = self.task.currentData()
        self.task.blockSignals(True)
        self.task.clear()
        if can_combine(tasks):
            self.task.addItem(TOGETHER, COMBINED)
        for name in tasks:
            self.task.addItem(name, name)
        self.task.setCurrentIndex(max(0, self.task.findData(shown)))
        self.task.blockSignals(False)
        self.task.setVisible(len(tasks) > 1)
        self._offer_scopes(several=len(tasks) > 1)

    def _offer_scopes(self, *, several: bool) -> None:
        place = self.scope.findText(EACH_TASK)
        if several and place < 0:
            self.scope.addItem(EACH_TASK)
        elif not several and place >= 0:
            self.scope.removeItem(place)


def chooser(tip: str) -> QComboBox:
    """A combo box that leaves the keys to labelling when it is clicked."""
    box = QComboBox()
    box.setToolTip(tip)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    box.setMinimumWidth(NARROWEST)
    return box
