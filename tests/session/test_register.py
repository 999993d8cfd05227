"""What users write gets a name and is then as good as what comes with the package."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

import napari_astro_al as aal
from napari_astro_al.errors import RegistrationError
from napari_astro_al.features import GENERATORS
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.projection import PROJECTIONS


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch):
    for registry in (MODELS, STRATEGIES, GENERATORS, PROJECTIONS):
        monkeypatch.setattr(registry, "_entries", dict(registry._entries))


class TestRegister:
    def test_gives_back_what_it_decorates(self):
        def mine(features, seed):
            return features[:, :2]

        assert aal.register.projection("mine")(mine) is mine
        assert aal.register.strategy("mine")(mine) is mine

    def test_models_strategies_and_generators(self):
        aal.register.model("mine")(lambda seed: LogisticRegression(random_state=seed))
        aal.register.generator("mine")(lambda columns: ("mine", columns[0][1]))
        aal.register.strategy("mine")(lambda candidates: candidates.probabilities[:, 0])
        assert all("mine" in registry for registry in (MODELS, GENERATORS, STRATEGIES))

    def test_strategies_say_why(self, session):
        @aal.register.strategy("mine", reason="It is the leftmost", needs_model=False)
        def leftmost(candidates):
            return -candidates.features[:, 0]

        (source,) = session.query(strategy="mine")
        assert session.asked(source)["why"] == "It is the leftmost."

    def test_projections(self, session):
        @aal.register.projection("difference")
        def difference(features, seed):
            return np.column_stack([features[:, 0] - features[:, 1], features[:, 0]])

        projection = session.project("difference")
        expected = session.features.values[:, 0] - session.features.values[:, 1]
        np.testing.assert_allclose(projection.points[:, 0], expected, atol=1e-6)
        assert session.projection_recipe.title == "difference"

    def test_built_ins_keep_their_names(self):
        with pytest.raises(RegistrationError, match="cannot be called 'pca'"):
            aal.register.projection("pca")(lambda features, seed: features[:, :2])
