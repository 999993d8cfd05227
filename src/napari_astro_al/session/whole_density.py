"""How many of all sources lie where, for a session whose catalogue stays on disk."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ProjectionError
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.projection import SIDE, Frame, ProjectionRecipe, Rect
from napari_astro_al.projection.healpix import pixel_area
from napari_astro_al.projection.project import project_job
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.scale import Part, PartitionedCatalogue
from napari_astro_al.scale.counting import (
    LEVEL,
    ORDER,
    Counted,
    Counting,
    CountingInView,
    Grid,
    Picture,
)
from napari_astro_al.scale.engines import merged_job
from napari_astro_al.scale.placing import OnSky, placing_job
from napari_astro_al.session.document import write_atomically
from napari_astro_al.session.passes import Passes

MOST_READ = 5_000_000
"""Rows of the partitions in view that a closer look reads; with more the cells have to do."""
_PROBED = 1_000


@dataclass(frozen=True, eq=False)
class WholeDensity:
    """Counts of all sources in a projection.

    Attributes
    ----------
    whole : PartitionedCatalogue
    recipe : ProjectionRecipe
        Of the projection.
    grid : Grid
    counted : Counted
    """

    whole: PartitionedCatalogue
    recipe: ProjectionRecipe
    grid: Grid
    counted: Counted

    def picture(self, rect: Rect | None = None, shape: tuple[int, int] = (512, 512)) -> Picture:
        """Counts in a rectangle; see `picture_job`.

        Parameters
        ----------
        rect : (x0, y0, x1, y1), optional
            In the coordinates of `grid.frame`, a square of 1000; by default all of it.
        shape : (ny, nx)
            Of the picture, or finer than it where cells are coarser.
        """
        return drain(self.picture_job(self.grid.frame, rect or (0, 0, SIDE, SIDE), shape))

    def picture_job(self, frame: Frame, rect: Rect, shape: tuple[int, int]) -> Job[Picture]:
        """Counts in a rectangle of a frame, which may be another one of the same axes.

        Where the pixels of the shape are finer than what was counted once, the partitions that
        have sources in view are read, unless these are too many.
        """
        return guarded(self._picture(frame, rect, shape), "count the sources in view")

    def _picture(self, frame: Frame, rect: Rect, shape: tuple[int, int]) -> Job[Picture]:
        own = _between(rect, frame, self.grid.frame)
        parts = self.parts_to_read(own, shape)
        if not parts:
            yield Progress("Looking up the density of all sources")
            picture = self.grid.picture(self.counted.totals, own, shape)
            return Picture(
                picture.counts, _between(picture.rect, self.grid.frame, frame), picture.title
            )
        work = CountingInView(self.whole.source, self.grid, own, shape)
        message = "Counting the sources in view"
        counts = yield from merged_job(self.whole.engine, work, parts, np.add, message)
        return Picture(counts, rect)

    def parts_to_read(self, rect: Rect, shape: tuple[int, int]) -> Sequence[Part]:
        """Partitions that a rectangle of the grid's frame takes, at so many pixels; mostly none."""
        x0, y0, x1, y1 = rect
        pixel = (x1 - x0) * (y1 - y0) / (shape[0] * shape[1])
        if pixel >= self._cell():
            return ()
        seen = set(self.counted.in_view(rect))
        parts = [part for part in self.whole.partitions if part.number in seen]
        return parts if 0 < sum(part.n_rows for part in parts) <= MOST_READ else ()

    def _cell(self) -> float:
        """The area of a cell in the frame."""
        if not isinstance(self.grid.placing, OnSky):
            return float(SIDE**2 / 4**LEVEL)
        frame = self.grid.frame
        (x0, y0), (x1, y1) = frame.low, frame.high
        return float(pixel_area(ORDER) * SIDE**2 / abs((x1 - x0) * (y1 - y0)))


