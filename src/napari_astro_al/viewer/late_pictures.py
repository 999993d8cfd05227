"""Pictures that have to be fetched first: for the source on show, and ahead of those to come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from napari_astro_al.catalogue import SourceId
from napari_astro_al.cutouts import Cutout, Cutouts
from napari_astro_al.cutouts.crew import Wanted, side_by_side
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.viewer.stage import RunJob

AT_ONCE = 6
"""Pictures that are waited for side by side, of all hosts; each host has limits of its own."""

A_FEW = 12
"""Thumbnails that are fetched before they are drawn."""

_Key = tuple[SourceId, str, float | None]


class LatePictures:
    """Fetches what is missing of the source on show, each picture on its own.

    What belongs to a source that is not on show any more is given up. Once a picture is there,
    or cannot be had, `arrived` is called; by then it is at hand.

    Parameters
    ----------
    cutouts : Cutouts
    run : callable
        ``run(job, done)``, as for `FeatureSpace`.
    arrived : callable
    """

    def __init__(self, cutouts: Cutouts, *, run: RunJob, arrived: Callable[[], None]) -> None:
        self._cutouts = cutouts
        self._run = run
        self._arrived = arrived
        self._wanted: frozenset[_Key] = frozenset()
        self._on_their_way: set[_Key] = set()

    def follow(self, source: SourceId | None, pictures: Sequence[Cutout]) -> None:
        """Fetch those pictures of a source that are coming, and nothing else any more."""
        # what is put together from others, such as a composite, comes when they do
        known = {one.name for one in self._cutouts.providers}
        coming = {
            (source, one.name, one.size): one
            for one in pictures
            if one.coming and one.name in known and source is not None
        }
        self._wanted = frozenset(coming)
        for key, one in coming.items():
            if key not in self._on_their_way:
                self._on_their_way.add(key)
                self._run(self._job(key, one), partial(self._done, key))

    def close(self) -> None:
        """Give up everything."""
        self._wanted = frozenset()

    def _job(self, key: _Key, coming: Cutout) -> Job[Cutout]:
        def job() -> Job[Cutout]:
            yield Progress(f"Fetching {coming.name}")
            return self._cutouts.fetch(key[0], coming, wanted=lambda: key in self._wanted)

        return guarded(job(), "fetch a picture")

    def _done(self, key: _Key, picture: Cutout) -> None:
        self._on_their_way.discard(key)
        if key not in self._wanted:
            return
        if picture.coming:  # given up, and by now wanted again
            self._on_their_way.add(key)
            self._run(self._job(key, picture_to_come(key)), partial(self._done, key))
            return
        self._wanted -= {key}
        self._arrived()


def picture_to_come(key: _Key) -> Cutout:
    """The placeholder of a picture; see `Cutouts.at_hand`."""
    return Cutout(None, missing="on its way", name=key[1], coming=True, size=key[2])


def ahead_job(cutouts: Cutouts, sources: Sequence[SourceId], size: str | None = None) -> Job[None]:
    """Have the pictures of sources at hand before they are asked for.

    Files are read one after the other; what comes over the network is waited for side by side,
    after what somebody looks at. A job that is closed gives up what is on its way.
    """

    def job() -> Job[None]:
        coming: list[tuple[SourceId, Cutout]] = []
        for source in sources:
            yield Progress("Reading the next pictures")
            coming += [(source, one) for one in cutouts.at_hand(source, size) if one.coming]
        yield from side_by_side(
            [partial(_fetch, cutouts, source, one) for source, one in coming],
            lambda _, __: None,
            at_once=AT_ONCE,
            message="Fetching the next pictures",
        )

    return guarded(job(), "read ahead")


def _fetch(cutouts: Cutouts, source: SourceId, coming: Cutout, wanted: Wanted) -> Cutout:
    return cutouts.fetch(source, coming, wanted=wanted, urgent=False)


def thumbnails_job(cutouts: Cutouts, sources: Sequence[SourceId]) -> Job[None]:
    """Have a thumbnail's picture at hand of each source: the first that a provider can fetch."""

    def fetch(source: SourceId, wanted: Wanted) -> None:
        for one in cutouts.at_hand(source):
            if one.coming and wanted():
                one = _fetch(cutouts, source, one, wanted)
            if one.pixels is not None:
                return

    return guarded(
        side_by_side(
            [partial(fetch, source) for source in sources],
            lambda _, __: None,
            at_once=AT_ONCE,
            message="Fetching thumbnails",
        ),
        "fetch thumbnails",
    )
