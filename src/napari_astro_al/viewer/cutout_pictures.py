"""The pictures of one source, made ready to be drawn: by a job, away from the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.positions import position_of
from napari_astro_al.catalogue.sky_index import SkyIndex
from napari_astro_al.cutouts import Composite, Cutout, Stretch, stretch
from napari_astro_al.cutouts.memory import ByteCache
from napari_astro_al.cutouts.sky_frame import SkyFrame
from napari_astro_al.errors import CatalogueError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.session import Session

MOST_NEIGHBOURS = 250
"""Of more sources in one field, none but the current one is ringed: the picture would be covered.
"""

_KEPT = 128 * 2**20
_READY = 64 * 2**20
"""Bytes of pictures that are kept as they were made ready last."""

Pixels = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Picture:
    """A cutout as it is drawn.

    Places are columns and rows of the pixels that are drawn, row 0 on top.

    Attributes
    ----------
    cutout : Cutout
        Its pixels are the values that were measured.
    shown : ndarray or None
        (ny, nx) float32 brightness, NaN without data, or (ny, nx, 3) uint8; None where missing.
    limits : (low, high)
        The values for black and white.
    stretch : Stretch
    frame : SkyFrame or None
        Between the cutout's pixels, in the rows of its file, and the sky.
    target : (2,) float64 ndarray
        Where the source is.
    north, east : (2,) float64 ndarray, or None
        Unit vectors.
    neighbours : (n,) int64 ndarray
        Rows of the catalogue's sources in the field, the shown one among them.
    crowded : bool
        Whether there are too many of them, so that only the shown one is given.
    places : (n, 2) float64 ndarray
        Where they are.
    """

    cutout: Cutout
    shown: Pixels | None = None
    limits: tuple[float, float] = (0.0, 1.0)
    stretch: Stretch = field(default_factory=Stretch)
    frame: SkyFrame | None = None
    target: npt.NDArray[np.float64] | None = None
    north: npt.NDArray[np.float64] | None = None
    east: npt.NDArray[np.float64] | None = None
    crowded: bool = False
    neighbours: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    places: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))

    @property
    def name(self) -> str:
        """The provider's."""
        return self.cutout.name

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns; (1, 1) where missing."""
        return (1, 1) if self.shown is None else (self.shown.shape[0], self.shown.shape[1])

    def value_at(self, column: float, row: float) -> Any:
        """What was measured at a place, in the picture's own units; None beside the picture."""
        pixels = self.cutout.upright
        ny, nx = self.shape
        if pixels is None or not (-0.5 <= column < nx - 0.5 and -0.5 <= row < ny - 0.5):
            return None
        return pixels[round(row), round(column)]

    def sky_at(self, column: float, row: float) -> tuple[float, float] | None:
        """Right ascension and declination of a place, in degrees; None where they are not known."""
        if self.frame is None:
            return None
        ra, dec = self.frame.sky([column], [self.turned(row)])
        return (float(ra[0]), float(dec[0])) if np.isfinite([ra[0], dec[0]]).all() else None

    def turned(self, row: Any) -> Any:
        """From rows that are drawn to rows of the file, and back."""
        return row if self.cutout.origin == "upper" else self.shape[0] - 1 - row


