"""Conditions as a person types them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import AllOf, Catalogue, Criterion
from napari_astro_al.errors import CatalogueError
from napari_astro_al.jobs import drain
from napari_astro_al.session.row_filter import condition_from_text, filtered_job
from napari_astro_al.session.selection import Selection


@pytest.fixture
def catalogue() -> Catalogue:
    frame = pd.DataFrame(
        {
            "id": [2**60, 2**60 + 1, 2**60 + 2, 2**60 + 3],
            "g": [17.0, 18.0, 19.0, np.nan],
            "[4.5]-[5.8]": [0.1, 0.2, 0.3, 0.4],
            "name": ["NGC 1", "NGC 2", "M 31", "bread and butter"],
            "kind": ["STAR", "QSO", "STAR", "QSO"],
        }
    )
    return Catalogue.from_table(frame, id="id", label="kind")


def rows(catalogue: Catalogue, text: str, base: Selection | None = None) -> list[int]:
    found = drain(filtered_job(catalogue, condition_from_text(catalogue, text), base))
    return found.rows.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("g < 18.5", [0, 1]),
        ("g>=18", [1, 2]),
        ("g = 18", [1]),
        ("g != 18", [0, 2]),
        ("g is missing", [3]),
        ("name contains NGC", [0, 1]),
        ("name in M 31, NGC 2", [1, 2]),
        ("name = 'M 31'", [2]),
        ("`[4.5]-[5.8]` > 0.25", [2, 3]),
        ("[4.5]-[5.8] > 0.25", [2, 3]),
        ("g < 18.5 and name contains NGC", [0, 1]),
        ("g < 17.5; name contains NGC", [0]),
        # all digits count
        (f"id = {2**60 + 1}", [1]),
    ],
)
def test_conditions(catalogue: Catalogue, text: str, expected: list[int]) -> None:
    assert rows(catalogue, text) == expected


def test_among_some(catalogue: Catalogue) -> None:
    some = Selection(catalogue, np.array([1, 2]))

    assert rows(catalogue, "g > 17", some) == [1, 2]
    assert rows(catalogue, "g < 18.5", some) == [1]


def test_what_it_becomes(catalogue: Catalogue) -> None:
    assert condition_from_text(catalogue, "g < 18 and name = M 31") == AllOf(
        Criterion("g", "<", 18), Criterion("name", "==", "M 31")
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("bright", "'bright' was not understood. Write such as"),
        ("r < 18", "has no column 'r'"),
        ("g < bright", "'g' '<'|a finite number"),
        ("g <", "needs a value"),
        ("kind = QSO", "'kind' holds the labels of held-out sources"),
    ],
)
def test_what_cannot_be_asked(catalogue: Catalogue, text: str, words: str) -> None:
    with pytest.raises(CatalogueError, match=words):
        condition_from_text(catalogue, text)
