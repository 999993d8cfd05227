"""Bands in files and in sessions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.errors import PlotError
from napari_astro_al.plots import FILTERS, Band, read_bands


def written(folder: Path, content: object) -> Path:
    path = folder / "bands.json"
    path.write_text(json.dumps(content))
    return path


class TestAstronomicALsFile:
    def test_bands_with_numbers_and_columns(self, tmp_path: Path) -> None:
        path = written(
            tmp_path,
            {
                "umag": {"wavelength": 0.3551, "FWHM": 0.0599, "error": "umag_err"},
                "radio": {"wavelength": "lambda", "FWHM": -99, "error": 0.1},
                "soft": {"wavelength": -99, "FWHM": -99, "error": -99},
            },
        )

        u, radio = read_bands(path)

        assert u == Band("umag", 0.3551, 0.0599, "AB", error="umag_err")
        assert radio == Band("radio", "lambda", None, "AB", error=0.1)

    def test_a_band_with_something_else_is_named(self, tmp_path: Path) -> None:
        path = written(tmp_path, {"umag": {"wavelength": 0.3551, "colour": "blue"}})

        with pytest.raises(PlotError, match="'umag' has 'colour'"):
            read_bands(path)

    def test_a_file_without_bands(self, tmp_path: Path) -> None:
        with pytest.raises(PlotError, match="holds no band with a wavelength"):
            read_bands(written(tmp_path, {"soft": {"wavelength": -99}}))


class TestOurFile:
    def test_a_filter_gives_the_rest(self, tmp_path: Path) -> None:
        (band,) = read_bands(written(tmp_path, [{"column": "w1mpro", "filter": "WISE W1"}]))

        assert (band.wavelength, band.unit, band.zero_point) == (3.3526, "Vega", 309.54)

    @pytest.mark.parametrize(
        ("band", "words"),
        [
            ({"column": "a"}, "has no wavelength"),
            ({"column": "a", "wavelength": -1}, "a wavelength is positive"),
            ({"column": "a", "wavelength": 1, "unit": "Vega"}, "has no zero point"),
            ({"column": "a", "wavelength": 1, "error": [1]}, "which cannot be"),
            ({"column": "a", "wavelength": 1, "wave": 2}, "has no 'wave'"),
            ("a", "is an object with a column"),
        ],
    )
    def test_what_cannot_be_is_refused(self, tmp_path: Path, band: object, words: str) -> None:
        with pytest.raises(PlotError, match=words):
            read_bands(written(tmp_path, [band]))

    def test_no_json(self, tmp_path: Path) -> None:
        (tmp_path / "bands.json").write_text("bands")

        with pytest.raises(PlotError, match="not valid JSON"):
            read_bands(tmp_path / "bands.json")

    def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(PlotError, match="Could not read"):
            read_bands(tmp_path / "none.json")


@given(
    st.builds(
        Band,
        column=st.text(min_size=1),
        wavelength=st.floats(1e-3, 1e6) | st.text(min_size=1),
        width=st.none() | st.floats(1e-3, 10),
        unit=st.sampled_from(["AB", "mJy"]),
        error=st.none() | st.text(min_size=1) | st.floats(0.01, 1),
        limit=st.none() | st.text(min_size=1),
        filter=st.sampled_from(["", "a band of mine"]),
    )
)
def test_json_and_back(band: Band) -> None:
    assert Band.from_json(json.loads(json.dumps(band.to_json()))) == band


def test_filters_lie_where_their_names_say() -> None:
    order = ["GALEX FUV", "SDSS u", "SDSS z", "2MASS J", "2MASS Ks", "WISE W1", "WISE W4"]
    waves = [FILTERS[name].wavelength for name in order]

    assert waves == sorted(waves)
    assert all(0 < one.width < 2 * one.wavelength for one in FILTERS.values())
