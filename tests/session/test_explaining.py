from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table

import napari_astro_al as aal
from napari_astro_al.jobs import Progress
from napari_astro_al.session.explanation import DecidingFeature, Explanation


@pytest.fixture
def trained(session, pool):
    """Ten labels, and a model of them."""
    for name, n in (("STAR", 6), ("GALAXY", 4)):
        session.annotate(pool[name][:n], name)
    session.train()
    return session


class TestWords:
    def test_two_probable_classes_are_a_doubt_between_them(self):
        told = Explanation(1, "classes", probabilities={"QSO": 0.48, "STAR": 0.46, "GALAXY": 0.06})
        assert told.doubt_words == "The model is in doubt between QSO 48 % and STAR 46 %."

    def test_one_class_ahead_is_a_leaning(self):
        told = Explanation(1, "classes", probabilities={"QSO": 0.7, "~QSO": 0.3})
        assert told.doubt_words == "The model leans to QSO 70 % over not QSO 30 %."

    def test_what_was_said_before_the_answer_is_told_as_such(self):
        told = Explanation(1, "classes", probabilities={"QSO": 0.97}, learnt=True, before=True)
        assert told.doubt_words == "The model said, before the answer: QSO 97 %."

    def test_what_a_model_says_of_a_source_it_learnt_from_is_no_prediction(self):
        told = Explanation(1, "classes", probabilities={"QSO": 0.97, "STAR": 0.03}, learnt=True)
        assert "so this is no prediction" in told.doubt_words

    def test_rank_and_score_belong_to_the_reason(self):
        asked = {"strategy": "hardly_seen", "rank": 2, "score": 0.25, "why": "Few like it."}
        assert Explanation(1, "classes", asked=asked).asked_words == (
            "Asked for by hardly seen (place 3 of its query, score 0.25). Few like it."
        )

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            (0.1, "u-g = 0.1 mag, below the typical 1.2"),
            (3.0, "u-g = 3 mag, above the typical 1.2"),
            (np.nan, "u-g is missing (typical: 1.2 mag)"),
        ],
    )
    def test_features_are_told_with_unit_and_direction(self, value, words):
        assert DecidingFeature("u-g", value, 1.2, "mag", 0.3).words == words

    def test_an_indicator_is_told_in_words(self):
        assert DecidingFeature("missing(u)", 1.0, 0.0, "", 0.3).words == "u is missing"


