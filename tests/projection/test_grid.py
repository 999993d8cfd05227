from __future__ import annotations

import numpy as np
from numpy.testing import assert_array_equal

from napari_astro_al.projection.grid import FEWEST, MOST, Grid


def grid_over(points):
    bounds = (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())
    return Grid.over(len(points), bounds, points)


def cells_of(grid, points):
    return grid.lines(points[:, 1]) * grid.side + grid.columns(points[:, 0])


def cells_touched(grid, rect):
    """Cells wholly in a rectangle, and those that may lie partly in it."""
    runs = list(zip(*grid.runs(rect), strict=True))
    ascending = [cell for first, after, _ in runs for cell in range(first, after)]
    assert ascending == sorted(set(ascending))
    return tuple(
        np.array([c for a, b, inner in runs if inner == wanted for c in range(a, b)], dtype=int)
        for wanted in (True, False)
    )


class TestGrid:
    def test_more_points_have_more_cells(self):
        telling = np.random.default_rng(0).uniform(size=(100, 2)).astype(np.float32)
        sides = [Grid.over(n, (0, 0, 1, 1), telling).side for n in (10, 10**6, 10**9)]
        assert sides == [FEWEST, 125, MOST]

    def test_every_point_has_a_cell(self):
        points = np.random.default_rng(0).normal(size=(1000, 2)).astype(np.float32)
        grid = grid_over(points)
        cells = cells_of(grid, points)
        assert cells.min() >= 0
        assert cells.max() < grid.n_cells

    def test_all_points_in_one_place(self):
        grid = grid_over(np.full((5, 2), 3, dtype=np.float32))
        assert_array_equal(cells_of(grid, np.full((5, 2), 3)), 0)

    def test_cells_are_small_where_the_points_are(self):
        points = np.random.default_rng(0).normal(1, 0.01, (5000, 2)).astype(np.float32)
        points[0] = 1000
        grid = grid_over(points)
        assert grid.bounds[2:] == (1000, 1000)
        assert grid.cell_size[0] < 0.1 / grid.side
        assert cells_of(grid, points)[0] == grid.n_cells - 1

    def test_cells_inside_a_rectangle_need_no_test(self):
        points = np.random.default_rng(0).uniform(0, 64, (5000, 2)).astype(np.float32)
        grid = grid_over(points)
        rect = (10.2, 20.4, 30.6, 40.8)
        x, y = points.T
        held = (x >= rect[0]) & (x <= rect[2]) & (y >= rect[1]) & (y <= rect[3])
        inner, border = cells_touched(grid, rect)
        cells = cells_of(grid, points)
        assert held[np.isin(cells, inner)].all()
        assert not held[~np.isin(cells, np.concatenate([inner, border]))].any()

    def test_a_rectangle_over_everything_has_no_border(self):
        grid = Grid(0, 0, 1, 1, (0, 0, 1, 1), 64)
        inner, border = cells_touched(grid, (-1, -1, 2, 2))
        assert (inner.size, border.size) == (64 * 64, 0)

    def test_rectangles_elsewhere_or_inside_out_have_no_cells(self):
        grid = Grid(0, 0, 1, 1, (0, 0, 1, 1), 64)
        for rect in [(2, 0, 3, 1), (0, -2, 1, -1), (1, 0, 0, 1), (0, np.nan, 1, 1)]:
            assert sum(part.size for part in cells_touched(grid, rect)) == 0
