from __future__ import annotations

import numpy as np
import pandas as pd
from astropy.table import Table

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureRecipe, MeasurementNoise, build_features

DRAWS = 4000


def drawn(table: dict, recipe: FeatureRecipe, n: int = DRAWS) -> np.ndarray:
    """Draws of the features of every source, unscaled, by (draw, source, feature)."""
    frame = pd.DataFrame({"name": np.arange(len(next(iter(table.values())))), **table})
    catalogue = Catalogue.from_table(frame, id="name")
    features = build_features(recipe, catalogue, np.arange(len(frame)))
    noise = MeasurementNoise(catalogue, features, np.arange(len(frame)))
    return noise.draw(n, np.random.default_rng(0))


def plain(*columns: str, **more: object) -> FeatureRecipe:
    return FeatureRecipe(columns=list(columns), scale="none", **more)


class TestDraws:
    def test_spread_by_the_error(self) -> None:
        draws = drawn({"u": [10.0, 20.0], "u_err": [0.5, 2.0]}, plain("u"))

        np.testing.assert_allclose(draws[:, :, 0].mean(axis=0), [10, 20], atol=0.1)
        np.testing.assert_allclose(draws[:, :, 0].std(axis=0), [0.5, 2.0], rtol=0.05)

    def test_two_halves(self) -> None:
        draws = drawn({"p": [5.0], "p_err1": [3.0], "p_err2": [-1.0]}, plain("p"))[:, 0, 0]

        sizes = [(draws[draws > 5] - 5).mean(), (5 - draws[draws < 5]).mean()]
        np.testing.assert_allclose(sizes, np.sqrt(2 / np.pi) * np.array([3, 1]), rtol=0.1)

    def test_colours_share_the_error_of_a_magnitude(self) -> None:
        recipe = plain("u", "g", generators=[("subtract", 2)])
        draws = drawn({"u": [10.0], "g": [9.0], "g_err": [0.7]}, recipe)[:, 0]

        np.testing.assert_allclose(draws[:, 2], draws[:, 0] - draws[:, 1], atol=1e-5)
        np.testing.assert_allclose(draws[:, 0], 10.0)

    def test_without_errors_nothing_is_drawn(self) -> None:
        draws = drawn({"u": [1.0, 2.0, 3.0]}, FeatureRecipe(columns=["u"]), n=2)

        np.testing.assert_array_equal(draws[0], draws[1])

    def test_missing_values_are_the_pools(self) -> None:
        values = [*np.linspace(0, 1, 101), np.nan]
        draws = drawn({"u": values}, plain("u"))

        assert draws.shape == (DRAWS, 102, 2)
        np.testing.assert_allclose(
            np.quantile(draws[:, -1, 0], [0.1, 0.5, 0.9]), [0.1, 0.5, 0.9], atol=0.03
        )
        assert (draws[:, :, 1] == 0).all(), "none is missing in a draw"

    def test_limits_are_drawn_from_beyond(self) -> None:
        values = [*np.linspace(0, 1, 101), 0.8, 0.8]
        signs = [""] * 101 + ["<", ">"]
        draws = drawn({"f": values, "l_f": signs}, plain("f"))[:, :, 0]

        assert draws[:, 101].max() <= 0.8
        assert draws[:, 102].min() >= np.float32(0.8)
        assert abs(np.median(draws[:, 101]) - 0.4) < 0.05

    def test_a_magnitude_without_its_error_is_a_limit(self) -> None:
        values = [*np.linspace(10, 20, 101), 15.0]
        errors = [0.01] * 101 + [np.nan]
        table = {"Jmag": values, "e_Jmag": errors}
        frame = pd.DataFrame({"name": np.arange(102), **table})
        units = Table.from_pandas(frame)
        units["Jmag"].unit = "mag"
        catalogue = Catalogue.from_table(units, id="name")
        features = build_features(plain("Jmag"), catalogue, np.arange(102))

        draws = MeasurementNoise(catalogue, features, np.array([101])).draw(
            500, np.random.default_rng(0)
        )

        assert draws.min() >= 15.0
        assert draws.max() > 19.0

    def test_of_some_sources(self) -> None:
        frame = pd.DataFrame({"name": [1, 2, 3], "u": [1.0, 2.0, 3.0]})
        catalogue = Catalogue.from_table(frame, id="name")
        features = build_features(plain("u"), catalogue, np.arange(3))
        noise = MeasurementNoise(catalogue, features, np.array([2, 0]))

        draws = noise.take(np.array([1])).draw(3, np.random.default_rng(0))

        assert draws.tolist() == [[[1.0]]] * 3
