"""A window on a table whose columns, classes and ids have the names that people give them."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QDockWidget, QPushButton
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.features.expression import quoted
from napari_astro_al.projection.recipe import ProjectionRecipe

NAMES = ["flux `r` [5007]", "<b>size</b> & co", "\u05e9\u05dc\u05d5\u05dd", "index", "x" * 120]
CLASSES = ("<i>QSO</i> & co", "\u05de\u05d4")


def odd_session(path):
    """A session whose every name means something to Qt, pandas or a formula, and no positions."""
    table = blobs(80)
    rng = np.random.default_rng(1)
    for name in NAMES:
        table[name] = table["u"] + rng.normal(scale=0.5, size=len(table))
    table["kind"] = np.where(table["kind"] == "STAR", *CLASSES)
    table["source"] = [f"<b>{one}</b>,\n&amp; \u202e{one}" for one in range(len(table))]
    table.loc[3, NAMES[0]], table.loc[4, NAMES[1]] = np.nan, np.inf
    table = table.assign(void=np.nan, constant=1.0)
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind", name="<b>odd</b>")
    recipe = aal.FeatureRecipe(columns=[*NAMES, "u", "void", "constant"])
    learner = aal.LearnerRecipe(model="logistic_regression", strategy="margin")
    return aal.Session(catalogue, features=recipe, learner=learner, path=path)


def test_labels_by_keys_and_every_dock(viewer, settled, qtbot, tmp_path):
    aal.open_viewer(odd_session(tmp_path / "odd.astroal"), viewer=viewer)
    bench = settled(viewer)
    session, main = bench.workspace.session, bench.dashboard.label.window()
    for number in range(6):
        source = session.current
        answer = session.catalogue.column_labels[session.catalogue.row_of(source)]
        place = session.classes.index(answer)
        QTest.keyClick(main, [Qt.Key.Key_1, Qt.Key.Key_2][place])
        qtbot.waitUntil(lambda s=source: session.current != s, timeout=60_000)
        assert session.labels[source] == answer
        assert len(session.labels) == number + 1
    settled(viewer)

    bench.view.choose(ProjectionRecipe("columns", x=NAMES[1], y=f"{quoted(NAMES[0])} * 2"))
    settled(viewer)
    assert session.projection_recipe.x == NAMES[1]
    docks = main.findChildren(QDockWidget)
    for dock in docks:
        dock.show()
        dock.raise_()
        QApplication.processEvents()
    settled(viewer)
    titles = {dock.windowTitle() for dock in docks}
    assert {"Catalogue", "Label", "Source", "Plots", "Training", "Session"} <= titles

    buttons = [one.text() for one in bench.dashboard.label.findChildren(QPushButton)]
    assert any(
        "&& co" in one for one in buttons
    )  # shown as one ampersand, and no key of the button
