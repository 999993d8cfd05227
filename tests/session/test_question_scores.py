from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError

GALAXIES = [
    {"ask": "What is it?", "answers": ["smooth", "disc"]},
    {"ask": "Edge-on?", "answers": ["edge", "face"], "after": "disc"},
]


@pytest.fixture
def session():
    """The first feature tells smooth from disc, the second one says nothing of how a disc lies."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 2))
    kind = np.where(values[:, 0] < 0, "smooth", rng.choice(["disc / edge", "disc / face"], 400))
    table = pd.DataFrame(values, columns=["u", "g"])
    table.insert(0, "source", np.arange(400))
    table["class"] = kind
    catalogue = aal.Catalogue.from_table(table, id="source", label="class")
    learner = aal.LearnerRecipe("questions", strategy="questions(how='max')")
    recipe, task = aal.FeatureRecipe(columns=["u", "g"]), aal.Task(questions=GALAXIES)
    with aal.Session(catalogue, recipe, task, learner, aal.Split(0.4, 0)) as one:
        yield one


def answer(session, n):
    oracle = aal.ColumnOracle(session.catalogue)
    for source in session.query(n, strategy="random"):
        session.annotate(source, oracle.label([source])[0])


def test_each_question_is_scored_on_the_sources_that_it_is_about(session):
    answer(session, 60)
    scores = session.question_scores().set_index("question")
    kinds = session.catalogue.table["class"].to_numpy()[session.partition.part == 1]
    assert scores["n"].to_dict() == {
        "What is it?": len(kinds),
        "Edge-on?": np.count_nonzero(kinds != "smooth"),
    }
    assert scores["after"].tolist() == ["", "disc"]
    assert scores.loc["What is it?", "accuracy_low"] > 0.85
    guess = scores.loc["Edge-on?"]
    assert guess["accuracy_low"] < guess["commonest"] < guess["accuracy_high"]


def test_what_was_answered_half_way_trains_the_questions_that_were_answered(session):
    answer(session, 20)
    rows = np.flatnonzero(~session.book.taken & (session.partition.part == 0))[:10]
    for source in session.catalogue.ids_at(rows):
        session.annotate(source, "disc")
    assert session.labels.value_counts()["disc"] == 10
    session.train()
    assert len(session.task_labels("classes").coarse_rows) == 10
    assert set(session.results["classes"].classes) == {"smooth", "disc / edge", "disc / face"}


def test_questions_go_with_a_share_file_and_are_asked_again_in_a_replay(session, tmp_path):
    oracle = aal.ColumnOracle(session.catalogue)
    for _ in range(12):
        (source,) = session.query()
        session.annotate(source, oracle.label([source])[0])
    session.export_config(tmp_path / "share.json")
    again = aal.replay(tmp_path / "share.json", session.catalogue)
    assert again.differences == ()
    assert again.tasks["classes"].questions == session.tasks["classes"].questions


def test_a_task_without_questions_has_no_such_scores(session):
    session.set_tasks(aal.Task(["smooth", "disc / edge"]))
    with pytest.raises(LabelError, match="has no questions"):
        session.question_scores()
