"""Costs of labels, chosen in a real window."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QDialogButtonBox

import napari_astro_al as aal
from napari_astro_al.widgets.learner_choice import COST


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(400, seed=1)
    return aal.Session(survey, task=aal.Task(["STAR", "GALAXY", "QSO"]), start=12)


def type_into(box, text):
    box.lineEdit().selectAll()
    QTest.keyClicks(box.lineEdit(), text)
    box.lineEdit().editingFinished.emit()  # as when the focus goes elsewhere


def press(dialog, which):
    button = dialog.buttons.button(which)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_cost_is_checked_spent_and_gone_by(viewer, settled, session, qtbot):
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    learner = bench.dashboard.label.learner
    learner.strategy.setCurrentIndex(learner.strategy.findData(COST))
    learner.strategy.activated.emit(learner.strategy.currentIndex())
    dialog = learner.cost_dialog
    assert learner.strategy.currentData() == "auto"

    type_into(dialog.cost, "nonsense")
    press(dialog, QDialogButtonBox.StandardButton.Ok)
    qtbot.waitUntil(lambda: "'nonsense' is none" in dialog.told.text(), timeout=20_000)
    assert dialog.isVisible()

    type_into(dialog.cost, "10 ** (0.4 * (r - 20))")
    dialog.budget.setValue(3)
    QTest.mouseClick(dialog.select, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "selected, for" in dialog.told.text(), timeout=20_000)
    costs = session.costs("10 ** (0.4 * (r - 20))")
    assert 0 < costs.of(list(session.selected)) <= 3

    press(dialog, QDialogButtonBox.StandardButton.Ok)
    recipe = session.learners["classes"]
    qtbot.waitUntil(lambda: session.learners["classes"].cost != recipe.cost, timeout=20_000)
    settled(viewer)
    assert session.learners["classes"].cost == "10 ** (0.4 * (r - 20))"
    assert "per cost" in learner.strategy.toolTip()
