"""Labels as arrays: kept from event to event, and always what the ledger says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.annotation import Chain, Ledger
from napari_astro_al.errors import CatalogueError
from napari_astro_al.session.labelbook import LabelBook

WHOLE = aal.Catalogue.from_table({"source": np.arange(100, 110)}, id="source", guess=False)
TEXT = aal.Catalogue.from_table(
    {"source": [f" s {number}" for number in range(10)]}, id="source", guess=False
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["label", "unsure", "skip", "undo", "redo"]),
        st.sets(st.integers(0, 9), min_size=1, max_size=3),
        st.sampled_from(["STAR", "GALAXY"]),
        st.sampled_from([None, "bob", "catalogue"]),
    ),
    max_size=12,
)


def seen(book):
    rows, labels = book.labelled()
    return (
        rows.tolist(),
        labels,
        book.unsure_rows().tolist(),
        book.skipped_rows().tolist(),
        dict(book.corrections()),
        book.taken.tolist(),
    )


@settings(max_examples=60, deadline=None)
@given(catalogue=st.sampled_from([WHOLE, TEXT]), steps=steps)
def test_what_was_kept_is_what_a_fresh_fold_gives(catalogue, steps):
    with Ledger(None, Chain("alice", "here")) as ledger:
        book = LabelBook(catalogue, ledger)
        for kind, rows, label, annotator in steps:
            if kind in ("undo", "redo"):
                getattr(book, kind)()
            else:
                said = {"label": label} if kind == "label" else {}
                book.record(kind, catalogue.ids_at(sorted(rows)), [said] * len(rows), annotator)
            assert seen(book) == seen(LabelBook(catalogue, ledger))


def test_arrays_are_made_once_an_event():
    with Ledger(None, Chain("alice", "here")) as ledger:
        book = LabelBook(WHOLE, ledger)
        book.record("label", [101], [{"label": "STAR"}])
        assert book.labelled()[0] is book.labelled()[0]
        assert book.corrections() is book.corrections()
        with pytest.raises(ValueError, match="read-only"):
            book.labelled()[0][0] = 5


@pytest.mark.parametrize("stranger", ["7", "x"])
def test_a_source_that_the_catalogue_does_not_have_is_named(stranger):
    with Ledger(None, Chain("alice", "here")) as ledger:
        ledger.append("label", {"source": stranger, "label": "STAR"})
        with pytest.raises(CatalogueError, match=f"no source '{stranger}'"):
            LabelBook(WHOLE, ledger)
