"""The list of keys, over the window."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QDialog, QGridLayout, QLabel, QVBoxLayout, QWidget

from napari_astro_al.widgets.key_choice import COMMANDS, keys_file
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.style import caption, small


class KeysList(QDialog):
    """What each key does; any key closes it.

    Parameters
    ----------
    labelling : Labelling
        Has the keys.
    parent : QWidget
    """

    def __init__(self, labelling: Labelling, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(18, 14, 18, 14)
        rows.addWidget(caption("Keys for labelling"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        digits = [labelling.keys[f"class {n}"] for n in range(1, 10)]
        lines = [(f"{digits[0]} … {digits[-1]}", "label it with that class, and go on")]
        lines += [
            (labelling.keys[name], words)
            for name, (_, words) in COMMANDS.items()
            if not name.startswith(("class ", "interest "))
        ]
        least, most = labelling.keys["interest 0"], labelling.keys["interest 5"]
        lines.insert(5, (f"{least} … {most}", "how interesting it is, whatever its class"))
        for row, (key, words) in enumerate(lines):
            label = QLabel(key)
            font = label.font()
            font.setBold(True)
            label.setFont(font)
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(QLabel(words), row, 1)
        rows.addLayout(grid)
        note = small(
            f'To choose other keys, write for example {{"unsure": "X"}} into\n{keys_file()}\n'
            "and open the window again."
        )
        note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addSpacing(6)
        rows.addWidget(note)

    def toggle(self) -> None:
        """Show it in the middle of the window, or close it."""
        if self.isVisible():
            self.close()
            return
        self.adjustSize()
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window()
            self.move(window.mapToGlobal(window.rect().center()) - self.rect().center())
        self.show()

    def keyPressEvent(self, _: QKeyEvent) -> None:  # noqa: N802
        """Close by any key."""
        self.close()
