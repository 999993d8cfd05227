"""The headline: never a number of another model, never a count of anything but what was scored."""

from __future__ import annotations

import math

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.session.headline import Headline, headline_of, in_percent, wilson

LINE = 60


@pytest.fixture
def trained(session, pool):
    for name, ids in pool.items():
        session.annotate(ids[:5], name)
    session.train()
    return session


def number(session):
    row = session.history.rows[-1]
    return f"Macro-F1 {in_percent(row['f1'], row['f1_low'], row['f1_high'])}"


class TestWithoutAModel:
    def test_says_when_training_begins(self, session, pool):
        session.annotate(pool["STAR"][0], "STAR")
        words = headline_of(session)
        assert words.headline == "No model yet"
        assert words.basis == "1 label. Training begins with labels of two classes."

    def test_or_that_there_are_labels_to_train_on(self, session, pool):
        for name, ids in pool.items():
            session.annotate(ids[0], name)
        words = headline_of(session)
        assert (words.headline, words.basis) == (
            "No model yet",
            "2 labels to train the first one on.",
        )

    @pytest.mark.parametrize(
        "change",
        [
            lambda session: session.set_learner(aal.LearnerRecipe("knn")),
            lambda session: session.set_features(aal.FeatureRecipe(columns=["u"])),
            lambda session: session.add_class("QSO"),
        ],
        ids=["learner", "features", "classes"],
    )
    def test_numbers_of_another_recipe_are_never_shown(self, trained, change):
        change(trained)
        words = headline_of(trained)
        assert words.headline == "To be trained again"
        assert "10 labels to train on" in words.basis
        trained.train()
        assert headline_of(trained).headline == number(trained)


class TestWithAModel:
    def test_counts_are_those_that_were_scored_and_trained_on(self, trained):
        """The held-out sources without usable features, or of other classes, are not counted."""
        unsure = trained.catalogue.ids_at(np.flatnonzero(trained.partition.part == 1)[:3])
        trained.unsure(unsure)
        trained.train()
        scored = int((trained.partition.part == 1).sum()) - 3
        assert headline_of(trained) == Headline(
            number(trained), f"On {scored} held-out sources that never train, 10 labels"
        )

    def test_labels_that_came_since_are_said(self, trained, pool):
        before = headline_of(trained)
        trained.annotate(pool["STAR"][5:8], "STAR")
        words = headline_of(trained)
        assert words.headline == before.headline
        assert words.basis.endswith("never train, before the last 3 of 13 labels")

    def test_and_labels_that_went(self, trained):
        trained.undo()
        assert headline_of(trained).basis.endswith("before 5 of 10 labels went")

    def test_and_corrections(self, trained, pool):
        trained.annotate(pool["STAR"][0], "GALAXY")
        assert headline_of(trained).basis.endswith("10 labels, before the last change")

    def test_several_tasks_are_named(self, catalogue, pool):
        tasks = {name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")}
        session = aal.Session(catalogue, task=tasks)
        assert headline_of(session).headline == "STAR: No model yet"
        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        session.train("GALAXY")
        (hits, _), (false, _) = session.history.rows[-1]["confusion"]
        purity = in_percent(hits / (hits + false), *wilson(hits, hits + false))
        words = headline_of(session, "GALAXY")
        assert words.headline == f"GALAXY purity {purity}"
        assert words.basis.startswith("Finds ")


class TestCrossValidation:
    def bare(self, catalogue, **more):
        bare = aal.Catalogue.from_table(catalogue.table[["source", "u", "g"]], id="source")
        session = aal.Session(bare, task=aal.Task(["STAR", "GALAXY"]), **more)
        for source in range(1000, 1020):
            session.annotate(source, "GALAXY" if source % 4 == 0 else "STAR")
        session.train()
        return session

    def test_shows_progress_not_quality(self, catalogue):
        words = headline_of(self.bare(catalogue))
        assert words.basis == (
            "Cross-validated on sources chosen for being hard: progress, not quality; 20 labels"
        )

    def test_is_honest_where_sources_are_drawn_at_random(self, catalogue):
        session = self.bare(catalogue, learner=aal.LearnerRecipe(strategy="random"))
        assert headline_of(session).basis == "Cross-validated, 20 labels"


def test_words_fit_two_lines(trained, pool):
    trained.annotate(pool["STAR"][5:], "STAR")
    words = headline_of(trained)
    assert len(words.headline) <= LINE
    assert len(words.basis) <= 2 * LINE


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0.926, 0.9, 0.95), "93 % (90–95)"),
        ((0.5, math.nan, math.nan), "50 %"),
        ((math.nan, 0.1, 0.2), "–"),
    ],
)
def test_a_number_with_its_interval(numbers, words):
    assert in_percent(*numbers) == words


class TestWilson:
    def test_of_nothing_is_not_known(self):
        assert all(map(math.isnan, wilson(0, 0)))

    def test_by_hand(self):
        """Eight of ten: (0.8 + z²/20 ± z sqrt(0.016 + z²/400)) / (1 + z²/10) with z = 1.96."""
        assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)

    def test_stays_within_bounds(self):
        assert wilson(0, 5)[0] == pytest.approx(0)
        assert wilson(5, 5)[1] == pytest.approx(1)


class TestForecast:
    def told(self, trained, score):
        """The forecast in words for a curve of 60 models of the same held-out sources."""
        rows = trained.history.rows
        last = rows[-1]
        rows[:-1] = [
            {**last, "n_labels": n, "f1": score(n), "f1_low": None, "f1_high": None}
            for n in range(5, 65)
        ]
        rows[-1].update(n_labels=65, f1=score(65))
        trained.results["classes"].scores[0].update(n_labels=65, f1=score(65))
        trained.history.rows.append(rows.pop())
        return headline_of(trained).forecast

    def test_tells_how_many_labels_for_two_per_cent_more(self, trained):
        words = self.told(trained, lambda n: 1 - 1.6 * n**-0.5)
        assert words.startswith("About ")
        assert "more labels for 82 % (" in words

    def test_says_nothing_of_a_curve_that_is_flat(self, trained):
        assert self.told(trained, lambda n: 0.9) == ""
