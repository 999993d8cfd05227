"""A team's agreement, disagreements and consensus, as a session tells them."""

from __future__ import annotations

import math

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError
from napari_astro_al.jobs import drain

SAID = {
    1001: {"ada": "STAR", "bo": "STAR", "cy": "STAR"},
    1002: {"ada": "STAR", "bo": "GALAXY", "cy": "GALAXY"},
    1003: {"ada": "STAR", "bo": "GALAXY"},
    1004: {"ada": "GALAXY", "bo": "GALAXY", "cy": "GALAXY"},
    1005: {"ada": "GALAXY", "cy": None},
    1006: {"cy": None},
    1007: {"bo": "STAR"},
}


@pytest.fixture
def team(session):
    for source, votes in SAID.items():
        for who, label in votes.items():
            if label is None:
                session.unsure(source, annotator=who)
            else:
                session.annotate(source, label, annotator=who)
    return session


def test_agreement(team):
    """By hand: Ada and Bo share 4 sources and agree on 2; by chance they would on half."""
    found = team.agreement()
    ada_bo = found.pairs.iloc[0]
    assert (ada_bo["first"], ada_bo["second"], ada_bo["n_sources"]) == ("ada", "bo", 4)
    # shares of STAR: 3/4 and 1/4, so that chance is 2 x 3/16; (1/2 - 3/8) / (5/8)
    assert ada_bo["kappa"] == pytest.approx(0.2)
    assert ada_bo["low"] <= 0.2 <= ada_bo["high"]
    assert found.overlaps.loc["ada", "bo"] == 4
    assert found.overlaps.loc["cy", "cy"] == 3
    assert found.fleiss.n_sources == 3
    assert found.krippendorff.n_sources == 4
    # the others say GALAXY of 1002, 1003 and 1004, and Ada of the last one only
    assert found.confusion["ada"].loc["GALAXY"].to_dict() == {"GALAXY": 1, "STAR": 2}


def test_the_most_contested_first(team):
    """1003 is divided in halves, and so is 1005 by somebody unsure; 1002 two to one."""
    assert team.disagreements() == [1003, 1005, 1002]


def test_a_dispute_tells_who_says_what_by_numbers(team):
    disputes = {one.source: one for one in drain(team.disputes_job())}
    assert disputes[1002].votes == {"ada": "STAR", "bo": "GALAXY", "cy": "GALAXY"}
    assert disputes[1002].words.startswith("Disputed: 2 say GALAXY, 1 says STAR. ")
    assert disputes[1005].words.startswith("Disputed: 1 is unsure, 1 says GALAXY. ")
    assert disputes[1003].entropy == pytest.approx(math.log(2))


def test_disputes_go_by_the_names_of_now(team):
    team.rename_class("GALAXY", "galaxy")
    assert drain(team.disputes_job())[0].votes == {"ada": "STAR", "bo": "galaxy"}


def test_consensus(team):
    voted = team.consensus()
    assert voted["label"].to_dict() == {
        1001: "STAR",
        1002: "GALAXY",
        1003: None,
        1004: "GALAXY",
        1005: "GALAXY",
        1007: "STAR",
    }
    assert voted.loc[1002, "probability"] == pytest.approx(2 / 3)
    assert voted.loc[1002, "n_answers"] == 3
    likeliest = team.consensus("dawid-skene")
    assert likeliest.loc[1003, "label"] in {"STAR", "GALAXY"}
    assert likeliest.loc[1001, "label"] == "STAR"
    with pytest.raises(LabelError, match='"majority" and "dawid-skene", not \'best\''):
        team.consensus("best")


def test_labels_of_the_column_are_nobody_s_vote(catalogue):
    session = aal.Session(catalogue.with_roles(label_use="train"), annotator="ada")
    assert session.disagreements() == []
    assert len(session.consensus()) == 0
    session.annotate(1000, "STAR")
    assert session.consensus()["label"].to_dict() == {1000: "STAR"}


def test_classes_count_under_their_names_of_now(session):
    session.annotate(1001, "STAR", annotator="ada")
    session.add_class("dwarf")
    session.annotate(1001, "dwarf", annotator="bo")
    assert session.disagreements() == [1001]
    session.merge_classes(["dwarf"], into="STAR")
    assert session.disagreements() == []


@pytest.mark.parametrize("method", ["majority", "dawid-skene"])
def test_nobody_has_answered(session, method):
    assert session.disagreements() == []
    assert len(session.consensus(method)) == 0
    found = session.agreement()
    assert len(found.pairs) == 0
    assert math.isnan(found.krippendorff.value)
    assert found.confusion == {}
