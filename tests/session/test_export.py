"""Exported labels: who gave them, and whether every value can be read again."""

from __future__ import annotations

import io
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from astropy.units import UnitsWarning
from hypothesis import example, given, settings
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import SessionError
from napari_astro_al.session.export import labelled_table
from napari_astro_al.session.tablefiles import SUFFIXES, table_bytes

FORMATS = (".fits", ".vot", ".ecsv", ".csv", ".parquet")


def read(content, suffix):
    """A table's columns as lists, by an ordinary reader; a masked cell is None."""
    if suffix == ".csv":
        frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
        return {name: list(frame[name]) for name in frame}
    if suffix == ".parquet":
        frame = pd.read_parquet(io.BytesIO(content))
        return {name: [None if x is pd.NA else x for x in frame[name]] for name in frame}
    form = {".fits": "fits", ".vot": "votable", ".ecsv": "ascii.ecsv"}[suffix]
    more = {"use_names_over_ids": True} if suffix == ".vot" else {}
    source = content.decode() if suffix == ".ecsv" else io.BytesIO(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnitsWarning)
        table = Table.read(source, format=form, **more)
    return {name: table[name].tolist() for name in table.colnames}


def written(suffix, known=None, **columns):
    return read(table_bytes(pd.DataFrame(columns), suffix, known or {}), suffix)


class TestWhoSaidSo:
    def test_an_answer_taken_back_is_not_told(self, session):
        session.annotate(1001, "STAR", comment="first")
        session.annotate(1001, "GALAXY", comment="taken back")
        session.undo()
        row = labelled_table(session).iloc[0]
        first = session.book.history_of(1001)[0]
        assert (row["label"], row["comment"]) == ("STAR", "first")
        assert row["labelled_at"] == first.utc

    def test_a_skip_gives_no_label(self, session):
        session.annotate(1001, "STAR", comment="sure", annotator="ada")
        session.skip(1001)
        row = labelled_table(session).iloc[0]
        assert (row["annotator"], row["comment"]) == ("ada", "sure")

    def test_who_was_outvoted_is_not_told(self, session):
        for who, label in (("ada", "STAR"), ("bo", "STAR"), ("cy", "GALAXY")):
            session.annotate(1001, label, annotator=who, comment=f"{who}\nsays {label}")
        row = labelled_table(session).iloc[0]
        assert row["label"] == "STAR"
        assert row["annotator"] == "ada;bo"
        assert row["comment"] == "ada says STAR; bo says STAR"
        assert row["labelled_at"] == session.book.history_of(1001)[0].utc

    def test_a_person_stands_before_the_column(self, catalogue):
        session = aal.Session(catalogue.with_roles(label_use="train"), annotator="ada")
        source = int(session.labels.index[0])
        session.annotate(source, session.labels[source])
        table = labelled_table(session).set_index("id")
        assert table.loc[source, "annotator"] == "ada"
        assert set(table["annotator"].drop(source)) == {"catalogue"}


class TestColumns:
    def test_a_name_that_is_taken_gets_an_ending(self, catalogue):
        odd = catalogue.table.assign(label_catalogue="x", label="y")
        session = aal.Session(aal.Catalogue.from_table(odd, id="source", label="kind"))
        session.annotate(1001, "STAR")
        table = labelled_table(session, ["label", "label_catalogue", "u", "u"])
        assert list(table.columns[6:]) == ["label_catalogue", "label_catalogue_catalogue", "u"]
        assert table.iloc[0, 6:8].tolist() == ["y", "x"]

    def test_one_text_is_not_a_list_of_names(self, session):
        with pytest.raises(SessionError, match=r"write columns=\['ug'\]"):
            labelled_table(session, "ug")

    def test_units_are_those_of_the_catalogues_columns(self, catalogue, tmp_path):
        known = {"u": Column(unit="mag"), "label": Column(unit="pix", description="theirs")}
        table = catalogue.table.assign(label=1.5)
        session = aal.Session(
            aal.Catalogue.from_table(table, id="source", label="kind", columns=known)
        )
        session.annotate(1001, "STAR")
        out = Table.read(session.export(tmp_path / "l.ecsv", columns=["u", "label"]))
        assert (str(out["u"].unit), out["label"].unit) == ("mag", None)
        assert out["label_catalogue"].description == "theirs"


