"""What comes next, for real and ahead."""

from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.jobs import drain
from napari_astro_al.session import candidate_rows
from napari_astro_al.session.ahead import Answer

CLASSES = ("STAR", "GALAXY", "QSO")


@pytest.fixture(params=["auto", "margin", "information_density"])
def session(request, monkeypatch):
    """A session with a dozen labels, whose pool is larger than what is looked at."""
    monkeypatch.setattr(candidate_rows, "SIZE", 60)
    survey = aal.samples.simulated_survey(400, seed=3)
    session = aal.Session(survey, learner=aal.LearnerRecipe(strategy=request.param))
    rows = [
        int(np.flatnonzero(survey.column_labels == name)[k]) for k in range(4) for name in CLASSES
    ]
    pool = [row for row in rows if session.partition.part_name(row) == "pool"]
    for source in survey.ids_at(pool):
        session.annotate(source, survey.column_labels[survey.row_of(source)])
    session.accept_next(drain(session.next_job(5)))
    session.train()
    return session


def _next(session):
    return session.accept_next(drain(session.next_job(5)))


class TestLookingAhead:
    @pytest.mark.parametrize("answer", [*CLASSES, None, "skip"])
    def test_gives_the_query_that_follows_from_the_answer(self, session, answer):
        source = _next(session).sources[0]
        row = session.catalogue.row_of(source)
        ahead = {
            label: drain(session.next_job(5, given=Answer(row, label)))
            for label in (*CLASSES, None)
        }
        if answer == "skip":
            session.skip(source)
        elif answer is None:
            session.unsure(source)
        else:
            session.annotate(source, answer)
        taken = {label: session.accept_next(found) for label, found in ahead.items()}

        assert [label for label, query in taken.items() if query] == (
            [] if answer == "skip" else [answer]
        )
        if answer != "skip":
            session._fitted.clear()  # as where nothing was foreseen
            again = _next(session)
            assert again.sources == taken[answer].sources
            assert again.scores == pytest.approx(taken[answer].scores, nan_ok=True)
            assert again.revision == taken[answer].revision == session.book.revision

    def test_changes_nothing_until_it_is_taken(self, session):
        source = _next(session).sources[0]
        labels, scores = session.labels.to_dict(), len(session.scores)
        drain(session.next_job(5, given=Answer(session.catalogue.row_of(source), "QSO")))

        assert session.labels.to_dict() == labels
        assert len(session.scores) == scores
        assert session.book.state_of(source) is None

    def test_its_model_is_not_trained_again(self, session):
        source = _next(session).sources[0]
        found = drain(session.next_job(5, given=Answer(session.catalogue.row_of(source), "STAR")))
        session.annotate(source, "STAR")
        session.accept_next(found)
        session.train()

        assert session.results["classes"].learner is found.fitted.learner

    def test_the_likeliest_answer_comes_first_and_unsure_last(self, session):
        source = _next(session).sources[0]
        said = session.probabilities_of(source)
        answers = [one.label for one in session.likely_answers(source)]

        assert answers == [*sorted(said, key=lambda name: -said[name]), None]
        session.annotate(source, "STAR")
        assert session.likely_answers(source) == []


class TestLateResults:
    def test_of_fewer_labels_are_taken_where_that_is_asked(self, session):
        first, second = _next(session).sources[:2]
        session.annotate(first, "STAR")
        result = drain(session.train_job())
        session.annotate(second, "STAR")

        assert not session.accept(result)
        assert session.accept(result, late=True)
        assert session.is_stale()
        assert session.results["classes"].learner is result.learner

    def test_of_labels_that_were_taken_back_are_not(self, session):
        source = _next(session).sources[0]
        session.annotate(source, "STAR")
        result = drain(session.train_job())
        session.undo()

        assert not session.accept(result, late=True)

    def test_never_replace_newer_ones(self, session):
        source = _next(session).sources[0]
        old = drain(session.train_job())
        session.annotate(source, "STAR")
        session.train()

        assert not session.accept(old, late=True)
