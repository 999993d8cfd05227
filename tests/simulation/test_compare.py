"""Arms and seeds: what is played, kept and found again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score, f1_score

import napari_astro_al as aal
from napari_astro_al.errors import JobError, LabelError, LearnerError, SessionError
from napari_astro_al.jobs import drain
from napari_astro_al.simulation import AllLabels, AstronomicAL, Learning, compare
from napari_astro_al.simulation import arms as arms_module
from napari_astro_al.simulation.cache import CurveCache, content_digest
from napari_astro_al.simulation.compare import compare_job
from napari_astro_al.simulation.curve import Curve, held_out_scores
from napari_astro_al.simulation.scaled import scaled_features
from napari_astro_al.simulation.sending import Parcel
from napari_astro_al.simulation.setting import Setting

KNN = aal.LearnerRecipe("knn", strategy="margin")
RANDOM = aal.LearnerRecipe("knn", strategy="random")


def here(catalogue, arms, **given):
    return compare(catalogue, arms, processes=1, **{"seeds": [0], "n_labels": 8, **given})


class Counted(Learning):
    """An arm that counts how often it is played."""

    times = 0

    def play_job(self, setting, n_labels):
        Counted.times += 1
        return super().play_job(setting, n_labels)


@pytest.fixture
def counted(monkeypatch):
    monkeypatch.setattr(Counted, "times", 0)
    return {"ours": Counted(KNN)}


class TestCurves:
    def test_have_a_row_for_each_label_seed_and_arm(self, catalogue):
        curves = here(catalogue, {"ours": KNN, "random": RANDOM}, seeds=[0, 5])

        counts = curves.groupby(["arm", "seed"])["n_labels"].agg(list)
        assert counts.tolist() == [list(range(1, 9))] * 4
        assert list(curves.columns[:5]) == ["arm", "seed", "n_labels", "source", "label"]
        assert {"f1", "f1_STAR", "average_precision", "average_precision_GALAXY"} <= set(curves)

    def test_a_seed_gives_the_same_whatever_else_is_played(self, catalogue):
        both = here(catalogue, {"ours": KNN, "random": RANDOM}, seeds=[0, 5])
        alone = here(catalogue, {"random": RANDOM}, seeds=[5])

        again = both[(both["arm"] == "random") & (both["seed"] == 5)].reset_index(drop=True)
        pd.testing.assert_frame_equal(again, alone)

    def test_nothing_held_out_is_ever_asked_for(self, catalogue):
        curves = here(catalogue, {"ours": KNN}, n_labels=500)

        asked = set(curves["source"])
        held_out = Setting.of(catalogue).held_out[0]
        assert len(asked) == len(curves) == len(catalogue) - len(held_out)
        assert not asked & {str(one) for one in catalogue.ids[held_out]}

    def test_scores_are_those_of_scikit_learn(self, setting):
        test, known = setting.held_out
        rng = np.random.default_rng(0)
        said = rng.dirichlet([1, 1], len(test))
        truth = np.array([setting.task.names.index(one) for one in known])
        row = held_out_scores(said, truth, setting.task)

        assert row["f1"] == pytest.approx(f1_score(truth, said.argmax(axis=1), average="macro"))
        for place, name in enumerate(setting.task.names):
            expected = average_precision_score(truth == place, said[:, place])
            assert row[f"average_precision_{name}"] == pytest.approx(expected)

    def test_labels_of_one_class_say_that_class(self, setting):
        curve = Curve(setting.task, ["STAR", "STAR", "GALAXY"])
        curve.add(1001, "STAR", None)

        (row,) = curve.table().to_dict("records")
        assert row["accuracy"] == pytest.approx(2 / 3)
        assert row["f1"] == pytest.approx(0.8 / 2)

    def test_sources_without_a_class_of_the_task_are_passed_over(self, catalogue):
        table = catalogue.table.copy()
        table.loc[table.index % 10 == 1, "kind"] = "COMET"
        table.loc[table.index % 10 == 3, "kind"] = None
        some = aal.Catalogue.from_table(table, id="source", label="kind")
        curves = here(some, {"ours": KNN}, task=aal.Task(["STAR", "GALAXY"]), n_labels=500)

        assert set(curves["label"]) == {"STAR", "GALAXY"}
        assert not {int(one) % 10 for one in curves["source"]} & {1, 3}

    def test_of_a_task_with_one_class_against_the_rest(self, catalogue):
        task = aal.Task.one_vs_rest("GALAXY", ["STAR", "GALAXY"])
        curves = here(catalogue, {"ours": KNN, "peer": AstronomicAL(20)}, task=task)

        assert set(curves["label"]) == {"GALAXY", "~GALAXY"}
        assert curves["average_precision"].equals(curves["average_precision_GALAXY"])


class TestAllLabels:
    def test_is_one_forest_that_learns_the_whole_pool(self, catalogue, setting):
        (row,) = here(catalogue, {"all": AllLabels(30)}, seeds=[3]).to_dict("records")

        rows, (test, known) = setting.pool_rows, setting.held_out
        X, y = scaled_features(setting), setting.truth.astype(str)
        predicted = (
            RandomForestClassifier(300, random_state=0).fit(X[rows], y[rows]).predict(X[test])
        )
        assert row["n_labels"] == len(rows)
        assert row["f1"] == pytest.approx(f1_score(known, predicted, average="macro"), abs=0.05)


class TestCache:
    def test_what_is_finished_is_not_played_again(self, catalogue, counted, tmp_path):
        first = here(catalogue, counted, cache=tmp_path, seeds=[0, 1])
        again = here(catalogue, counted, cache=tmp_path, seeds=[0, 1])

        assert Counted.times == 2
        pd.testing.assert_frame_equal(first, again)

    def test_a_shorter_curve_is_the_beginning_of_a_longer_one(self, catalogue, counted, tmp_path):
        here(catalogue, counted, cache=tmp_path, n_labels=12)
        short = here(catalogue, counted, cache=tmp_path, n_labels=6)

        assert Counted.times == 1
        pd.testing.assert_frame_equal(short, here(catalogue, counted, n_labels=6))

    def test_a_longer_one_is_played(self, catalogue, counted, tmp_path):
        here(catalogue, counted, cache=tmp_path, n_labels=6)
        here(catalogue, counted, cache=tmp_path, n_labels=12)

        assert Counted.times == 2

    def test_a_pool_that_was_used_up_is_finished(self, catalogue, counted, tmp_path):
        for _ in range(2):
            here(catalogue, counted, cache=tmp_path, n_labels=1000)

        assert Counted.times == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"seeds": [1]},
            {"features": aal.FeatureRecipe(columns=["u"])},
            {"features": aal.FeatureRecipe(scale="none")},
            {"split": aal.Split(0, 0.4)},
            {"task": aal.Task(["STAR", "GALAXY"])},
        ],
        ids=str,
    )
    def test_whatever_changes_a_curve_makes_another(self, catalogue, counted, tmp_path, change):
        here(catalogue, counted, cache=tmp_path)
        here(catalogue, counted, cache=tmp_path, **change)

        assert len(list(tmp_path.glob("*.parquet"))) == 2

    def test_another_choice_of_auto_makes_other_curves_of_arms_that_use_it(
        self, catalogue, tmp_path, monkeypatch
    ):
        arms = {"auto": aal.LearnerRecipe(), "knn": KNN, "peer": AstronomicAL(5)}
        here(catalogue, arms, cache=tmp_path, n_labels=2)

        def newer(learner: aal.LearnerRecipe) -> dict[str, str]:
            return {"auto_model": "new"} if learner.chooses_models else {}

        monkeypatch.setattr(arms_module, "_versions_of_auto", newer)
        here(catalogue, arms, cache=tmp_path, n_labels=2)

        assert len(list(tmp_path.glob("*.parquet"))) == 4

    def test_the_name_of_an_arm_is_not_part_of_it(self, catalogue, counted, tmp_path):
        here(catalogue, counted, cache=tmp_path)
        renamed = here(catalogue, {"another": counted["ours"]}, cache=tmp_path)

        assert Counted.times == 1
        assert set(renamed["arm"]) == {"another"}

    def test_content_is_the_same_in_any_order_and_another_with_any_change(self, catalogue):
        table = catalogue.table
        changed = table.copy()
        changed.loc[7, "u"] += 1e-3
        relabelled = table.assign(kind=table["kind"].replace({"STAR": "star"}))

        def digest(frame):
            one = aal.Catalogue.from_table(frame, id="source", label="kind")
            return content_digest(Setting.of(one))

        assert digest(table.sample(frac=1, random_state=0)) == digest(table)
        assert len({digest(table), digest(changed), digest(relabelled)}) == 3

    def test_nothing_is_left_beside_the_curves(self, tmp_path, setting):
        cache = CurveCache(tmp_path / "new")
        path = cache.keep({"a": 1}, 3, pd.DataFrame({"n_labels": [1, 2]}))

        assert [*path.parent.iterdir()] == [path]
        assert cache.find({"a": 1}, 4) is None
        assert cache.find({"a": 1}, 1)["n_labels"].tolist() == [1]


class TestProcesses:
    def test_give_the_same_curves(self, catalogue, tmp_path):
        arms = {"ours": KNN, "all": AllLabels(5)}
        alone = here(catalogue, arms, seeds=[0, 1], n_labels=4)
        together = compare(catalogue, arms, seeds=[0, 1], n_labels=4, processes=2, cache=tmp_path)

        pd.testing.assert_frame_equal(together, alone)
        assert len(list(tmp_path.glob("*.parquet"))) == 4

    def test_an_error_in_one_is_told(self, catalogue):
        arms = {"impossible": aal.LearnerRecipe(("knn", {"n_neighbors": -1}), strategy="margin")}
        with pytest.raises(LearnerError, match="knn could not"):
            compare(catalogue, arms, seeds=[0, 1], n_labels=10, processes=2)

    def test_are_stopped_when_the_job_is_closed(self, catalogue, tmp_path):
        job = compare_job(
            catalogue, {"ours": KNN}, seeds=[0, 1], n_labels=100, processes=2, cache=tmp_path
        )
        told = [next(job) for _ in range(3)]
        job.close()

        assert told[-1].total == 200
        assert "0 of 2 are finished" in told[-1].message

    def test_a_setting_survives_the_way(self, catalogue):
        setting = Setting.of(catalogue, seed=3)
        there = Parcel.of(setting).unpacked()

        assert content_digest(there) == content_digest(setting)
        assert there.catalogue.ids_at([0]) == setting.catalogue.ids_at([0])

    def test_pictures_drawn_on_demand_stay_behind(self):
        survey = aal.samples.simulated_survey(30, seed=0)
        there = Parcel.of(Setting.of(survey)).unpacked()

        assert len(there.catalogue) == 30


class TestRefusals:
    def test_nothing_to_play(self, catalogue):
        with pytest.raises(SessionError, match="0 arms, 1 seeds, 8 labels"):
            here(catalogue, {})

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"n_labels": 0}, "labels from 1 on"),
            ({"seeds": []}, "0 seeds"),
            ({"processes": -1}, "processes must be 1 or more"),
        ],
    )
    def test_impossible_numbers(self, catalogue, given, words):
        with pytest.raises(SessionError, match=words):
            compare(catalogue, {"ours": KNN}, **{"n_labels": 3, "seeds": [0], **given})

    def test_no_label_column(self, catalogue):
        bare = aal.Catalogue.from_table(catalogue.table[["source", "u", "g"]], id="source")
        with pytest.raises(LabelError, match="no label column"):
            here(bare, {"ours": KNN})

    def test_nothing_held_out(self, catalogue):
        with pytest.raises(SessionError, match="learners cannot be scored"):
            here(catalogue, {"ours": KNN}, split=aal.Split(0.2, 0))

    def test_a_learner_that_no_file_can_hold(self, catalogue):
        arm = aal.LearnerRecipe(strategy=lambda candidates: candidates.probabilities[:, 0])
        with pytest.raises(LearnerError, match="register"):
            here(catalogue, {"own": arm})

    def test_failures_of_an_arm_are_errors_of_the_job(self, catalogue):
        class Broken(Learning):
            def play_job(self, setting, n_labels):
                raise RuntimeError("no telescope")
                yield

        with pytest.raises(JobError, match="compare ways to learn: RuntimeError: no telescope"):
            drain(compare_job(catalogue, {"broken": Broken()}, seeds=[0], n_labels=1, processes=1))
