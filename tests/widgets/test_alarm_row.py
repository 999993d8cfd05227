"""Sources unlike any class, and the class that becomes of them, by keyboard and mouse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

import napari_astro_al as aal

PATIENCE = 20_000  # milliseconds


@pytest.fixture
def session():
    """Stars and galaxies in two clouds, of which some are labelled, and sources far from both."""
    rng = np.random.default_rng(2)
    kind = np.repeat(["STAR", "GALAXY", "ODD"], [150, 150, 30])
    centre = {"STAR": (0, 0), "GALAXY": (6, 0), "ODD": (3, 12)}
    values = np.array([centre[one] for one in kind]) + rng.normal(size=(330, 2)) * 0.7
    table = pd.DataFrame(values, columns=["u", "g"])
    table.insert(0, "source", np.arange(1, 331))
    sky = aal.Catalogue.from_table(table, id="source")
    learner = aal.LearnerRecipe("logistic_regression", strategy="random")
    recipe, task = aal.FeatureRecipe(columns=["u", "g"]), aal.Task(["STAR", "GALAXY"])
    one = aal.Session(sky, recipe, task, learner)
    one.annotate(range(1, 31), "STAR")
    one.annotate(range(151, 181), "GALAXY")
    return one


def test_the_alarm_leads_to_a_group_and_two_keys_make_a_class_of_it(
    viewer, settled, session, qtbot
):
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dock = bench.dashboard.label
    window = dock.window()

    session.show(31)  # a star as any other
    qtbot.waitUntil(lambda: dock.alarm.told is not None, timeout=PATIENCE)
    assert dock.alarm.isHidden()
    session.show(310)
    qtbot.waitUntil(lambda: dock.alarm.isVisible(), timeout=PATIENCE)
    assert dock.alarm.words.text() == (
        "⚠ Unlike any class: at most 1.6 in 100 lie so far from their own"  # 1 of 61
    )
    QTest.keyClick(window, Qt.Key.Key_B)  # blind: nothing is told
    qtbot.waitUntil(lambda: dock.alarm.isHidden(), timeout=PATIENCE)
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: dock.alarm.isVisible(), timeout=PATIENCE)

    dock.alarm.menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: session.selection.count > 0, timeout=PATIENCE)
    odd = [one for one in session.selection.ids if one > 300]
    assert len(odd) == 30
    session.select(odd, found_by=session.found_by)

    QTest.keyClick(window, Qt.Key.Key_G)
    dialog = dock.founder.dialog
    assert dialog.isVisible()
    assert "Its key is 3." in dialog.told.text()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert session.classes == ("STAR", "GALAXY", "Group 1")
    assert session.labels.value_counts()["Group 1"] == 30
    qtbot.waitUntil(lambda: session.current not in (None, 310), timeout=PATIENCE)
    qtbot.waitUntil(lambda: dock.alarm.isHidden(), timeout=PATIENCE)

    QTest.keyClick(window, Qt.Key.Key_Z)
    assert session.classes == ("STAR", "GALAXY")
    assert len(session.labels) == 60


def test_one_click_begins_a_class_or_the_search_for_anomalies(viewer, settled, session, qtbot):
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dock = bench.dashboard.label
    session.show(310)
    qtbot.waitUntil(lambda: dock.alarm.isVisible(), timeout=PATIENCE)
    QTest.mouseClick(dock.alarm.anomalies, Qt.MouseButton.LeftButton)
    assert [one.strategy for one in session.learners.values()] == ["interest_forest"]
    qtbot.waitUntil(lambda: dock.alarm.anomalies.isHidden(), timeout=PATIENCE)

    QTest.mouseClick(dock.alarm.new_class, Qt.MouseButton.LeftButton)
    dialog = dock.founder.dialog
    QTest.keyClicks(dialog.name, "ring")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "ring" in session.classes, timeout=PATIENCE)
    assert session.labels[310] == "ring"
    qtbot.waitUntil(lambda: session.current != 310, timeout=PATIENCE)
