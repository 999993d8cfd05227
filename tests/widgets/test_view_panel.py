"""The chooser of a view, on a viewer model without a window."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

import napari_astro_al as aal
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.widgets import view_panel, views
from napari_astro_al.widgets.view_panel import ViewPanel
from napari_astro_al.widgets.views import SessionView
from napari_astro_al.widgets.workspace import Workspace


@pytest.fixture
def session():
    session = aal.Session(aal.samples.simulated_survey(200, seed=1))
    session.project(x="g", y="r")
    yield session
    session.close()


@pytest.fixture
def view(qtbot, session):
    model = ViewerModel()
    model.canvas.size = (600, 800)
    view = SessionView(Workspace(model), session, FeatureSpace(model, session))
    yield view
    view.finish()
    view.space.close()


@pytest.fixture
def panel(qtbot, view):
    panel = ViewPanel()
    qtbot.addWidget(panel)
    panel.take(view)
    panel.show()
    return panel


@pytest.fixture
def made(qtbot, view):
    """Wait until what was chosen is there."""
    return lambda: qtbot.waitUntil(lambda: not view.busy, timeout=60_000)


@pytest.fixture
def said(monkeypatch):
    """What was reported to the person."""
    errors: list[str] = []
    for module in (view_panel, views):
        monkeypatch.setattr(module, "report", lambda error: errors.append(str(error)))
    return errors


def type_into(box, text):
    edit = box.lineEdit()
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)
    QTest.keyClick(edit, Qt.Key.Key_Return)


def choose(box, data):
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


class TestLayout:
    def test_it_shows_what_is_on_show(self, panel):
        assert panel.kind.currentData() == "columns"
        assert (panel.x.box.currentText(), panel.y.box.currentText()) == ("g", "r")

    def test_it_follows_scripts(self, panel, session):
        session.project(x="u - g", y="i", y_reversed=False)
        assert panel.x.box.currentText() == "u - g"
        assert not panel.y.turned.isChecked()

    def test_axes_are_for_columns_only(self, panel, session, made):
        choose(panel.kind, "pca")
        made()
        assert session.projection_recipe.kind == "pca"
        assert not panel.x.isVisible()
        choose(panel.kind, "columns")
        made()
        assert panel.x.isVisible()
        assert (session.projection_recipe.x, session.projection_recipe.y) == ("g", "r")

    def test_an_expression_is_typed(self, panel, session, made):
        type_into(panel.x.box, "u - g")
        made()
        assert session.projection_recipe.x == "u - g"

    def test_nonsense_is_refused_and_taken_back(self, panel, session, made, said):
        type_into(panel.x.box, "nonsense")
        made()
        assert "nonsense" in said[0]
        assert panel.x.box.currentText() == "g"
        assert session.projection_recipe.x == "g"

    def test_a_magnitude_is_upside_down_until_it_is_turned(self, panel, session, made):
        assert panel.y.turned.isChecked() == session.projection.axes[1].reversed
        before = session.projection.axes[1].reversed
        panel.y.turned.click()
        made()
        assert session.projection.axes[1].reversed is not before
        assert session.projection_recipe.x_reversed is None

    def test_what_was_said_of_an_axis_goes_with_its_name(self, panel, session, made):
        panel.x.turned.click()
        made()
        turned = session.projection_recipe.x_reversed
        type_into(panel.y.box, "i")
        made()
        assert session.projection_recipe.x_reversed is turned
        type_into(panel.x.box, "z")
        made()
        assert session.projection_recipe.x_reversed is None

    def test_what_cannot_be_made_says_why(self, qtbot):
        table = pd.DataFrame({"name": ["a", "b", "c"], "p": [1.0, 2, 3], "q": [3.0, 1, 2]})
        session = aal.Session(aal.Catalogue.from_table(table, id="name", guess=False))
        session.project(x="p", y="q")
        model = ViewerModel()
        view = SessionView(Workspace(model), session, FeatureSpace(model, session))
        panel = ViewPanel()
        qtbot.addWidget(panel)
        panel.take(view)
        item = panel.kind.model().item(panel.kind.findData("sky"))
        assert not item.isEnabled()
        assert "needs positions" in item.toolTip()
        view.finish()
        session.close()

    def test_parameters_are_those_of_the_layout(self, panel, session, made, qtbot):
        choose(panel.kind, "sky")
        made()
        form = panel._form
        assert list(form.fields) == ["projection", "ra", "dec"]
        form.fields["projection"].setCurrentText("mollweide")
        form.fields["projection"].activated.emit(0)
        qtbot.waitUntil(
            lambda: session.projection_recipe.parameters["projection"] == "mollweide",
            timeout=30_000,
        )
        choose(panel.kind, "pca")
        made()
        assert not panel._form.fields

    def test_given_up_the_projection_stays(self, panel, session, view):
        before = session.projection
        choose(panel.kind, "pca")
        assert panel.cancel.isVisible()
        panel.cancel.click()
        assert not panel.cancel.isVisible()
        assert panel.kind.currentData() == "columns"
        assert session.projection is before


class TestAppearance:
    def test_colours_by_a_column(self, panel, view):
        type_into(panel.colours, "i")
        assert view.appearance.colour == "column:i"
        assert panel.colours.currentText() == "i"

    def test_plain_meanings_come_first(self, panel, view):
        assert [panel.colours.itemText(n) for n in range(6)] == list(view_panel.COLOURS)
        type_into(panel.colours, "uncertainty")
        assert view.appearance.colour == "uncertainty"

    def test_an_image_of_means(self, panel, view):
        type_into(panel.image, "mean of u")
        assert view.appearance.density == "mean:u"
        assert panel.image.currentText() == "mean of u"

    def test_a_column_that_is_none_is_refused(self, panel, view, said):
        type_into(panel.colours, "nonsense")
        assert "nonsense" in said[0]
        assert panel.colours.currentText() == "label"

    def test_more(self, panel, view):
        assert not panel.aspect.isVisible()
        panel.more.click()
        choose(panel.aspect, "equal")
        choose(panel.scaling, "linear")
        assert (view.appearance.aspect, view.appearance.scaling) == ("equal", "linear")


class TestCurves:
    def test_a_file_is_drawn_and_taken_away(self, panel, session, made, tmp_path):
        path = tmp_path / "line.json"
        content = {"name": "A cut", "curves": [{"points": [[0, 0], [1, 1]]}]}
        path.write_text(json.dumps(content), "utf-8")
        panel.draw_curves(path)
        made()
        assert len(session.projection.curves) == 1
        panel.curves.none.click()
        made()
        assert session.projection_recipe.curves is None

    def test_a_file_that_is_none_changes_nothing(self, panel, session, said, tmp_path):
        panel.draw_curves(tmp_path / "absent.json")
        assert "absent.json" in said[0]
        assert session.projection_recipe.curves is None