class Darkroom:
    """Makes pictures ready, and keeps those that were made lately.

    Parameters
    ----------
    session : Session
        Whose sources are pictured.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kept: ByteCache[Picture] = ByteCache(_KEPT)
        self._ready: ByteCache[list[Picture]] = ByteCache(_READY)
        self._epoch = 0
        self.index: SkyIndex | None = None

    def forget(self) -> None:
        """Make everything ready anew: pictures or how they are shown are others."""
        self._epoch += 1
        self._ready = ByteCache(_READY)

    def job(
        self, source: SourceId, size: float | None, composite: Composite | None
    ) -> Job[list[Picture]]:
        """Load the pictures of a source that are at hand and make them ready.

        The job of pictures that were lately made ready ends before it yields: whoever drives it
        can have them at once.

        Parameters
        ----------
        source : int or str
            Its id.
        size : float or None
            Arcseconds a side.
        composite : Composite or None
            A colour picture to make of them, as the last.
        """
        key, epoch = (source, size, composite), self._epoch

        def work() -> Job[list[Picture]]:
            ready = self._ready.get(key)
            if ready is not None and epoch == self._epoch:
                return ready
            yield Progress("Loading pictures")
            cutouts = self._session.cutouts.at_hand(source, as_angle(size))
            yield Progress("Stretching pictures")
            pictures = self.develop(source, size, cutouts, composite)
            if epoch == self._epoch and all(one.shown is not None for one in pictures):
                size_in_memory = sum(one.cutout.nbytes for one in pictures)
                self._ready.put(key, pictures, size_in_memory)
            return pictures

        return guarded(work(), "load the pictures")

    def develop(
        self,
        source: SourceId,
        size: float | None,
        cutouts: Sequence[Cutout],
        composite: Composite | None,
    ) -> list[Picture]:
        """Make cutouts ready, and a colour picture of them."""
        pictures = [self._one(source, size, cutout) for cutout in cutouts]
        if composite is not None:
            pictures.append(self._composed(source, size, cutouts, composite))
        return pictures

    def _one(self, source: SourceId, size: float | None, cutout: Cutout) -> Picture:
        how = self._session.cutouts.stretch_of(cutout.name)
        key = (cutout.name, source, size)
        picture = self._kept.get(key)
        wanted = how or _natural(cutout)
        if picture is None or picture.cutout is not cutout or picture.stretch != wanted:
            picture = _developed(cutout, how)
        return self._keep(key, self._surrounded(picture, source))

    def _composed(
        self,
        source: SourceId,
        size: float | None,
        cutouts: Sequence[Cutout],
        composite: Composite,
    ) -> Picture:
        parts = tuple(one for one in cutouts if one.name in composite.bands)
        key = (composite, source, size, *map(id, parts))
        picture = self._kept.get(key) or _developed(composite.of(parts), None)
        return self._keep(key, self._surrounded(picture, source))

    def _keep(self, key: Any, picture: Picture) -> Picture:
        if picture.shown is not None:
            self._kept.put(key, picture, picture.shown.nbytes + picture.cutout.nbytes)
        return picture

    def _surrounded(self, picture: Picture, source: SourceId) -> Picture:
        """With the place of the source, the directions there, and the sources around it."""
        if picture.shown is None:
            return picture
        position = _position(self._session, source)
        if picture.target is None:
            picture = _placed(picture, position)
        if self.index is None or picture.frame is None or position is None or len(picture.places):
            return picture
        ny, nx = picture.shape
        radius = (picture.cutout.pixel_scale or 0.0) * np.hypot(ny, nx) / 2
        rows = self.index.nearest(*position, radius, most=2 * MOST_NEIGHBOURS)
        ra, dec = _positions(self._session, rows)
        x, y = picture.frame.pixels(ra, dec)
        y = picture.turned(y)
        inside = (x > -0.5) & (x < nx - 0.5) & (y > -0.5) & (y < ny - 0.5)
        rows, places = rows[inside], np.stack([x, y], axis=1)[inside]
        crowded = len(rows) > MOST_NEIGHBOURS
        if crowded:
            own = rows == self._session.catalogue.row_of(source)
            rows, places = rows[own], places[own]
        return replace(picture, neighbours=rows, places=places, crowded=crowded)


def _natural(cutout: Cutout) -> Stretch:
    return Stretch() if cutout.pixels is None else Stretch.natural(cutout.pixels)


def _developed(cutout: Cutout, how: Stretch | None) -> Picture:
    pixels = cutout.upright
    if pixels is None:
        return Picture(cutout)
    way = how or Stretch.natural(pixels)
    limits = way.range_of(pixels)
    colour = pixels.ndim == 3
    shown: Pixels = stretch(pixels, limits, how=how) if colour else way.brightness(pixels, limits)
    frame = SkyFrame.of(cutout)
    return Picture(cutout, np.ascontiguousarray(shown), limits, way, frame)


def _placed(picture: Picture, position: tuple[float, float] | None) -> Picture:
    """Where the source is: by its position where that is on the picture, else in the middle."""
    ny, nx = picture.shape
    column, row = (nx - 1) / 2, (ny - 1) / 2
    if picture.frame is None:
        return replace(picture, target=np.array([column, row]))
    if position is not None:
        x, y = picture.frame.pixels(*position)
        there = float(x[0]), float(picture.turned(y[0]))
        if -0.5 < there[0] < nx - 0.5 and -0.5 < there[1] < ny - 0.5:
            column, row = there
    north, east = picture.frame.compass(column, picture.turned(row))
    down = 1.0 if picture.cutout.origin == "upper" else -1.0
    north, east = (one * [1.0, down] for one in (north, east))
    known = np.isfinite([north, east]).all()
    return replace(
        picture,
        target=np.array([column, row]),
        north=north if known else None,
        east=east if known else None,
    )


def _position(session: Session, source: SourceId) -> tuple[float, float] | None:
    try:
        return position_of(session.catalogue, source)
    except CatalogueError:
        return None


def _positions(session: Session, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    roles = session.catalogue.roles
    columns = [session.catalogue.column(str(name)).iloc[rows] for name in (roles.ra, roles.dec)]
    return np.stack([one.to_numpy(dtype=np.float64) for one in columns])


def as_angle(size: float | None) -> str | None:
    """A size in arcseconds as cutouts are asked for."""
    return None if size is None else f"{size!r} arcsec"
