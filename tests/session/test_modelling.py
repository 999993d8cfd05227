from __future__ import annotations

import numpy as np
import pytest
from modAL import uncertainty

import napari_astro_al as aal
from napari_astro_al.errors import LearnerError, NotEnoughLabels
from napari_astro_al.jobs import drain


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
        result = drain(job)
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


class TestJob:
    def test_nothing_is_done_for_held_out_sources_before_it_runs(self, session, pool):
        """Else each label would cost the window a pass over the whole catalogue."""
        label_some(session, pool)
        job = session.train_job()
        assert not session.partition._held_out
        drain(job)
        assert session.partition._held_out

    def test_labels_are_those_of_when_it_was_made(self, session, pool):
        label_some(session, pool)
        straight = drain(session.train_job())
        job = session.train_job()
        held_out = session.catalogue.ids_at(np.flatnonzero(session.partition.part == 1)[:5])
        session.unsure(held_out)
        session.annotate(pool["STAR"][8], "GALAXY")
        late = drain(job)
        assert late.scores == straight.scores
        np.testing.assert_array_equal(late.probabilities, straight.probabilities)

    def test_labels_of_a_task_are_made_once_a_revision(self, session, pool):
        label_some(session, pool)
        known = session.task_labels("classes")
        assert session.task_labels("classes") is known
        session.annotate(pool["STAR"][8], "STAR")
        assert session.task_labels("classes").counts == {"STAR": 6, "GALAXY": 5}
        session.set_tasks(aal.Task.one_vs_rest("GALAXY"))
        assert session.task_labels("classes").counts == {"~GALAXY": 6, "GALAXY": 5}
        assert known.counts == {"STAR": 5, "GALAXY": 5}


class TestTheSameModelAgain:
    """Training from the same labels and recipes adds no score, also after reopening."""

    def scored(self, session):
        session.train()
        return len(session.scores)

    def test_with_a_query_function(self, catalogue, pool, tmp_path):
        learner = aal.LearnerRecipe(strategy=uncertainty.margin_sampling)
        session = aal.Session(catalogue, learner=learner, path=tmp_path / "blobs.astroal")
        label_some(session, pool)
        assert self.scored(session) == 1
        session.close()
        assert self.scored(aal.Session.open(session.path, catalogue)) == 1

    def test_with_rows_in_another_order(self, catalogue, pool, tmp_path):
        session = aal.Session(catalogue, path=tmp_path / "blobs.astroal")
        label_some(session, pool)
        held_out = session.catalogue.ids_at(np.flatnonzero(session.partition.part == 1)[:5])
        session.annotate(held_out, "STAR")
        assert self.scored(session) == 1
        session.close()
        turned = aal.Catalogue.from_table(
            catalogue.table.iloc[::-1].reset_index(drop=True), id="source", label="kind"
        )
        assert self.scored(aal.Session.open(session.path, turned)) == 1

    def test_where_somebody_was_unsure_of_a_pool_source(self, session, pool):
        label_some(session, pool)
        assert self.scored(session) == 1
        session.unsure(pool["STAR"][9])
        assert self.scored(session) == 1

    def test_but_not_of_other_held_out_labels_or_recipes(self, session, pool):
        label_some(session, pool)
        assert self.scored(session) == 1
        held_out = session.catalogue.ids_at(np.flatnonzero(session.partition.part == 1)[:1])
        session.unsure(held_out)
        assert self.scored(session) == 2
        session.set_learner(aal.LearnerRecipe("knn"))
        assert self.scored(session) == 3

    def test_a_function_that_no_file_holds_is_no_hindrance(self, catalogue, pool):
        learner = aal.LearnerRecipe(strategy=lambda candidates: candidates.features[:, 0])
        session = aal.Session(catalogue, learner=learner)
        label_some(session, pool)
        assert [self.scored(session), self.scored(session)] == [1, 1]


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

    def test_sources_without_features_have_none(self, catalogue, pool):
        table = catalogue.table.copy()
        blank = [7, 8]
        table.loc[blank, ["u", "g"]] = np.nan
        for task in (None, {name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")}):
            session = aal.Session(
                aal.Catalogue.from_table(table, id="source", label="kind"), task=task
            )
            label_some(session, {name: [i for i in ids if i > 1010] for name, ids in pool.items()})
            predicted = session.predictions()
            assert predicted.loc[[1007, 1008]].isna().all(axis=None)
            assert predicted.drop([1007, 1008]).notna().all(axis=None)

    def test_shares_of_several_tasks_are_their_probabilities_over_their_sum(self, catalogue, pool):
        session = aal.Session(
            catalogue, task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")}
        )
        label_some(session, pool)
        table = session.predictions()
        star, galaxy = (session.results[name].probabilities[:, 0] for name in ("STAR", "GALAXY"))
        np.testing.assert_allclose(table["p_STAR"], star / (star + galaxy), rtol=1e-6)
        best = table[["p_STAR", "p_GALAXY"]].to_numpy().argmax(axis=1)
        assert (table["predicted"].cat.codes.to_numpy() == best).all()

    @pytest.mark.parametrize(
        ("tasks", "words"),
        [
            ({"all": aal.Task(), "stars": aal.Task.one_vs_rest("STAR")}, "not 'all'"),
            (
                {one: aal.Task.one_vs_rest("STAR") for one in ("a", "b")},
                "'a', 'b' look for the same class",
            ),
        ],
    )
    def test_tasks_that_cannot_be_put_together_are_not_trained(self, catalogue, pool, tasks, words):
        session = aal.Session(catalogue, task=tasks)
        label_some(session, pool)
        with pytest.raises(LearnerError, match=rf"{words}.*Name one: predictions\(task="):
            session.predictions()
        assert session.results == {}
        assert session.predictions(task=next(iter(tasks))).notna().all(axis=None)

    def test_they_train_when_stale_and_only_then(self, session, pool):
        label_some(session, pool)
        session.predictions()
        session.predictions()
        assert len(session.scores) == 1
