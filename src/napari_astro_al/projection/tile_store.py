"""Tile indexes kept on disk, to be found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job
from napari_astro_al.projection.frame import Frame
from napari_astro_al.projection.ranks import Hashes
from napari_astro_al.projection.tile_index import TileIndex


def tile_index_job(
    points: npt.NDArray[np.float32],
    frame: Frame,
    hashes: Hashes,
    *,
    folder: Path | None,
    key: str,
) -> Job[TileIndex]:
    """The index of the points of a projection, as a job."""
    return (yield from TileIndex.build_job(points, frame, hashes))
