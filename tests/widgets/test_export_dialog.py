"""The export dialog: what is offered, what is written, and what is said where that cannot be."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from qtpy.QtCore import Qt

import napari_astro_al as aal
from napari_astro_al.widgets.dashboard import dashboard_of


@pytest.fixture
def session(tmp_path):
    survey = aal.samples.simulated_survey(300, seed=0)
    session = aal.Session(survey, pool="labelled", start=20, path=tmp_path / "survey.astroal")
    session.train()
    return session


def choose(combo, key):
    combo.setCurrentIndex(combo.findData(key))


def test_writes_what_is_chosen(session, viewer, settled, qtbot, tmp_path):
    aal.open_viewer(session, viewer=viewer)
    settled(viewer)
    session.select(session.catalogue.ids_at([3, 5]))
    dock = dashboard_of(viewer).catalogue

    def exported(prepare, name):
        dock.ask_for_export()
        dialog = dock.exporting
        prepare(dialog.form)
        dialog.form.file.path.setText(str(tmp_path / name))
        qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
        path = tmp_path / name
        qtbot.waitUntil(path.is_file, timeout=60_000)
        qtbot.waitUntil(lambda: not dock._workspace.jobs.busy, timeout=60_000)
        return path

    def selected(form):
        choose(form.rows, "selected")
        assert form.predictions.isChecked()
        form.columns.filter.setText("u")
        form.columns.every.click()
        form.columns.filter.clear()

    table = pd.read_parquet(exported(selected, "few.parquet"))
    assert list(table["id"]) == session.catalogue.ids_at([3, 5])
    assert {"predicted", "u"} <= set(table)
    assert "g" not in table

    card = exported(lambda form: choose(form.what, "card"), "card.md").read_text()
    assert "## Limits" in card
    model = exported(lambda form: choose(form.what, "model"), "model.skops")
    from napari_astro_al.session.predicting import read_model

    assert read_model(model).about.classes == list(session.classes)
    config = exported(lambda form: choose(form.what, "astronomical"), "config.json")
    assert json.loads(config.read_text())["labels"][0] == -1


def test_says_what_cannot_be(session, viewer, settled, qtbot, tmp_path):
    aal.open_viewer(session, viewer=viewer)
    settled(viewer)
    dock = dashboard_of(viewer).catalogue
    dock.ask_for_export()
    dialog = dock.exporting
    assert dialog.form.path().name == "survey-labelled.fits"
    dialog.form.file.path.setText("")
    assert not dialog.export.isEnabled()
    assert dialog.note.text() == "Choose a file."
    dialog.form.file.path.setText(str(tmp_path / "none" / "l.fits"))
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "There is no folder" in dialog.note.text(), timeout=60_000)
    dialog.form.format.setCurrentIndex(4)
    assert dialog.form.path().suffix == ".parquet"
    dialog.reject()
