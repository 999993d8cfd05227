"""Posterior densities against quantiles worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import PlotError
from napari_astro_al.plots import Figure, Given, draw
from napari_astro_al.plots.plot import complete, plot_named
from napari_astro_al.plots.posterior import quantiles

# a triangle from 0 to 2 with its top at 1, one that is twice as high, and nothing
ROWS = np.array([[0.0, 1.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]])


@pytest.fixture
def catalogue() -> Catalogue:
    frame = pd.DataFrame({"id": [1, 2, 3], "zspec": [0.9, np.nan, 1.0]})
    return Catalogue.from_table(frame, id="id", arrays={"pz": ROWS, "zgrid": ROWS * 0 + [0, 1, 2]})


def figure(catalogue: Catalogue, source: int, **said: Any) -> Figure:
    settings = complete(plot_named("posterior"), catalogue, said)
    return draw("posterior", Given(catalogue, source, settings))


def test_columns_are_found_by_their_names(catalogue: Catalogue) -> None:
    settings = complete(plot_named("posterior"), catalogue, {})

    assert (settings["density"], settings["grid"]) == ("pz", "zgrid")


def test_a_triangle(catalogue: Catalogue) -> None:
    drawn = figure(catalogue, 1)

    assert drawn.series[0].y.tolist() == [0.0, 1.0, 0.0]
    # x²/2 = 0.15865 on the way up
    assert drawn.spans[0].low == pytest.approx(np.sqrt(2 * 0.15865), abs=1e-4)
    assert drawn.spans[0].high == pytest.approx(2 - np.sqrt(2 * 0.15865), abs=1e-4)
    assert [(mark.name, mark.x, mark.strong) for mark in drawn.marks] == [
        ("median", pytest.approx(1.0), False),
        ("zspec", 0.9, True),
    ]


def test_another_area_is_said_and_put_right(catalogue: Catalogue) -> None:
    drawn = figure(catalogue, 2)

    assert drawn.series[0].y.tolist() == [0.0, 1.0, 0.0]
    assert "the array's area is 2; it is drawn with an area of 1" in drawn.notes


def test_no_density(catalogue: Catalogue) -> None:
    assert "zero everywhere" in figure(catalogue, 3).nothing


class TestGrid:
    def test_from_first_to_last(self, catalogue: Catalogue) -> None:
        assert figure(catalogue, 1, grid="0:4").series[0].x.tolist() == [0.0, 2.0, 4.0]

    @pytest.mark.parametrize(
        ("grid", "words"),
        [("z", "is neither a column"), ("4:0", "does not ascend"), ("0:nan", "does not ascend")],
    )
    def test_what_is_none(self, catalogue: Catalogue, grid: str, words: str) -> None:
        with pytest.raises(PlotError, match=words):
            figure(catalogue, 1, grid=grid)

    def test_of_another_length(self, catalogue: Catalogue) -> None:
        arrays = {**catalogue.arrays, "zgrid": np.zeros((3, 5))}
        other = Catalogue.from_table(catalogue.table, id="id", arrays=arrays)

        with pytest.raises(PlotError, match="has 5 places and the density 3 values"):
            figure(other, 1)


@given(
    st.lists(st.floats(0, 10), min_size=3, max_size=30).filter(lambda one: sum(one[1:-1]) > 0.1),
    st.floats(0.01, 0.99),
)
def test_a_quantile_has_its_share_of_the_area_below(heights: list[float], share: float) -> None:
    grid, density = np.linspace(0, 1, len(heights)), np.array(heights)
    (place,) = quantiles(grid, density, (share,))
    fine = np.union1d(np.linspace(0, 1, 20_001), grid)
    curve = np.interp(fine, grid, density)
    below = np.trapezoid(np.where(fine <= place, curve, 0.0), fine)

    assert below / np.trapezoid(curve, fine) == pytest.approx(share, abs=2e-3)
