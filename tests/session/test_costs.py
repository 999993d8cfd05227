from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.costs import COSTS


@pytest.fixture(scope="module")
def sky():
    """Two overlapping classes, and an exposure time of 1 to 4 hours for each source."""
    rng = np.random.default_rng(2)
    n = 200
    kind = np.arange(n) % 2
    table = pd.DataFrame({
        "source": np.arange(1, n + 1),
        "u": rng.normal(size=n) + 1.5 * kind,
        "g": rng.normal(size=n),
        "hours": rng.integers(1, 5, size=n).astype(float),
        "label": np.where(kind, "QSO", "STAR"),
    })  # fmt: skip
    table.loc[table["source"] == 9, "hours"] = np.nan
    return aal.Catalogue.from_table(table, id="source", label="label")


@pytest.fixture
def session(sky):
    with aal.Session(
        sky,
        aal.FeatureRecipe(columns=["u", "g"]),
        learner=aal.LearnerRecipe("logistic regression", strategy="margin"),
        split=aal.Split(validation=0.0, test=0.0),
        start=30,
    ) as one:
        yield one


def hours(session, asked):
    return session.catalogue.table.set_index("source")["hours"].loc[asked].sum()


def test_a_batch_stays_within_its_budget(session):
    asked = session.query(50, cost="hours", budget=20)
    assert 15 < hours(session, asked) <= 20
    assert len(asked) > 10  # five to ten by chance; cheap ones are preferred
    assert "By gain per cost (hours)" in session.asked(asked[0])["why"]


def test_a_recipe_keeps_its_cost(session, sky, tmp_path):
    recipe = aal.LearnerRecipe("logistic regression", strategy="margin", cost="hours")
    session.set_learner(recipe)
    cheap = session.query(20)
    assert hours(session, cheap) < hours(session, session.query(20, cost=""))
    assert aal.LearnerRecipe.from_json(recipe.to_json()) == recipe
    for source in session.query(3):
        session.annotate(source, "STAR")
    session.annotate(session.query(5, cost="hours", budget=6)[0], "QSO")
    session.export_config(tmp_path / "share.json")
    replayed = aal.replay(tmp_path / "share.json", sky)
    assert not replayed.differences
    assert replayed.query() == session.query()


def test_expressions_and_functions_are_costs_too(session):
    by_column = session.query(10, cost="hours")
    assert session.query(10, cost="2 * hours") == by_column

    @aal.register.cost("thrice")
    def thrice(table):
        return 3 * table["hours"]

    try:
        assert session.query(10, cost="thrice") == by_column
    finally:
        COSTS._entries.pop("thrice")
        COSTS._origins.pop("thrice")


def test_a_source_without_a_cost_is_not_asked_for(session):
    assert 9 not in session.query(200, cost="hours")
    assert 9 in session.query(200)


def test_covering_keeps_to_the_budget_too(sky):
    with aal.Session(sky, aal.FeatureRecipe(columns=["u", "g"])) as session:
        asked = session.query(50, strategy="margin", cost="hours", budget=7)
        assert session.asked(asked[0])["strategy"] == "coverage"
        assert 0 < hours(session, asked) <= 7


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        ("nope", "'nope' is none"),
        ("label", "'label' is none"),
        ("hours - 1", "not above 0 for"),
        ("wrong shape", r"shape \(1,\)"),
        ("broken", "failed: ZeroDivisionError"),
    ],
)
def test_what_is_no_cost_is_told_and_nothing_is_asked(session, cost, words):
    with (
        COSTS.lent("wrong shape", lambda table: [1.0]),
        COSTS.lent("broken", lambda table: 1 / 0),
        pytest.raises(LearnerError, match=words),
    ):
        session.query(cost=cost)


def test_a_budget_needs_costs_and_is_above_nothing(session):
    with pytest.raises(LearnerError, match="A budget needs costs"):
        session.query(3, budget=5)
    with pytest.raises(LearnerError, match="a finite number above 0, not 0"):
        session.query(3, cost="hours", budget=0)
