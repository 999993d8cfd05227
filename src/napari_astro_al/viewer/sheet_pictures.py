"""The pictures of a page, read a few at a time, so that they are drawn as they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.cutouts import Cutouts
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.viewer.late_pictures import A_FEW, thumbnails_job
from napari_astro_al.viewer.stage import Jobs, RunJob

Pictures = Mapping[SourceId, npt.NDArray[np.uint8] | None]
"""None where there is no picture."""

SLICE = 0.08
"""Seconds after which what has been read is handed over."""

LANES = 3
"""Pictures read at a time: slow services are waited for together."""


@dataclass(frozen=True)
class Read:
    """What has been read in one go, what is left, and what would have to be fetched first."""

    pictures: Pictures
    left: tuple[SourceId, ...]
    coming: tuple[SourceId, ...] = ()


def pictures_job(
    cutouts: Cutouts,
    sources: Sequence[SourceId],
    side: int,
    zoom: float = 1.0,
    seconds: float = SLICE,
) -> Job[Read]:
    """Read pictures until the time is up; one at least.

    Parameters
    ----------
    cutouts : Cutouts
        Where they come from.
    sources : sequence of int or str
    side : int
        Pixels.
    zoom : float
        Only the middle of each picture is shown, so many times larger.
    seconds : float
    """
    return guarded(_pictures_job(cutouts, sources, side, zoom, seconds), "read the pictures")


def _pictures_job(
    cutouts: Cutouts, sources: Sequence[SourceId], side: int, zoom: float, seconds: float
) -> Job[Read]:
    yield Progress("Reading pictures")
    until = monotonic() + seconds
    read: dict[SourceId, npt.NDArray[np.uint8] | None] = {}
    coming: list[SourceId] = []
    for number, source in enumerate(sources):
        whole = cutouts.thumbnail(source, round(side * zoom))
        read[source] = None if whole is None else _middle(whole, side)
        if whole is None and cutouts.is_coming(source):
            coming.append(source)
        if monotonic() > until:
            return Read(read, tuple(sources[number + 1 :]), tuple(coming))
    return Read(read, (), tuple(coming))


def _middle(picture: npt.NDArray[np.uint8], side: int) -> npt.NDArray[np.uint8]:
    start = (len(picture) - side) // 2
    return picture[start : start + side, start : start + side]


class SheetPictures:
    """Reads the pictures of a page, then those of the page after it.

    What is at hand goes first. Pictures that come over the network are fetched afterwards, a few
    at a time, as long as the page is wanted.

    Parameters
    ----------
    cutouts : Cutouts
        Where they come from.
    run : callable
        ``run(job, done)``, as for `FeatureSpace`.
    """

    def __init__(self, cutouts: Cutouts, run: RunJob) -> None:
        self._cutouts = cutouts
        self._jobs = Jobs(run)
        self._reading = 0
        self._side, self._zoom = 1, 1.0
        self._ahead: tuple[SourceId, ...] = ()
        self._late: tuple[SourceId, ...] = ()

    def read(
        self,
        sources: Sequence[SourceId],
        side: int,
        take: Callable[[Pictures], None],
        *,
        zoom: float = 1.0,
        ahead: Sequence[SourceId] = (),
    ) -> None:
        """Read pictures; what was being read before is given up.

        Parameters
        ----------
        sources : sequence of int or str
            In the order in which they are wanted.
        side : int
            Pixels.
        take : callable
            Given some pictures at a time.
        zoom : float
            As for `pictures_job`.
        ahead : sequence of int or str
            What to read afterwards, so that it is at hand.
        """
        self.stop()
        self._side, self._zoom, self._ahead = side, zoom, tuple(ahead)
        lanes = [tuple(sources[lane::LANES]) for lane in range(LANES)]
        self._reading = sum(1 for lane in lanes if lane)
        for number, lane in enumerate(lanes):
            if lane:
                self._go_on(f"lane {number}", lane, take)

    def _go_on(
        self, lane: str, sources: tuple[SourceId, ...], take: Callable[[Pictures], None]
    ) -> None:
        def done(read: Read) -> None:
            take(read.pictures)
            self._late += read.coming
            if read.left:
                self._go_on(lane, read.left, take)
                return
            self._reading -= 1
            if not self._reading:
                self._fetch(take)

        self._jobs.start(lane, self._job(sources), done)

    def _fetch(self, take: Callable[[Pictures], None]) -> None:
        """Fetch some of what is late, read it, and so on; then look ahead."""
        some, self._late = self._late[:A_FEW], self._late[A_FEW:]
        if not some:
            if self._ahead:
                self._look_ahead(self._ahead)
            return

        def read(sources: tuple[SourceId, ...]) -> None:
            self._jobs.start("late", self._job(sources), done)

        def done(found: Read) -> None:
            take(found.pictures)
            if found.left:
                read(found.left)
            else:
                self._fetch(take)

        self._jobs.start("late", thumbnails_job(self._cutouts, some), lambda _: read(some))

    def _look_ahead(self, sources: tuple[SourceId, ...]) -> None:
        def done(read: Read) -> None:
            self._late += read.coming
            if read.left:
                self._look_ahead(read.left)
            elif self._late:
                job = thumbnails_job(self._cutouts, self._late)
                self._late = ()
                self._jobs.start("ahead", job, lambda _: None)

        self._jobs.start("ahead", self._job(sources), done)

    def _job(self, sources: tuple[SourceId, ...]) -> Job[Read]:
        return pictures_job(self._cutouts, sources, self._side, self._zoom)

    @property
    def reading(self) -> bool:
        """Whether pictures of the page are still to come."""
        return self._reading > 0

    def stop(self) -> None:
        """Give up what is being read."""
        self._reading, self._ahead, self._late = 0, (), ()
        self._jobs.drop_all()
