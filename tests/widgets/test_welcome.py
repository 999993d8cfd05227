"""What a person meets who has never been here, and one who comes back."""

from __future__ import annotations

import pytest
from qtpy.QtWidgets import QLabel, QPushButton

import napari_astro_al as aal
from napari_astro_al.widgets.welcome import NEW, welcome


@pytest.fixture
def page(qtbot):
    def make():
        ways, samples = ("Open a catalogue…", "Open a session…"), ("Hubble", "Simulated")
        made = welcome(*([QPushButton(one) for one in names] for names in (ways, samples)))
        qtbot.addWidget(made)
        return made

    return make


def in_order(page):
    rows = [page.layout().itemAt(place).widget() for place in range(page.layout().count())]
    return [one.text() for one in rows if isinstance(one, QPushButton)]


def captions(page):
    return [one.text() for one in page.findChildren(QLabel)]


def test_a_newcomer_is_led_to_the_sample_first(page):
    made = page()

    assert NEW in captions(made)
    assert in_order(made) == ["Hubble", "Open a catalogue…", "Open a session…", "Simulated"]


def test_whoever_has_had_a_session_is_led_to_files_first(page):
    aal.Session(aal.samples.simulated_survey(30, seed=0)).close()
    made = page()

    assert NEW not in captions(made)
    assert in_order(made) == ["Open a catalogue…", "Open a session…", "Hubble", "Simulated"]
