from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.stats import chi2

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.errors import ProjectionError
from napari_astro_al.projection import TileIndex, density
from napari_astro_al.projection.polygon import Edges, points_inside
from napari_astro_al.projection.ranks import ranks_of

SETTINGS = settings(deadline=None, max_examples=60)

N = 20_000


def hashes(n, seed=7):
    return id_hashes(np.arange(n), seed)


def build(points):
    return TileIndex.build(points, hashes(len(points)))


def held_by(points, rect):
    x, y = points.T.astype(float)
    return np.flatnonzero((x >= rect[0]) & (x <= rect[2]) & (y >= rect[1]) & (y <= rect[3]))


def clumps(kind):
    rng = np.random.default_rng(5)
    points = {
        "uniform": rng.uniform(0, 1000, (N, 2)),
        "normal": rng.normal(500, 90, (N, 2)),
        "two clumps": rng.normal(0, 2, (N, 2)) + rng.choice([300, 700], (N, 1)),
        "lattice": rng.integers(0, 40, (N, 2)) * 25,
        "line": np.column_stack([rng.uniform(0, 1000, N), np.full(N, 500)]),
        "one place": np.full((N, 2), 500),
        "outlier": np.concatenate([rng.normal(1, 0.01, (N - 1, 2)), [[1000, 1000]]]),
    }[kind].astype(np.float32)
    points[::17] = np.nan
    return points


KINDS = ["uniform", "normal", "two clumps", "lattice", "line", "one place", "outlier"]
BUILT = {kind: (clumps(kind), build(clumps(kind))) for kind in KINDS}

