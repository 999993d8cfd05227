from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.catalogue import Column
from napari_astro_al.jobs import drain
from napari_astro_al.session.table_cells import CellSource, columns_of, copied_job


@pytest.fixture
def session() -> aal.Session:
    table = pd.DataFrame(
        {
            "name": ["a", "b", "c", "d"],
            "z": [0.1, np.nan, 1 / 3, 4.0],
            "note": ["x\ty", None, "two\nlines", "–"],
            "kind": ["STAR", "GALAXY", "STAR", "GALAXY"],
            "count": np.array([2**53 + 1, 1, 2, 3]),
        }
    )
    catalogue = aal.Catalogue.from_table(
        table, id="name", label="kind", info=["count"], columns={"z": Column(unit="mag")}
    )
    features = aal.FeatureRecipe(columns=["z"])
    session = aal.Session(catalogue, features, split=aal.Split(0, 0))
    session.annotate("b", "GALAXY")
    return session


def test_columns_from_left_to_right(session):
    """The label column is not among them: held-out labels would give the answer away."""
    columns = columns_of(session.catalogue)
    names = ["id", "label", "predicted", "confidence", "count", "z", "note"]
    assert [column.name for column in columns] == names
    assert [column.title for column in columns][5] == "z [mag]"
    assert [column.name for column in columns if column.numeric] == ["confidence", "count", "z"]


def test_cells_in_words(session):
    cells, rows = CellSource.of(session), np.array([2, 1, 0])
    told = {one.name: cells.texts(one, rows) for one in columns_of(session.catalogue)}
    assert told["id"] == ["c", "b", "a"]
    assert told["label"] == ["–", "GALAXY", "–"]
    assert told["z"] == ["0.3333333", "–", "0.1"]
    assert told["count"] == ["2", "1", "9007199254740993"]
    assert told["predicted"] == told["confidence"] == ["–", "–", "–"]


def test_predictions_in_words(session):
    session.annotate(["a", "c"], "STAR")
    session.annotate("d", "GALAXY")
    session.train()
    cells, rows = CellSource.of(session), np.arange(4)
    predicted = session.predictions()
    told = {one.name: cells.texts(one, rows) for one in columns_of(session.catalogue)}
    known = predicted["confidence"].notna()
    assert told["predicted"] == predicted["predicted"].astype(object).where(known, "–").tolist()
    assert told["confidence"] == [
        "–" if np.isnan(one) else f"{one:.3f}" for one in predicted["confidence"]
    ]


def test_copied_rows_keep_all_digits_and_one_line_each(session):
    columns = columns_of(session.catalogue)
    text = drain(copied_job(CellSource.of(session), columns, np.array([3, 2, 1, 0])))
    assert text.splitlines() == [
        "id\tlabel\tpredicted\tconfidence\tcount\tz\tnote",
        "d\t\t\t\t3\t4.0\t–",
        "c\t\t\t\t2\t0.3333333333333333\ttwo lines",
        "b\tGALAXY\t\t\t1\t\t",
        "a\t\t\t\t9007199254740993\t0.1\tx y",
    ]
