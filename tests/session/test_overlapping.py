"""Sources that more than one person answers."""

from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal

CATALOGUE = aal.Catalogue.from_table(
    {"source": np.arange(1, 101), "u": np.linspace(0, 1, 100)}, id="source", guess=False
)
TASK = aal.Task(classes=["STAR", "QSO"])


def session_of(who, sources=()):
    session = aal.Session(CATALOGUE, task=TASK, annotator=who)
    for source in sources:
        session.annotate(source, "STAR")
    return session


@pytest.fixture
def ada(tmp_path):
    """Ada's session, with 20 labels of hers and 30 of Bo's, five of them shared."""
    bo, ada = session_of("bo", range(16, 46)), session_of("ada", range(1, 21))
    bo.export_ledger(tmp_path / "bo.labels")
    bo.close()
    ada.merge(tmp_path / "bo.labels")
    yield ada
    ada.close()


def asked(session, n):
    """What is due before each of n further answers, which are given to new sources."""
    found = []
    for source in range(50, 50 + n):
        found.append(session.due_overlap())
        session.annotate(source, "QSO")
    return [one for one in found if one is not None]


def test_nothing_is_asked_twice_unless_wanted(ada):
    assert ada.overlap_share == 0
    assert asked(ada, 20) == []


def test_about_the_chosen_share_asks_what_one_other_person_alone_has_answered(ada):
    ada.overlap_share = 0.5
    due = asked(ada, 40)
    assert 12 <= len(due) <= 28
    assert set(due) <= set(range(21, 46))


def test_the_answer_is_a_vote_and_the_source_is_shared_then(ada):
    ada.show_again(30)
    assert ada.hides_label(30)
    assert not ada.answer_again(30, "QSO", seconds=2.0)
    assert ada.reshown is None
    assert ada.book.votes_of(30) == {"bo": "STAR", "ada": "QSO"}
    assert ada.book.state_of(30) is None  # a tie
    event = ada.book.history_of(30)[-1]
    assert (event.kind, event.payload["first"], event.payload["blind"]) == ("label", "STAR", True)
    ada.undo()
    assert ada.book.label_of(30) == "STAR"

    ada.answer_again(31, "STAR")
    ada.overlap_share = 0.5
    assert 31 not in asked(ada, 40)


def test_being_unsure_is_a_vote_as_well(ada):
    ada.show_again(30)
    assert not ada.answer_again(30, None)
    assert ada.book.votes_of(30) == {"bo": "STAR", "ada": None}


def test_alone_there_is_nobody_to_agree_with():
    with session_of("ada", range(1, 21)) as session:
        session.overlap_share = 0.5
        assert asked(session, 20) == []


@pytest.mark.parametrize("share", [-0.1, 0.6, True, "half"])
def test_a_share_that_cannot_be_is_refused(ada, share):
    with pytest.raises(aal.AstroALError, match="overlap_share"):
        ada.overlap_share = share
    assert ada.overlap_share == 0
