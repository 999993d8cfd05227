"""Choosing a diagnostic plane with the mouse, in a dialog of its own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

import napari_astro_al as aal
from napari_astro_al.widgets.plane_dialog import PlaneDialog

PATIENCE = 20_000


@pytest.fixture
def session() -> aal.Session:
    rng = np.random.default_rng(0)
    w2 = rng.uniform(10, 17, 200)
    frame = pd.DataFrame({"id": range(200), "w1mpro": w2 + rng.uniform(0, 1.5, 200), "w2mpro": w2})
    frame.loc[7, "w1mpro"] = np.nan
    catalogue = aal.Catalogue.from_table(frame, id="id")
    return aal.Session(catalogue, task=aal.Task(["AGN", "galaxy"]))


@pytest.fixture
def shown() -> list:
    return []


@pytest.fixture
def dialog(qtbot, session, shown) -> PlaneDialog:
    dialog = PlaneDialog(session, shown.append, None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def click(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_a_plane_whose_columns_are_known_comes_first(qtbot, dialog, session):
    assert dialog.plane.name == "stern"
    assert dialog.columns == {"w1": "w1mpro", "w2": "w2mpro"}
    qtbot.waitUntil(lambda: dialog.values is not None, timeout=PATIENCE)
    table = session.catalogue.table
    colour = table["w1mpro"] - table["w2mpro"]
    inside = int(((colour >= 0.8) & (table["w2mpro"] < 15.05)).sum())

    assert dialog.values.counts() == {"active nucleus": inside, "outside": 199 - inside}
    click(dialog.selects["active nucleus"])
    assert len(session.selected) == inside


def test_it_is_shown_with_its_curves(dialog, shown):
    click(dialog.show_button)

    (recipe,) = shown
    assert (recipe.x, recipe.y) == ("w2mpro", "w1mpro - w2mpro")
    assert recipe.curves["name"] == "Stern WISE cut"


def test_a_plane_whose_columns_nobody_knows_waits_for_them(qtbot, dialog, session):
    dialog.choose("whan")
    assert "Say which columns" in dialog.trouble.text()
    assert not dialog.show_button.isEnabled()

    for name, column in (("nii", "w1mpro"), ("halpha", "w2mpro"), ("ew", "w2mpro")):
        box = dialog.boxes[name]
        box.setEditText(column)
        QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert dialog.show_button.isEnabled()
    assert session.plane_columns("whan") == {"nii": "w1mpro", "halpha": "w2mpro", "ew": "w2mpro"}
    qtbot.waitUntil(lambda: dialog.values is not None, timeout=PATIENCE)


def test_what_is_no_column_is_said(qtbot, dialog):
    box = dialog.boxes["w1"]
    box.setEditText("w1mpro -")
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)

    assert "neither a column nor an expression" in dialog.trouble.text()
    assert not dialog.add_button.isEnabled()


def test_the_distance_becomes_a_column_and_a_feature(qtbot, dialog, session):
    dialog.as_feature.setChecked(True)
    click(dialog.add_button)

    qtbot.waitUntil(lambda: "stern_distance" in session.features.names, timeout=PATIENCE)
    assert session.added_columns == {"plane stern": ("stern_class", "stern_distance")}
