from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from napari_astro_al.features.bins import Bins
from napari_astro_al.learning.auto_model import PRIOR
from napari_astro_al.learning.auto_vote import TAKES_MISSING, AutoVote
from napari_astro_al.learning.models import takes_missing
from napari_astro_al.learning.strategies.places import Whitening


@pytest.fixture
def X(sky):
    return sky.features().values.astype(float)


class TestVote:
    def test_is_the_weighted_mean_of_its_members(self, sky, X) -> None:
        learnt, y = X[:30], sky.truth[:30]
        vote = AutoVote(["logistic_regression", "linear_discriminant"], [3.0, 1.0]).fit(learnt, y)

        logistic = LogisticRegression(C=10, max_iter=300, tol=1e-3).fit(learnt, y).predict_proba(X)
        discriminant = LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto").fit(learnt, y)
        mean = 0.75 * logistic + 0.25 * discriminant.predict_proba(X)
        np.testing.assert_allclose(vote.predict_proba(X), mean, atol=1e-5)
        assert (vote.predict(X) == vote.classes_[mean.argmax(axis=1)]).all()

    def test_temperature_sharpens_or_softens(self, sky, X) -> None:
        learnt, y = X[:30], sky.truth[:30]
        plain, careful, bold = (
            AutoVote(temperature=t).fit(learnt, y).predict_proba(X).max(axis=1).mean()
            for t in (1.0, 2.0, 0.5)
        )
        assert careful < plain < bold

    def test_naive_bayes_looks_at_the_places_of_the_pool(self, sky, X) -> None:
        pool = Whitening.of(X)
        vote = AutoVote(["naive_bayes"], [1.0], **vars(pool)).fit(X[:30], sky.truth[:30])

        alone = GaussianNB(var_smoothing=0.05).fit(pool.place(X[:30]), sky.truth[:30])
        np.testing.assert_allclose(
            vote.predict_proba(X), alone.predict_proba(pool.place(X)), atol=1e-5
        )

    def test_trees_and_naive_bayes_see_features_rounded_to_bins(self, sky, X) -> None:
        bins = Bins.of(X)
        names = ["extra_trees", "naive_bayes", "logistic_regression"]
        vote = AutoVote(names, [1.0, 1.0, 1.0], **vars(bins), random_state=0)
        vote.fit(X[:30], sky.truth[:30])
        trees, bayes, straight = vote.fitted_

        rounded = bins.rounded(X)
        assert np.unique(rounded[:, 0]).size < np.unique(X[:, 0]).size
        mean = (
            trees.predict_proba(rounded) + bayes.predict_proba(rounded) + straight.predict_proba(X)
        ) / 3
        np.testing.assert_allclose(vote.predict_proba(X), mean, atol=1e-5)

    def test_a_member_that_cannot_learn_from_so_few_is_left_out(self, sky, X) -> None:
        vote = AutoVote(["linear_discriminant", "naive_bayes"], [0.7, 0.3])
        assert vote.fit(X[:3], sky.truth[:3]).names_ == ["naive_bayes"]
        assert vote.fit(X[:9], sky.truth[:9]).names_ == ["linear_discriminant", "naive_bayes"]

    def test_never_is_without_a_model(self, sky, X) -> None:
        vote = AutoVote(["linear_discriminant"], [1.0]).fit(X[:3], sky.truth[:3])
        assert vote.names_ == ["logistic_regression"]

    def test_can_be_cloned_and_repeats(self, sky, X) -> None:
        vote = AutoVote(tuple(PRIOR), tuple(PRIOR.values()), random_state=3)
        one, other = (clone(vote).fit(X[:60], sky.truth[:60]).predict_proba(X) for _ in range(2))
        np.testing.assert_array_equal(one, other)


class TestWeights:
    def test_two_are_as_good_as_twice_the_same_source(self, sky, X) -> None:
        learnt, y = X[:12], sky.truth[:12]
        weights = np.where(np.arange(12) < 4, 2.0, 1.0)
        twice = AutoVote().fit(np.r_[learnt, learnt[:4]], np.r_[y, y[:4]])
        weighed = AutoVote().fit(learnt, y, sample_weight=weights)
        np.testing.assert_allclose(weighed.predict_proba(X), twice.predict_proba(X), atol=5e-3)

    @pytest.mark.parametrize("name", PRIOR)
    def test_of_nothing_leave_a_guess_out(self, sky, X, name: str) -> None:
        """Beside its own class, another one that weighs nothing changes no answer."""
        y = np.r_[sky.truth[:60], np.roll(sky.truth[:15], 1)]
        weights = np.r_[np.ones(60), np.full(15, 1e-6)]
        learnt = np.r_[X[:60], X[:15]]
        vote = AutoVote([name], [1.0], random_state=0).fit(learnt, y, sample_weight=weights)
        assert (vote.predict(X) == sky.truth).mean() > 0.95


class TestMissing:
    @pytest.mark.parametrize("name", PRIOR)
    def test_says_which_members_take_nan(self, sky, X, name: str) -> None:
        vote = AutoVote([name], [1.0])
        assert takes_missing(vote) == (name in TAKES_MISSING)
        if name in TAKES_MISSING:
            X[::5, 0] = np.nan
            vote.fit(X[:60], sky.truth[:60])
            assert (vote.predict(X) == sky.truth).mean() > 0.8
