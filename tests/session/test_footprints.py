"""Selections by footprints on the sky."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, SessionError


@pytest.fixture
def session():
    table = pd.DataFrame(
        {"id": range(6), "ra": [0.0, 10, 50, 180, 355, np.nan], "dec": [0.0, 5, 0, 0, 0, 0.0]}
    )
    catalogue = aal.Catalogue.from_table(table.assign(g=1.0), id="id", ra="ra", dec="dec")
    with aal.Session(catalogue, task=aal.Task(["STAR", "QSO"])) as made:
        yield made


@pytest.fixture
def cell(tmp_path):
    """Base cell 4: within 45 degrees of the vernal equinox on the equator."""
    file = tmp_path / "cell.txt"
    file.write_text("0/4")
    return file


def test_sources_inside_and_outside(session, cell):
    assert session.select_footprint(cell) == 3
    assert session.selected == {0, 1, 4}

    # a source without a position is neither
    assert session.select_footprint(cell, outside=True) == 2
    assert session.selected == {2, 3}


def test_what_becomes_of_those_selected_before(session, cell):
    session.select([1, 2])
    session.select_footprint(aal.Footprint.read(cell), how="intersect")
    assert session.selected == {1}


def test_the_footprint_of_a_selection_finds_it_again(session, tmp_path):
    session.select([2, 4])
    file = session.write_footprint(tmp_path / "mine.fits", order=12)
    session.select([])

    assert session.select_footprint(file) == 2
    assert session.selected == {2, 4}


def test_nothing_selected_has_none(session, tmp_path):
    with pytest.raises(SessionError, match="Nothing is selected"):
        session.write_footprint(tmp_path / "mine.fits")


def test_a_bad_file_changes_nothing(session, tmp_path):
    session.select([3])
    (tmp_path / "bad.txt").write_text("5/99999999")
    with pytest.raises(CatalogueError, match="of order 5, which has 0 to 12287"):
        session.select_footprint(tmp_path / "bad.txt")
    assert session.selected == {3}


def test_without_positions_it_is_refused(cell):
    table = pd.DataFrame({"id": range(3), "g": [1.0, 2, 3]})
    with (
        aal.Session(aal.Catalogue.from_table(table, id="id"), task=aal.Task(["A", "B"])) as session,
        pytest.raises(CatalogueError, match="no columns of positions"),
    ):
        session.select_footprint(cell)
