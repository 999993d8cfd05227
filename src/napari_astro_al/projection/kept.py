"""Fitted projections in a session's folder, so that they are found again on opening."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import numpy as np

from napari_astro_al.projection.types import Axis, Projection

FORMAT = 1
MOST_KEPT = 8
"""Projections in a folder; those used longest ago are removed."""


def find_kept(folder: Path | None, key: str, n_sources: int) -> Projection | None:
    """The projection kept under a key.

    Returns
    -------
    Projection or None
        None where there is none, or it cannot be read: then it is made again.
    """
    if folder is None:
        return None
    data, about = _files(folder, key)
    try:
        words: dict[str, Any] = json.loads(about.read_text("utf-8"))
        points = np.load(data, allow_pickle=False)
        if words["format"] != FORMAT or points.shape != (n_sources, 2) or points.dtype != "f4":
            return None
        x, y = (Axis(str(one["name"]), str(one["unit"])) for one in words["axes"])
        kind, aspect = str(words["kind"]), words["aspect"]
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    if aspect not in ("free", "equal"):
        return None
    with suppress(OSError):
        about.touch()
    return Projection(points, (x, y), kind, aspect=aspect, key=key)


def keep(folder: Path | None, projection: Projection) -> None:
    """Write a projection under its key; a folder that cannot be written to is let be."""
    if folder is None:
        return
    data, about = _files(folder, projection.key)
    words = {
        "format": FORMAT,
        "kind": projection.kind,
        "aspect": projection.aspect,
        "axes": [{"name": axis.name, "unit": axis.unit} for axis in projection.axes],
    }
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        _replace(data, lambda stream: np.save(stream, projection.points, allow_pickle=False))
        _replace(about, lambda stream: stream.write(json.dumps(words).encode()))
        others = sorted(folder.glob("projection-*.json"), key=lambda path: path.stat().st_mtime)
        for old in others[:-MOST_KEPT]:
            old.with_suffix(".npy").unlink(missing_ok=True)
            old.unlink(missing_ok=True)


def _files(folder: Path, key: str) -> tuple[Path, Path]:
    stem = folder / f"projection-{key}"
    return stem.with_suffix(".npy"), stem.with_suffix(".json")


def _replace(path: Path, write: Any) -> None:
    """Write beside and rename, so that a crash leaves nothing half written under the name."""
    stream: IO[bytes]
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as stream:
        beside = Path(stream.name)
        try:
            write(stream)
        except BaseException:
            stream.close()
            beside.unlink(missing_ok=True)
            raise
    beside.replace(path)
