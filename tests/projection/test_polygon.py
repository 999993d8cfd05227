from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from napari_astro_al.projection.polygon import Edges, points_inside

SQUARE = np.array([[0.0, 0], [4, 0], [4, 4], [0, 4]])


def inside(points, vertices):
    return points_inside(np.asarray(points, dtype=np.float32), Edges.of(np.asarray(vertices)))


class TestPointsInside:
    def test_a_square(self):
        assert inside([[1, 1], [5, 1], [1, 5], [-1, 2]], SQUARE).tolist() == [True, *[False] * 3]

    def test_winding_does_not_matter(self):
        points = np.random.default_rng(0).uniform(-1, 5, (100, 2))
        assert_array_equal(inside(points, SQUARE), inside(points, SQUARE[::-1]))

    def test_where_a_polygon_overlaps_itself_is_outside(self):
        pentagram = [(np.sin(a), np.cos(a)) for a in 4 * np.pi / 5 * np.arange(5)]
        assert inside([[0, 0], [0, 0.9]], pentagram).tolist() == [False, True]

    def test_is_scikit_image_s_away_from_the_outline(self):
        from skimage.measure import points_in_poly

        rng = np.random.default_rng(1)
        for n in (3, 4, 9, 200):
            vertices = rng.normal(size=(n, 2))
            points = rng.normal(size=(500, 2)).astype(np.float32)
            assert_array_equal(inside(points, vertices), points_in_poly(points, vertices))

    def test_neighbouring_polygons_share_no_point_and_lose_none(self):
        corners = [0.0, 2, 4]
        grid = np.stack(np.meshgrid(np.arange(0, 4, 0.5), np.arange(0, 4, 0.5)), -1).reshape(-1, 2)
        times = sum(
            inside(grid, [[x, y], [x + 2, y], [x + 2, y + 2], [x, y + 2]]).astype(int)
            for x in corners[:2]
            for y in corners[:2]
        )
        assert_array_equal(times, 1)

    def test_no_edges_hold_nothing(self):
        edges = Edges.of(SQUARE).take(np.zeros(4, dtype=bool))
        assert not points_inside(np.zeros((3, 2), dtype=np.float32), edges).any()
