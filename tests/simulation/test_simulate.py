from __future__ import annotations

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import JobError, LabelError, SessionError
from napari_astro_al.features import build_features_job
from napari_astro_al.jobs import drain
from napari_astro_al.session import recipes
from napari_astro_al.simulation.simulate import simulate_job


class TestColumnOracle:
    def test_it_answers_from_the_column(self, catalogue):
        assert aal.ColumnOracle(catalogue).label([1000, 1001]) == ["GALAXY", "STAR"]

    def test_it_names_sources_without_an_answer(self, catalogue):
        table = catalogue.table.copy()
        table.loc[3, "kind"] = None
        oracle = aal.ColumnOracle(aal.Catalogue.from_table(table, id="source", label="kind"))
        with pytest.raises(LabelError, match="no label for '1003'"):
            oracle.label([1000, 1003])

    def test_it_needs_a_label_column(self, catalogue):
        bare = aal.Catalogue.from_table(catalogue.table[["source", "u", "g"]], id="source")
        with pytest.raises(LabelError, match="no label column"):
            aal.ColumnOracle(bare)


class TestSimulate:
    def test_the_curve_counts_definite_labels_on_both_splits(self, session, catalogue):
        curve = aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=10)
        assert curve["n_labels"].max() == 10
        assert set(curve["split"]) == {"validation", "test"}
        assert curve[curve["split"] == "test"]["f1"].iloc[-1] > 0.85

    def test_it_leaves_the_session_alone(self, session, catalogue):
        session.annotate(1001, "STAR")
        aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=5)
        assert session.labels.to_dict() == {1001: "STAR"}
        assert session.scores.empty

    def test_the_seed_makes_it_the_same_again(self, session, catalogue):
        oracle = aal.ColumnOracle(catalogue)
        curves = [aal.simulate(session, oracle=oracle, n_labels=6, seed=s) for s in (1, 1)]
        assert curves[0].equals(curves[1])

    def test_an_answer_that_no_task_knows_is_no_label(self, session, catalogue):
        """Galaxies are not asked about, so the column's "GALAXY" is as good as unsure."""
        session.set_tasks(aal.Task({"STAR": "STAR", "QSO": "QSO"}))
        curve = aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=500)
        assert curve.empty

    def test_unsure_answers_are_passed_over(self, session, catalogue):
        class Hesitant:
            def __init__(self):
                self.asked = 0

            def label(self, ids):
                self.asked += 1
                truth = aal.ColumnOracle(catalogue).label(ids)
                return truth if self.asked % 2 else [["COMET", None][self.asked % 4 // 2]]

        oracle = Hesitant()
        curve = aal.simulate(session, oracle=oracle, n_labels=8)
        assert curve["n_labels"].max() == 8
        assert oracle.asked == 15
        assert not curve.duplicated(["n_labels", "split"]).any()

    def test_the_rest_is_a_definite_answer(self, session, catalogue):
        session.set_tasks(aal.Task(["GALAXY"], others="rest"))
        curve = aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=8)
        assert curve["n_labels"].max() == 8
        assert {"f1_GALAXY", "f1_rest"} <= set(curve)

    def test_a_failing_oracle_is_told_as_an_error_of_the_job(self, session):
        class Broken:
            def label(self, ids):
                raise RuntimeError("no telescope")

        with pytest.raises(JobError, match="play the session: RuntimeError: no telescope"):
            aal.simulate(session, oracle=Broken(), n_labels=1)

    def test_an_oracle_that_does_not_answer_is_named(self, session):
        class Silent:
            def label(self, ids):
                return []

        with pytest.raises(SessionError, match="asked for one label and gave 0"):
            aal.simulate(session, oracle=Silent(), n_labels=1)

    def test_recipes_are_those_of_when_it_was_asked_for(self, session, catalogue):
        oracle = aal.ColumnOracle(catalogue)
        before = aal.simulate(session, oracle=oracle, n_labels=5)
        job = simulate_job(session, oracle=oracle, n_labels=5)
        session.set_learner(aal.LearnerRecipe("knn"))
        session.set_features(aal.FeatureRecipe(columns=["u"]))
        assert drain(job).equals(before)

    @pytest.mark.parametrize(("seed", "made"), [(0, 0), (1, 1)])
    def test_features_are_made_anew_for_another_seed_only(
        self, session, catalogue, monkeypatch, seed, made
    ):
        built = []

        def counting(*given):
            built.append(1)
            return build_features_job(*given)

        monkeypatch.setattr(recipes, "build_features_job", counting)
        aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=2, seed=seed)
        assert len(built) == made

    def test_it_can_be_cancelled_between_two_steps(self, session, catalogue):
        job = simulate_job(session, oracle=aal.ColumnOracle(catalogue), n_labels=50)
        told = [next(job) for _ in range(40)]
        job.close()
        assert {(one.message, one.total) for one in told} == {("Playing a session", 50)}
        assert told[-1].done > 0

    @pytest.mark.parametrize("n_labels", [2.5, True, "3"])
    def test_a_number_of_labels_is_a_whole_number(self, session, catalogue, n_labels):
        with pytest.raises(SessionError, match="n_labels is a whole number"):
            simulate_job(session, oracle=aal.ColumnOracle(catalogue), n_labels=n_labels)

    def test_no_labels_are_no_simulation(self, session, catalogue):
        with pytest.raises(SessionError, match="from 1 on, not 0"):
            aal.simulate(session, oracle=aal.ColumnOracle(catalogue), n_labels=0)
