from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, NotEnoughLabels, SessionError
from napari_astro_al.session.estimating import COLUMNS

pytestmark = pytest.mark.filterwarnings("ignore:.*left training for the survey sample")


def answer(session: aal.Session, sources) -> None:
    truth = aal.ColumnOracle(session.catalogue)
    for source in sources:
        session.annotate(source, truth.label([source])[0])


@pytest.fixture
def started(session, pool):
    """Six labels, and a survey sample of 40."""
    for name in pool:
        answer(session, pool[name][:3])
    session.draw_survey(40, rate=0.5)
    return session


class TestDrawing:
    def test_it_is_drawn_from_the_whole_catalogue(self, session):
        survey = session.draw_survey(100)

        assert len(set(survey.sources)) == 100
        assert survey.n_population == 200
        assert set(session.partition.part[survey.rows]) == {0, 1, 2}
        assert repr(survey) == "<Survey: 100 of 200 sources, drawn at random, rate 0.2>"

    def test_more_sources_begin_with_the_fewer(self, catalogue):
        fewer, more = (aal.Session(catalogue).draw_survey(n).sources for n in (10, 30))

        assert more[:10] == fewer

    def test_it_is_registered_before_it_is_seen(self, session):
        survey = session.draw_survey(10, rate=0.3, how="proportional", by="kind", seed=5)
        (event,) = session.ledger.events(kind="survey")

        assert event.payload["sources"] == [str(one) for one in survey.sources]
        assert event.payload["strata"] == {"GALAXY": 50, "STAR": 150}
        assert (event.payload["seed"], event.payload["rate"], event.payload["n"]) == (5, 0.3, 10)

    def test_strata_get_as_many_each(self, session):
        survey = session.draw_survey(20, how="stratified", by="kind")

        assert np.bincount(survey.strata).tolist() == [10, 10]

    def test_doubtful_sources_are_likelier(self, session, pool):
        for name in pool:
            answer(session, pool[name][:4])
        session.train()
        doubt = session.predictions()["uncertainty"].to_numpy()
        survey = session.draw_survey(60, how="uncertain")

        assert doubt[survey.rows].mean() > doubt.mean()

    def test_doubt_needs_a_model(self, session):
        with pytest.raises(NotEnoughLabels, match="no model yet that could say"):
            session.draw_survey(10, how="uncertain")

    def test_excluded_sources_are_not_of_the_catalogue(self, session, pool):
        session.exclude(pool["STAR"])
        survey = session.draw_survey(200)

        assert not set(survey.sources) & set(pool["STAR"])
        assert len(survey) == survey.n_population == 200 - len(pool["STAR"])

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"n": 1}, "two sources or more"),
            ({"n": 10, "rate": 0}, "above 0 and up to 1"),
            ({"n": 10, "how": "guessed"}, "how is one of"),
            ({"n": 10, "how": "uncertain", "by": "kind"}, "takes no by"),
            ({"n": 3, "how": "stratified", "by": "kind"}, "Each stratum needs two"),
        ],
    )
    def test_what_makes_no_sense_changes_nothing(self, session, given, words):
        with pytest.raises(SessionError, match=words):
            session.draw_survey(**given)
        assert session.survey is None
        assert not list(session.ledger.events(kind="survey"))

    def test_what_has_trained_leaves_training_with_a_warning(self, session, pool):
        answer(session, pool["STAR"][:3])
        session.exclude([one for one in session.catalogue.ids if one not in pool["STAR"][:4]])

        with pytest.warns(AstroALWarning, match="3 sources that were trained on left training"):
            session.draw_survey(4)
        assert session.survey_answered() == (3, 0)
        assert len(session.task_labels("classes").rows) == 0

    def test_there_is_one_at_a_time(self, started):
        with pytest.raises(SessionError, match="There is a survey sample already"):
            started.draw_survey(10)


