"""What a replay found, in a window."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QVBoxLayout, QWidget

from napari_astro_al.session.replay_report import ReplayReport
from napari_astro_al.widgets.style import caption, small

MOST_LISTED = 1_000
SIZE = (680, 360)


class ReplayDialog(QDialog):
    """Says whether all came out the same, and lists what did not.

    Parameters
    ----------
    name : str
        Of the share file.
    found : ReplayReport
    parent : QWidget
    """

    def __init__(self, name: str, found: ReplayReport, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Replay of {name}")
        rows = QVBoxLayout(self)
        rows.setSpacing(8)
        same = found.same and not found.not_repeated
        title = "All came out the same" if same else "Some came out otherwise"
        if found.same and found.not_repeated:
            title = "What could be repeated came out the same"
        rows.addWidget(caption(title))
        self.says = small(str(found))
        self.says.setWordWrap(True)
        rows.addWidget(self.says)
        self.steps = QListWidget()
        self.steps.setWordWrap(True)
        self.steps.addItems([str(one) for one in found.differences[:MOST_LISTED]])
        self.steps.setVisible(bool(found.differences))
        rows.addWidget(self.steps, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        rows.addWidget(buttons)
        self.setMinimumWidth(SIZE[0])
        if found.differences:
            self.resize(*SIZE)
