from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

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

    def test_is_uniform_over_the_view(self):
        points, index = BUILT["uniform"]
        sample = points[index.sample((0, 0, 1000, 1000), 4000)]
        counts = density(sample, (0, 0, 1000, 1000), (4, 4))
        # chi square with 15 degrees of freedom: above 37.7 once in a thousand
        assert ((counts - 250) ** 2 / 250).sum() < 37.7

    def test_another_seed_is_another_sample(self):
        points, index = BUILT["uniform"]
        other = TileIndex.build(points, hashes(N, seed=8))
        here, there = (set(i.sample((0, 0, 1000, 1000), 1000).tolist()) for i in (index, other))
        assert len(here & there) < 150


class TestNearest:
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


class TestDensity:
    @pytest.mark.parametrize("rect", [(-10, -10, 1010, 1010), (312, 298.5, 407, 355)])
    @pytest.mark.parametrize("kind", KINDS)
    def test_is_that_of_all_points(self, kind, rect):
        points, index = BUILT[kind]
        assert_array_equal(index.density(rect, (30, 40)), density(points, rect, (30, 40)))


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
