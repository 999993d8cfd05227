"""From an answer to the next source, with and without looking ahead."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import QObject

import napari_astro_al as aal
from napari_astro_al.errors import LearnerError
from napari_astro_al.session import Selection
from napari_astro_al.widgets.conductor import Conductor
from napari_astro_al.widgets.runner import JobRunner


@pytest.fixture
def session():
    survey = aal.samples.simulated_survey(300, seed=3)
    session = aal.Session(survey, learner=aal.LearnerRecipe("logistic_regression"))
    known = np.array(survey.column_labels, dtype=str)
    for name in session.classes:
        rows = [row for row in np.flatnonzero(known == name) if not session.partition.part[row]]
        session.annotate(survey.ids_at(rows[:3]), name)
    return session


@pytest.fixture
def conduct(qtbot, session, request):
    """A conductor at rest, and the errors that it reported."""

    def make(*, ahead: bool) -> tuple[Conductor, list[Exception]]:
        errors: list[Exception] = []
        home = QObject()
        request.addfinalizer(home.deleteLater)
        conductor = Conductor(session, JobRunner(home), errors.append, home)
        conductor.looking_ahead = ahead
        request.addfinalizer(conductor.stop)
        conductor.start()
        rest(conductor)
        return conductor, errors

    def rest(conductor: Conductor) -> None:
        def is_still() -> bool:
            done = not conductor.looking_ahead or not conductor._foresight._open
            return not conductor.busy and not conductor._foresight.busy and done

        qtbot.waitUntil(is_still, timeout=60_000)

    make.rest = rest
    return make


class TestLookingAhead:
    def test_the_answer_picks_what_was_worked_out(self, session, conduct):
        conductor, _ = conduct(ahead=True)
        source, coming = session.current, conductor.coming
        foreseen = conductor._foresight.of(source, "GALAXY").query.sources
        session.annotate(source, "GALAXY")

        assert conductor.query.sources == foreseen
        assert foreseen[0] in coming
        conductor.next()
        assert session.current == foreseen[0]

    def test_asks_for_what_is_asked_for_without_it(self, session, conduct):
        conductor, _ = conduct(ahead=True)
        session.annotate(session.current, "STAR")
        with_it = conductor.query.sources
        session.undo()
        conductor.look_ahead(False)
        conduct.rest(conductor)
        session.annotate(session.current, "STAR")
        conduct.rest(conductor)

        assert conductor.query.sources == with_it

    def test_switched_off_works_nothing_out_and_is_kept(self, session, conduct):
        conductor, _ = conduct(ahead=True)
        conductor.look_ahead(False)
        conductor.next()
        conduct.rest(conductor)

        assert conductor._foresight.next_sources == []
        again, _ = conduct(ahead=session.window["looking ahead"])
        assert not again.looking_ahead

    def test_what_was_foreseen_of_all_sources_does_not_answer_for_some(self, session, conduct):
        conductor, _ = conduct(ahead=True)
        source = session.current
        some = Selection.of_rows(session.catalogue, np.arange(0, 300, 2))
        itself = Selection.of_rows(session.catalogue, [session.catalogue.row_of(source)])
        some = some.combined(itself, "add")
        conductor.ask_within(some)
        session.annotate(source, "GALAXY")
        conduct.rest(conductor)

        assert conductor.queue
        assert set(conductor.queue) <= some.ids

    def test_a_key_that_is_faster_gets_the_next_of_the_queue(self, session, conduct):
        conductor, _ = conduct(ahead=False)
        second = conductor.queue[0]
        session.annotate(session.current, "QSO")
        conductor.next()

        assert session.current == second
        conduct.rest(conductor)
        assert conductor.query.revision == session.book.revision
        assert not session.is_stale()


class TestFailures:
    def test_a_model_that_fails_is_told_once_and_sources_still_come(self, session, conduct):
        conductor, errors = conduct(ahead=False)
        session.set_learner(aal.LearnerRecipe(("svm", {"kernel": "no such kernel"})))
        conduct.rest(conductor)

        assert [type(error) for error in errors] == [LearnerError]
        assert conductor.queue
