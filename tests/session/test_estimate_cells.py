from __future__ import annotations

import math

import pandas as pd
import pytest

from napari_astro_al.session.estimate_cells import (
    ALL_CLASSES,
    cells_of,
    estimators_of,
    table_of,
)
from napari_astro_al.session.estimating import COLUMNS


@pytest.fixture
def table() -> pd.DataFrame:
    rows = [
        ("classes", "accuracy", "", "LURE", 0.9, 0.8, 0.95, 50),
        ("classes", "purity", "QSO", "LURE", 0.94, 0.91, 0.96, 40),
        ("classes", "fraction", "QSO", "LURE", math.nan, math.nan, math.nan, 0),
        ("classes", "purity", "QSO", "difference", 0.93, 0.92, 0.94, 40),
        ("classes", "purity", "QSO", "naive", 0.7, 0.6, 0.8, 30),
        ("other", "purity", "STAR", "LURE", 0.5, 0.4, 0.6, 50),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_the_model_assisted_estimator_comes_first(table):
    assert estimators_of(table) == ["difference", "LURE"]


def test_a_row_a_class_and_the_accuracy_last(table):
    quasars, everything = cells_of(table, "classes", "LURE")

    assert quasars.name == "QSO"
    assert quasars.cells["purity"].words == "94 % (91–96)"
    assert quasars.cells["purity"].naive == 0.7
    assert everything.name == ALL_CLASSES
    assert everything.cells["accuracy"].value == 0.9


def test_exact_numbers_are_told(table):
    (quasars, _) = cells_of(table, "classes", "LURE")

    assert quasars.cells["purity"].told == (
        "Of the sources taken for QSO, so many are: 94.00 % (95 % interval 91.00 to 96.00), from "
        "40 answers.\nThe labels that were asked for would say 70.0 %."
    )
    assert quasars.cells["fraction"].words == "–"
    assert quasars.cells["fraction"].told.endswith("unknown. No answer to the survey sample tells.")


def test_numbers_on_show_as_a_table(table):
    told = table_of(cells_of(table, "classes", "LURE"))

    assert list(told) == ["class", "quantity", "value", "low", "high", "naive"]
    assert told["class"].tolist() == ["QSO", "QSO", ALL_CLASSES]
    assert told.loc[0].tolist() == ["QSO", "purity", 0.94, 0.91, 0.96, 0.7]