class TestAsking:
    def test_about_the_chosen_share_of_questions_is(self, started):
        asked = started.query(50)
        n = sum(started.surveyed(one) for one in asked)

        assert 15 <= n <= 35
        assert len(set(asked)) == 50

    def test_the_same_until_something_is_recorded(self, started):
        assert started.query(10) == started.query(10)

    def test_one_by_one_is_as_many_at_once(self, started):
        at_once = [one for one in started.query(8) if started.surveyed(one)]
        one_by_one = []
        for _ in range(8):
            (source,) = started.query()
            answer(started, [source])
            one_by_one += [source] if started.surveyed(source) else []

        assert one_by_one == at_once

    def test_a_rate_of_one_asks_nothing_else_until_all_have_answers(self, started):
        started.survey_rate = 1.0
        open_ones = [one for one in started.survey.sources if one not in started.labels.index]

        assert started.query(len(open_ones)) == open_ones
        answer(started, open_ones)
        assert not started.surveyed(started.query()[0])
        assert started.due_survey() is None

    def test_skipped_ones_come_last(self, started):
        started.survey_rate = 1.0
        first, second = started.query(2)
        started.skip(first)

        assert started.query() == [second]

    def test_they_are_asked_blindly(self, started):
        started.train()
        source = next(s for s in started.survey.sources if s not in started.labels.index)
        started.show(source)
        assert started.hides_predictions(source)
        answer(started, [source])

        assert started.book.history_of(source)[-1].payload["blind"] is True
        assert not started.hides_predictions(source)
        assert "survey sample" in started.book.history_of(source)[-1].payload["asked"]["why"]

    def test_they_never_train(self, started):
        answer(started, started.survey.sources)
        started.train()

        learnt = started.results["classes"].request.labelled_rows
        assert len(learnt)
        assert not set(learnt) & set(started.survey.rows)


class TestEstimate:
    def test_of_everything_it_is_the_truth(self, session, pool):
        for name in pool:
            answer(session, pool[name][:15])
        session.draw_survey(150)
        answer(session, session.survey.sources)
        told = session.estimate()

        assert list(told.columns) == list(COLUMNS)
        assert told["estimator"].unique().tolist() == ["Horvitz-Thompson", "difference", "naive"]
        found = told.set_index(["estimator", "quantity", "class"])
        fair = found.loc[("difference", "fraction", "GALAXY")]
        assert fair["low"] <= 0.25 <= fair["high"]
        assert fair["high"] - fair["low"] < 0.1
        naive = found.loc[("naive", "fraction", "GALAXY")]
        assert naive["value"] > fair["high"]  # labels were given to as many of each

    def test_by_doubt_the_weights_are_lures(self, session, pool):
        for name in pool:
            answer(session, pool[name][:8])
        session.draw_survey(60, how="uncertain")
        answer(session, session.survey.sources)
        told = session.estimate().set_index(["estimator", "quantity", "class"])

        stars = told.loc[("LURE", "fraction", "STAR")]
        assert stars["low"] <= 0.75 <= stars["high"]

    def test_without_a_model_it_tells_fractions(self, session):
        session.draw_survey(30)
        answer(session, session.survey.sources)
        told = session.estimate()

        assert told["quantity"].unique().tolist() == ["fraction"]
        assert told["n"].tolist() == [30, 30]

    def test_unsure_is_no_answer(self, started):
        first, second, third = started.survey.sources[:3]
        answer(started, [first, second])
        started.unsure(third)

        assert started.survey_answered()[1] == 1
        assert started.estimate()["n"].max() <= len(started.labels)

    def test_needs_answers(self, session):
        session.draw_survey(30)
        with pytest.raises(NotEnoughLabels, match="there are none"):
            session.estimate()

    def test_needs_answers_of_every_stratum(self, session, pool):
        session.draw_survey(20, how="stratified", by="kind")
        stars = session.survey.rows[session.survey.strata == 1]
        answer(session, session.catalogue.ids_at(stars))

        with pytest.raises(NotEnoughLabels, match="a part of the survey sample: 'GALAXY'"):
            session.estimate()

    def test_needs_a_survey_sample(self, session):
        with pytest.raises(SessionError, match=r"session\.draw_survey"):
            session.estimate()


class TestKept:
    def test_it_is_found_again(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            survey = session.draw_survey(20, how="stratified", by="kind", rate=0.4)
            session.survey_rate = 0.6
            answer(session, survey.sources[:4])
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.survey.sources == survey.sources
            assert again.survey.sizes.tolist() == survey.sizes.tolist()
            assert again.survey_rate == 0.6
            assert again.survey_answered() == (4, 0)
            assert "survey sample" in again.asked(survey.sources[0])["why"]

    def test_dropped_its_labels_train(self, started):
        source = started.survey.sources[0]
        answer(started, [source])
        n_before = len(started.task_labels("classes").rows)
        started.drop_survey()

        assert started.survey is None
        assert len(started.task_labels("classes").rows) >= n_before
        assert started.survey_rate == 0
