from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QObject

import napari_astro_al as aal
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.widgets.changes_flash import ChangesFlash


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(400, seed=3)
    session = aal.Session(survey, learner=aal.LearnerRecipe("logistic_regression"))
    session.project("pca")
    return session


def answer(session, n):
    known = np.array(session.catalogue.column_labels, dtype=str)
    for name in session.classes:
        rows = [row for row in np.flatnonzero(known == name) if not session.partition.part[row]]
        session.annotate(session.catalogue.ids_at(rows[:n]), name)
    session.train()


def test_shows_what_a_model_changed_and_then_the_selection_again(qtbot, session):
    space = FeatureSpace(ViewerModel(), session)
    home = QObject()
    flash = ChangesFlash(home, session, space)
    layer = space.layers.points("selected")
    answer(session, 1)
    assert len(layer.data) == 0  # no model before this one

    answer(session, 8)

    changed = session.changes()
    assert 0 < len(layer.data) == changed.count
    qtbot.waitUntil(lambda: len(layer.data) == 0, timeout=5000)
    flash.finish()
    answer(session, 20)
    assert session.changes().count > 0
    assert len(layer.data) == 0
    space.close()