class Densities(Passes):
    """Counts all sources in the projection on show."""

    def count_all(self) -> WholeDensity:
        """How many of all sources lie where, in the current projection.

        A pass over the partitions; kept beside the session, so that it is made once.

        Raises
        ------
        ProjectionError
            Without a projection, or where places follow from all sources together, as in UMAP.
        """
        found = drain(self.count_all_job())
        self.accept_density(found)
        return found

    def count_all_job(self) -> Job[WholeDensity]:
        """The work of `count_all`, captured now; hand what it gives to `accept_density`."""
        recipe = self.projection_recipe
        if recipe is None:
            raise ProjectionError("There is no projection to count sources in: session.project().")
        n_begun = len(self.at_hand.tables[0])
        rows = self.partition.sketch_rows()
        request = ProjectionRequest(
            recipe, self.catalogue, self.features, rows, None, self.seed, None
        )
        job = _counted(
            self.whole, request, n_begun, self.at_hand.sample.id_digest, self.cache_folder
        )
        return guarded(job, "count all sources")

    def accept_density(self, found: WholeDensity | None) -> None:
        """Take counts for views to show; None lets them show the sources in memory again."""
        self.density_of_all = found
        self._tell(self.density_changed)


def _counted(
    whole: PartitionedCatalogue,
    request: ProjectionRequest,
    n_begun: int,
    digest: str,
    folder: Path | None,
) -> Job[WholeDensity]:
    placing = yield from placing_job(request)
    # the frame of the sample alone: whatever passes bring, it stays
    projection = yield from project_job(
        request.recipe,
        request.catalogue,
        request.matrix,
        request.sketch_rows,
        seed=request.seed,
    )
    frame = Frame.of(replace(projection, points=projection.points[:n_begun]))
    grid = Grid(placing, frame)
    probe = projection.points[request.sketch_rows[:_PROBED]]
    file = None if folder is None else folder / f"density-{_key(request, digest, frame, probe)}.npz"
    counted = None if file is None else _kept(file, whole, grid)
    if counted is None:
        counted = yield from merged_job(
            whole.engine,
            Counting(whole.source, grid),
            whole.partitions,
            Counted.merged,
            f"Counting {len(whole):,} sources",
        )
        if file is not None:
            _keep(file, counted)
    return WholeDensity(whole, request.recipe, grid, counted)


def _key(
    request: ProjectionRequest, digest: str, frame: Frame, probe: npt.NDArray[np.float32]
) -> str:
    """What counts depend on: sources, projection, and where it places some of them."""
    said = json.dumps([request.recipe.to_json(), digest, frame.low, frame.high, LEVEL, ORDER])
    placed = np.nan_to_num(probe).tobytes()
    return hashlib.blake2b(said.encode() + placed, digest_size=12).hexdigest()


def _keep(file: Path, counted: Counted) -> None:
    """Write counts; where that cannot be, they are made again another time."""
    numbers = sorted(counted.footprints)
    bits = [np.frombuffer(counted.footprints[one], dtype=np.uint8) for one in numbers]
    stream = io.BytesIO()
    np.savez_compressed(
        stream,
        totals=counted.totals,
        numbers=np.array(numbers, dtype=np.int64),
        footprints=np.array(bits, dtype=np.uint8),
        n_outside=np.int64(counted.n_outside),
    )
    with suppress(Exception):
        file.parent.mkdir(exist_ok=True)
        write_atomically(file, stream.getvalue())


def _kept(file: Path, whole: PartitionedCatalogue, grid: Grid) -> Counted | None:
    """Counts from a file; None where it is not there, or is of something else."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            footprints = {
                int(number): bits.tobytes()
                for number, bits in zip(stored["numbers"], stored["footprints"], strict=True)
            }
            counted = Counted(stored["totals"], footprints, int(stored["n_outside"]))
    except Exception:  # it can be made again, whatever is in it
        return None
    fits = counted.totals.shape == (grid.n_cells,) and counted.totals.dtype == np.uint32
    numbers = {part.number for part in whole.partitions}
    return counted if fits and set(footprints) == numbers else None


def _between(rect: Rect, one: Frame, other: Frame) -> Rect:
    """A rectangle of a frame in another frame of the same axes."""
    if one == other:
        return rect
    corners = other.to_world(one.to_data([rect[:2], rect[2:]]), beyond=True).astype(np.float64)
    (x0, y0), (x1, y1) = np.sort(corners, axis=0).tolist()
    return x0, y0, x1, y1
