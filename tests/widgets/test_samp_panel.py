"""Other programs in the window: connected by a click, tables opened by a double click."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.table import Table
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from tests.samp_program import Other, hub, other  # noqa: F401

import napari_astro_al as aal
from napari_astro_al.widgets.dashboard import dashboard_of
from napari_astro_al.widgets.samp_panel import OFF

SOON = 60_000


@pytest.fixture
def panel(viewer, hub, qtbot):  # noqa: F811
    dashboard_of(viewer)
    _, made = viewer.window.add_plugin_dock_widget("napari-astro-al", "Other programs")
    yield made
    made.link.disconnect()


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_from_a_table_of_another_program_to_its_rows(panel, viewer, other: Other, qtbot, tmp_path):  # noqa: F811
    workspace = dashboard_of(viewer).bench.workspace
    assert panel.state.text() == OFF
    assert not panel.send_labelled.isEnabled()
    click(panel.connect_button)
    assert panel.state.text() == "Connected with other."

    place: Path = tmp_path / "stars.fits"
    survey = aal.samples.simulated_survey(n_sources=200, seed=0)
    Table.from_pandas(survey.table[["source_id", "u", "g", "r"]]).write(place)
    other.says("table.load.fits", url=place.as_uri(), table_id="theirs", name="Their stars")
    qtbot.waitUntil(lambda: panel.offers.count() == 1, timeout=SOON)
    item = panel.offers.item(0)
    assert (item.text(), item.toolTip()) == ("Their stars", place.as_uri())
    where: QPoint = panel.offers.visualItemRect(item).center()
    QTest.mouseClick(panel.offers.viewport(), Qt.MouseButton.LeftButton, pos=where)
    QTest.mouseDClick(panel.offers.viewport(), Qt.MouseButton.LeftButton, pos=where)
    catalogue = dashboard_of(viewer).catalogue
    qtbot.waitUntil(lambda: catalogue.start is not None, timeout=SOON)
    click(catalogue.start)
    qtbot.waitUntil(lambda: workspace.session is not None, timeout=SOON)
    session = workspace.session

    other.says("table.highlight.row", table_id="theirs", row="17")
    qtbot.waitUntil(lambda: session.current == session.catalogue.ids_at([17])[0], timeout=SOON)
    session.select(session.catalogue.ids_at([3, 5]))
    while (heard := other.hears())[0] != "table.select.rowList":
        pass
    assert heard[1] == {"table-id": "theirs", "row-list": ["3", "5"]}

    click(panel.send_selected)
    qtbot.waitUntil(lambda: not other.told.empty(), timeout=SOON)
    heard = other.hears()
    assert heard[0] == "table.load.fits"
    assert heard[1]["name"] == f"{session.name}: selected sources"
    click(panel.connect_button)
    assert panel.state.text() == OFF
