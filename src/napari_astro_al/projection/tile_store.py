"""Tile indexes kept on disk, to be found again.

An index is a folder ``tiles-<key>`` of `.npy` files, which are mapped into memory when they are
read, and ``index.json``, which says what they are. It is written beside its place and renamed.
Nothing depends on it: what is missing, damaged or of another version is built anew.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from tempfile import mkdtemp
from time import time
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.frame import Frame
from napari_astro_al.projection.grid import FEWEST, MOST, Grid
from napari_astro_al.projection.ranks import Hashes, between
from napari_astro_al.projection.tile_index import TileIndex

FEWEST_STORED = 1_000_000
"""Indexes of fewer sources are built faster than a person notices."""

KEPT = 4
"""How many indexes a folder keeps: those last used."""

_FORMAT, _VERSION = "napari-astro-al tile index", 1
_NAME, _DOCUMENT = "tiles-", "index.json"
_BLOCK = 16_777_216
_TOLD = 64
_DAY = 86_400
_ARRAYS: dict[str, tuple[type, tuple[int, ...]]] = {
    "offsets": (np.int64, ()),
    "rows": (np.int32, ()),
    "points": (np.float32, (2,)),
    "ranks": (np.uint16, ()),
    "front": (np.int64, ()),
    "front_points": (np.float32, (2,)),
}


class _Unusable(Exception):
    """A stored index cannot be used."""


_DAMAGE = (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, _Unusable)


def tile_index_job(
    points: npt.NDArray[np.float32],
    frame: Frame,
    hashes: Hashes,
    *,
    folder: Path | None,
    key: str,
) -> Job[TileIndex]:
    """`TileIndex.build_job`, whose result is kept on disk and found again.

    Parameters
    ----------
    points : (n, 2) float32 ndarray
        (x, y) in data values.
    frame : Frame
        From data values to world coordinates.
    hashes : (n,) uint64 ndarray, or callable
        Seeded hashes of the ids, or what gives those of the rows from one number up to another.
    folder : Path or None
        Where indexes are kept, the last four used; made where it is not there. None: nowhere.
    key : str
        Says what the points are: another key for other points or sources. Frame, number of
        sources and seed need not be in it. Empty: the index is not kept.

    Returns
    -------
    TileIndex
        The same whether found or built. Where it is kept, its arrays are mapped from disk.
    """
    if folder is None or not key or len(points) < FEWEST_STORED:
        return (yield from TileIndex.build_job(points, frame, hashes))
    digest = _digest(len(points), frame, hashes, key)
    place = folder / f"{_NAME}{digest}"
    try:
        return (yield from _load(place, digest, len(points)))
    except _DAMAGE:
        yield Progress("Sorting sources into tiles")
    index = yield from TileIndex.build_job(points, frame, hashes)
    try:
        yield from _store(index, place, digest)
        return (yield from _load(place, digest, len(points)))
    except _DAMAGE:
        # a full or read-only disk: the index serves all the same
        return index


def _digest(n: int, frame: Frame, hashes: Hashes, key: str) -> str:
    told = [between(hashes, 0, min(n, _TOLD)), between(hashes, max(n - _TOLD, 0), n)]
    said = [
        key,
        n,
        frame.low,
        frame.high,
        [(axis.scale, axis.reversed) for axis in frame.axes],
        [one.tolist() for one in told],
    ]
    return blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()


def _load(place: Path, digest: str, n_sources: int) -> Job[TileIndex]:
    """The index in a folder; its numbers are checked where a wrong one would lead out of bounds."""
    from napari_astro_al.projection import find_kernels, raster_kernels  # noqa: F401

    document = json.loads((place / _DOCUMENT).read_text("utf-8"))
    if [document[name] for name in ("format", "version", "key", "n_sources")] != [
        _FORMAT,
        _VERSION,
        digest,
        n_sources,
    ]:
        raise _Unusable
    grid = Grid(**{**document["grid"], "bounds": tuple(document["grid"]["bounds"])})
    if not FEWEST <= grid.side <= MOST:
        raise _Unusable
    placed, in_front = int(document["n_placed"]), int(document["n_front"])
    lengths = dict.fromkeys(_ARRAYS, placed)
    lengths |= {"offsets": grid.n_cells + 1, "front": in_front, "front_points": in_front}
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, (kind, shape) in _ARRAYS.items():
        array = np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False)
        if array.dtype != kind or array.shape != (lengths[name], *shape):
            raise _Unusable
        if not array.flags.c_contiguous:
            raise _Unusable
        arrays[name] = np.asarray(array)
    offsets = arrays["offsets"]
    if offsets[0] != 0 or offsets[-1] != placed or (np.diff(offsets) < 0).any():
        raise _Unusable
    for name, end in (("front", placed), ("rows", n_sources)):
        for start in range(0, len(arrays[name]), _BLOCK):
            some = arrays[name][start : start + _BLOCK]
            if some.min() < 0 or some.max() >= end:
                raise _Unusable
            yield Progress("Reading tiles", start, len(arrays[name]))
    os.utime(place / _DOCUMENT)
    return TileIndex(grid=grid, n_sources=n_sources, **arrays)


def _store(index: TileIndex, place: Path, digest: str) -> Job[None]:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        for name in _ARRAYS:
            yield from _write(getattr(index, name), beside / f"{name}.npy")
        document = {
            "format": _FORMAT,
            "version": _VERSION,
            "key": digest,
            "n_sources": index.n_sources,
            "n_placed": len(index),
            "n_front": len(index.front),
            "grid": asdict(index.grid),
        }
        with (beside / _DOCUMENT).open("w", encoding="utf-8") as file:
            json.dump(document, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        shutil.rmtree(place, ignore_errors=True)
        beside.rename(place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _forget_old(place.parent)


def _write(array: npt.NDArray[Any], path: Path) -> Iterator[Progress]:
    with path.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(array)
        np.lib.format.write_array_header_1_0(file, header)
        flat = array.reshape(-1)
        for start in range(0, len(flat), _BLOCK):
            file.write(flat[start : start + _BLOCK].data)
            yield Progress("Keeping tiles", start, len(flat))
        file.flush()
        os.fsync(file.fileno())


def _forget_old(folder: Path) -> None:
    used: list[tuple[float, Path]] = []
    for place in folder.glob(f"{_NAME}*"):
        document = place / _DOCUMENT
        used.append((document.stat().st_mtime if document.is_file() else 0.0, place))
    ended = [place for _, place in sorted(used, reverse=True)[KEPT:]]
    # what a program left that was stopped while it wrote
    ended += [one for one in folder.glob(f".{_NAME}*") if time() - one.stat().st_mtime > _DAY]
    for place in ended:
        shutil.rmtree(place, ignore_errors=True)
