from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection import Axis, Projection

AXES = (Axis("period", "days"), Axis("u-g"))


class TestAxis:
    def test_title_has_the_unit_where_there_is_one(self):
        assert [axis.title for axis in AXES] == ["period [days]", "u-g"]


class TestProjection:
    def test_counts_the_sources_without_a_place(self):
        points = np.array([[1, 2], [np.nan, 2], [1, np.inf]], dtype=np.float32)
        projection = Projection(points, AXES, "columns")
        assert len(projection) == 3
        assert projection.n_missing == 2
        assert projection.placed.tolist() == [True, False, False]

    def test_points_are_float32_and_read_only(self):
        projection = Projection(np.zeros((3, 2)), AXES, "columns")
        assert projection.points.dtype == np.float32
        with pytest.raises(ValueError, match="read-only"):
            projection.points[0, 0] = 1

    def test_needs_two_numbers_a_source(self):
        with pytest.raises(ProjectionError, match=r"shape \(n, 2\), these are \(2, 3\)"):
            Projection(np.zeros((2, 3), dtype=np.float32), AXES, "columns")
