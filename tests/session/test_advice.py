from __future__ import annotations

import pytest

import napari_astro_al as aal


@pytest.fixture(scope="module")
def played():
    """Sixty labels by the oracle, each followed by training, on a small simulated survey."""
    catalogue = aal.samples.simulated_survey(800, seed=3)
    session = aal.Session(
        catalogue,
        task=aal.Task(["STAR", "GALAXY", "QSO"]),
        learner=aal.LearnerRecipe("logistic_regression", strategy="margin"),
    )
    oracle = aal.ColumnOracle(catalogue)
    for _ in range(60):
        (source,) = session.query()
        session.annotate(source, oracle.label([source])[0])
        if session.can_train():
            session.train()
    return session


class TestAdvice:
    def test_is_silent_without_a_model(self, session):
        advice = session.advice()
        assert (advice.stop, advice.words) == (False, "")
        assert session.forecast() is None

    def test_rests_on_what_the_trainings_noted(self, played):
        told = played.history.settling
        assert [row["n_labels"] for row in told] == sorted(
            {row["n_labels"] for row in played.history.rows}
        )
        assert told[0]["kappa"] is None
        assert told[-1]["since"] == 48
        assert 0.5 < told[-1]["kappa"] <= 1

    def test_says_something_after_many_labels(self, played):
        advice = played.advice()
        assert advice.words
        assert set(advice.verdicts) <= set(aal_criteria())

    def test_is_the_same_until_the_next_model(self, played):
        assert played.advice() is played.advice()

    def test_a_task_that_there_is_not(self, played):
        with pytest.raises(aal.AstroALError, match="There is no task 'other'"):
            played.advice("other")


def aal_criteria():
    from napari_astro_al.learning import CRITERIA

    return CRITERIA


def test_what_was_noted_is_there_after_opening(catalogue, pool, tmp_path):
    path = tmp_path / "kept.astroal"
    with aal.Session(catalogue, task=aal.Task(["STAR", "GALAXY"]), path=path) as session:
        for name, ids in pool.items():
            session.annotate(ids[:10], name)
        session.train()
        noted = session.history.settling
    with aal.Session.open(path, catalogue) as again:
        assert again.history.settling == noted
        assert noted[0]["uncertainty"] >= 0


def test_cross_validated_scores_are_not_carried_on(catalogue):
    bare = aal.Catalogue.from_table(catalogue.table[["source", "u", "g"]], id="source")
    session = aal.Session(bare, task=aal.Task(["STAR", "GALAXY"]))
    for source in range(1000, 1030):
        session.annotate(source, "GALAXY" if source % 2 == 0 else "STAR")
        if session.can_train():
            session.train()
    assert session.forecast() is None
    assert "expected_gain" not in session.advice().verdicts
