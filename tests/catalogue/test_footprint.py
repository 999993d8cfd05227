"""Footprints: cells of the sky in files, and the sources in them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.catalogue.moc_files import DEEPEST, read_ranges
from napari_astro_al.errors import CatalogueError

ONE_TWELFTH = 1 / 12


def written(tmp_path, text, name="a.txt"):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


class TestCells:
    def test_a_base_cell_around_the_vernal_equinox(self, tmp_path):
        footprint = aal.Footprint.read(written(tmp_path, "0/4"))

        assert footprint.sky_fraction == pytest.approx(ONE_TWELFTH)
        # base cell 4 is a square on its corner: 45 degrees to each side on the equator
        inside = footprint.contains([0.0, 44.0, 46.0, 0.0, 0.0, 359.0], [0, 0, 0, 41, 43, 0])
        assert inside.tolist() == [True, True, False, True, False, True]

    def test_what_is_no_place_is_not_inside(self, tmp_path):
        whole = aal.Footprint.read(written(tmp_path, "0/0-11"))

        places = whole.contains([10.0, np.nan, 10.0, -350.0], [5.0, 5.0, 95.0, 5.0])

        assert places.tolist() == [True, False, False, True]

    def test_text_json_and_fits_are_the_same(self, tmp_path):
        text = written(tmp_path, "1/0-2, 7\n3/65 66 s2/")
        as_json = written(tmp_path, json.dumps({"1": [0, 1, 2, 7], "3": [65, 66]}), "a.json")
        uniq = tmp_path / "uniq.fits"
        cells = [4 * 4**1 + one for one in (0, 1, 2, 7)] + [4 * 4**3 + one for one in (65, 66)]
        column = fits.Column("UNIQ", "K", array=np.array(cells, dtype=np.int64))
        fits.BinTableHDU.from_columns([column]).writeto(uniq)

        told = [aal.Footprint.read(one) for one in (text, as_json, uniq)]
        told += [aal.Footprint.read(told[0].write(tmp_path / f"b.{s}")) for s in ("fits", "json")]

        for one in told:
            assert np.array_equal(one.ranges, told[0].ranges)
        # cells 0-2 of order 1 touch; 7, and 65-66 of order 3, which are within cell 4 of order 1
        quarter = 4 ** (DEEPEST - 1)
        assert told[0].ranges[[0, -1]].tolist() == [[0, 3 * quarter], [7 * quarter, 8 * quarter]]

    def test_of_sources_has_the_cells_that_they_lie_in(self, tmp_path):
        rng = np.random.default_rng(1)
        ra, dec = rng.uniform(10, 12, 500), rng.uniform(-1, 1, 500)

        footprint = aal.Footprint.of([*ra, np.nan], [*dec, 0.0], order=6)

        assert footprint.contains(ra, dec).all()
        assert not footprint.contains(ra + 20, dec).any()
        again = aal.Footprint.read(footprint.write(tmp_path / "of.fits"))
        assert np.array_equal(again.ranges, footprint.ranges)
        assert again.order == 6

    def test_of_no_source_is_none(self):
        with pytest.raises(CatalogueError, match="No source has a position"):
            aal.Footprint.of([np.nan], [0.0])
        with pytest.raises(CatalogueError, match="no order 30"):
            aal.Footprint.of([1.0], [0.0], order=30)

    def test_an_empty_one_has_no_source(self, tmp_path):
        footprint = aal.Footprint.read(written(tmp_path, "5/"))
        assert footprint.contains([1.0], [2.0]).tolist() == [False]


def moc_fits(values, form="K", **header):
    table = fits.BinTableHDU.from_columns([fits.Column("RANGE", form, array=np.array(values))])
    table.header.update(header)
    return table


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "no order such as 5/"),
            ("hello", "'hello' stands in it|more than space"),
            ("5 6 7", "cells stand before any order"),
            ("31/5", "the order 31; up to 29"),
            ("99999999999999999999/1", "names the order 99999999999999999999"),
            ("1/48", r"cells 48-48 of order 1, which has 0 to 47"),
            ("1/5-3", "cells 5-3 of order 1"),
            ("t5/3-9 s3/1", "a MOC of more than space"),
            ('{"5": "6"}', "orders with lists"),
            ('{"5": [1.5]}', "cells of order 5 that are no numbers"),
            ('{"5": [-1]}', r"cells -1--1 of order 5"),
            ('{"5": [true]}', "no numbers"),
            ("{" * 100_000, "cannot be read as a footprint"),
            ('{"5": [' + "9" * 9000 + "]}", "cannot be read as a footprint"),
            (b"5/\xff", "cannot be read as a footprint"),
            ("SIMPLE  = T", "cannot be read as a footprint"),
        ],
    )  # fmt: skip
    def test_are_refused_in_words(self, tmp_path, text, words):
        with pytest.raises(CatalogueError, match=words):
            aal.Footprint.read(written(tmp_path, text))

    @pytest.mark.parametrize(
        ("table", "words"),
        [
            (moc_fits([1, 2, 3], ORDERING="RANGE"), "half a range"),
            (moc_fits([5, 3], ORDERING="RANGE"), "ranges that are no cells"),
            (moc_fits([0, 2**62], ORDERING="RANGE"), "ranges that are no cells"),
            (moc_fits([-4, 3], ORDERING="RANGE"), "cells below 0"),
            (moc_fits([3, 7]), "numbers that are no cells"),
            (moc_fits([2**63 - 1]), "numbers that are no cells"),
            (moc_fits([1.5], "D"), "no whole numbers"),
            (moc_fits([4], ORDERING="NESTED"), "orders its cells by 'NESTED'"),
            (moc_fits([4], MOCDIM="TIME.SPACE"), "a MOC of time and space"),
            (moc_fits([4], COORDSYS="G"), "coordinates 'G'"),
        ],
    )  # fmt: skip
    def test_of_fits_too(self, tmp_path, table, words):
        table.writeto(tmp_path / "a.fits")
        with pytest.raises(CatalogueError, match=words):
            aal.Footprint.read(tmp_path / "a.fits")

    def test_a_table_that_claims_more_than_there_is(self, tmp_path):
        file = tmp_path / "a.fits"
        moc_fits([0, 4], ORDERING="RANGE").writeto(file)
        said, more = b"NAXIS2  =                    2", b"NAXIS2  =          99999999999"
        file.write_bytes(file.read_bytes().replace(said, more))
        with pytest.raises(
            CatalogueError, match=r"a\.fits (is cut short|is FITS without a table|cannot be)"
        ):
            aal.Footprint.read(file)

    def test_no_file_and_no_suffix(self, tmp_path):
        with pytest.raises(CatalogueError, match="There is no footprint at"):
            aal.Footprint.read(tmp_path / "none.fits")
        with pytest.raises(CatalogueError, match="is a folder"):
            aal.Footprint.read(tmp_path)
        whole = aal.Footprint.read(written(tmp_path, "0/0-11"))
        with pytest.raises(CatalogueError, match=r"'.csv': name it .fits, .json or .txt"):
            whole.write(tmp_path / "a.csv")
        with pytest.raises(CatalogueError, match="cannot be written"):
            whole.write(tmp_path / "nowhere" / "a.fits")

    @given(st.binary(max_size=60))
    def test_no_bytes_do_anything_else(self, tmp_path_factory, content):
        file = tmp_path_factory.mktemp("moc") / "a"
        file.write_bytes(content)
        try:
            ranges, order = read_ranges(file)
        except CatalogueError:
            return
        assert 0 <= order <= DEEPEST
        assert (ranges[:, 0] < ranges[:, 1]).all()

    @given(st.text('0123456789/-, s{}[]":', max_size=30))
    def test_nor_does_text(self, tmp_path_factory, content):
        file = tmp_path_factory.mktemp("moc") / "a"
        file.write_text(content)
        try:
            ranges, _ = read_ranges(file)
        except CatalogueError:
            return
        assert (ranges[1:, 0] > ranges[:-1, 1]).all()
