"""The energy distribution as values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.plots import Given, Near, draw
from napari_astro_al.plots.plot import complete, plot_named

AB = {"unit": "AB", "width": 0.2, "error": 0.1}
BANDS = [
    {"column": "a", "wavelength": 1.0, **AB},
    {"column": "b", "wavelength": 2.0, **AB},
    {"column": "f", "wavelength": 4.0, "unit": "mJy", "error": "f_err", "limit": "no error"},
]


@pytest.fixture
def catalogue() -> Catalogue:
    table = pd.DataFrame(
        {
            "id": [1, 2, 3, 4],
            "a": [20.0, 15.0, -99.0, np.nan],
            "b": [17.5, 12.5, 18.0, np.nan],
            "f": [2.0, 20.0, -1.0, np.nan],
            "f_err": [0.5, 0.5, 0.5, 0.5],
        }
    )
    return Catalogue.from_table(table, id="id")


def figure(catalogue: Catalogue, source: int, near: tuple[Near, ...] = (), **said: Any) -> Any:
    settings = complete(plot_named("sed"), catalogue, {"bands": BANDS, **said})
    return draw("sed", Given(catalogue, source, settings, near))


class TestOneSource:
    def test_points_by_wavelength_in_millijansky(self, catalogue: Catalogue) -> None:
        (own,) = figure(catalogue, 1, quantity="Fν").series

        assert own.x.tolist() == [1.0, 2.0, 4.0]
        assert own.y == pytest.approx([0.03631, 0.3631, 2.0])
        assert own.x_low[0] == pytest.approx(0.9)
        assert (own.y_low[2], own.y_high[2]) == pytest.approx((1.5, 2.5))
        assert own.words == ("a", "b", "f")

    def test_magnitudes_grow_downward(self, catalogue: Catalogue) -> None:
        drawn = figure(catalogue, 1, quantity="AB magnitude")

        assert drawn.y.reversed
        assert drawn.series[0].y[:2] == pytest.approx([20.0, 17.5])
        assert (drawn.series[0].y_low[0], drawn.series[0].y_high[0]) == pytest.approx((19.9, 20.1))

    def test_what_is_missing_or_negative_is_said(self, catalogue: Catalogue) -> None:
        drawn = figure(catalogue, 3, quantity="Fν")

        assert drawn.notes == ("No value: a", "Upper limit: f")
        # nothing is seen at -1 ± 0.5 mJy: three deviations above zero
        assert drawn.series[0].y[1] == pytest.approx(1.5)
        assert drawn.series[0].limits.tolist() == [0, -1]

    def test_nothing_at_all(self, catalogue: Catalogue) -> None:
        assert "None of the 3 bands" in figure(catalogue, 4).nothing

    def test_a_value_without_an_error_is_a_limit_where_that_was_said(self) -> None:
        table = pd.DataFrame({"id": [1], "a": [20.0], "b": [20.0], "f": [2.0], "f_err": [np.nan]})
        drawn = figure(Catalogue.from_table(table, id="id"), 1, quantity="Fν")

        assert drawn.notes == ("Upper limit: f",)


class TestComparison:
    NEAR = (Near(2, "STAR"),)

    def test_scaled_to_the_same_flux(self, catalogue: Catalogue) -> None:
        star, own = figure(catalogue, 1, self.NEAR, quantity="Fν").series

        # hundred times brighter in a and b, ten times in f; the median ratio is 1/100
        assert star.y == pytest.approx([0.03631, 0.3631, 0.2])
        assert (star.label, star.tone, own.tone) == ("STAR", "faint", "main")

    def test_as_measured(self, catalogue: Catalogue) -> None:
        said = {"compare": "nearest labelled", "quantity": "Fν"}
        star, _ = figure(catalogue, 1, self.NEAR, **said).series

        assert star.y == pytest.approx([3.631, 36.31, 20.0])

    def test_not_wanted(self, catalogue: Catalogue) -> None:
        assert len(figure(catalogue, 1, self.NEAR, compare="nothing").series) == 1

    def test_a_neighbour_without_values_is_left_out(self, catalogue: Catalogue) -> None:
        assert len(figure(catalogue, 1, (Near(4, "STAR"),)).series) == 1
