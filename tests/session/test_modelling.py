from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import NotEnoughLabels


def label_some(session, pool, each=5):
    for name, ids in pool.items():
        session.annotate(ids[:each], name)


class TestTrain:
    def test_one_class_is_not_enough(self, session, pool):
        session.annotate(pool["STAR"][:3], "STAR")
        with pytest.raises(NotEnoughLabels, match="at least two classes"):
            session.train()

    def test_annotate_never_trains(self, session, pool):
        label_some(session, pool)
        assert session.results == {}
        assert session.scores.empty

    def test_scores_have_a_row_for_each_model_and_split(self, session, pool):
        label_some(session, pool)
        session.train()
        row = session.scores.iloc[0]
        assert (row["task"], row["split"], row["n_labels"]) == ("classes", "validation", 10)
        assert row["f1"] > 0.9
        assert row["f1_low"] <= row["f1"] <= row["f1_high"]

    def test_a_stale_result_is_dropped(self, session, pool):
        label_some(session, pool)
        job = session.train_job()
        session.annotate(pool["STAR"][6], "STAR")
        result = aal.session.session.drain(job)
        assert not session.accept(result)
        assert session.results == {}

    def test_without_held_out_labels_scores_are_cross_validated(self, catalogue):
        bare = aal.Catalogue.from_table(catalogue.table[["source", "u", "g"]], id="source")
        session = aal.Session(bare, task=aal.Task(["STAR", "GALAXY"]))
        for source in range(1000, 1020):
            session.annotate(source, "GALAXY" if source % 4 == 0 else "STAR")
        session.train()
        assert session.scores["split"].tolist() == ["cross-validation"]
        assert session.scores["f1"].iloc[0] > 0.8


class TestHeldOut:
    def test_labelling_a_held_out_source_never_trains(self, session, pool):
        held_out = int(session.catalogue.ids[np.flatnonzero(session.partition.part == 1)[0]])
        label_some(session, pool)
        session.annotate(held_out, "STAR")
        rows, _ = session.labelled_for("classes")
        assert session.catalogue.row_of(held_out) not in rows
        assert held_out in session.labels

    def test_it_corrects_the_label_that_scores(self, session, pool):
        label_some(session, pool)
        session.train()
        before = session.scores.iloc[-1]["accuracy"]
        rows = np.flatnonzero(session.partition.part == 1)
        for source in session.catalogue.ids_at(rows):
            truth = session.catalogue.column_labels[source - 1000]
            session.annotate(source, "STAR" if truth == "GALAXY" else "GALAXY")
        session.train()
        assert session.scores.iloc[-1]["accuracy"] == pytest.approx(1 - before)

    def test_looking_at_the_test_set_is_recorded(self, session, pool):
        label_some(session, pool)
        scores = session.test_scores(reason="the paper's table")
        assert scores["split"].tolist() == ["test"]
        last = list(session.ledger.events())[-1]
        assert (last.kind, last.payload["reason"]) == ("test-looked-at", "the paper's table")
        assert "test" not in set(session.scores.get("split", []))


class TestPredictions:
    def test_every_source_has_a_row(self, session, pool):
        label_some(session, pool)
        table = session.predictions()
        assert list(table.index) == list(session.catalogue.ids)
        probabilities = table[["p_GALAXY", "p_STAR"]].to_numpy()
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
        np.testing.assert_allclose(table["confidence"], probabilities.max(axis=1))
        np.testing.assert_allclose(table["uncertainty"], 1 - table["confidence"])

    def test_one_vs_rest_tasks_are_put_together(self, catalogue, pool):
        session = aal.Session(
            catalogue,
            task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")},
        )
        label_some(session, pool)
        table = session.predictions()
        assert {"p_STAR", "p_GALAXY"} <= set(table.columns)
        np.testing.assert_allclose(table[["p_STAR", "p_GALAXY"]].sum(axis=1), 1, atol=1e-5)
        truth = session.catalogue.column_labels
        assert (table["predicted"].astype(object).to_numpy() == truth).mean() > 0.9

    def test_they_train_when_stale_and_only_then(self, session, pool):
        label_some(session, pool)
        session.predictions()
        session.predictions()
        assert len(session.scores) == 1
