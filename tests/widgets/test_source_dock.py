"""The Source dock with real mouse and keys, in a widget of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.catalogue import Column
from napari_astro_al.widgets import source_dock
from napari_astro_al.widgets.source_dock import SourceDock
from napari_astro_al.widgets.workspace import Workspace

OBJID = 1237648720693755918


@pytest.fixture
def session() -> aal.Session:
    n = 40
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "name": [f"s{place}" for place in range(n)],
            "objid": OBJID + np.arange(n),
            "ra": 183.5313256941 + np.arange(n) / 100,
            "dec": np.linspace(-1, 1, n),
            "mag": np.where(np.arange(n) == 3, np.nan, rng.normal(18, 1, n)),
            "size": rng.normal(3, 1, n),
        }
    )
    columns = {"mag": Column("mag", "Total magnitude in r"), "size": Column("arcsec")}
    catalogue = aal.Catalogue.from_table(frame, id="name", columns=columns)
    recipe = aal.FeatureRecipe(columns=["mag", "size"])
    return aal.Session(catalogue, features=recipe, task=aal.Task(["A", "B"]))


@pytest.fixture
def dock(qtbot, session):
    workspace = Workspace(ViewerModel())
    dock = SourceDock(workspace)
    qtbot.addWidget(dock)
    dock.resize(440, 300)
    dock.show()
    workspace.take(session, owned=False)
    qtbot.waitUntil(lambda: session.current is not None, timeout=20_000)
    session.show("s0")
    yield dock
    workspace.release()


def line_of(dock, name):
    return next(row for row, line in enumerate(dock.lines) if line.name == name)


def cells(dock, name):
    row = line_of(dock, name)
    return [dock.table.item(row, place).text() for place in range(4)]


def test_values_with_units_and_descriptions(dock, session):
    value = f"{session.catalogue.table['mag'].iat[0]:.7g}"

    assert cells(dock, "mag") == ["mag", value, "mag", "Total magnitude in r"]
    assert cells(dock, "objid")[1] == str(OBJID)
    assert cells(dock, "ra")[1] == "183.5313257"
    item = dock.table.item(line_of(dock, "ra"), 1)
    assert item.toolTip().startswith("183.5313256941")


def test_a_missing_value_is_said_to_be_missing(dock, session):
    session.show("s3")
    item = dock.table.item(line_of(dock, "mag"), 1)

    assert item.text() == "–"
    assert item.toolTip() == "No value of this source"
    other = dock.table.item(line_of(dock, "size"), 1)
    assert item.foreground() != other.foreground()


def test_lines_are_copied_with_all_digits(dock, session):
    row = line_of(dock, "ra")
    at = dock.table.visualItemRect(dock.table.item(row, 1)).center()
    QTest.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    dock.table.setFocus()
    QTest.keyClick(dock.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert QApplication.clipboard().text() == "ra\t183.5313256941\t\n"


def test_pages_are_opened_only_by_a_click_and_the_menu_says_what_that_does(
    dock, session, monkeypatch
):
    opened = []
    monkeypatch.setattr(source_dock, "open_page", opened.append)
    dock.pages.popup(dock.mapToGlobal(QPoint(10, 10)))
    warning, simbad, *_ = dock.pages.actions()

    assert "sends the position to the site" in warning.text()
    assert simbad.text() == "SIMBAD (simbad.cds.unistra.fr)"
    assert opened == []
    QTest.mouseClick(
        dock.pages,
        Qt.MouseButton.LeftButton,
        pos=dock.pages.actionGeometry(simbad).center(),
    )
    assert [page.name for page in opened] == ["SIMBAD"]
    assert "183.5313257" in opened[0].url
