"""Text tables some rows at a time: what they say is what reading them as a whole says."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_astro_al.catalogue import text_streams
from napari_astro_al.catalogue.reading import read_table
from napari_astro_al.catalogue.row_streams import row_stream
from napari_astro_al.catalogue.text_streams import text_rows
from napari_astro_al.errors import AstroALWarning, CatalogueError

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

PLAIN = "name,n,mag,note,seen\nA,1,17.5,,True\nB,2,,faint,False\nC,9007199254740993,1e3,-,True\n"


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    """Files of any size are streamed, a few rows at a time."""
    monkeypatch.setattr(text_streams, "STREAMED_FROM", 0)
    monkeypatch.setattr(text_streams, "ROWS", 2)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "sky.csv"
    path.write_text(text, "utf-8")
    return path


def compare(path: Path, size: int = 2) -> pd.DataFrame:
    """All rows of a stream, which must be those of the whole table."""
    whole = read_table(path)
    stream = text_rows(path)
    assert stream is not None
    assert len(stream) == len(whole)
    assert stream.names == whole.names
    pieces = list(stream.chunks(stream.names, size))
    told = pd.concat([one.frame for one in pieces], ignore_index=True)
    pd.testing.assert_frame_equal(told, whole.frame.reset_index(drop=True))
    assert pieces[0].columns == whole.columns
    return told


class TestTheSame:
    def test_in_every_kind_of_column(self, tmp_path: Path) -> None:
        told = compare(written(tmp_path, PLAIN))

        assert told["n"].tolist() == [1, 2, 9007199254740993]
        assert np.isnan(told["mag"][1])
        assert told["seen"].tolist() == [True, False, True]

    def test_where_units_stand_below_the_names(self, tmp_path: Path) -> None:
        compare(written(tmp_path, "r,d\nmag,deg\n---,---\n1,2\n3,4\n5,6\n"))

    def test_where_a_name_is_there_twice(self, tmp_path: Path) -> None:
        with pytest.warns(AstroALWarning, match="more than once"):
            compare(written(tmp_path, "a,a\nx,2\ny,4\nz,6\n"))

    @pytest.mark.parametrize("size", [7, 1000])
    def test_of_real_spectra(self, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text_streams, "ROWS", 999)
        path = DATA / "sdss_dr14" / "sdss_dr14.csv"
        told = compare(path, 20 * size)
        assert len(told) == 10_000

    def test_some_columns_alone(self, tmp_path: Path) -> None:
        stream = text_rows(written(tmp_path, PLAIN))
        assert stream is not None
        (first, last) = stream.chunks(["mag", "name"], 2)

        assert first.frame.columns.tolist() == ["name", "mag"]
        assert last.frame["name"].tolist() == ["C"]

    def test_rows_are_counted_without_a_column(self, tmp_path: Path) -> None:
        stream = text_rows(written(tmp_path, PLAIN))
        assert stream is not None
        assert [len(one) for one in stream.chunks([], 2)] == [2, 1]


CELLS = {
    "whole": st.integers(-(2**55), 2**55).map(str),
    "number": st.floats(-1e6, 1e6).map(repr),
    "some": st.sampled_from(["1.5", "", "2", "nan"]),
    "text": st.sampled_from(["STAR", "", "a b", "-", "12x"]),
    "any": st.sampled_from(["1", "", "x", "-99", "NA", "True", "1e5", "07"]),
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.fixed_dictionaries(CELLS), min_size=3, max_size=9))
def test_any_cells_say_the_same_or_are_read_as_a_whole(tmp_path: Path, rows: list[dict]) -> None:
    lines = [",".join(CELLS), *(",".join(row.values()) for row in rows)]
    path = written(tmp_path, "\n".join(lines) + "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AstroALWarning)
        if text_rows(path) is not None:
            compare(path)


class TestReadAsAWhole:
    @pytest.mark.parametrize(
        "text",
        [
            "a,b\n1,x\n# between\n2,y\n",
            "a,b\n1,x\n2,-99\n3,y\n",
            "a,b\n1,x\nNA,y\n3,z\n",
            "a,b\n1,x\n2,y\nz,z\n",
            "1,2\n3,4\n5,6\n",
            "a,b\n9007199254740993,x\n,y\n3,z\n",
            "a,b\n1,x\n2,y\n3,z,4\n",
        ],
        ids=["comment", "marker", "NA", "mixed", "no header", "lost digits", "too wide"],
    )
    def test_what_is_not_plain(self, tmp_path: Path, text: str) -> None:
        assert text_rows(written(tmp_path, text)) is None

    def test_a_small_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text_streams, "STREAMED_FROM", 1000)
        assert text_rows(written(tmp_path, PLAIN)) is None

    def test_a_row_that_is_cut_short_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogueError, match="the first is line 3 with 1"):
            text_rows(written(tmp_path, "a,b\n1,x\n2\n3,y\n"))

    def test_one_that_is_too_wide_is_named_by_the_whole_reader(self, tmp_path: Path) -> None:
        path = written(tmp_path, "a,b\n1,x\n2,y\n3,z,4\n")
        with pytest.raises(CatalogueError, match="the first is line 4 with 3"), row_stream(path):
            pass