class TestAsked:
    def test_a_queried_source_knows_its_strategy_place_and_score(self, trained):
        first, second = trained.query(2)
        assert trained.explain(second).asked["rank"] == 1
        assert "place 1 of its query" in trained.explain(first).asked_words

    def test_an_answered_source_remembers_it_in_another_session(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            (source,) = session.query()
            why = session.explain(source).asked_words
            session.annotate(source, "STAR")
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.explain(source).asked_words == why

    def test_a_source_chosen_by_hand_says_so(self, trained, pool):
        assert trained.explain(pool["STAR"][50]).asked_words.startswith("Not asked for")


class TestProbabilities:
    def test_there_are_none_without_a_model(self, session, pool):
        told = session.explain(pool["STAR"][0])
        assert told.probabilities == {}
        assert told.deciding == ()
        assert "no model yet" in told.doubt_words

    def test_they_are_those_of_the_model(self, trained, pool):
        source = pool["GALAXY"][20]
        assert trained.explain(source).probabilities == trained.probabilities_of(source)

    def test_those_from_before_the_answer_are_kept_with_it(self, trained, pool):
        source = pool["GALAXY"][20]
        before = trained.probabilities_of(source)
        trained.annotate(source, "STAR")
        trained.train()
        told = trained.explain(source)
        assert told.learnt
        assert told.before
        assert told.probabilities == pytest.approx(before, abs=1e-4)
        trained.annotate(source, "GALAXY")
        trained.train()
        assert trained.explain(source).probabilities == pytest.approx(before, abs=1e-4)

    def test_many_answered_at_once_keep_none(self):
        table = pd.DataFrame({"id": np.arange(400), "u": np.arange(400.0) % 97})
        session = aal.Session(
            aal.Catalogue.from_table(table, id="id"),
            features=aal.FeatureRecipe(columns=["u"]),
            task=aal.Task(["A", "B"]),
        )
        session.annotate([0, 1], "A")
        session.annotate([95, 96], "B")
        session.train()
        session.annotate(range(10, 20), "A")
        session.annotate(range(20, 300), "A")
        kept = ["predicted" in session.book.history_of(one)[-1].payload for one in (0, 10, 20)]
        assert kept == [False, True, False]


class TestDeciding:
    def test_the_feature_that_tells_the_classes_apart_decides(self):
        rng = np.random.default_rng(0)
        galaxy = np.arange(300) % 2 == 1
        table = pd.DataFrame(
            {
                "id": np.arange(300),
                "size": np.where(galaxy, 9.0, 1.0) + rng.normal(scale=0.2, size=300),
                "noise": rng.normal(size=300),
            }
        )
        measured = Table.from_pandas(table)
        measured["size"].unit = "arcsec"
        catalogue = aal.Catalogue.from_table(measured, id="id")
        session = aal.Session(catalogue, task=aal.Task(["STAR", "GALAXY"]))
        session.annotate(range(0, 20, 2), "STAR")
        session.annotate(range(1, 20, 2), "GALAXY")
        session.train()
        first = session.explain(101).deciding[0]
        assert first.name == "size"
        assert first.unit == "arcsec"
        assert first.value == table["size"][101]
        assert first.effect > 0.2
        assert "above the typical" in first.words

    def test_a_missing_value_is_told_as_missing(self):
        table = pd.DataFrame({"id": np.arange(60), "u": np.arange(60.0), "g": np.arange(60.0)})
        table.loc[7, "u"] = np.nan
        session = aal.Session(
            aal.Catalogue.from_table(table, id="id"),
            features=aal.FeatureRecipe(columns=["u", "g"], generators=[("subtract", 2)]),
            task=aal.Task(["low", "high"]),
        )
        session.annotate(range(8, 16), "low")
        session.annotate(range(50, 60), "high")
        session.train()
        told = {one.name: one for one in session.explain(7).deciding}
        assert np.isnan(told["u"].value)
        assert told["g"].value == 7

    def test_it_is_the_same_every_time(self, trained, pool):
        source = pool["STAR"][40]
        assert trained.explain(source).deciding == trained.explain(source).deciding


class TestNeighbours:
    def test_the_nearest_labelled_of_each_class(self, trained, pool):
        source = pool["GALAXY"][20]
        near = trained.explain(source).neighbours
        assert set(near) == {"STAR", "GALAXY"}
        assert [len(found) for found in near.values()] == [3, 3]
        values = trained.features.values

        def apart(one):
            rows = trained.catalogue.rows_of([one, source])
            return float(np.sqrt(np.mean(np.square(values[rows[0]] - values[rows[1]]))))

        expected = sorted(pool["GALAXY"][:4], key=apart)[:3]
        assert [one.source for one in near["GALAXY"]] == expected
        assert near["GALAXY"][0].distance == pytest.approx(apart(expected[0]), rel=1e-5)

    def test_a_labelled_source_is_not_its_own_neighbour(self, trained, pool):
        source = pool["STAR"][0]
        near = trained.explain(source).neighbours["STAR"]
        assert source not in [one.source for one in near]


class TestJob:
    def test_it_takes_no_longer_step_than_a_few_and_changes_nothing(self, trained, pool):
        revision = trained.book.revision
        steps = list(trained.explain_job(pool["STAR"][40]))
        assert all(isinstance(step, Progress) for step in steps)
        assert trained.book.revision == revision

    def test_an_unknown_source_or_task_is_refused(self, trained):
        with pytest.raises(aal.AstroALError, match="no source '5'"):
            trained.explain(5)
        with pytest.raises(aal.AstroALError, match="no task 'x'"):
            trained.explain(1001, "x")
