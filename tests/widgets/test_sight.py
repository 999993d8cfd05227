"""Nothing is worked out for what nobody can see: Qt calls a dock behind another tab visible."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDockWidget, QLabel, QMainWindow, QTabWidget

from napari_astro_al.widgets.sight import Sight


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    made.resize(400, 300)
    qtbot.addWidget(made)
    return made


def in_docks(window, *words):
    labels = [QLabel(word) for word in words]
    docks = [QDockWidget(word, window) for word in words]
    for dock, label in zip(docks, labels, strict=True):
        dock.setWidget(label)
        window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    for dock in docks[1:]:
        window.tabifyDockWidget(docks[0], dock)
    docks[0].raise_()
    return docks, labels


def test_a_dock_behind_another_tab_is_out_of_sight_and_comes_with_its_tab(qtbot, window):
    docks, labels = in_docks(window, "front", "behind")
    front, behind = (Sight(label) for label in labels)
    with qtbot.waitSignal(front.came):
        window.show()
    assert front.seen
    assert labels[1].isVisible()
    assert not behind.seen

    with qtbot.waitSignal(behind.came), qtbot.assertNotEmitted(front.came):
        docks[1].raise_()
    assert behind.seen
    assert not front.seen

    with qtbot.waitSignal(front.came):
        docks[0].raise_()
    assert front.seen
    assert not behind.seen


def test_a_page_of_tabs_comes_into_sight_when_it_is_chosen(qtbot, window):
    tabs = QTabWidget()
    pages = [QLabel("one"), QLabel("two")]
    for page in pages:
        tabs.addTab(page, page.text())
    window.setCentralWidget(tabs)
    window.show()
    second = Sight(pages[1])
    qtbot.wait(20)
    assert not second.seen

    with qtbot.waitSignal(second.came):
        tabs.setCurrentIndex(1)
    assert second.seen


def test_what_is_in_no_window_on_screen_is_out_of_sight(qtbot):
    alone = QLabel("alone")
    qtbot.addWidget(alone)
    sight = Sight(alone)
    assert not sight.seen

    with qtbot.waitSignal(sight.came):
        alone.show()
    assert sight.seen
    alone.hide()
    assert not sight.seen
