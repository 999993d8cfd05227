"""Questions about each source, by keyboard and mouse in a real window."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal

PATIENCE = 20_000  # milliseconds
TREE = [
    {"ask": "Is it a point?", "answers": ["point", "extended"]},
    {"ask": "What of?", "answers": ["star", "quasar"], "after": "point"},
]


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(300, seed=1)
    task = aal.Task(
        {"STAR": "point / star", "QSO": "point / quasar", "GALAXY": "extended"}, questions=TREE
    )
    return aal.Session(survey, task=task, learner=aal.LearnerRecipe("knn", strategy="random"))


def texts(dock):
    return [button.text() for button in dock.buttons._buttons.values()]


def test_digits_answer_one_question_after_another(viewer, settled, session, qtbot):
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dock = bench.dashboard.label
    window, first = dock.window(), session.current

    assert dock.questioning.isVisible()
    assert dock.questioning.ask.text() == "Is it a point?"
    assert texts(dock) == ["1  point   0", "2  extended   0"]
    QTest.keyClick(window, Qt.Key.Key_1)
    QApplication.processEvents()
    assert (session.current, len(session.labels)) == (first, 0)
    assert dock.questioning.ask.text() == "What of?"
    assert texts(dock) == ["1  star   0", "2  quasar   0"]
    QTest.keyClick(window, Qt.Key.Key_Z)  # the last answer, and no label
    assert dock.questioning.ask.text() == "Is it a point?"

    QTest.keyClick(window, Qt.Key.Key_1)
    QTest.keyClick(window, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: session.current != first, timeout=PATIENCE)
    assert session.labels.to_dict() == {first: "point / quasar"}
    settled(viewer)
    assert texts(dock) == ["1  point   1", "2  extended   0"]

    second = session.current
    QTest.mouseClick(next(iter(dock.buttons._buttons.values())), Qt.MouseButton.LeftButton)
    QTest.keyClick(window, Qt.Key.Key_U)  # and cannot tell what of
    qtbot.waitUntil(lambda: session.current != second, timeout=PATIENCE)
    assert session.labels[second] == "point"
    settled(viewer)

    third = session.current
    QTest.keyClick(window, Qt.Key.Key_2)  # of what is extended nothing more is asked
    qtbot.waitUntil(lambda: session.current != third, timeout=PATIENCE)
    assert session.labels[third] == "extended"
    settled(viewer)
    QTest.keyClick(window, Qt.Key.Key_Z)
    assert third not in session.labels.index
    assert session.current == third


def test_a_task_without_questions_shows_its_classes(viewer, settled, session):
    session.set_tasks(aal.Task(["STAR", "GALAXY"]))
    aal.open_viewer(session, viewer=viewer)
    dock = settled(viewer).dashboard.label
    assert dock.questioning.isHidden()
    assert [one[3:].split("   ")[0] for one in texts(dock)] == ["STAR", "GALAXY"]
