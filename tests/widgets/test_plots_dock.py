"""The Plots dock with real mouse and keys, in a widget of its own."""

from __future__ import annotations

import json

import pytest
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QFileDialog

import napari_astro_al as aal
from napari_astro_al.widgets.plots_dock import PlotsDock
from napari_astro_al.widgets.workspace import Workspace

PATIENCE = 20_000


@pytest.fixture
def session() -> aal.Session:
    return aal.Session(aal.samples.simulated_survey(300, seed=1))


@pytest.fixture
def dock(qtbot, session):
    workspace = Workspace(ViewerModel())
    dock = PlotsDock(workspace)
    qtbot.addWidget(dock)
    dock.resize(440, 360)
    dock.show()
    workspace.take(session, owned=False)
    qtbot.waitUntil(lambda: session.current is not None, timeout=PATIENCE)
    session.show(session.catalogue.ids_at([0])[0])
    qtbot.waitUntil(lambda: dock.figure is not None, timeout=PATIENCE)
    yield dock
    workspace.release()


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_it_follows_the_current_source_and_its_labelled_neighbours(qtbot, dock, session):
    def shown(value):
        own = dock.figure.series[-1] if dock.figure is not None else None
        return own is not None and own.y[0] == pytest.approx(value)

    session.set_plot("sed", quantity="AB magnitude")
    first, second, third = session.catalogue.ids_at([1, 2, 3])
    session.show(second)
    value = float(session.catalogue.table["u"].iat[2])
    qtbot.waitUntil(lambda: shown(value), timeout=PATIENCE)

    session.annotate([first], "STAR")
    session.annotate([third], "QSO")
    qtbot.waitUntil(lambda: len(dock.figure.series) == 3, timeout=PATIENCE)
    assert "STAR" in dock.legend.text()


def test_bands_are_told_in_the_form(qtbot, dock, session, tmp_path):
    click(dock.columns)
    bands = dock.form.fields["bands"]
    assert bands.table.rowCount() == 5
    path = tmp_path / "bands.json"
    path.write_text(json.dumps({"u": {"wavelength": 0.36}, "g": {"wavelength": 0.47, "FWHM": 0.1}}))
    bands.read_file(path)
    click(dock.form.buttons.button(dock.form.buttons.StandardButton.Ok))

    qtbot.waitUntil(lambda: len(dock.figure.series[-1]) == 2, timeout=PATIENCE)
    assert [one["column"] for one in session.plot_settings("sed")["bands"]] == ["u", "g"]


def test_what_cannot_be_is_said_in_the_form_and_nothing_changes(dock, session):
    before = session.plot_settings("sed")
    click(dock.columns)
    table = dock.form.fields["bands"].table
    table.item(0, 2).setText("-3")
    click(dock.form.buttons.button(dock.form.buttons.StandardButton.Ok))

    assert "a wavelength is positive" in dock.form.trouble.text()
    assert dock.form.isVisible()
    assert session.plot_settings("sed") == before
    dock.form.close()


def test_a_filter_fills_in_its_row(dock, session):
    click(dock.columns)
    bands = dock.form.fields["bands"]
    box = bands.table.cellWidget(0, 1)
    box.setCurrentText("WISE W1")
    box.activated.emit(box.currentIndex())

    assert bands.bands()[0] | {"column": ""} == {
        "column": "", "wavelength": 3.3526, "width": 0.6626, "unit": "Vega",
        "zero_point": 309.54, "error": "err_u", "limit": None, "filter": "WISE W1",
    }  # fmt: skip
    dock.form.close()


def test_the_chart_is_written(dock, session, tmp_path, monkeypatch):
    name = dock.name

    def dialog(_, title, start, filters):
        assert start == f"{name} {session.current}.png"
        return str(tmp_path / "chart"), filters.split(";;")[2]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
    click(dock.save)

    assert (tmp_path / "chart.csv").read_text().startswith("series,point,Wavelength")
