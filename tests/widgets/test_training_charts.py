"""The Training dock's charts of the newest model, all tasks together, and cells to select."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QPoint, Qt, QThreadPool

import napari_astro_al as aal
from napari_astro_al.widgets.chart_choice import KINDS
from napari_astro_al.widgets.score_choice import EACH_CLASS, EACH_TASK
from napari_astro_al.widgets.training_dock import TrainingDock
from napari_astro_al.widgets.workspace import Workspace

from .test_training_dock import label, line_ends, sky, take

PATIENCE = 30_000


@pytest.fixture
def workspace(qtbot):
    shared = Workspace(ViewerModel())
    yield shared
    shared.release()
    QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def dock(qtbot, workspace):
    made = TrainingDock(workspace)
    qtbot.addWidget(made)
    made.resize(900, 240)
    made.show()
    return made


def show(dock: TrainingDock, words: str) -> None:
    dock.kind.setCurrentIndex(dock.kind.findText(words))


def test_charts_of_the_newest_model(qtbot, dock, workspace):
    session = aal.Session(sky())
    take(workspace, session)
    label(session, 12)
    for words, kind in KINDS.items():
        show(dock, words)
        if not kind:
            assert dock.matrix.isVisible()
            continue
        qtbot.waitUntil(
            lambda kind=kind: (
                dock.chart.view.chart is not None and dock.chart.view.chart.kind == kind
            ),
            timeout=PATIENCE,
        )
        assert dock.chart.view.isVisible()
        names = [name for name, _, _ in dock._charts_on_show()]
        assert names == ["learning curve", kind]

    show(dock, "Reliability")
    qtbot.waitUntil(lambda: dock.chart.view.chart.kind == "reliability", timeout=PATIENCE)
    before = dock.chart.view.chart
    label(session, 3)
    qtbot.waitUntil(lambda: dock.chart.view.chart is not before, timeout=PATIENCE)
    assert dock.chart.view.chart.table().equals(session.chart("reliability").table())

    qtbot.mouseClick(dock.test, Qt.MouseButton.LeftButton)
    assert dock.look.isVisible()
    qtbot.mouseClick(dock.test, Qt.MouseButton.LeftButton)
    assert dock.chart.isVisible()


def test_scores_against_a_column(qtbot, dock, workspace):
    session = aal.Session(sky())
    take(workspace, session)
    label(session, 12)

    def shown():
        return dock.chart.view.chart

    assert dock.column.isHidden()
    show(dock, "By column")
    qtbot.waitUntil(lambda: shown() is not None, timeout=PATIENCE)
    assert dock.column.isVisible()
    assert not dock.title.isVisible()
    assert shown().x_title == dock.column.value == session.features.recipe.columns[0]
    assert shown().table().equals(session.scores_chart(dock.column.value).table())

    edit = dock.column.lineEdit()
    qtbot.mouseClick(edit, Qt.MouseButton.LeftButton)
    edit.selectAll()
    qtbot.keyClicks(edit, "u")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown().x_title == "u", timeout=PATIENCE)

    dock.metric.setCurrentIndex(dock.metric.findData("recall"))
    dock.scope.setCurrentText(EACH_CLASS)
    wanted = session.scores_chart("u", metric="recall", each_class=True).table()
    qtbot.waitUntil(lambda: shown().table().equals(wanted), timeout=PATIENCE)
    assert dock._charts_on_show()[1][0] == "scores-by-column"

    edit.selectAll()
    qtbot.keyClicks(edit, "nowhere")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dock.chart.view.isVisible(), timeout=PATIENCE)
    show(dock, "Confusion")
    assert dock.title.isVisible()
    assert dock.column.isHidden()


def test_a_cell_selects_its_sources(qtbot, dock, workspace):
    session = aal.Session(sky())
    take(workspace, session)
    label(session, 12)
    cells = dock.matrix._grid(3)
    first = QPoint(round(cells.left() + cells.width() / 6), round(cells.top() + cells.height() / 6))
    qtbot.mouseClick(dock.matrix, Qt.MouseButton.LeftButton, pos=first)
    n = int(dock.matrix.confusion.counts[0, 0])
    qtbot.waitUntil(lambda: session.selection.count == n > 0, timeout=PATIENCE)

    rows = session.selection.rows
    predicted = session.predictions()["predicted"].to_numpy()
    name = session.classes[0]
    assert set(np.asarray(session.catalogue.column_labels)[rows]) == {name}
    assert set(np.asarray(predicted)[rows]) == {name}
    assert (session.partition.part[rows] == 1).all()


def test_all_tasks_over_each_other(dock, workspace):
    tasks = {name: aal.Task.one_vs_rest(name) for name in ("STAR", "QSO")}
    session = aal.Session(sky(), task=tasks)
    take(workspace, session)
    label(session, 12)
    dock.scope.setCurrentIndex(dock.scope.findText(EACH_TASK))

    ends = line_ends(dock)
    assert [end.split()[1] for end in ends] == ["STAR", "QSO"]
    table = dock._charts_on_show()[0][2]
    assert set(table["series"]) == {"STAR", "QSO"}
    take(workspace, aal.Session(sky()))
    assert dock.scope.findText(EACH_TASK) < 0


def test_what_random_labels_would_have_brought(qtbot, dock, workspace):
    session = aal.Session(sky(600), features=aal.FeatureRecipe(columns=["u", "g"]))
    take(workspace, session)
    label(session, 30)
    assert len(line_ends(dock)) == 1

    dock.baseline.click()
    qtbot.waitUntil(lambda: len(line_ends(dock)) == 2, timeout=2 * PATIENCE)
    drawn = dock.curve.curves[0]
    assert drawn.name == "random"
    assert drawn.n_labels[-1] <= 30
    dock.metric.setCurrentIndex(dock.metric.findData("log_loss"))
    assert len(line_ends(dock)) == 2

    dock.baseline.click()
    assert len(line_ends(dock)) == 1