class TestNumbers:
    @pytest.mark.parametrize("suffix", [".fits", ".vot", ".ecsv", ".parquet"])
    def test_integers_with_gaps_keep_their_digits(self, suffix):
        exact = pd.array([2**62 + 1, None, 999_999], dtype="Int64")
        assert written(suffix, x=exact)["x"] == [2**62 + 1, None, 999_999]

    @pytest.mark.parametrize("suffix", FORMATS)
    @settings(deadline=None, max_examples=25)
    @given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1), st.integers(0, 3))
    def test_int64(self, suffix, values, gap):
        told = [None if place == gap else one for place, one in enumerate(values)]
        back = written(suffix, x=pd.array(told, dtype="Int64"))["x"]
        if suffix == ".csv":
            back = [int(one) if one else None for one in back]
        assert back == told

    @pytest.mark.parametrize("suffix", FORMATS)
    @settings(deadline=None, max_examples=25)
    @given(st.lists(st.integers(0, 2**64 - 1), min_size=1), st.booleans())
    @example([2**64 - 1], True)
    def test_uint64_is_exact_in_digits(self, suffix, values, gap):
        """VOTable has no such type: it gets signed integers, or text from 2^63 on."""
        told = [*values, None] if gap else values
        numbers = np.array([one or 0 for one in told], dtype=np.uint64)
        nullable = pd.arrays.IntegerArray(numbers, np.array([one is None for one in told]))
        back = written(suffix, x=nullable)["x"]
        assert [int(one) if one not in (None, "") else None for one in back] == told

    @pytest.mark.parametrize("suffix", [".fits", ".vot", ".ecsv"])
    @pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "uint32", "int32"])
    def test_narrow_integers(self, suffix, dtype):
        limits = np.iinfo(dtype)
        values = np.array([limits.min, 1, limits.max], dtype=dtype)
        assert written(suffix, x=values)["x"] == values.tolist()

    @pytest.mark.parametrize("suffix", [".fits", ".vot", ".ecsv", ".parquet"])
    def test_flags_with_gaps_and_complex_numbers(self, suffix):
        assert written(suffix, x=pd.array([True, None, False]))["x"] == [True, None, False]
        if suffix in (".fits", ".vot"):
            assert written(suffix, x=np.array([1 + 2j]))["x"] == [1 + 2j]


class TestText:
    @pytest.mark.parametrize("suffix", FORMATS)
    @settings(deadline=None, max_examples=60)
    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), min_size=1))
    @example(["#7"])
    @example(["NGC 224 "])
    @example(["a\r\nb"])
    @example(["\x00"])
    @example(["\ufeffx"])
    @example(["--", "nan", "N/A", '"', "007"])
    def test_survives_or_is_refused_by_name(self, suffix, texts):
        try:
            back = written(suffix, source=texts, n=range(len(texts)))["source"]
        except SessionError as error:
            back = str(error)
        refusal = rf"The column 'source' cannot be written as {suffix}.* Choose '\."
        assert back == texts or re.match(refusal, str(back), re.DOTALL)

    @pytest.mark.parametrize("suffix", FORMATS)
    def test_ordinary_ids_and_classes_are_never_refused(self, suffix):
        ids = ["J000001.2+003456", "M 31", "a-b_c.d:e/f", "0012", "Sgr A*", 'x"y', "100%", "a,b"]
        assert written(suffix, id=ids)["id"] == ids

    def test_a_class_that_fits_cannot_hold(self, catalogue, tmp_path):
        session = aal.Session(catalogue, task=aal.Task(["étoile", "galaxie"]))
        session.annotate(1001, "étoile")
        with pytest.raises(
            SessionError, match=r"'label' cannot be written as \.fits.*'étoile'.*ASCII.*'\.vot'"
        ):
            session.export(tmp_path / "l.fits")
        assert not list(tmp_path.iterdir())
        for suffix in FORMATS[1:]:
            content = session.export(tmp_path / f"l{suffix}").read_bytes()
            assert read(content, suffix)["label"] == ["étoile"]

    @pytest.mark.parametrize(
        ("name", "suffix"),
        [("größe", ".fits"), ("x" * 61, ".fits"), ("two\nlines", ".parquet"), (" x", ".vot")],
    )
    def test_a_name_that_the_format_cannot_hold(self, name, suffix):
        with pytest.raises(SessionError, match=r"The column name .*, or leave the column out"):
            written(suffix, **{name: [1.0]})

    @pytest.mark.parametrize("suffix", FORMATS[1:])
    def test_names_beyond_ascii_where_they_can_be(self, suffix):
        assert list(written(suffix, größe=[1], grässe=[2])) == ["größe", "grässe"]


@pytest.mark.parametrize("unit", ["µJy", "Å", "größe", "nanomaggies", None])
def test_no_unit_stands_in_the_way_of_fits(unit):
    assert written(".fits", {"x": Column(unit=unit, description="Größe")}, x=[1.5])["x"] == [1.5]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_labels_make_a_table_with_columns(session, tmp_path, suffix):
    content = session.export(tmp_path / f"none{suffix}", columns=["u"]).read_bytes()
    plain = {".fit": ".fits", ".xml": ".vot"}.get(suffix, suffix)
    assert [len(cells) for cells in read(content, plain).values()] == [0] * 7
