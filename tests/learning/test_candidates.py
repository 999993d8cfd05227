from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from napari_astro_al.learning import Candidates, rank
from napari_astro_al.learning.strategies import Gather


class TestFeatures:
    def test_given_as_a_function_are_made_when_first_looked_at(self) -> None:
        made = []

        def features() -> np.ndarray:
            made.append(1)
            return np.eye(3)

        candidates = Candidates(np.full((3, 2), 0.5), features)
        rank("margin", candidates, np.arange(3, dtype=np.uint64), 1)
        assert made == []
        assert candidates.features is candidates.features
        assert candidates.take(np.array([2, 0])).features.tolist() == [[0, 0, 1], [1, 0, 0]]
        assert made == [1]

    def test_must_be_given(self) -> None:
        with pytest.raises(TypeError, match="missing 1 required positional argument: 'features'"):
            Candidates(np.full((3, 2), 0.5))

    def test_cannot_be_exchanged(self) -> None:
        with pytest.raises(FrozenInstanceError, match="cannot assign to field 'features'"):
            Candidates(np.ones((1, 1)), np.eye(1)).features = np.eye(2)

    def test_of_some_are_made_of_these_alone(self) -> None:
        matrix = np.arange(12.0).reshape(6, 2)
        candidates = Candidates(np.ones((3, 1)), Gather(matrix, np.array([5, 3, 1])))

        assert candidates.features_at(np.array([2, 0])).tolist() == [[2, 3], [10, 11]]
        assert isinstance(vars(candidates.take(np.array([1])))["features"], Gather)
        assert candidates.take(np.array([1])).features.tolist() == [[6, 7]]
        assert candidates.features.tolist() == [[10, 11], [6, 7], [2, 3]]
