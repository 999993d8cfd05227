from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from napari_astro_al.learning.strategies import Whitening, typicality


class TestTypicality:
    def test_is_the_inverse_of_the_mean_distance_to_the_neighbours(self) -> None:
        places = np.random.default_rng(0).normal(size=(300, 4))
        distances, _ = NearestNeighbors(n_neighbors=21).fit(places).kneighbors(places)

        np.testing.assert_allclose(typicality(places), 1 / distances[:, 1:].mean(axis=1))

    def test_by_hand(self) -> None:
        """Of 0, 1 and 3: neighbours at 1 and 3, at 1 and 2, at 2 and 3."""
        places = np.array([[0.0], [1.0], [3.0]])

        np.testing.assert_allclose(typicality(places), [1 / 2, 1 / 1.5, 1 / 2.5])

    def test_falls_outwards(self) -> None:
        places = np.random.default_rng(1).normal(size=(500, 2))
        radius = np.linalg.norm(places, axis=1)

        typical = typicality(places)

        assert typical[radius < 0.5].min() > typical[radius > 2.5].max()

    def test_in_a_crowd_that_they_are_part_of_or_not(self) -> None:
        crowd = np.random.default_rng(2).normal(size=(100, 3))

        np.testing.assert_allclose(typicality(crowd, crowd), typicality(crowd), rtol=1e-6)
        among = typicality(crowd[:5] + 0.01, crowd)
        nearest = np.sort(np.linalg.norm(crowd[:5, None] + 0.01 - crowd, axis=2))[:, :20]
        np.testing.assert_allclose(among, 1 / nearest.mean(axis=1))

    @pytest.mark.parametrize("n", [0, 1])
    def test_alone(self, n: int) -> None:
        assert typicality(np.zeros((n, 2))).tolist() == [1.0] * n

    def test_twins_are_typical_and_finite(self) -> None:
        typical = typicality(np.array([[0.0]] * 30 + [[9.0]]))

        assert np.isfinite(typical).all()
        assert typical[0] > typical[-1]


class TestWhitening:
    def test_uncorrelated_and_of_unit_variance(self) -> None:
        rng = np.random.default_rng(0)
        mixed = np.array([[1, 2, 0], [0, 1, 1], [0, 0, 1]])
        features = rng.uniform(-0.1, 0.1, size=(2000, 3)) @ mixed

        places = Whitening.of(features).place(features)

        np.testing.assert_allclose(np.cov(places.T), np.eye(3), atol=1e-3)

    def test_features_that_repeat_others_add_nothing(self) -> None:
        features = np.random.default_rng(1).normal(size=(200, 2))

        places = Whitening.of(features[:, [0, 1, 0, 0]]).place(features[:, [0, 1, 0, 0]])

        assert places.shape == (200, 2)

    def test_missing_values_count_as_the_median(self) -> None:
        features = np.random.default_rng(2).normal(size=(201, 2))
        holes = features.copy()
        holes[5, 1] = np.nan
        whitening = Whitening.of(holes)

        filled = features.copy()
        filled[5, 1] = np.nanmedian(holes[:, 1])
        np.testing.assert_allclose(whitening.place(holes)[5], whitening.place(filled)[5])
