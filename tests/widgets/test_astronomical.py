"""An AstronomicAL configuration opened in the window, and the list of what has no equal."""

from __future__ import annotations

import json

import pytest
from astropy.table import Table

import napari_astro_al as aal
from napari_astro_al.widgets.astronomical import is_configuration
from napari_astro_al.widgets.comparison_dialog import ComparisonDialog
from napari_astro_al.widgets.dashboard import dashboard_of


@pytest.fixture
def config(tmp_path):
    """One classifier of an old program, and its catalogue in the folder ``data`` beside it."""
    (tmp_path / "data").mkdir()
    survey = aal.samples.simulated_survey(200, seed=0).table
    classes = {"STAR": 0, "GALAXY": 1, "QSO": 2}
    kind = survey["class"].map(classes).fillna(-1).astype(int)
    table = survey[["u", "g", "r"]].assign(name=[f"S{k}" for k in range(200)], kind=kind)
    Table.from_pandas(table).write(tmp_path / "data" / "survey.fits")
    rows = table[table["kind"] >= 0].head(6)
    content = {
        "dataset_filepath": "data/survey.fits",
        "layout": {"0": {"contents": "SED Plot"}},
        "id_col": "name",
        "label_col": "kind",
        "default_vars": ["u", "g"],
        "labels": [-1, 0, 1, 2],
        "labels_to_strings": {"0": "Star", "1": "Galaxy", "2": "QSO"},
        "labels_to_train": ["Star"],
        "features_for_training": ["u", "g", "r"],
        "classifiers": {
            "0": {
                "classifier": ["KNN"],
                "query": ["Entropy Sampling"],
                "id": list(rows["name"]),
                "y": [int(one) for one in rows["kind"]],
            }
        },
    }
    path = tmp_path / "config.json"
    path.write_text(json.dumps(content))
    return path


def test_is_told_from_other_files_of_json(config, tmp_path):
    other = tmp_path / "other.json"
    other.write_text('{"features": []}')
    assert is_configuration(config)
    assert not is_configuration(other)
    assert not is_configuration(tmp_path / "none.json")
    assert not is_configuration(tmp_path / "data" / "survey.fits")


def test_becomes_a_session_and_says_what_has_no_equal(config, viewer, settled):
    dock = dashboard_of(viewer).catalogue
    dock.open_path(config)
    bench = settled(viewer)

    session = bench.workspace.session
    assert len(session.labels) == 6
    assert session.path == config.parent / "data" / "survey.astroal"
    assert dock.imported.isVisible()
    dialog = dock.astronomical.dialog
    assert isinstance(dialog, ComparisonDialog)
    told = {dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())}
    assert {"layout", "layout.0"} <= told
    dialog.accept()
    dock.imported.click()
    assert dock.astronomical.dialog is not None
    dock.astronomical.dialog.accept()
