"""Parameters of models and strategies, in forms that are made of signatures."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QDialogButtonBox

import napari_astro_al as aal
from napari_astro_al.learning.parameters import Parameter
from napari_astro_al.widgets.learner_choice import PARAMETERS
from napari_astro_al.widgets.parameters_dialog import ParametersDialog

PATIENCE = 20_000  # milliseconds


def press(dialog, which):
    QTest.mouseClick(dialog.buttons.button(which), Qt.MouseButton.LeftButton)


def type_into(field, text):
    field.native.selectAll()
    QTest.keyClicks(field.native, text)


def choose(box, name):
    box.setCurrentIndex(box.findData(name))
    box.activated.emit(box.currentIndex())


@pytest.fixture
def form(qtbot):
    """A form of one field of each kind, which needs no window."""
    parameters = [
        Parameter("trees", 10, "whole", 1, 99, tip="How many."),
        Parameter("share", 0.5, "number", 0, 1),
        Parameter("deep", False, "flag"),
        Parameter("by", "x", "choice", choices=("x", "y")),
        Parameter("most", None, "value"),
    ]
    dialog = ParametersDialog("Made up", parameters, {"share": 0.25}, workspace=None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_fields_have_kinds_ranges_defaults_and_tooltips(form):
    assert form.values() == {"share": 0.25}
    assert (form.fields["trees"].min, form.fields["trees"].max) == (1, 99)
    tip = form.fields["trees"].native.toolTip()
    assert "How many." in tip
    assert "a whole number from 1 to 99; default 10" in tip
    form.fields["deep"].value = True
    form.fields["by"].value = "y"
    type_into(form.fields["most"], "sqrt")
    assert form.values() == {"share": 0.25, "deep": True, "by": "y", "most": "sqrt"}
    press(form, QDialogButtonBox.StandardButton.RestoreDefaults)
    assert form.values() == {}


def test_what_is_not_allowed_is_said_and_not_taken(form):
    taken = []
    form.chosen.connect(taken.append)
    type_into(form.fields["share"], "3")
    assert form.told.text() == "share=3 is not a number from 0 to 1."
    assert not form.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    type_into(form.fields["share"], "1")
    press(form, QDialogButtonBox.StandardButton.Ok)
    assert taken == [{"share": 1.0}]


def test_the_model_and_the_strategy_are_told_in_the_label_dock(viewer, settled, qtbot):
    survey = aal.samples.simulated_survey(300, seed=1)
    learner = aal.LearnerRecipe("knn", strategy="epsilon_greedy")
    session = aal.Session(survey, task=aal.Task(["STAR", "GALAXY"]), learner=learner, start=12)
    aal.open_viewer(session, viewer=viewer)
    choice = settled(viewer).dashboard.label.learner

    choose(choice.model, PARAMETERS)
    dialog = choice.parameters
    type_into(dialog.fields["metric"], "nonsense")
    press(dialog, QDialogButtonBox.StandardButton.Ok)
    qtbot.waitUntil(lambda: "could not learn" in dialog.told.text(), timeout=PATIENCE)
    assert session.learners["classes"].model == "knn"
    type_into(dialog.fields["metric"], "manhattan")
    press(dialog, QDialogButtonBox.StandardButton.Ok)
    qtbot.waitUntil(
        lambda: session.learners["classes"].model == ("knn", {"metric": "manhattan"}),
        timeout=PATIENCE,
    )

    choose(choice.strategy, PARAMETERS)
    type_into(choice.parameters.fields["epsilon"], "0.3")
    press(choice.parameters, QDialogButtonBox.StandardButton.Ok)
    assert session.learners["classes"].strategy == "epsilon_greedy(epsilon=0.3)"
    assert choice.strategy.currentData() == "epsilon_greedy"
    assert "epsilon=0.3" in choice.strategy.toolTip()
    settled(viewer)
    choose(choice.strategy, "epsilon_greedy")  # once more: nothing is lost
    assert session.learners["classes"].strategy == "epsilon_greedy(epsilon=0.3)"
