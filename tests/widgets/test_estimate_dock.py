from __future__ import annotations

import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QPointF, Qt, QThreadPool
from qtpy.QtWidgets import QFileDialog

import napari_astro_al as aal
from napari_astro_al.widgets.estimate_dock import EstimateDock
from napari_astro_al.widgets.estimate_table import HEAD_HEIGHT, ROW_HEIGHT
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.planner_dock import PlannerDock
from napari_astro_al.widgets.workspace import Workspace

from .test_training_dock import label, sky

PATIENCE = 30_000


@pytest.fixture
def workspace(qtbot):
    shared = Workspace(ViewerModel())
    yield shared
    shared.release()
    QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def session(workspace):
    made = aal.Session(sky(240), features=aal.FeatureRecipe(columns=["u", "g"]))
    workspace.take(made)
    workspace.conductor.pause()
    return made


def answer(session, sources):
    truth = aal.ColumnOracle(session.catalogue)
    for source in sources:
        session.annotate(source, truth.label([source])[0])


@pytest.mark.filterwarnings("ignore:.*left training for the survey sample")
def test_a_survey_sample_from_the_draw_to_the_estimates(
    qtbot, workspace, session, tmp_path, monkeypatch
):
    dock = EstimateDock(workspace)
    qtbot.addWidget(dock)
    dock.resize(860, 220)
    dock.show()
    assert "no fair sample" in dock.note.text()
    assert not dock.estimates.isVisible()

    dock.survey.n.setValue(40)
    qtbot.mouseClick(dock.survey.draw, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.survey is not None, timeout=PATIENCE)
    assert dock.survey.title.text() == "0 of 40 answered"

    answer(session, session.survey.sources[:30])
    label(session, 12)
    qtbot.waitUntil(dock.estimates.isVisible, timeout=PATIENCE)
    qtbot.waitUntil(lambda: dock.estimator.count() == 2, timeout=PATIENCE)
    assert dock.survey.title.text().endswith("of 40 answered")
    told = dock.estimates.text_at(QPointF(0.3 * dock.estimates.width(), HEAD_HEIGHT + 5))
    saved = tmp_path / "estimates.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(saved), ""))
    qtbot.mouseClick(dock.save, Qt.MouseButton.LeftButton)
    assert saved.read_text("utf-8").startswith("class,quantity,value,low,high,naive\n")
    assert told.startswith("Of the sources taken for GALAXY, so many are: ")
    below = HEAD_HEIGHT + 3.5 * ROW_HEIGHT
    accuracy = dock.estimates.text_at(QPointF(0.3 * dock.estimates.width(), below))
    assert accuracy.startswith("So many sources are taken for what they are: ")

    dock.survey.later_rate.setValue(50)
    dock.survey.later_rate.editingFinished.emit()
    assert session.survey_rate == 0.5

    qtbot.mouseClick(dock.survey.drop, Qt.MouseButton.LeftButton)
    assert session.survey is not None
    qtbot.mouseClick(dock.survey.really, Qt.MouseButton.LeftButton)
    assert session.survey is None
    qtbot.waitUntil(lambda: not dock.estimates.isVisible(), timeout=PATIENCE)


@pytest.mark.filterwarnings("ignore:.*left training for the survey sample")
def test_sources_of_the_sample_come_up_by_themselves(workspace):
    labelling = Labelling(workspace)
    session = aal.Session(sky(), features=aal.FeatureRecipe(columns=["u", "g"]))
    workspace.take(session)
    workspace.conductor.pause()
    label(session, 8)
    session.draw_survey(6, rate=1.0)
    still_open = [one for one in session.survey.sources if one not in session.labels.index]
    came = []
    labelling.next()
    for _ in still_open:
        came.append(session.current)
        assert session.hides_predictions(session.current)
        labelling.answer(0)

    assert came == still_open
    assert session.survey_answered() == (6, 0)
    asked = session.book.history_of(came[0])[-1].payload
    assert asked["asked"]["strategy"] == "survey"
    assert asked["blind"] is True


def test_a_sample_is_planned_and_selected(qtbot, workspace, session):
    dock = PlannerDock(workspace)
    qtbot.addWidget(dock)
    dock.resize(860, 220)
    dock.show()
    qtbot.waitUntil(lambda: "no model to plan with" in dock.threshold.text(), timeout=PATIENCE)
    assert not dock.select.isEnabled()

    label(session, 15)
    dock.name.setCurrentIndex(dock.name.findData("QSO"))
    dock.share.setValue(80)
    qtbot.waitUntil(dock.select.isEnabled, timeout=PATIENCE)
    wanted = session.threshold("QSO", purity=0.8)
    qtbot.waitUntil(
        lambda: f"{wanted.n_sources:,} sources" in dock.threshold.text(), timeout=PATIENCE
    )
    assert dock.basis.text().startswith("Measured on ")
    qtbot.mouseClick(dock.select, Qt.MouseButton.LeftButton)
    assert session.selected == set(wanted.selection.ids)
    qtbot.waitUntil(lambda: "sources have one label" in dock.sets.text(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: "like the others" in dock.shift.text(), timeout=PATIENCE)
