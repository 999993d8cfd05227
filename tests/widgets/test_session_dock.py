"""The Session dock in a real window: keep, look back, share, load, replay."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.session.share_document import read_share
from napari_astro_al.widgets.dock_layout import STORED
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.load_dialog import LoadDialog
from napari_astro_al.widgets.replay_dialog import ReplayDialog
from napari_astro_al.widgets.time_slider import IN_THE_PAST, LOOK_BACK, RETURN

PATIENCE = 60_000


@pytest.fixture
def session(tmp_path: Path) -> aal.Session:
    """Two labels of each class, kept in a folder beside the catalogue's file."""
    path = tmp_path / "blobs.csv"
    blobs().to_csv(path, index=False)
    catalogue = aal.Catalogue.read(path, id="source", label="kind")
    learner = aal.LearnerRecipe(model="logistic_regression", strategy="margin")
    session = aal.Session(
        catalogue, learner=learner, path=tmp_path / "blobs.astroal", annotator="Ada"
    )
    session.project(x="u", y="g")
    return session


def dialogs(dock: object, kind: type[QDialog]) -> list[QDialog]:
    return [one for one in dock.findChildren(kind) if one.isVisible()]  # type: ignore[attr-defined]


def test_a_session_is_kept_looked_back_at_shared_and_replayed(
    qtbot, viewer, settled, session: aal.Session, tmp_path: Path, capsys
) -> None:
    truth = aal.ColumnOracle(session.catalogue)
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dashboard = bench.dashboard
    dock = dashboard.session_dock
    dock_of(dock).raise_()

    # label four sources by the keyboard's verbs
    for _ in range(4):
        source = session.current
        bench.labelling.answer(session.classes.index(truth.label([source])[0]))
        qtbot.waitUntil(lambda source=source: session.current != source, timeout=PATIENCE)
    settled(viewer)
    assert len(session.labels) == 4

    # keep a checkpoint: type its name and press Enter
    qtbot.keyClicks(dock.checkpoints.name, "four")
    qtbot.keyClick(dock.checkpoints.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: list(session.checkpoints) == ["four"], timeout=PATIENCE)
    assert dock.checkpoints.table.item(0, 0).text() == "four"
    assert dock.checkpoints.table.item(0, 1).text() == "4"

    # look back: the views show two labels, and an answer is refused
    qtbot.mouseClick(dock.time.turns, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.past is not None, timeout=PATIENCE)
    assert dock.time.turns.text() == RETURN
    dock.time.slider.setValue(2)
    assert dock.time.says.text() == IN_THE_PAST
    assert dock.time.step.text().startswith("Step 2 of 4 · 2 labels")
    labelled = viewer.layers["labelled"]
    qtbot.waitUntil(lambda: len(labelled.data) == 2, timeout=PATIENCE)
    n = session.ledger.head
    with pytest.raises(aal.AstroALError, match="Return to the present first"):
        session.annotate(session.current, "STAR")
    bench.labelling.answer(0)
    assert session.ledger.head == n
    assert viewer.canvas.overlays.text.visible
    qtbot.mouseClick(dock.time.turns, Qt.MouseButton.LeftButton)
    assert dock.time.turns.text() == LOOK_BACK
    qtbot.waitUntil(lambda: len(labelled.data) == 4, timeout=PATIENCE)
    assert not viewer.canvas.overlays.text.visible

    # compare with now, after one more label; then go back
    bench.labelling.answer(0)
    qtbot.waitUntil(lambda: len(session.labels) == 5, timeout=PATIENCE)
    settled(viewer)
    dock.checkpoints.table.selectRow(0)
    qtbot.mouseClick(dock.checkpoints.compares, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "1 more labelled" in dock.checkpoints.says.text(), timeout=PATIENCE)
    dock.checkpoints.go_back("four")
    qtbot.waitUntil(lambda: len(session.labels) == 4, timeout=PATIENCE)
    settled(viewer)
    assert len(session.checkpoints) == 2

    labels = session.labels.to_dict()

    # share: the file says whose it is and where the docks are
    qtbot.keyClicks(dock.share.fields["author"], "Ada Lovelace")
    file = tmp_path / "blobs.share.json"
    dock.share.share(file)
    qtbot.waitUntil(file.exists, timeout=PATIENCE)
    settled(viewer)
    document = read_share(file)
    assert document.author == "Ada Lovelace"
    assert document.layout.window[STORED]["Session"]["shown"] is True
    assert document.layout.window[STORED]["Session"]["area"] == "bottom"

    # replay: all comes out the same
    dock.share.replay(file)
    qtbot.waitUntil(lambda: bool(dialogs(dock, ReplayDialog)), timeout=PATIENCE)
    [found] = dialogs(dock, ReplayDialog)
    assert "all of them are the same" in found.says.text()
    found.close()

    # load the settings of a share file into the open session
    content = json.loads(file.read_text("utf-8"))
    content["recipes"]["learners"]["classes"]["model"] = "knn"
    content["layout"]["projection"] = {"kind": "pca"}
    content["layout"]["window"][STORED]["Why"]["shown"] = False
    other = tmp_path / "other.json"
    other.write_text(json.dumps(content), "utf-8")
    dock.share.read(other)
    qtbot.waitUntil(lambda: bool(dialogs(dock, LoadDialog)), timeout=PATIENCE)
    [asked] = dialogs(dock, LoadDialog)
    asked.choose("settings")
    asked.buttons.accepted.emit()
    qtbot.waitUntil(lambda: session.learners["classes"].model == "knn", timeout=PATIENCE)
    settled(viewer)
    assert len(session.labels) == 4
    qtbot.waitUntil(
        lambda: session.projection_recipe is not None and session.projection_recipe.kind == "pca",
        timeout=PATIENCE,
    )
    assert not dock_of(dashboard.why).toggleViewAction().isChecked()
    assert bench.feature_space is not None

    # load everything: a session of its own beside the catalogue
    dock.share.read(file)
    qtbot.waitUntil(lambda: bool(dialogs(dock, LoadDialog)), timeout=PATIENCE)
    [asked] = dialogs(dock, LoadDialog)
    asked.choose("everything")
    asked.buttons.accepted.emit()
    qtbot.waitUntil(lambda: bench.workspace.session is not session, timeout=PATIENCE)
    begun = settled(viewer).workspace.session
    assert begun is not None
    assert begun.path == tmp_path / "blobs-2.astroal"
    assert begun.labels.to_dict() == labels
