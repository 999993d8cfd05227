"""AstronomicAL's set-up, beside the same played by hand with modAL's learner."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from modAL.uncertainty import uncertainty_sampling
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import f1_score

import napari_astro_al as aal
from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.jobs import drain
from napari_astro_al.learning.adapter import Learner
from napari_astro_al.simulation import AstronomicAL, Learning
from napari_astro_al.simulation.scaled import scaled_features
from napari_astro_al.simulation.setting import Setting


def played(setting: Setting, n_labels: int, **given: int) -> pd.DataFrame:
    return drain(AstronomicAL(**given).play_job(setting, n_labels)).table()


class TestAstronomicAL:
    def test_is_modal_and_scikit_learn_step_by_step(self, setting):
        curve = played(setting, 15, n_trees=40)

        X, rows = scaled_features(setting), setting.pool_rows
        test, known = setting.held_out
        first = setting.catalogue.rows_of(curve["source"][:5].astype(int))
        learner = Learner(
            RandomForestClassifier(40, random_state=derived_seed(3, "AstronomicAL") % 2**32),
            uncertainty_sampling,
            X[first],
            setting.truth[first].astype(str),
        )
        pool = rows[~np.isin(rows, first)]
        for n in range(5, 15):
            scored = f1_score(known, learner.predict(X[test]), average="macro")
            assert curve["f1"][n - 1] == pytest.approx(scored)
            (place,), _ = learner.query(X[pool])
            assert str(setting.catalogue.ids[pool[place]]) == curve["source"][n]
            learner.teach(X[pool[[place]]], setting.truth[pool[[place]]].astype(str))
            pool = np.delete(pool, place)

    def test_begins_with_every_class_however_rare(self, catalogue):
        rare = catalogue.table.copy()
        rare.loc[rare.index[[8, 40]], "kind"] = "QSO"
        one = aal.Catalogue.from_table(rare, id="source", label="kind")
        split = aal.Split(0, 0, ids={"test": [1041, 1042, 1043, 1044]})
        setting = Setting.of(one, split=split)

        assert set(played(setting, 5, n_trees=5)["label"][:5]) == {"STAR", "GALAXY", "QSO"}

    def test_a_session_can_begin_with_the_same(self, setting):
        learner = aal.LearnerRecipe("knn", strategy="margin")
        ours = drain(Learning(learner, start=5).play_job(setting, 8)).table()
        alone = drain(Learning(learner).play_job(setting, 8)).table()
        theirs = played(setting, 8, n_trees=5)

        assert ours["source"][:5].tolist() == theirs["source"][:5].tolist()
        assert ours["source"][:5].tolist() != alone["source"][:5].tolist()
        assert ours["source"].is_unique
        assert Learning(learner, start=5).identity(setting) != Learning(learner).identity(setting)

    def test_never_asks_twice_nor_for_what_is_held_out(self, setting):
        curve = played(setting, 1000, n_trees=3)

        assert len(curve) == len(setting.pool_rows)
        asked = setting.catalogue.rows_of(curve["source"].astype(int))
        assert set(asked) == set(setting.pool_rows)

    def test_starts_where_values_are_missing(self, catalogue):
        table = catalogue.table.copy()
        table.loc[::3, "u"] = np.nan
        gaps = aal.Catalogue.from_table(table, id="source", label="kind")

        assert len(played(Setting.of(gaps), 8, n_trees=3)) == 8

    def test_does_not_depend_on_the_order_of_the_file(self, catalogue, setting):
        table = catalogue.table.sample(frac=1, random_state=1)
        shuffled = aal.Catalogue.from_table(table, id="source", label="kind")

        one = played(Setting.of(shuffled, seed=3), 12, n_trees=10)
        other = played(setting, 12, n_trees=10)
        assert one["source"].equals(other["source"])
        # sums over sources are rounded in the order of the rows
        pd.testing.assert_frame_equal(one, other, rtol=1e-9)


class TestScaledFeatures:
    def test_are_what_robust_scaler_makes_of_the_pool(self, setting):
        pool = setting.pool_rows
        raw = setting.catalogue.table[["u", "g"]].to_numpy()
        low, median, high = np.percentile(raw[pool], [25, 50, 75], axis=0)

        np.testing.assert_allclose(
            scaled_features(setting), (raw - median) / (high - low), rtol=1e-5, atol=1e-6
        )
