"""Interest scores, by keyboard and mouse in a real window."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(400, seed=1)
    return aal.Session(survey, task=aal.Task(["STAR", "GALAXY", "QSO"]))


def test_scores_by_key_and_button_lead_through_the_anomalies(
    viewer, settled, session, qtbot, tmp_path
):
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dock = bench.dashboard.label
    window, first = dock.window(), session.current
    assert dock.interest.isHidden()

    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert session.interest_of(first) == 4
    assert session.current == first  # no anomalies are looked for, so it is no answer
    qtbot.waitUntil(lambda: dock.interest.buttons[4].isChecked(), timeout=20_000)
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert session.interest_of(first) is None

    dock.learner.choose_strategy("interest_forest")
    qtbot.waitUntil(lambda: dock.interest.isVisible(), timeout=20_000)
    settled(viewer)
    QTest.keyClick(window, Qt.Key.Key_0, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: session.current != first, timeout=20_000)
    settled(viewer)
    second = session.current
    assert session.asked(second)["strategy"] == "interest_forest"

    QTest.mouseClick(dock.interest.buttons[5], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.current not in (first, second), timeout=20_000)
    settled(viewer)
    assert dict(session.interest) == {first: 0, second: 5}
    assert dock.interest.told.text() == "2 scored"

    QTest.keyClick(window, Qt.Key.Key_Z)
    QApplication.processEvents()
    assert session.current == second
    assert dict(session.interest) == {first: 0}
