"""Several one-vs-rest tasks give one answer, and its scores."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

import napari_astro_al as aal
from napari_astro_al.jobs import drain
from napari_astro_al.session import combining


@pytest.fixture
def several(catalogue, pool):
    both = ["STAR", "GALAXY"]
    session = aal.Session(
        catalogue,
        task={
            "stars": aal.Task.one_vs_rest("STAR", both),
            "galaxies": aal.Task.one_vs_rest("GALAXY", both),
        },
    )
    session.annotate(pool["STAR"][:4], "STAR")
    session.annotate(pool["GALAXY"][:3], "GALAXY")
    return session


class TestCombinedScores:
    def test_are_those_of_the_predictions(self, several):
        several.train()
        row = several.history.latest("combined")

        held = several.partition.part == 1
        predicted = several.predictions()["predicted"].astype(str).to_numpy()[held]
        truth = several.catalogue.column_labels[held].astype(str)
        assert row["f1"] == pytest.approx(f1_score(truth, predicted, average="macro"))
        assert (row["n_labels"], row["n"]) == (7, held.sum())
        assert row["classes"] == ["STAR", "GALAXY"]
        assert several.scores["task"].tolist() == ["stars", "galaxies", "combined"]

    def test_wait_until_all_are_trained(self, several):
        several.train("stars")
        assert several.history.latest("combined") is None
        several.train("galaxies")
        assert several.history.latest("combined") is not None

    def test_come_anew_with_news_alone(self, several, pool):
        several.train()
        several.train()
        assert several.scores["task"].tolist().count("combined") == 1
        several.annotate(pool["STAR"][5], "STAR")
        several.predictions()
        assert several.scores["task"].tolist().count("combined") == 2

    def test_corrected_labels_count(self, several):
        several.train()
        one = int(several.catalogue.ids[np.flatnonzero(several.partition.part == 1)[0]])
        several.unsure(one)
        several.train()

        first, second = (r["n"] for r in several.history.rows if r["task"] == "combined")
        assert second == first - 1

    def test_are_made_with_the_last_model_not_when_it_is_taken(self, several, monkeypatch):
        several.train("stars")
        made = drain(several.train_job("galaxies"))
        (row,) = made.together[1]
        monkeypatch.setattr(combining, "combined_scores", None)  # nothing is worked out twice
        several.accept(made)
        assert several.history.latest("combined")["f1"] == row["f1"]
        assert several.results["galaxies"].together is None

    def test_are_made_anew_where_another_model_was_taken_meanwhile(self, several):
        several.train("stars")
        made = drain(several.train_job("galaxies"))
        several.accept(drain(several.train_job("stars")))
        several.accept(made)
        assert several.history.latest("combined") is not None

    def test_are_not_made_of_sources_that_nobody_held_out(self, catalogue, pool):
        session = aal.Session(
            catalogue,
            task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")},
            split=aal.Split(validation=0, test=0),
        )
        session.annotate(pool["STAR"][:4], "STAR")
        session.annotate(pool["GALAXY"][:3], "GALAXY")
        session.train()

        assert set(session.scores["task"]) == {"STAR", "GALAXY"}

    def test_tasks_take_turns_to_ask(self, several, pool):
        asked = []
        for _ in range(4):
            (source,) = several.query()
            asked.append(several.asked(source)["task"])
            several.annotate(source, several.catalogue.column_labels[source - 1000])

        assert asked == ["stars", "galaxies", "stars", "galaxies"]

    def test_are_found_again(self, catalogue, pool, tmp_path):
        tasks = {
            name: aal.Task.one_vs_rest(name, ["STAR", "GALAXY"]) for name in ("STAR", "GALAXY")
        }
        with aal.Session(catalogue, task=tasks, path=tmp_path / "a.astroal") as session:
            session.annotate(pool["STAR"][:4], "STAR")
            session.annotate(pool["GALAXY"][:3], "GALAXY")
            session.train()
            n_rows = len(session.scores)
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            again.train()
            assert len(again.scores) == n_rows

    def test_simulation_plays_them_too(self, several):
        curve = aal.simulate(several, oracle=aal.ColumnOracle(several.catalogue), n_labels=6)

        combined = curve[curve["task"] == "combined"]
        assert set(combined["split"]) == {"validation", "test"}
