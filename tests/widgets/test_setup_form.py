"""What a new session is made of, as the form says it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel

import napari_astro_al as aal
from napari_astro_al.widgets.opening import Proposal
from napari_astro_al.widgets.setup_form import SetupForm
from napari_astro_al.widgets.workspace import Workspace


@pytest.fixture
def catalogue():
    kind = np.array(["STAR", "GALAXY", "ARTEFACT", None] * 25, dtype=object)
    table = {"source": np.arange(100), "u": np.sin(np.arange(100.0)), "kind": kind}
    return aal.Catalogue.from_table(table, id="source", label="kind", name="survey")


@pytest.fixture
def form(qtbot, catalogue):
    workspace = Workspace(ViewerModel())
    made = SetupForm(Proposal(catalogue, ("u",), Path("survey.astroal")), workspace)
    qtbot.addWidget(made.native)
    yield made
    workspace.release()


def asked_for(session):
    """The labels in the column of all sources that may be asked for."""
    rows = session.catalogue.rows_of(session.query(100))
    return set(session.catalogue.column_labels[rows])


def test_by_itself_it_asks_for_everything_and_begins_with_nothing(form, catalogue):
    session = aal.Session(catalogue, **form.recipes())
    assert asked_for(session) == {"STAR", "GALAXY", "ARTEFACT", None}
    assert session.labels.empty


def test_classes_are_left_out_unknown_ones_too_and_labels_revealed(form, catalogue):
    """As AstronomicAL has it by its own defaults."""
    form.classes.value = "GALAXY, STAR"
    form.leave_out.value = form.known_only.value = True
    form.begin_with.value = 5
    session = aal.Session(catalogue, **form.recipes())
    assert asked_for(session) == {"STAR", "GALAXY"}
    assert set(session.labels) == {"STAR", "GALAXY"}
    assert len(session.labels) == 5
    assert session.excluded.count == 25


def test_without_a_column_of_labels_none_of_this_counts(form, catalogue):
    form.leave_out.value = form.known_only.value = True
    form.begin_with.value = 5
    form.label.value = "none"
    recipes = form.recipes()
    assert (recipes["pool"], recipes["start"], recipes["exclude_labels"]) == ("all", 0, [])
