"""No order of what a person can do lets a held-out source train, or be asked for."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import napari_astro_al as aal
from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import drain
from napari_astro_al.learning.trained import TrainRequest
from napari_astro_al.session import modelling
from napari_astro_al.session.ahead import Answer

N = 40
CATALOGUE = aal.Catalogue.from_table(
    {
        "source": np.arange(1000, 1000 + N),
        "u": np.sin(np.arange(N)),
        "g": np.cos(3.0 * np.arange(N)),
        "kind": [None] * 10 + ["STAR", "GALAXY"] * 15,
    },
    id="source",
    label="kind",
)
sources = st.integers(1000, 1000 + N - 1)
parts = st.sampled_from(["test", "validation"])


class Leaks(RuleBasedStateMachine):
    """A session, and the sources that were drawn, kept apart from it."""

    @initialize(use=st.sampled_from(["reference", "train"]))
    def begin(self, use):
        recipe = aal.LearnerRecipe(model="knn", strategy="uncertainty")
        self.session = aal.Session(CATALOGUE.with_roles(label_use=use), learner=recipe)
        self.drawn: dict[str, set[int]] = {"test": set(), "validation": set()}
        self.surveyed: set[int] = set()
        self.late: list[object] = []
        Watched.made.clear()

    @property
    def held_out(self):
        """What was drawn, and what the split holds out by itself."""
        by_split = CATALOGUE.ids[np.flatnonzero(self.session.partition.part)].tolist()
        return self.drawn["test"] | self.drawn["validation"] | self.surveyed | set(by_split)

    @rule(n=st.integers(1, 4), part=parts, answered=st.booleans())
    def draw(self, n, part, answered):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                drawn = self.session.curate(n, part=part, answered=answered)
            except AstroALError:
                return
        assert not set(drawn) & (self.drawn["test"] | self.drawn["validation"])
        self.drawn[part] |= set(drawn)

    @rule(n=st.integers(2, 6), rate=st.sampled_from([0.3, 1.0]))
    def draw_survey(self, n, rate):
        if not self.surveyed:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.surveyed = set(self.session.draw_survey(n, rate=rate).sources)

    @rule()
    def drop_survey(self):
        if self.surveyed:
            self.session.drop_survey()
            self.surveyed = set()

    @rule(part=parts)
    def drop(self, part):
        if self.drawn[part]:
            self.session.drop_curated(part)
            self.drawn[part] = set()

    @rule(some=st.sets(sources, min_size=1, max_size=6), label=st.sampled_from(["STAR", "GALAXY"]))
    def label(self, some, label):
        self.session.annotate(some, label)

    @rule(source=sources)
    def unsure(self, source):
        self.session.unsure(source)

    @rule()
    def undo(self):
        self.session.undo()

    @rule()
    def redo(self):
        self.session.redo()

    @rule(some=st.sets(sources, max_size=3))
    def exclude(self, some):
        self.session.exclude(some)

    @rule()
    def query(self):
        asked = set(self.session.query(5))
        assert not (asked - self.surveyed) & self.held_out
        assert not {one for one in asked if self.session.book.state_of(one) == "labelled"}

    @rule()
    def train(self):
        if self.session.can_train():
            self.session.train()

    @rule()
    def train_in_the_background(self):
        if self.session.can_train():
            self.late.append(drain(self.session.train_job()))

    @rule()
    def take_what_was_trained(self):
        if self.late:
            self.session.accept(self.late.pop(), late=True)

    @rule(source=sources, label=st.sampled_from(["STAR", None]))
    def foresee(self, source, label):
        given = Answer(CATALOGUE.row_of(source), label)
        found = drain(self.session.next_job(3, given=given))
        assert not set(found.query.sources) & self.held_out

    @invariant()
    def no_request_ever_holds_a_held_out_source(self):
        if hasattr(self, "session"):
            for request in Watched.made:
                rows = [*request.labelled_rows, *request.coarse_rows]
                assert not set(CATALOGUE.ids_at(rows)) & self.held_out
            Watched.made.clear()
            for result in self.session.results.values():
                rows = result.request.labelled_rows
                assert not set(CATALOGUE.ids_at(rows)) & self.held_out

    @invariant()
    def every_drawn_source_is_held_out(self):
        if hasattr(self, "session"):
            for code, part in enumerate(("validation", "test"), start=1):
                rows = CATALOGUE.rows_of(sorted(self.drawn[part]))
                assert (self.session.partition.part[rows] == code).all()


@dataclass(frozen=True, eq=False)
class Watched(TrainRequest):
    """A request that is remembered."""

    made: ClassVar[list[TrainRequest]] = []

    def __post_init__(self):
        Watched.made.append(self)


@pytest.fixture(autouse=True)
def _watched(monkeypatch):
    monkeypatch.setattr(modelling, "TrainRequest", Watched)
    yield
    Watched.made.clear()


@pytest.mark.usefixtures("_watched")
class TestLeaks(Leaks.TestCase):
    settings = settings(max_examples=25, stateful_step_count=20)


def test_the_watch_sees_what_it_is_there_for():
    """A test that could not fail would prove nothing."""
    session = aal.Session(CATALOGUE)
    session.annotate(session.query(12), "STAR")
    session.annotate(session.query(2), "GALAXY")
    session.train()
    assert len(Watched.made[0].labelled_rows) == 14
