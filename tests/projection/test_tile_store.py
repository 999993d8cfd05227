from __future__ import annotations

import json
import os

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.jobs import drain
from napari_astro_al.projection import Axis, Frame, Projection, TileIndex, tile_store
from napari_astro_al.projection.tile_store import KEPT, tile_index_job

N = 5000
ARRAYS = ["offsets", "rows", "points", "ranks", "front", "front_points"]
RECT = (200.0, 250.0, 800.0, 700.0)


def points(seed=0):
    drawn = np.random.default_rng(seed).normal(size=(N, 2)).astype(np.float32)
    drawn[::50] = np.nan
    return drawn


def frame(*, reversed_y=False):
    axes = (Axis("x"), Axis("y", reversed=reversed_y))
    return Frame.of(Projection(points(), axes, "columns"))


@pytest.fixture(autouse=True)
def small_indexes_are_stored(monkeypatch):
    monkeypatch.setattr(tile_store, "FEWEST_STORED", 100)


@pytest.fixture
def builds(monkeypatch):
    """How often an index has been built."""
    times = []
    build = TileIndex.build_job

    def counted(*arguments):
        times.append(1)
        return build(*arguments)

    monkeypatch.setattr(TileIndex, "build_job", counted)
    return times


def index_in(folder, *, key="u-g/g-r", seed=7, where=None):
    hashes = id_hashes(np.arange(N), seed)
    return drain(tile_index_job(points(), where or frame(), hashes, folder=folder, key=key))


def assert_same(one, other):
    for name in ARRAYS:
        assert_array_equal(getattr(one, name), getattr(other, name))
    assert (one.grid, one.n_sources) == (other.grid, other.n_sources)


class TestTileIndexJob:
    def test_what_is_stored_is_found_again(self, tmp_path, builds):
        plain = index_in(None)
        stored, found = index_in(tmp_path), index_in(tmp_path)
        assert len(builds) == 2
        assert_same(stored, plain)
        assert_same(found, plain)
        assert_array_equal(found.sample(RECT, 300), plain.sample(RECT, 300))
        assert_array_equal(found.density(RECT, (9, 7)), plain.density(RECT, (9, 7)))
        assert_array_equal(found.inside_rectangle(RECT), plain.inside_rectangle(RECT))
        assert found.nearest(500, 500, 50) == plain.nearest(500, 500, 50)
        assert [one.name[:6] for one in tmp_path.iterdir()] == ["tiles-"]

    def test_arrays_are_mapped_from_disk(self, tmp_path):
        rows = index_in(tmp_path).rows
        assert isinstance(rows.base, np.memmap)
        assert not rows.flags.writeable

    @pytest.mark.parametrize(
        "other",
        [{"key": "g-r/r-i"}, {"seed": 8}, {"where": frame(reversed_y=True)}],
        ids=["points", "seed", "frame"],
    )
    def test_of_another_it_is_another(self, tmp_path, builds, other):
        index_in(tmp_path)
        assert_same(index_in(tmp_path, **other), index_in(None, **other))
        assert len(builds) == 3

    @pytest.mark.parametrize("n", [N - 1, 99])
    def test_of_fewer_sources_it_is_another_or_not_kept(self, tmp_path, n):
        index_in(tmp_path)
        few = points()[:n]
        job = tile_index_job(
            few, frame(), id_hashes(np.arange(n), 7), folder=tmp_path, key="u-g/g-r"
        )
        assert drain(job).n_sources == n
        assert len(list(tmp_path.iterdir())) == (2 if n >= 100 else 1)

    def test_without_a_key_it_is_not_kept(self, tmp_path):
        index_in(tmp_path, key="")
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", [*(f"{name}.npy" for name in ARRAYS), "index.json"])
    @pytest.mark.parametrize(
        "damage",
        [
            lambda path: path.unlink(),
            lambda path: path.write_bytes(b""),
            lambda path: path.write_bytes(path.read_bytes()[:-20]),
            lambda path: path.write_bytes(b"\x93NUMPY\x01\x00 no header"),
        ],
        ids=["missing", "empty", "cut", "other"],
    )
    def test_what_is_damaged_is_built_anew(self, tmp_path, builds, name, damage):
        plain = index_in(None)
        index_in(tmp_path)
        damage(next(tmp_path.glob("tiles-*")) / name)
        assert_same(index_in(tmp_path), plain)
        assert_same(index_in(tmp_path), plain)
        assert len(builds) == 3

    @pytest.mark.parametrize(("name", "place"), [("rows", 10), ("front", 3), ("offsets", 100)])
    @pytest.mark.parametrize("wrong", [-1, 2**30])
    def test_numbers_that_lead_out_of_bounds_are_damage(self, tmp_path, builds, name, place, wrong):
        plain = index_in(None)
        index_in(tmp_path)
        path = next(tmp_path.glob("tiles-*")) / f"{name}.npy"
        array = np.load(path)
        array[place] = wrong
        np.save(path, array)
        assert_same(index_in(tmp_path), plain)
        assert len(builds) == 3

    @pytest.mark.parametrize(
        "change",
        [
            {"version": 0},
            {"format": "another"},
            {"n_sources": 3},
            {"n_placed": "many"},
            {"grid": {"side": -64}},
        ],
    )
    def test_another_version_is_built_anew(self, tmp_path, builds, change):
        plain = index_in(None)
        index_in(tmp_path)
        path = next(tmp_path.glob("tiles-*")) / "index.json"
        document = json.loads(path.read_text("utf-8"))
        if "grid" in change:
            change = {"grid": document["grid"] | change["grid"]}
        path.write_text(json.dumps(document | change), "utf-8")
        assert_same(index_in(tmp_path), plain)
        assert len(builds) == 3

    def test_only_those_last_used_are_kept(self, tmp_path, builds):
        for number in range(KEPT):
            index_in(tmp_path, key=f"key {number}")
            for document in tmp_path.glob("*/index.json"):
                used = document.stat().st_mtime - 10
                os.utime(document, (used, used))
        index_in(tmp_path, key="key 0")
        index_in(tmp_path, key="one more")
        assert len(list(tmp_path.iterdir())) == KEPT
        index_in(tmp_path, key="key 0")
        assert len(builds) == KEPT + 1
        index_in(tmp_path, key="key 1")
        assert len(builds) == KEPT + 2

    def test_what_a_stopped_program_left_is_removed(self, tmp_path):
        left, at_work = tmp_path / ".tiles-left", tmp_path / ".tiles-at-work"
        left.mkdir()
        at_work.mkdir()
        os.utime(left, (1e9, 1e9))
        index_in(tmp_path)
        assert not left.exists()
        assert at_work.exists()

    def test_a_folder_that_cannot_be_written_is_no_error(self, tmp_path):
        file = tmp_path / "a file"
        file.write_text("not a folder")
        assert_same(index_in(file), index_in(None))

    def test_cancelling_while_it_is_written_leaves_nothing(self, tmp_path):
        hashes = id_hashes(np.arange(N), 7)
        job = tile_index_job(points(), frame(), hashes, folder=tmp_path, key="u-g")
        while not any(tmp_path.iterdir()):
            next(job)
        job.close()
        assert not list(tmp_path.iterdir())
