from __future__ import annotations

import json

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection import ProjectionRecipe, read_curves

KEWLEY = {"name": "Kewley 2001", "y": "0.61/(x-0.47)+1.19", "x": [-2, 0.3]}


def one_curve(**entry):
    return read_curves({"curves": [entry]})


class TestLines:
    def test_may_be_expressions(self):
        (curve,) = one_curve(**KEWLEY)
        x, y = curve.points.T
        assert (curve.name, curve.closed) == ("Kewley 2001", False)
        assert (x[0], x[-1]) == (-2, 0.3)
        assert_allclose(y, 0.61 / (x - 0.47) + 1.19, rtol=1e-12)

    def test_may_stand_upright(self):
        (curve,) = one_curve(x="y**2 + pi", y=[-1, 1])
        assert_allclose(curve.points[:, 0], curve.points[:, 1] ** 2 + np.pi)
        (curve,) = one_curve(x="3", y=[0, 1])
        assert_array_equal(curve.points[[0, -1]], [[3, 0], [3, 1]])

    def test_over_decades_are_sampled_in_the_logarithm(self):
        (curve,) = one_curve(y="2*x", x=[0.01, 1e4])
        assert_allclose(np.diff(np.log10(curve.points[:, 0])), 6 / 256, rtol=1e-9)

    def test_are_parted_where_they_are_not_defined(self):
        first, second = one_curve(name="hyperbola", y="sqrt(x**2 - 1)", x=[-2, 2])
        assert first.name == second.name == "hyperbola"
        assert first.points[:, 0].max() <= -1
        assert second.points[:, 0].min() >= 1
        assert np.isfinite(first.points).all()

    def test_may_be_points(self):
        (curve,) = one_curve(points=[[0, 1], [2, 3.5]])
        assert_array_equal(curve.points, [[0, 1], [2, 3.5]])

    def test_regions_are_closed(self):
        (curve,) = one_curve(name="wedge", region=[[0, 0], [1, 0], [1, 1]])
        assert curve.closed
        assert curve.points.shape == (3, 2)


class TestFiles:
    def test_are_json(self, tmp_path):
        path = tmp_path / "bpt.json"
        path.write_text(
            json.dumps({"name": "BPT", "curves": [KEWLEY, {"points": [[0, 0], [1, 1]]}]})
        )
        assert [curve.name for curve in read_curves(path)] == ["Kewley 2001", ""]
        assert len(read_curves(str(path))) == 2

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, r"Could not read the curves in .*: No such file"),
            ("{", "is not valid JSON"),
            ("[1]", "are no JSON object"),
            ("\x00\xff", "is not valid JSON"),
        ],
    )
    def test_that_cannot_be_read_are_named(self, tmp_path, content, words):
        path = tmp_path / "bad.json"
        if content is not None:
            path.write_text(content)
        with pytest.raises(ProjectionError, match=words):
            read_curves(path)


class TestRefusals:
    @pytest.mark.parametrize(
        ("entry", "words"),
        [
            ({"y": "x +", "x": [0, 1]}, "Curve 1: The expression 'x \\+' was not understood"),
            (
                {"name": "k", "y": "u-g", "x": [0, 1]},
                r"Curve 1 \('k'\) is an expression of x alone",
            ),
            ({"y": "__import__('os')", "x": [0, 1]}, "was not understood|no function"),
            ({"y": "x", "x": [1, 0]}, "a range of two ascending numbers"),
            ({"y": "x", "x": [0, "1"]}, "a range of two ascending numbers"),
            ({"y": "log10(x)", "x": [-2, -1]}, "is defined nowhere from -2 to -1"),
            ({"points": [[0, 1]]}, "from 2 to 10,000 pairs of finite numbers"),
            ({"region": [[0, 1], [1, 1]]}, "from 3 to 10,000 pairs"),
            ({"points": [[0, 1], [True, 2]]}, "pairs of finite numbers"),
            ({"points": [[0, 1, 2], [0, 1, 2]]}, "pairs of finite numbers"),
            ({"y": "x"}, "has 'y'. Expected is an expression and a range"),
            ({"y": [0, 1], "x": [0, 1]}, "has 'x', 'y'. Expected"),
            ({"points": [[0, 1], [1, 2]], "colour": "red"}, "has 'colour', 'points'. Expected"),
            ({"name": 5, "points": [[0, 1], [1, 2]]}, "Curve 1 is {'name': 5"),
        ],
    )
    def test_say_which_curve_is_wrong(self, entry, words):
        with pytest.raises(ProjectionError, match=words):
            one_curve(**entry)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ({"curve": []}, "these have 'curve'"),
            ({"curves": {"y": "x"}}, "these have 'curves'"),
            ({"curves": [{}] * 101}, "At most 100 curves"),
            ({"curves": [{"points": [[0, float("nan")], [1, 1]]}]}, "cannot be said in JSON"),
        ],
    )
    def test_say_what_is_expected(self, content, words):
        with pytest.raises(ProjectionError, match=words):
            read_curves(content)


class TestRecipes:
    def test_hold_them_by_content(self):
        recipe = ProjectionRecipe(x="u", y="g", curves={"curves": [KEWLEY]})
        assert ProjectionRecipe.from_json(json.loads(json.dumps(recipe.to_json()))) == recipe

    def test_refuse_what_cannot_be_drawn(self):
        with pytest.raises(ProjectionError, match="Curve 1 has 'z'"):
            ProjectionRecipe(x="u", y="g", curves={"curves": [{"z": 1}]})
        with pytest.raises(ProjectionError, match=r"curves='bpt\.json' is no dict.*curves_content"):
            ProjectionRecipe(x="u", y="g", curves="bpt.json")
