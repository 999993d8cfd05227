"""The list of extensions, and the question whether one's files may be run."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QMessageBox

from napari_astro_al.learning import STRATEGIES
from napari_astro_al.session import extensions
from napari_astro_al.widgets.extensions_panel import WELL, ExtensionsPanel

MINE = """
import napari_astro_al as aal

@aal.register.strategy("of the panel")
def widest(candidates):
    return candidates.probabilities.max(axis=1)
"""
SOON = 30_000


@pytest.fixture
def panel(qtbot):
    made = ExtensionsPanel()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: not made._runner.busy, timeout=SOON)
    yield made
    STRATEGIES._entries.pop("of the panel", None)
    extensions._failures.clear()


def answer(button):
    """Press a button of the question that comes."""

    def press():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        assert str(extensions.folder) in box.text()
        box.button(button).click()

    QTimer.singleShot(300, press)


def texts(panel):
    return [
        [panel.table.item(row, column).text() for column in range(4)]
        for row in range(panel.table.rowCount())
    ]


def test_files_are_run_after_a_warning_and_listed_with_what_is_wrong(panel, qtbot):
    assert panel._pages.currentWidget() is not panel.table or texts(panel)
    answer(QMessageBox.StandardButton.No)
    QTest.mouseClick(panel.allow, Qt.MouseButton.LeftButton, pos=panel.allow.rect().center())
    assert not extensions.allowed
    assert not panel.allow.isChecked()

    extensions.folder.mkdir(parents=True)
    (extensions.folder / "mine_of_the_panel.py").write_text(MINE)
    (extensions.folder / "wrong.py").write_text("1 / 0")
    answer(QMessageBox.StandardButton.Yes)
    with pytest.warns(UserWarning, match="wrong"):
        QTest.mouseClick(panel.allow, Qt.MouseButton.LeftButton, pos=panel.allow.rect().center())
    qtbot.waitUntil(lambda: ["query strategy", "of the panel"] in [t[:2] for t in texts(panel)],
                    timeout=SOON)  # fmt: skip
    assert ["query strategy", "of the panel", "file mine_of_the_panel.py", WELL] in texts(panel)
    assert ["file", "wrong.py", "your folder", "ZeroDivisionError: division by zero"] in (
        texts(panel)
    )

    (extensions.folder / "wrong.py").write_text("x = 1")
    QTest.mouseClick(panel.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "wrong.py" not in [t[1] for t in texts(panel)], timeout=SOON)
