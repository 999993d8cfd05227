from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.projection.grid import FEWEST, MOST, Grid, runs

SETTINGS = settings(deadline=None, max_examples=60)


def grid_over(points):
    return Grid.over(points, id_hashes(np.arange(len(points)), 0))


class TestRuns:
    @SETTINGS
    @given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=20))
    def test_are_ranges_one_after_the_other(self, ranges):
        starts = np.array([start for start, _ in ranges], dtype=np.int64)
        stops = starts + np.array([length for _, length in ranges], dtype=np.int64)
        expected = [i for a, b in zip(starts, stops, strict=True) for i in range(a, b)]
        assert runs(starts, stops).tolist() == expected


class TestGrid:
    def test_more_points_have_more_cells(self):
        rng = np.random.default_rng(0)
        few, many = (rng.uniform(size=(n, 2)).astype(np.float32) for n in (10, 5_000_000))
        assert grid_over(few).side == FEWEST
        assert grid_over(many).side == MOST

    def test_every_point_has_a_cell(self):
        points = np.random.default_rng(0).normal(size=(1000, 2)).astype(np.float32)
        grid = grid_over(points)
        cells = grid.cells(points)
        assert cells.min() >= 0
        assert cells.max() < grid.n_cells

    def test_all_points_in_one_place(self):
        grid = grid_over(np.full((5, 2), 3, dtype=np.float32))
        assert_array_equal(grid.cells(np.full((5, 2), 3, dtype=np.float32)), 0)

    def test_cells_are_small_where_the_points_are(self):
        points = np.random.default_rng(0).normal(1, 0.01, (5000, 2)).astype(np.float32)
        points[0] = 1000
        grid = grid_over(points)
        assert grid.bounds[2:] == (1000, 1000)
        assert grid.cell_size[0] < 0.1 / grid.side
        assert grid.cells(points)[0] == grid.n_cells - 1

    def test_cells_inside_a_rectangle_need_no_test(self):
        points = np.random.default_rng(0).uniform(0, 64, (5000, 2)).astype(np.float32)
        grid = grid_over(points)
        rect = (10.2, 20.4, 30.6, 40.8)
        x, y = points.T
        held = (x >= rect[0]) & (x <= rect[2]) & (y >= rect[1]) & (y <= rect[3])
        inner, border = grid.split(rect)
        cells = grid.cells(points)
        assert held[np.isin(cells, inner)].all()
        assert not held[~np.isin(cells, np.concatenate([inner, border]))].any()

    def test_a_rectangle_over_everything_has_no_border(self):
        grid = Grid(0, 0, 1, 1, (0, 0, 1, 1), 64)
        inner, border = grid.split((-1, -1, 2, 2))
        assert (inner.size, border.size) == (64 * 64, 0)

    def test_rectangles_elsewhere_or_inside_out_have_no_cells(self):
        grid = Grid(0, 0, 1, 1, (0, 0, 1, 1), 64)
        for rect in [(2, 0, 3, 1), (0, -2, 1, -1), (1, 0, 0, 1), (0, np.nan, 1, 1)]:
            assert sum(part.size for part in grid.split(rect)) == 0
