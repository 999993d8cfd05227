"""The spectrum of a source with its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.plots import Figure, Given, draw
from napari_astro_al.plots.plot import complete, plot_named
from napari_astro_al.plots.spectrum import guess_redshift, smoothed


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    wave = np.arange(4000.0, 9000.0, 2.0)
    (tmp_path / "spectra").mkdir()
    np.savetxt(tmp_path / "spectra" / "spec-0266-51602-0001.fits", np.c_[wave, np.ones_like(wave)])
    frame = pd.DataFrame(
        {
            "id": [1, 2],
            "plate": [266, 266],
            "mjd": [51602, 51602],
            "fiberid": [1, 2],
            "z": [0.1, 0.2],
            "z_err": [0.001, 0.001],
        }
    )
    return Catalogue.from_table(frame, id="id", path=tmp_path / "table.csv")


def figure(catalogue: Catalogue, source: int = 1, **said: Any) -> Figure:
    return draw(
        "spectrum", Given(catalogue, source, complete(plot_named("spectrum"), catalogue, said))
    )


def test_sdss_names_are_found_where_their_files_are(catalogue: Catalogue) -> None:
    settings = complete(plot_named("spectrum"), catalogue, {})

    assert settings["file"] == "spectra/spec-{plate:4}-{mjd}-{fiberid:4}.fits"
    assert settings["redshift"] == "z"


def test_lines_lie_at_the_redshift(catalogue: Catalogue) -> None:
    marks = {mark.name: mark.x for mark in figure(catalogue).marks}

    assert marks["Hα"] == pytest.approx(6564.61 * 1.1)
    assert marks["Ca K"] == pytest.approx(3934.777 * 1.1)
    assert "Lyα" not in marks  # at 1337 Å, where there is no spectrum


def test_at_rest(catalogue: Catalogue) -> None:
    drawn = figure(catalogue, frame="at rest", lines="emission")

    assert drawn.x.title == "Wavelength at rest [Å]"
    assert drawn.series[0].x[0] == pytest.approx(4000 / 1.1)
    assert {mark.name: mark.x for mark in drawn.marks}["Hα"] == pytest.approx(6564.61)
    assert "Ca K" not in {mark.name for mark in drawn.marks}


def test_without_a_redshift_there_are_no_lines(catalogue: Catalogue) -> None:
    drawn = figure(catalogue, redshift=None)

    assert drawn.marks == ()
    assert "no redshift: no lines" in drawn.notes


def test_a_source_without_a_file(catalogue: Catalogue) -> None:
    assert "is not there" in figure(catalogue, source=2).nothing


def test_the_redshift_column_is_not_the_band_z() -> None:
    frame = pd.DataFrame({"id": [1], "u": [1.0], "g": [1.0], "r": [1.0], "i": [1.0], "z": [1.0]})

    assert guess_redshift(Catalogue.from_table(frame, id="id")) is None
    frame["zspec"] = 0.5
    assert guess_redshift(Catalogue.from_table(frame, id="id")) == "zspec"


class TestSmoothed:
    def test_a_mean_weighted_by_errors(self) -> None:
        flux, error = smoothed(np.array([0.0, 3.0, 9.0]), np.array([1.0, 1.0, 0.5]), 3)

        # in the middle: (0 + 3 + 4 * 9) / 6
        assert flux[1] == pytest.approx(6.5)
        assert error is not None
        assert error[1] == pytest.approx(1 / np.sqrt(6))

    def test_pixels_left_out_do_not_count(self) -> None:
        flux, _ = smoothed(np.array([1.0, np.nan, 3.0, np.nan, np.nan, np.nan]), None, 3)

        assert flux == pytest.approx([1.0, 2.0, 3.0, 3.0, np.nan, np.nan], nan_ok=True)

    @given(st.lists(st.floats(-1e3, 1e3), min_size=21, max_size=60))
    def test_a_mean_lies_between_the_values(self, values: list[float]) -> None:
        flux, _ = smoothed(np.array(values), None, 5)

        assert flux.min() >= min(values) - 1e-6
        assert flux.max() <= max(values) + 1e-6
