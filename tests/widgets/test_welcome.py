"""What a person meets who has never been here, and one who comes back."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLabel, QPushButton

import napari_astro_al as aal
from napari_astro_al.widgets.welcome import NEW, Welcome


@pytest.fixture
def begun():
    return []


@pytest.fixture
def welcome(qtbot, begun):
    def make():
        ways = ("catalogue", "session", "astronomical", "detect")
        made = Welcome(*(lambda way=way: begun.append(way) for way in ways), begun.append)
        qtbot.addWidget(made)
        return made

    return make


def buttons(widget):
    return [one.text() for one in widget.findChildren(QPushButton)]


def captions(widget):
    return [one.text() for one in widget.findChildren(QLabel)]


def test_a_newcomer_is_led_to_the_sample_first(welcome, begun):
    page = welcome()

    assert NEW in captions(page)
    order = sorted(page.findChildren(QPushButton), key=lambda one: page.layout().indexOf(one))
    assert order[0].text() == "Hubble eXtreme Deep Field"
    QTest.mouseClick(order[0], Qt.MouseButton.LeftButton)
    assert begun == ["hubble"]


def test_whoever_has_had_a_session_is_led_to_files_first(welcome):
    newcomers = welcome()
    aal.Session(aal.samples.simulated_survey(30, seed=0)).close()
    page = welcome()

    assert NEW not in captions(page)
    order = sorted(page.findChildren(QPushButton), key=lambda one: page.layout().indexOf(one))
    assert order[0].text() == "Open a catalogue…"
    assert sorted(buttons(page)) == sorted(buttons(newcomers))


def test_every_way_to_begin_is_there(welcome, begun):
    page = welcome()
    for one in page.findChildren(QPushButton):
        QTest.mouseClick(one, Qt.MouseButton.LeftButton)

    assert sorted(begun) == [
        *("astronomical", "catalogue", "detect"),
        *("hubble", "session", "simulated"),
    ]
