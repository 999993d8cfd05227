from __future__ import annotations

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LedgerError, SessionError


@pytest.fixture
def labelled(session, pool):
    for name, ids in pool.items():
        session.annotate(ids[:5], name)
    return session


def looks(session):
    return [one for one in session.ledger.events() if one.kind == "test-looked-at"]


class TestLooks:
    def test_each_is_an_event_with_its_reason_and_what_was_seen(self, labelled):
        seen = labelled.test_scores(reason="  the paper's table ")
        (told,) = looks(labelled)
        assert told.payload["reason"] == "the paper's table"
        (scores,) = told.payload["scores"]
        assert (scores["task"], scores["n_labels"], scores["f1"]) == (
            "classes",
            10,
            seen["f1"].iloc[0],
        )

    def test_they_are_counted_and_found_again(self, catalogue, pool, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "s.astroal") as session:
            for name, ids in pool.items():
                session.annotate(ids[:5], name)
            session.test_scores(reason="one")
            session.test_scores(reason="two")
            assert session.looks["reason"].tolist() == ["one", "two"]
            before = session.looks
        with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
            assert again.looks.equals(before)

    @pytest.mark.parametrize("reason", ["", "  ", None])
    def test_without_a_reason_nothing_is_shown(self, labelled, reason):
        with pytest.raises(SessionError, match="recorded with its reason"):
            labelled.test_scores(reason=reason)
        assert looks(labelled) == []

    def test_with_nothing_to_test_on_there_is_no_look(self, catalogue, pool):
        session = aal.Session(catalogue, split=aal.Split(test=0))
        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        with pytest.raises(SessionError, match="There is nothing to test on"):
            session.test_scores(reason="to see")
        assert looks(session) == []

    def test_what_cannot_be_recorded_is_not_shown(self, labelled):
        labelled.train()
        labelled.ledger.close()
        with pytest.raises(LedgerError, match="closed"):
            labelled.test_scores(reason="to see")
