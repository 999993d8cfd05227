from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.errors import LearnerError
from napari_astro_al.jobs import drain
from napari_astro_al.learning import LearnerRecipe, train_job
from napari_astro_al.learning.committee import combined_votes

NAN = np.nan
VOTES = np.array(
    [
        [[0.6, 0.3, 0.1], [0.2, 0.8, 0.0], [0.5, 0.5, 0.0], [0.1, 0.1, 0.8]],
        [[0.4, 0.6, 0.0], [0.0, 0.9, 0.1], [0.0, 0.2, 0.8], [NAN, NAN, NAN]],
    ],
    dtype=np.float32,
)


class TestCombinedVotes:
    def test_soft_is_the_mean(self) -> None:
        soft = combined_votes(VOTES, "soft")

        assert soft.dtype == np.float32
        np.testing.assert_allclose(soft[0], [0.5, 0.45, 0.05], atol=1e-7)

    def test_hard_is_the_share_of_members(self) -> None:
        hard = combined_votes(VOTES, "hard")

        assert hard.dtype == np.float32
        assert hard[:3].tolist() == [[0.5, 0.5, 0], [0, 1, 0], [0.5, 0, 0.5]]

    @pytest.mark.parametrize("vote", ["soft", "hard"])
    def test_is_unknown_where_a_member_knows_nothing(self, vote: str) -> None:
        combined = combined_votes(VOTES, vote)

        assert np.isnan(combined).any(axis=1).tolist() == [False, False, False, True]

    @pytest.mark.parametrize("vote", ["soft", "hard"])
    def test_one_model_keeps_its_probabilities(self, vote: str) -> None:
        np.testing.assert_array_equal(combined_votes(VOTES[:1], vote), VOTES[0])


class TestRecipe:
    members = ("logistic_regression", "knn", "decision_tree")

    def test_predicts_by_shares_of_hard_votes_and_keeps_each_opinion(self, sky) -> None:
        recipe = LearnerRecipe(models=self.members, vote="hard")

        result = drain(train_job(sky.request(30, recipe=recipe)))

        thirds = 3 * result.probabilities
        np.testing.assert_allclose(thirds, thirds.round(), atol=1e-6)
        np.testing.assert_allclose(result.probabilities.sum(axis=1), 1, atol=1e-6)
        choices = result.votes.argmax(axis=2)
        np.testing.assert_allclose(
            result.probabilities[:, 2], (choices == 2).mean(axis=0), atol=1e-6
        )

    def test_soft_unless_said(self) -> None:
        assert LearnerRecipe().vote == "soft"
        assert LearnerRecipe.from_json({}).vote == "soft"

    def test_is_kept_in_files(self) -> None:
        recipe = LearnerRecipe(models=self.members, vote="hard")

        assert LearnerRecipe.from_json(recipe.to_json()) == recipe

    def test_refuses_other_votes(self) -> None:
        with pytest.raises(LearnerError, match="vote must be 'soft' or 'hard', not 'loud'"):
            LearnerRecipe(vote="loud")
