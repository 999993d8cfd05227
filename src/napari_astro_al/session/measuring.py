"""A session's verb for making columns of its pictures."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts import Cutout, CutoutProvider
from napari_astro_al.cutouts.angles import arcseconds
from napari_astro_al.cutouts.cutout import HasNaturalSize
from napari_astro_al.errors import CutoutError, listing
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.columns import Adding, FurtherColumns, NewColumns
from napari_astro_al.session.looking import Looking
from napari_astro_al.session.measured import (
    Measurement,
    What,
    embedding_measurement,
    morphology_measurement,
)
from napari_astro_al.session.measured_parts import PART, Parts
from napari_astro_al.session.measured_pixels import pixels_measurement

N_COMPONENTS = 32
SIDE = 24


class Measuring(Looking, FurtherColumns):
    """Numbers out of pictures, as columns."""

    def measure_images(
        self,
        what: What = "embedding",
        provider: str | None = None,
        *,
        n_components: int = N_COMPONENTS,
        side: int = SIDE,
        size: Any = None,
        name: str | None = None,
    ) -> tuple[str, ...]:
        """Measure the picture of every source; what comes out becomes columns.

        Parameters
        ----------
        what : {"morphology", "embedding", "pixels"}
            Measured morphology (see `Morphology`); what a network trained on photographs sees,
            in `n_components` numbers fitted to the sketch, which needs the extra ``embedding``,
            and no network connection; or the pixels themselves, for a network that looks at them.
        provider : str, optional
            Which pictures, by the name of their provider; the first one's by default.
        n_components : int
            For the embedding.
        side : int
            Of the square that pixels are taken of, which makes ``3 * side**2`` columns.
        size : str or astropy.units.Quantity, optional
            Width and height on the sky, as for `Cutouts.get`.
        name : str, optional
            Of the group of columns, which their own names begin with; by default `what`, followed
            by the provider where there are several.

        Returns
        -------
        tuple of str
            Names of the new columns. A source without a picture has missing values.

        Raises
        ------
        CutoutError
            If there is no such provider, or it has no picture of any source.
        ImagingError
            If a package is missing, naming the extra.
        """
        job = self.measure_images_job(
            what, provider, n_components=n_components, side=side, size=size, name=name
        )
        new = drain(job)
        self.accept_columns(new)
        return new.group.names

    def measure_images_job(
        self,
        what: What = "embedding",
        provider: str | None = None,
        *,
        n_components: int = N_COMPONENTS,
        side: int = SIDE,
        size: Any = None,
        name: str | None = None,
    ) -> Job[NewColumns]:
        """The work of `measure_images`, captured now; hand its result to `accept_columns`.

        A session in a folder keeps what is measured, 256 sources at a time: where the job is
        cancelled, the next one of the same kind goes on from there.
        """
        if what not in get_args(What):
            raise CutoutError(f"{what!r} cannot be measured: {listing(get_args(What))} can.")
        chosen = _chosen(self.cutouts.providers, provider)
        several = len(self.cutouts.providers) > 1
        group = name or (f"{what}_{chosen.name}" if several else what)
        width = arcseconds(size)
        if width is None and isinstance(chosen, HasNaturalSize):
            width = self.cutouts.natural_size
        adding = self._adding(group)
        request = _Request(adding, _Pictures(adding.catalogue, chosen, width), self.cache_folder)
        make: Callable[[], Measurement]
        if what == "morphology":
            make = morphology_measurement
        elif what == "pixels":
            make = lambda: pixels_measurement(side)  # noqa: E731
        else:
            make = lambda: embedding_measurement(n_components)  # noqa: E731
        return guarded(_measure(request, make), f"measure the pictures of {chosen.name!r}")


def _chosen(providers: Sequence[CutoutProvider], name: str | None) -> CutoutProvider:
    if not providers:
        raise CutoutError(
            "There are no pictures to measure. Say where they come from first: "
            "session.cutouts.add(...)."
        )
    if name is None:
        return providers[0]
    for one in providers:
        if one.name == name:
            return one
    known = listing(one.name for one in providers)
    raise CutoutError(f"There is no provider of cutouts called {name!r}. There are: {known}.")


@dataclass(frozen=True)
class _Pictures:
    """Pictures of one provider, each read when asked for and then forgotten."""

    catalogue: Catalogue
    provider: CutoutProvider
    width: float | None

    def of(self, source: SourceId) -> Cutout:
        try:
            return self.provider.cutout(self.catalogue, source, self.width)
        except Exception as error:  # providers may be anyone's code
            return Cutout.absent(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class _Request:
    adding: Adding
    pictures: _Pictures
    cache: Path | None


def _measure(request: _Request, make: Callable[[], Measurement]) -> Job[NewColumns]:
    yield Progress("Preparing to measure pictures")
    measurement = make()
    pictures, adding = request.pictures, request.adding
    catalogue = pictures.catalogue
    kept = Parts.of(
        request.cache,
        [
            measurement.identity,
            pictures.provider.name,
            repr(pictures.provider),
            repr(pictures.width),
            catalogue.id_digest,
            str(catalogue.ids[0]),
        ],
        measurement.width,
    )
    starts = range(0, len(catalogue), PART)
    reasons: list[str] = []
    for start in starts:
        sources = catalogue.ids_at(range(start, min(start + PART, len(catalogue))))
        if not kept.has(start, len(sources)):
            values = yield from _part(measurement, pictures, sources, start, reasons)
            kept.put(start, values)
    table, columns, made = yield from measurement.finish(
        kept, catalogue, adding.partition.sketch_rows(), adding.name
    )
    if not made["measured"]:
        why = f" The first: {reasons[0]}." if reasons else ""
        raise CutoutError(
            f"None of the {len(catalogue):,} sources has a picture from "
            f"{pictures.provider.name!r} that can be measured.{why}"
        )
    new = yield from adding.job(
        pd.DataFrame(table, index=pd.Index(catalogue.ids)),
        columns,
        {**made, "provider": pictures.provider.name, "size": pictures.width},
    )
    kept.remove()
    return new


def _part(
    measurement: Measurement,
    pictures: _Pictures,
    sources: list[SourceId],
    start: int,
    reasons: list[str],
) -> Job[npt.NDArray[np.float32]]:
    """Measure the pictures of some sources, (n, width); NaN where there is none."""
    values = np.full((len(sources), measurement.width), np.nan, dtype=np.float32)

    def read(source: SourceId) -> Any:
        cutout = pictures.of(source)
        return (cutout.missing, None) if cutout.pixels is None else ("", measurement.read(cutout))

    waiting: list[tuple[int, Any]] = []
    for place, (missing, prepared) in enumerate(_ahead(read, sources)):
        if missing:
            if not reasons:
                reasons.append(missing)
        else:
            waiting.append((place, prepared))
        if len(waiting) == measurement.batch or (waiting and place == len(sources) - 1):
            measured = measurement.measure([one for _, one in waiting])
            values[[at for at, _ in waiting]] = measured
            waiting.clear()
        done, total = start + place + 1, len(pictures.catalogue)
        yield Progress(f"Measuring pictures: {done:,} of {total:,}", done, total)
    return values


def _ahead(read: Callable[[SourceId], Any], sources: Sequence[SourceId]) -> Iterator[Any]:
    """Read a few pictures ahead in threads, one core left alone; in order."""
    threads = max(1, (os.cpu_count() or 1) - 1)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="astro-al: measuring")
    coming: deque[Future[Any]] = deque()
    try:
        for source in sources:
            coming.append(pool.submit(read, source))
            if len(coming) > 2 * threads:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
