from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning import MODELS, LearnerRecipe, build_learner, load_model, save_model


class OwnModel(GaussianNB):
    """A classifier that only this file knows."""


def shift(X: np.ndarray) -> np.ndarray:
    return X + 1


def trained(sky, **recipe: object):
    return build_learner(LearnerRecipe(**recipe), sky.features().values[:30], sky.truth[:30], 0)


class TestRoundTrip:
    @pytest.mark.parametrize("name", sorted(MODELS))
    def test_every_model_predicts_the_same(self, sky, name: str, tmp_path: Path) -> None:
        X = sky.features().values.astype(float)
        learner = trained(sky, model=name)

        again = load_model(save_model(learner, tmp_path / "model.skops"))

        np.testing.assert_array_equal(again.predict_proba(X), learner.predict_proba(X))
        np.testing.assert_array_equal(again.predict(X), learner.predict(X))

    def test_a_committee(self, sky, tmp_path: Path) -> None:
        X = sky.features().values.astype(float)
        committee = trained(sky, models=["knn", "svm", "decision tree"])

        again = load_model(save_model(committee, tmp_path / "model.skops"))

        np.testing.assert_array_equal(again.predict_proba(X), committee.predict_proba(X))
        np.testing.assert_array_equal(again.vote(X), committee.vote(X))

    def test_leaves_one_file(self, sky, tmp_path: Path) -> None:
        for _ in range(2):
            save_model(trained(sky, model="knn"), tmp_path / "model.skops")

        assert [path.name for path in tmp_path.iterdir()] == ["model.skops"]


class TestTrust:
    def test_an_untrusted_type_is_named_and_never_built(self, tmp_path: Path) -> None:
        path = tmp_path / "gift.skops"
        pipe = make_pipeline(FunctionTransformer(shift), OwnModel())
        content = {"format": "napari-astro-al learner 1", "estimators": [pipe]}
        path.write_bytes(skops.io.dumps(content))

        with pytest.raises(LearnerError, match=r"gift.skops is not loaded: .*OwnModel.*shift"):
            load_model(path)

    def test_what_could_not_be_loaded_is_not_stored(self, sky, tmp_path: Path) -> None:
        with pytest.raises(LearnerError, match=r"OwnModel cannot be stored: .*OwnModel"):
            save_model(trained(sky, model=OwnModel()), tmp_path / "model.skops")
        assert not list(tmp_path.iterdir())

    def test_a_pickle_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "old.skops"
        path.write_bytes(b"\x80\x04}q\x00.")

        with pytest.raises(LearnerError, match=r"old.skops is not a model file of skops"):
            load_model(path)

    def test_other_contents(self, tmp_path: Path) -> None:
        path = tmp_path / "list.skops"
        path.write_bytes(skops.io.dumps([1, 2]))

        with pytest.raises(LearnerError, match=r"list.skops does not hold a learner"):
            load_model(path)


class TestPaths:
    def test_suffix(self, sky) -> None:
        with pytest.raises(LearnerError, match=r"stored in .skops files, not 'model.pkl'"):
            save_model(trained(sky, model="knn"), "model.pkl")

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(LearnerError, match=r"no.skops cannot be read"):
            load_model(tmp_path / "no.skops")

    def test_missing_folder(self, sky, tmp_path: Path) -> None:
        with pytest.raises(LearnerError, match=r"cannot be written to .*model.skops"):
            save_model(trained(sky, model="knn"), tmp_path / "nowhere" / "model.skops")
