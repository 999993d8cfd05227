"""The Test set dock in a real window: criteria, a draw, and labelling it with the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.catalogue import AllOf, AnyOf, Criterion
from napari_astro_al.widgets import curator as curating
from napari_astro_al.widgets.criteria_form import CriteriaForm
from napari_astro_al.widgets.further_views import dock_of

KEY, LEFT = Qt.Key, Qt.MouseButton.LeftButton


@pytest.fixture
def survey():
    rng = np.random.default_rng(0)
    table = {
        "source": np.arange(200),
        "mag": np.linspace(15, 25, 200).astype(np.float32),
        "colour": rng.normal(size=200),
        "kind": np.where(np.arange(200) % 4, "STAR", "GALAXY"),
    }
    return aal.Catalogue.from_table(table, id="source", label="kind", name="survey")


@pytest.fixture
def said(monkeypatch):
    """What the window tells in passing."""
    told: list[str] = []
    monkeypatch.setattr(curating, "show_info", told.append)
    monkeypatch.setattr("napari_astro_al.widgets.labelling.show_info", told.append)
    return told


def test_a_set_is_drawn_labelled_and_dropped(viewer, settled, survey, said, qtbot, tmp_path):
    learner = aal.LearnerRecipe(model="knn", strategy="random")
    session = aal.Session(survey, learner=learner, path=tmp_path / "s.astroal")
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dock, window = bench.dashboard.test_set, bench.dashboard.label.window()
    bench.workspace.conductor.pause()  # what is trained is of no account here
    dock_of(dock).raise_()
    asked = session.current

    def still():
        QApplication.processEvents()
        qtbot.waitUntil(lambda: not bench.workspace.jobs.busy, timeout=20_000)
        QApplication.processEvents()

    def click(button):
        QTest.mouseClick(button, LEFT)
        still()

    def press(*keys):
        for key in keys:
            QTest.keyClick(window, key)
            still()

    qtbot.waitUntil(lambda: dock.count.text() == "200 match; 200 can be drawn", timeout=20_000)
    assert not dock.mode.isEnabled()
    press(KEY.Key_D)
    assert said == [curating.MODE_IS_OFF]

    # a criterion is typed, and counted while it is
    click(dock.criteria.add)
    row = dock.criteria.rows[0]
    row.column.setCurrentText("mag")
    row.column.lineEdit().editingFinished.emit()
    QTest.keyClicks(row.value, "bright")
    qtbot.waitUntil(lambda: "a finite number is expected" in dock.count.text(), timeout=20_000)
    row.value.selectAll()
    QTest.keyClicks(row.value, "20")
    QTest.keyClick(row.value, KEY.Key_Return)
    qtbot.waitUntil(lambda: dock.count.text() == "100 match; 100 can be drawn", timeout=20_000)

    # what is drawn is held out at once
    dock.sampling.n.setValue(5)
    dock.progress.targets["STAR"].setValue(4)
    click(dock.sampling.draw)
    known = session.curated["test"]
    assert dock.count.text() == "Drew 5."
    assert known.plan.where == AllOf(Criterion("mag", ">", 20))
    assert known.targets == {"STAR": 4}
    assert set(session.partition.part[known.selection.rows]) == {2}
    assert session.current == asked

    # the keys label one after the other; the model is not asked for the next one
    click(dock.mode)
    assert session.current == known.sources[0]
    assert bench.labelling.coming == list(known.sources[1:])
    press(KEY.Key_1, KEY.Key_2, KEY.Key_U)
    assert [session.book.state_of(one) for one in known.sources[:3]] == [
        "labelled",
        "labelled",
        "unsure",
    ]
    assert session.current == known.sources[3]
    assert dock._title.text() == "3 of 5, 1 unsure"
    press(KEY.Key_Home)
    assert session.current == known.sources[0]
    press(KEY.Key_Right)
    assert session.current == known.sources[1]
    press(KEY.Key_Left, KEY.Key_Left)
    assert session.current == known.sources[0]
    press(KEY.Key_Space)
    assert session.current == known.sources[3]
    press(KEY.Key_1, KEY.Key_1)
    assert "Every source of the test set has an answer" in said[-1]
    press(KEY.Key_1)  # refused: there is no next source
    assert session.current == known.sources[4]

    # a new one, by the same criteria
    press(KEY.Key_D)
    known = session.curated["test"]
    assert len(known) == 6
    assert session.current == known.sources[5]
    assert survey.table["mag"][survey.row_of(session.current)] > 20
    press(KEY.Key_2)
    assert sum(known.counts.values()) == 5
    assert not session.task_labels("classes").labels

    # back to what the model asks
    click(dock.mode)
    assert session.current not in known.sources
    assert session.partition.part_name(survey.row_of(session.current)) == "pool"

    # dropping asks, with the number, and a stray click does nothing
    click(dock.drop)
    assert dock.sure.text() == "Dissolve the test set of 6? Its 5 labels stay."
    click(dock.keep)
    assert len(session.curated["test"]) == 6
    click(dock.drop)
    click(dock.really)
    assert session.curated == {}
    assert not dock.mode.isEnabled()

    # the other set has a plan of its own
    dock.sampling.part.setCurrentIndex(1)
    click(dock.sampling.draw)
    assert list(session.curated) == ["validation"]


class TestCriteriaForm:
    def test_rows_say_what_they_were_given(self, qtbot, survey):
        form = CriteriaForm()
        qtbot.addWidget(form)
        either = AnyOf(("mag", ">=", 20.5), ("kind", "in", ["STAR", "GALAXY"]))
        form.take(survey, either)
        assert form.condition() == either
        assert [row.value.text() for row in form.rows] == ["20.5", "STAR, GALAXY"]
        form.rows[0].remove.click()
        assert form.condition() == AllOf(("kind", "in", ["STAR", "GALAXY"]))

    def test_operators_are_those_of_the_column(self, qtbot, survey):
        form = CriteriaForm()
        qtbot.addWidget(form)
        form.take(survey, Criterion("mag", ">", 20))
        row = form.rows[0]
        row.column.setCurrentText("kind")
        row.column.lineEdit().editingFinished.emit()
        offered = [row.operator.itemText(place) for place in range(row.operator.count())]
        assert offered == ["==", "!=", "in", "contains", "is missing"]
        row.operator.setCurrentIndex(4)
        assert not row.value.isEnabled()
        assert form.condition() == AllOf(("kind", "is missing"))

    def test_a_condition_of_a_script_is_kept_until_it_is_taken_away(self, qtbot, survey):
        form = CriteriaForm()
        qtbot.addWidget(form)
        nested = AllOf(("mag", ">", 20), AnyOf(("kind", "==", "STAR"), ("colour", "<", 0)))
        form.take(survey, nested)
        assert form.condition() == nested
        assert form.rows == []
        form.forget.click()
        assert form.condition() == AllOf()