corner = st.one_of(st.floats(-100, 1100), st.integers(-4, 44).map(lambda i: 25.0 * i))
rects = st.tuples(corner, corner, corner, corner).map(
    lambda c: (min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
)
kinds = st.sampled_from(KINDS)


class TestRectangles:
    @SETTINGS
    @given(kinds, rects)
    def test_count_and_hold_exactly_what_is_inside(self, kind, rect):
        points, index = BUILT[kind]
        expected = held_by(points, rect)
        assert index.count(rect) == expected.size
        assert_array_equal(np.sort(index.inside_rectangle(rect)), expected)

    def test_the_order_of_a_selection_does_not_depend_on_the_order_of_rows(self):
        points, index = BUILT["normal"]
        order = np.random.default_rng(0).permutation(N)
        shuffled = TileIndex.build(points[order], hashes(N)[order])
        rect = (400, 420, 600, 610)
        assert_array_equal(order[shuffled.inside_rectangle(rect)], index.inside_rectangle(rect))


class TestSample:
    @SETTINGS
    @given(kinds, rects, st.integers(0, 3000))
    def test_is_the_lowest_ranks_in_view(self, kind, rect, budget):
        points, index = BUILT[kind]
        inside = held_by(points, rect)
        sample = index.sample(rect, budget)
        assert np.isin(sample, inside).all()
        assert np.unique(sample).size == sample.size
        ranks = ranks_of(hashes(N))
        assert_array_equal(ranks[sample], np.sort(ranks[inside])[:budget])

    @SETTINGS
    @given(kinds, rects, st.integers(0, 3000), st.integers(0, 3000))
    def test_a_smaller_budget_shortens_it(self, kind, rect, less, more):
        _, index = BUILT[kind]
        less, more = sorted((less, more))
        assert_array_equal(index.sample(rect, less), index.sample(rect, more)[:less])

    def test_a_view_within_budget_shows_every_source(self):
        points, index = BUILT["uniform"]
        rect = (100, 100, 200, 200)
        assert_array_equal(np.sort(index.sample(rect, N)), held_by(points, rect))

    def test_a_wide_view_reads_the_lowest_ranks_of_all(self, monkeypatch):
        from napari_astro_al.projection import tile_index

        points, index = BUILT["normal"]
        monkeypatch.setattr(tile_index, "_FRONT", 500)
        short = build(points)
        assert 400 < short.front.size < 600
        for budget in (100, 300, 400, 1000):
            rect = (380, 0, 1000, 1000)
            assert_array_equal(short.sample(rect, budget), index.sample(rect, budget))

    def test_stays_when_the_view_moves_a_little(self):
        _, index = BUILT["uniform"]
        before = set(index.sample((200, 200, 700, 700), 1000).tolist())
        after = set(index.sample((210, 205, 710, 705), 1000).tolist())
        # 3 % of the area leaves, so about as much of the sample goes
        assert len(before & after) > 930

    @pytest.mark.parametrize("rect", [(0, 0, 1000, 1000), (130, 240, 870, 660)])
    def test_is_uniform_over_the_view(self, rect):
        points, index = BUILT["normal"]
        sample = index.sample(rect, 2000)
        assert np.isin(sample, held_by(points, rect)).all()
        drawn, all_there = (
            density(points[some], rect, (6, 6)).ravel() for some in (sample, slice(None))
        )
        expected = all_there * (2000 / all_there.sum())
        enough = expected > 5
        # a sample without replacement varies less than chi square has it
        assert (
            chi2.sf(((drawn - expected)[enough] ** 2 / expected[enough]).sum(), enough.sum()) > 1e-3
        )

    def test_another_seed_is_another_sample(self):
        points, index = BUILT["uniform"]
        other = TileIndex.build(points, hashes(N, seed=8))
        here, there = (set(i.sample((0, 0, 1000, 1000), 1000).tolist()) for i in (index, other))
        assert len(here & there) < 150


class TestNearest:
    @SETTINGS
    @given(kinds, st.floats(0, 1000), st.floats(0, 1000), st.floats(0.5, 90), st.floats(0.5, 90))
    def test_in_an_ellipse_is_brute_force_s(self, kind, x, y, across, up):
        points, index = BUILT[kind]
        right, over = (points.astype(float) - (x, y)).T
        distance = np.hypot(right / across, over / up)
        found = index.nearest(x, y, (across, up))
        if found is None:
            assert np.nanmin(distance) >= 1 - 1e-12
        else:
            assert distance[found] == pytest.approx(np.nanmin(distance), abs=1e-12)
            assert distance[found] <= 1 + 1e-12

    def test_an_ellipse_without_width_is_a_line(self):
        index = build(np.float32([[10, 20], [11, 20]]))
        assert index.nearest(10, 23, (0, 5)) == 0
        assert index.nearest(10.5, 20, (0, 5)) is None

    @SETTINGS
    @given(kinds, st.floats(-50, 1050), st.floats(-50, 1050), st.floats(0, 80))
    def test_is_brute_force_s(self, kind, x, y, radius):
        points, index = BUILT[kind]
        distance = np.hypot(*(points.astype(float) - (x, y)).T)
        least = np.nanmin(distance)
        found = index.nearest(x, y, radius)
        if found is None:
            assert least >= radius * (1 - 1e-12)
        else:
            assert distance[found] == least <= radius * (1 + 1e-12) + 1e-100

    def test_of_sources_in_one_place_the_lowest_rank(self):
        points, index = BUILT["one place"]
        placed = np.flatnonzero(np.isfinite(points[:, 0]))
        assert index.nearest(500, 500, 1) == placed[np.argmin(hashes(N)[placed])]


def lasso(seed, n):
    rng = np.random.default_rng(seed)
    angle = np.sort(rng.uniform(0, 2 * np.pi, n))
    radius = rng.uniform(50, 450, n)
    return np.column_stack([500 + radius * np.cos(angle), 500 + radius * np.sin(angle)])


class TestPolygon:
    @SETTINGS
    @given(kinds, st.integers(0, 1000), st.sampled_from([3, 4, 12, 150]))
    def test_is_brute_force_s(self, kind, seed, n):
        points, index = BUILT[kind]
        vertices = lasso(seed, n)
        expected = np.flatnonzero(points_inside(points, Edges.of(vertices)))
        assert_array_equal(np.sort(index.inside_polygon(vertices)), expected)

    @SETTINGS
    @given(
        kinds, st.lists(st.tuples(st.integers(-2, 42), st.integers(-2, 42)), min_size=3, max_size=8)
    )
    def test_is_brute_force_s_with_points_on_the_outline(self, kind, corners):
        points, index = BUILT[kind]
        vertices = 25.0 * np.array(corners)
        expected = np.flatnonzero(points_inside(points, Edges.of(vertices)))
        assert_array_equal(np.sort(index.inside_polygon(vertices)), expected)

    def test_a_square_is_the_rectangle(self):
        _, index = BUILT["normal"]
        rect = (411.5, 388.5, 590.5, 611.5)
        x0, y0, x1, y1 = rect
        polygon = index.inside_polygon([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        assert set(polygon.tolist()) == set(index.inside_rectangle(rect).tolist())

    @pytest.mark.parametrize(
        ("vertices", "message"),
        [
            ([[0, 0], [1, 1]], "three or more vertices"),
            ([[0, 0, 0]] * 3, "three or more vertices"),
            ([[0, 0], [1, 1], [np.nan, 0]], "vertices are finite numbers"),
        ],
    )
    def test_needs_three_corners(self, vertices, message):
        with pytest.raises(ProjectionError, match=message):
            BUILT["uniform"][1].inside_polygon(vertices)


def histogram(points, rect, shape, weights=None):
    """numpy.histogram2d of the points that are finite."""
    x, y = points.T.astype(float)
    known = np.isfinite(x) & np.isfinite(y)
    image, _, _ = np.histogram2d(
        y[known],
        x[known],
        bins=shape,
        range=((rect[1], rect[3]), (rect[0], rect[2])),
        weights=None if weights is None else weights[known],
    )
    return image


areas = st.tuples(corner, corner, st.floats(0.1, 700), st.floats(0.1, 700)).map(
    lambda c: (c[0], c[1], c[0] + c[2], c[1] + c[3])
)
shapes = st.tuples(st.integers(1, 60), st.integers(1, 60))


class TestDensity:
    @SETTINGS
    @given(kinds, areas, shapes)
    def test_is_numpy_s_histogram(self, kind, rect, shape):
        points, index = BUILT[kind]
        counts = index.density(rect, shape)
        assert counts.dtype == np.float32
        assert_array_equal(counts, histogram(points, rect, shape))
        assert_array_equal(counts, density(points, rect, shape))


class TestSums:
    VALUES = np.random.default_rng(3).integers(-40, 40, N).astype(np.float32) / 8
    VALUES[::11] = np.nan
    VALUES[5::13] = np.inf

    @SETTINGS
    @given(kinds, areas, shapes)
    def test_are_numpy_s_histograms(self, kind, rect, shape):
        points, index = BUILT[kind]
        known = np.isfinite(self.VALUES)
        sums, counts = index.sums(rect, shape, self.VALUES)
        assert sums.dtype == counts.dtype == np.float32
        assert_array_equal(counts, histogram(points[known], rect, shape))
        # eighths are added without rounding
        assert_array_equal(sums, histogram(points[known], rect, shape, self.VALUES[known]))

    def test_are_added_in_double_precision(self):
        index = build(np.full((1000, 2), 500, dtype=np.float32))
        values = np.full(1000, 0.1, dtype=np.float32)
        values[0] = 1e7
        sums, _ = index.sums((0, 0, 1000, 1000), (1, 1), values)
        assert sums[0, 0] == np.float32(values.astype(float).sum())

    def test_take_any_column_of_numbers(self):
        points, index = BUILT["normal"]
        rect = (400, 400, 600, 600)
        table = np.random.default_rng(0).integers(0, 9, (N, 3))
        sums, _ = index.sums(rect, (5, 5), table[:, 1])
        assert_array_equal(sums, histogram(points, rect, (5, 5), table[:, 1]))

    def test_need_a_value_for_each_source(self):
        with pytest.raises(
            ProjectionError, match=r"values for each of the 20,000 sources; these have shape \(3,\)"
        ):
            BUILT["normal"][1].sums((0, 0, 1, 1), (1, 1), np.zeros(3))


class TestTallies:
    CODES = np.random.default_rng(4).integers(-2, 5, N)

    @SETTINGS
    @given(kinds, areas, shapes, st.sampled_from([np.int8, np.int16]))
    def test_are_numpy_s_histograms_of_each_code(self, kind, rect, shape, dtype):
        points, index = BUILT[kind]
        tallies = index.tallies(rect, shape, self.CODES.astype(dtype), 4)
        assert tallies.dtype == np.float32
        # codes below 0, and 4, are none of the four
        expected = [histogram(points[code == self.CODES], rect, shape) for code in range(4)]
        assert_array_equal(tallies, expected)

    def test_need_small_integers_for_each_source(self):
        _, index = BUILT["normal"]
        with pytest.raises(ProjectionError, match="int8 or int16; these are float64"):
            index.tallies((0, 0, 1, 1), (1, 1), np.zeros(N), 2)
        with pytest.raises(ProjectionError, match="codes for each of the 20,000 sources"):
            index.tallies((0, 0, 1, 1), (1, 1), np.zeros(3, dtype=np.int8), 2)


class TestBuild:
    def test_leaves_out_what_has_no_place(self):
        points, index = BUILT["uniform"]
        assert len(index) == np.isfinite(points).all(axis=1).sum()

    def test_of_nothing_finds_nothing(self):
        index = build(np.full((3, 2), np.nan, dtype=np.float32))
        rect = (0, 0, 1000, 1000)
        assert index.count(rect) == 0
        assert index.sample(rect, 10).size == index.inside_rectangle(rect).size == 0
        assert index.inside_polygon([[0, 0], [9, 0], [9, 9]]).size == 0
        assert index.nearest(0, 0, 10) is None

    def test_needs_a_hash_for_each_point(self):
        with pytest.raises(
            ProjectionError, match=r"\(n, 2\) and n hashes; these are \(3, 2\) and 2"
        ):
            TileIndex.build(np.zeros((3, 2), dtype=np.float32), hashes(2))
