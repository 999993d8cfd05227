"""Tables as people have them: any name of a column, any id, and columns that say nothing."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from tests.session.conftest import blobs

import napari_astro_al as aal
from napari_astro_al.errors import (
    AstroALError,
    FeatureError,
    NotEnoughLabels,
    ProjectionError,
    SessionError,
)
from napari_astro_al.features import default_columns
from napari_astro_al.features.expression import parse_expression, quoted
from napari_astro_al.jobs import drain
from napari_astro_al.session.row_filter import condition_from_text, filtered_job

ASCII = [
    *("a b", "a.b", 'a"b', "a'b", "a[0]", "a]b", "a(b)", "a`b", "`", "class", "lambda", "None"),
    *("index", "size", "values", "T", "id", "label", "predicted", "confidence", "p_STAR", "split"),
    *("uncertainty", "annotator", "comment", "missing(u)", "u-g", "sin", "pi", "1e5", "12", "-"),
    *("a,b", "a;b", "a/b", "a\\b", "$x", "{x}", "a and b", "<b>x</b>", "&amp;", "#a", "a=b", "in"),
    *("__index_level_0__", "is missing", "row", "U", "a  b"),
]
WORLD = ["e\u0301clat", "\u05e9\u05dc\u05d5\u05dd", "\U0001f52d", "\u200b", "\u202eabc", "x" * 300]
NAMES = [*ASCII, *WORLD]


def odd_table(names):
    """The two blobs, and a copy of a feature, with other noise, under each name."""
    table = blobs(80)
    rng = np.random.default_rng(1)
    odd = {name: table["u"] + rng.normal(scale=0.5, size=len(table)) for name in names}
    return pd.concat([table, pd.DataFrame(odd)], axis=1)


def save(table, path):
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        texts = table.select_dtypes(exclude="number").columns
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of names that a format does not like
            Table.from_pandas(table.astype(dict.fromkeys(texts, object))).write(
                path, format={".vot": "votable"}.get(path.suffix)
            )
    return path


@pytest.fixture(scope="module")
def odd():
    return aal.Catalogue.from_table(odd_table(NAMES), id="source", label="kind", name="odd")


@pytest.mark.parametrize(
    ("suffix", "names"), [(".csv", NAMES), (".parquet", NAMES), (".vot", NAMES), (".fits", ASCII)]
)
def test_names_are_read_as_they_are(tmp_path, suffix, names):
    table = odd_table(names)
    catalogue = aal.Catalogue.read(save(table, tmp_path / f"odd{suffix}"), id="source")
    assert list(catalogue.table.columns) == list(table.columns)
    np.testing.assert_array_equal(catalogue.table.iloc[:, 4:], table.iloc[:, 4:])


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_name_is_one_line_without_blanks_around_it(tmp_path, suffix):
    table = blobs(20).rename(columns={"source": " ob\nject ", "u": "flux\r\n(mJy)", "g": ""})
    table[" ob\nject "] += 2**60
    path = save(table, tmp_path / f"lines{suffix}")
    catalogue = aal.Catalogue.read(path, id="ob ject", label="kind")
    assert list(catalogue.table.columns) == ["ob ject", "flux (mJy)", "column 3", "kind"]
    assert catalogue.ids[0] == 2**60 + 1000


def test_names_that_become_one_are_told_apart_in_words():
    table = pd.DataFrame([[1, 1.0, 2.0, 3.0]], columns=["id", "u", "u ", "u\n"])
    with pytest.warns(aal.AstroALWarning, match=r"'u' as 'u\.1', 'u' as 'u\.2'"):
        catalogue = aal.Catalogue.from_table(table, id="id")
    assert list(catalogue.table.columns) == ["id", "u", "u.1", "u.2"]


def filtered(catalogue, text):
    found = drain(filtered_job(catalogue, condition_from_text(catalogue, text), None))
    return sorted(found.ids)


@pytest.mark.parametrize("name", NAMES)
def test_expressions_and_filters_name_any_column(odd, name):
    values = odd.table[name].to_numpy()
    assert parse_expression(f"{quoted(name)} - u").names == (name, "u")
    written = name.replace("`", "``")
    found = filtered(odd, f"`{written}` > 1.5 and u < 100")
    assert found == odd.ids[values > 1.5].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind = 'a and b'", [1]),
        ('kind = "c;d"', [2]),
        ('kind in "e,f", x; n > 2', [3]),
        ("kind in 'e,f', 'c;d'", [2, 3]),
        ("kind contains O'Brien and n < 9", [4]),
    ],
)
def test_values_with_signs_stand_between_quotes(text, expected):
    kinds = ["a and b", "c;d", "e,f", "O'Brien's"]
    table = pd.DataFrame({"n": [1, 2, 3, 4], "kind": kinds})
    catalogue = aal.Catalogue.from_table(table, id="n")
    assert filtered(catalogue, text) == expected


def known(catalogue, n=8, **given):
    """A session on disk with the first labels of the pool given from the column."""
    session = aal.Session(
        catalogue, learner=aal.LearnerRecipe(model="knn", strategy="margin"), **given
    )
    rows = np.flatnonzero(session.partition.part == 0)[:n]
    for source in catalogue.ids_at(rows):
        session.annotate(source, catalogue.column_labels[catalogue.row_of(source)])
    return session


def test_a_session_on_columns_of_any_name(odd, tmp_path):
    """Features, planes, labels, model, query, undo, file, share file and replay."""
    recipe = aal.FeatureRecipe(columns=["u", *NAMES], generators=[("subtract", ["a b", "u-g"])])
    session = known(odd, features=recipe, path=tmp_path / "odd.astroal")
    assert session.features.names[:-1] == ("u", *NAMES)
    for name in NAMES:
        points = session.project(x=name, y=f"{quoted(name)} * 2").points
        np.testing.assert_allclose(points[:, 1], 2 * points[:, 0], rtol=1e-6)
    session.project("pca")
    session.undo()
    session.redo()
    asked, said = session.query(n=3), session.predictions()
    session.export_config(tmp_path / "share.json")
    session.save()
    session.close()

    with aal.Session.open(tmp_path / "odd.astroal", odd) as again:
        assert again.features.names == session.features.names
        assert len(again.labels) == 8
        assert again.query(n=3) == asked
        pd.testing.assert_frame_equal(again.predictions(), said)
    replayed = aal.replay(tmp_path / "share.json", odd)
    assert not replayed.differences
    assert replayed.query(n=3) == asked


@pytest.mark.parametrize(
    ("suffix", "names"),
    [
        (".csv", NAMES),
        (".parquet", NAMES),
        (".vot", NAMES),
        (".ecsv", [one for one in NAMES if one != "#a"]),
        (".fits", ASCII),
    ],
)
def test_results_are_written_and_read_beside_columns_of_any_name(odd, tmp_path, suffix, names):
    session = known(odd, features=aal.FeatureRecipe(columns=["u", "g"]))
    written = session.export(tmp_path / f"out{suffix}", rows="all", columns=names)
    again = aal.Catalogue.read(written, id="id")
    assert again.ids.tolist() == odd.ids.tolist()
    said = session.predictions()
    np.testing.assert_array_equal(again.table["p_STAR"].astype(np.float32), said["p_STAR"])
    own = {"id", "label", "split", "annotator", "comment", "predicted", "confidence"}
    own |= {"uncertainty", "p_STAR"}
    for name in names:  # what the results have of their own keeps its name
        there = f"{name}_catalogue" if name in own else name
        np.testing.assert_array_equal(again.table[there], odd.table[name])


@pytest.mark.parametrize(
    ("name", "suffix", "words"),
    [
        ("x" * 300, ".fits", r"at most 60 in a name\. Choose '\.vot', '\.xml', '\.ecsv'"),
        ("\u200b", ".fits", r"printable characters of ASCII.*Choose '\.vot'"),
        ("#a", ".ecsv", r"no '#' in front.*Choose '\.fits'"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_with_those_that_can(
    odd, tmp_path, name, suffix, words
):
    session = known(odd, features=aal.FeatureRecipe(columns=["u", "g"]))
    with pytest.raises(SessionError, match=words):
        session.export(tmp_path / f"out{suffix}", rows="all", columns=[name])
    assert list(tmp_path.iterdir()) == []


def test_thousands_of_columns(tmp_path):
    wide = odd_table([f"c{place}" for place in range(3000)])
    catalogue = aal.Catalogue.from_table(wide, id="source", label="kind")
    assert len(default_columns(catalogue)) == 3002
    session = known(catalogue, features=aal.FeatureRecipe(columns=["u", "c2999"]))
    written = session.export(tmp_path / "wide.parquet", rows="all", columns=list(wide.columns))
    assert len(aal.Catalogue.read(written, id="id").table.columns) > 3000


IDS = {
    "beyond int64": np.arange(80, dtype=np.uint64) + np.uint64(2**63),
    "beyond uint64": [2**70 + one for one in range(80)],
    "both ends": [-1, *(2**63 + one for one in range(79))],
    "negative": -np.arange(80) - 1,
    "fractions": np.arange(80) + 0.5,
    "commas": [f"a,{one}" for one in range(80)],
    "line breaks": [f"a\n{one}" for one in range(80)],
    "quotes": [f"a\"'`{one}" for one in range(80)],
    "world": [f"\U0001f52d e\u0301 {one}" for one in range(80)],
}


@pytest.mark.filterwarnings("ignore:The id column:napari_astro_al.errors.AstroALWarning")
@pytest.mark.parametrize("kind", IDS)
def test_ids_of_any_kind_come_back(tmp_path, kind):
    ids = IDS[kind]
    plain = [str(one) if isinstance(one, float) else one for one in np.array(ids, object).tolist()]
    table = blobs(80).assign(source=pd.Series(ids, dtype=None if hasattr(ids, "dtype") else object))
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind")
    if kind in ("beyond uint64", "both ends"):
        plain = [str(one) for one in plain]
    assert catalogue.ids.tolist() == plain

    session = known(catalogue, path=tmp_path / "a.astroal")
    labelled, asked = dict(session.labels), session.query(n=2)
    session.export_config(tmp_path / "share.json")
    for suffix in (".csv", ".parquet"):
        written = session.export(tmp_path / f"out{suffix}", rows="all")
        again = aal.Catalogue.read(written, id="id")
        assert again.ids.tolist() == plain
    session.close()
    with aal.Session.open(tmp_path / "a.astroal", catalogue) as opened:
        assert dict(opened.labels) == labelled
        assert set(labelled) <= set(plain)
    assert aal.replay(tmp_path / "share.json", catalogue).query(n=2) == asked


def test_labels_of_numbers_and_of_anything():
    table = blobs(6).assign(kind=[0.5, 1.0, 2.0, None, 0.5, np.inf])
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind", unknown=[])
    assert catalogue.column_labels.tolist() == ["0.5", "1", "2", None, "0.5", "inf"]

    table["kind"] = pd.Series([1, "1", 1.0, True, b"q", "  "], dtype=object)
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind", unknown=[])
    assert catalogue.column_labels.tolist() == ["1", "1", "1", "True", "q", None]


FEW = {
    "one row": (blobs(80).head(1), "needs at least 2 sources with features|need at least 2"),
    "nothing measured": (blobs(80).assign(u=np.nan, g=np.nan), "need at least 2 sources"),
    "infinite": (blobs(80).assign(u=np.inf, g=-np.inf), "need at least 2 sources"),
    "constant": (blobs(80).assign(u=1.0, g=2.0), "No feature varies"),
}


@pytest.mark.parametrize("kind", FEW)
def test_tables_that_say_nothing_say_so(tmp_path, kind):
    table, words = FEW[kind]
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind")
    recipe = aal.FeatureRecipe(columns=["u", "g"])
    split = aal.Split(validation=0.0, test=0.0)
    session = aal.Session(catalogue, features=recipe, split=split, path=tmp_path / "a.astroal")
    with pytest.raises(ProjectionError, match=words):
        session.project("pca")
    session.project(x="u", y="g")
    session.annotate(catalogue.ids_at([0]), "STAR" if "STAR" in session.classes else "GALAXY")
    with pytest.raises(NotEnoughLabels, match="needs labels of at least two classes"):
        session.train()
    session.export(tmp_path / "out.csv", predictions=False)
    session.close()
    with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
        assert len(again.labels) == 1


@pytest.mark.parametrize("gone", [np.nan, np.inf, -np.inf])
def test_a_column_without_a_finite_value_is_missing_and_not_in_the_way(gone):
    table = blobs(80).assign(void=gone)
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind")
    session = known(catalogue, features=aal.FeatureRecipe(columns=["u", "g", "void"]))
    assert session.features.names == ("u", "g", "void", "missing(void)")
    assert session.features.usable.all()
    assert np.isfinite(session.predictions()["p_STAR"]).all()


def test_one_class_and_two_rows():
    alone = aal.Catalogue.from_table(blobs(80).assign(kind="STAR"), id="source", label="kind")
    session = known(alone)
    assert session.classes == ("STAR",)
    with pytest.raises(NotEnoughLabels, match="there are: 8 of 'STAR'"):
        session.train()
    session.add_class("GALAXY")
    session.annotate(session.query()[0], "GALAXY")
    session.train()

    two = aal.Catalogue.from_table(blobs(80).head(2), id="source", label="kind")
    pair = aal.Session(
        two,
        features=aal.FeatureRecipe(columns=["u", "g"]),
        split=aal.Split(validation=0.0, test=0.0),
        learner=aal.LearnerRecipe(model="logistic_regression"),
    )
    pair.annotate(1000, "GALAXY")
    pair.annotate(1001, "STAR")
    assert pair.query() == []
    assert list(pair.predictions().index) == [1000, 1001]


@pytest.mark.parametrize(
    "values", [[f"x{one}" for one in range(80)], pd.date_range("2020", periods=80), 1j]
)
def test_what_is_no_number_is_no_feature(values):
    catalogue = aal.Catalogue.from_table(blobs(80).assign(odd=values), id="source", label="kind")
    with pytest.raises(FeatureError, match=r"'odd \(.*\)' of 'catalogue' cannot be features"):
        aal.Session(catalogue, features=aal.FeatureRecipe(columns=["u", "odd"]))


def test_no_rows():
    with pytest.raises(AstroALError, match="has no rows"):
        aal.Catalogue.from_table(blobs(80).head(0), id="source")
