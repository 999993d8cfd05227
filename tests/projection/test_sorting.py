from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.errors import ProjectionError
from napari_astro_al.jobs import drain
from napari_astro_al.projection import Axis, Frame, Projection, TileIndex, sorting
from napari_astro_al.projection.ranks import rank_of_share, ranks_of

N = 6000
ARRAYS = ["offsets", "rows", "points", "ranks", "front", "front_points"]


def hashes(n=N):
    return id_hashes(np.arange(n), 7)


def some_points(kind):
    rng = np.random.default_rng(2)
    points = {
        "normal": rng.normal(20, 3, (N, 2)),
        "lattice": rng.integers(1, 5, (N, 2)),
        "positive": 10 ** rng.normal(0, 2, (N, 2)),
    }[kind].astype(np.float32)
    points[3::40, 1] = np.nan
    points[4::50, 0] = np.inf
    return points


def assert_same(one, other):
    for name in ARRAYS:
        assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.grid, one.n_sources) == (other.grid, other.n_sources)


def cells_by_lexsort(world, index):
    """Sources by cell, rank and hash, with what has no place left out: rows."""
    rows = np.flatnonzero(np.isfinite(world).all(axis=1))
    grid = index.grid
    cells = grid.lines(world[rows, 1]) * grid.side + grid.columns(world[rows, 0])
    return rows[np.lexsort((ranks_of(hashes()[rows]), cells))], np.sort(cells)


class TestBuildJob:
    @pytest.mark.parametrize("scale", ["linear", "log"])
    @pytest.mark.parametrize("kind", ["normal", "lattice", "positive"])
    def test_is_the_index_of_the_points_in_the_frame(self, kind, scale):
        points = some_points(kind)
        axes = (Axis("x", scale=scale), Axis("y", reversed=True))
        frame = Frame.of(Projection(points, axes, "columns"))
        index = drain(TileIndex.build_job(points, frame, hashes()))
        world = frame.to_world(points)
        assert_same(index, TileIndex.build(world, hashes()))
        assert_array_equal(index.points, world[index.rows])
        assert_array_equal(index.ranks, ranks_of(hashes())[index.rows])

    @pytest.mark.parametrize("kind", ["normal", "lattice"])
    def test_sorts_by_cell_and_rank(self, kind):
        points = some_points(kind)
        index = TileIndex.build(points, hashes())
        expected, cells = cells_by_lexsort(points, index)
        counts = np.bincount(cells, minlength=index.grid.n_cells)
        assert_array_equal(np.diff(index.offsets), counts)
        assert_array_equal(np.sort(index.rows), np.sort(expected))
        assert_array_equal(index.ranks, ranks_of(hashes())[expected])

    @pytest.mark.parametrize("kind", ["normal", "lattice"])
    def test_chunks_and_ways_to_give_hashes_do_not_matter(self, monkeypatch, kind):
        points = some_points(kind)
        index = TileIndex.build(points, hashes())
        for name, value in [("_CHUNK", 701), ("_CELLS_OF", 500), ("_TWINS", 100)]:
            monkeypatch.setattr(sorting, name, value)
        monkeypatch.setattr(sorting, "_TWINS_SHARE", N)
        assert_same(TileIndex.build(points, lambda a, b: hashes()[a:b]), index)

    @pytest.mark.parametrize("kind", ["normal", "lattice"])
    def test_the_order_of_rows_does_not_matter(self, kind):
        points, order = some_points(kind), np.random.default_rng(0).permutation(N)
        index = TileIndex.build(points, hashes())
        shuffled = TileIndex.build(points[order], hashes()[order])
        assert_array_equal(order[shuffled.rows], index.rows)
        assert_array_equal(order[shuffled.rows[shuffled.front]], index.rows[index.front])

    def test_says_how_far_it_is(self, monkeypatch):
        monkeypatch.setattr(sorting, "_CHUNK", 100)
        points = some_points("normal")
        job = TileIndex.build_job(points, Frame.of(projection(points)), hashes())
        steps = list(job)
        shares = [step.done / step.total for step in steps]
        assert shares == sorted(shares)
        assert shares[0] == 0
        assert len(steps) >= 4 * (N // 1600)

    def test_changes_nothing_that_it_was_given(self):
        points, given_hashes = some_points("lattice"), hashes()
        points.flags.writeable = given_hashes.flags.writeable = False
        index = TileIndex.build(points, given_hashes)
        for name in ARRAYS[:4]:
            assert not getattr(index, name).flags.writeable

    def test_needs_points_in_the_plane(self):
        with pytest.raises(ProjectionError, match=r"these are \(4, 3\) and 4"):
            drain(TileIndex.build_job(np.zeros((4, 3)), None, lambda a, b: hashes()[a:b]))

    def test_needs_a_hash_for_each_row(self):
        with pytest.raises(ProjectionError, match="from 0 up to 6,000 there are 10"):
            TileIndex.build(some_points("normal"), lambda a, b: hashes()[:10])


def projection(points):
    return Projection(points, (Axis("x"), Axis("y")), "columns")


class TestRanks:
    @settings(deadline=None)
    @given(st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=50))
    def test_keep_the_order_of_hashes(self, numbers):
        ranks = ranks_of(np.sort(np.array(numbers, dtype=np.uint64))).astype(int)
        assert (np.diff(ranks) >= 0).all()

    def test_are_precise_where_they_are_low(self):
        lowest = np.sort(id_hashes(np.arange(1_000_000), 0))[:20_000]
        _, counts = np.unique(ranks_of(lowest), return_counts=True)
        assert counts.max() < 50

    def test_use_16_bits(self):
        ends = np.array([0, 2**64 - 1], dtype=np.uint64)
        assert ranks_of(ends).tolist() == [0, 65_535]

    @pytest.mark.parametrize("share", [1e-5, 0.003, 0.5, 0.99, 1, 7])
    def test_of_a_share_hold_that_share(self, share):
        n = 1_000_000
        held = np.count_nonzero(ranks_of(id_hashes(np.arange(n), 3)) <= rank_of_share(share))
        assert held == pytest.approx(min(share, 1) * n, rel=0.002, abs=4 * (share * n) ** 0.5)
