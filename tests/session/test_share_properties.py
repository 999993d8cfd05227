"""Share files of any session come back the same; of anything else, an error in words."""

from __future__ import annotations

import json
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.session.conftest import blobs
from tests.session.fuzzing import mutated, outcome
from tests.session.make_golden import FILE, golden_catalogue

import napari_astro_al as aal
from napari_astro_al.jobs import drain
from napari_astro_al.session.catalogue_print import change_of, print_job
from napari_astro_al.session.id_table import IdTable
from napari_astro_al.session.share_document import parse_share, read_share, share_text
from napari_astro_al.session.shared_layout import is_below, without_paths

FEW = aal.Catalogue.from_table(blobs(24), id="source", label="kind", name="few")
NAMES = st.sampled_from([None, "Bob", "Élodie", "annotator one"])
STEP = st.tuples(
    st.sampled_from(["STAR", "GALAXY", "unsure", "skip", "undo", "redo", "learner", "mark"]),
    st.integers(1000, 1023),
    NAMES,
    st.one_of(st.none(), st.text(max_size=20)),
)


def play(steps: list[tuple[str, int, str | None, str | None]]) -> aal.Session:
    """A session in which all this was done."""
    session = aal.Session(FEW, features=aal.FeatureRecipe(columns=["u", "g"]), annotator="Ada")
    for what, source, who, comment in steps:
        if what in ("undo", "redo"):
            getattr(session, what)()
        elif what == "skip":
            session.skip(source)
        elif what == "mark":
            session.mark(source)
        elif what == "learner":
            session.set_learner(aal.LearnerRecipe(model="knn", seed=source))
        elif what == "unsure":
            session.unsure(source, annotator=who, comment=comment)
        else:
            session.annotate(source, what, annotator=who, comment=comment)
    return session


@settings(max_examples=15, deadline=None)
@given(st.lists(STEP, max_size=12))
def test_a_session_comes_back_as_it_was(
    steps: list[tuple[str, int, str | None, str | None]],
) -> None:
    session = play(steps)
    with TemporaryDirectory() as folder:
        file = session.export_config(Path(folder) / "share.json")
        document = read_share(file)
        assert parse_share(share_text(document).encode(), "again") == document
        again = aal.Session.from_config(file, FEW)
    assert again.labels.equals(session.labels)
    assert again.marked == session.marked
    assert again.learners == session.learners
    for source in range(1000, 1024):
        assert again.book.state_of(source) == session.book.state_of(source)
        told, once = (
            [(one.kind, one.utc, one.payload.get("comment")) for one in book.history_of(source)]
            for book in (again.book, session.book)
        )
        assert told == once
    assert again.ledger.verify() is None


GOLDEN = json.loads(FILE.read_text("utf-8"))
CATALOGUE = golden_catalogue()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["everything", "everything", "settings", "layout"]))
def test_broken_files_are_read_or_refused_and_leave_nothing(seed: int, level: str) -> None:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "x.astroal"
        told = outcome(mutated(GOLDEN, random.Random(seed)), CATALOGUE, level=level, place=place)
    assert not told.startswith("JobError")


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
    ).map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
)
def test_anything_else_is_no_share_file(content: bytes) -> None:
    with pytest.raises(aal.AstroALError, match=r"is not valid JSON|is no share file"):
        parse_share(content, "x.json")


KEYS = st.lists(st.integers(0, 2**64 - 1), unique=True, max_size=60)


@given(KEYS, KEYS, KEYS)
def test_tables_of_ids_tell_what_differs(both: list[int], mine: list[int], new: list[int]) -> None:
    one, other = {*both, *mine}, {*both, *new}
    tables = [IdTable.of(np.array(sorted(keys), dtype=np.uint64)) for keys in (one, other)]
    tables = [IdTable.from_bytes(table.to_bytes()) for table in tables]
    assert tables[0].difference(tables[1]) == (sorted(one - other), sorted(other - one))


class TestFingerprint:
    @pytest.fixture
    def table(self) -> pd.DataFrame:
        return blobs(3_000)

    def of(self, table: pd.DataFrame, name: str = "c") -> aal.Catalogue:
        return aal.Catalogue.from_table(table, id="source", label="kind", name=name)

    def test_order_and_name_do_not_matter(self, table: pd.DataFrame) -> None:
        known = drain(print_job(self.of(table), ["u", "g", "kind"]))
        other = self.of(table.sample(frac=1, random_state=0)[["g", "kind", "source", "u"]], "other")
        assert not change_of(known, other)

    def test_one_value_is_enough(self, table: pd.DataFrame) -> None:
        known = drain(print_job(self.of(table), ["u", "g", "kind"]))
        table.loc[17, "g"] += 1e-12
        table.loc[18, "kind"] = None
        found = change_of(known, self.of(table))
        assert found.columns_changed == ("g", "kind")
        assert str(found) == "2 columns are changed ('g', 'kind')"

    def test_many_rows_gone_are_estimated(self, table: pd.DataFrame) -> None:
        known = drain(print_job(self.of(table), ["u"]))
        found = change_of(known, self.of(table[:2000].drop(columns="u").assign(v=1.0)))
        assert (found.n_gone, found.n_new, found.exact) == (1000, 0, False)
        assert str(found) == "about 1,000 rows are gone; 1 column is gone ('u')"

    def test_text_ids_that_are_new_are_named(self, table: pd.DataFrame) -> None:
        table["source"] = "SDSS-" + table["source"].astype(str)
        known = drain(print_job(self.of(table[1:]), []))
        found = change_of(known, self.of(table[:-2]))
        assert (found.n_gone, found.n_new) == (2, 1)
        assert found.new == ("SDSS-1000",)

    def test_other_kinds_of_ids_are_refused(self, table: pd.DataFrame) -> None:
        known = drain(print_job(self.of(table), []))
        table["source"] = "SDSS-" + table["source"].astype(str)
        with pytest.raises(aal.AstroALError, match="Ids were of kind int64"):
            change_of(known, self.of(table))


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("images", True),
        ("a/b.fits", True),
        (".", True),
        ("..", False),
        ("a/../../b", False),
        ("a\\..\\b", False),
        ("/a", False),
        ("C:a", False),
        ("\\\\host\\share", False),
        ("~/a", False),
        ("a\0b", False),
    ],
)
def test_only_paths_below_a_folder_are_taken(path: str, below: bool) -> None:
    assert is_below(path) is below


def test_absolute_paths_leave_their_name_and_own_words_stay() -> None:
    said = {
        "picture": "/home/ada/sky/w5.fits",
        "looks": {"C:\\data\\w5.fits": ["\\\\host\\share\\x.png", "~/y.png", "a/b"]},
        "comment": "/home/ada/notes is mine",
        "x": "u/g",
    }
    assert without_paths(said) == {
        "picture": "w5.fits",
        "looks": {"w5.fits": ["x.png", "y.png", "a/b"]},
        "comment": "/home/ada/notes is mine",
        "x": "u/g",
    }
