"""Cutouts from one picture, by columns that hold each source's pixel."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts.cutout import Cutout, Origin
from napari_astro_al.errors import CutoutError, ImageError
from napari_astro_al.imaging.files import read_image

SIDE = 64
MOST_SIDE = 4096


class ImagePixels:
    """Cutouts from a picture without world coordinates, by columns of pixels.

    Parameters
    ----------
    image : path-like or ndarray
        A FITS, PNG, JPEG or TIFF file, read when it is first needed; or pixels, (ny, nx) or
        (ny, nx, 3). A session finds a file again, an array is gone with the program.
    x, y : str
        Columns of the catalogue: column and row of the source, 0 in the middle of the first pixel.
    side : int
        Pixels a side of the cutouts.
    extension : int, optional
        Which image of a FITS file.
    origin : {"lower", "upper"}, optional
        Where row 0 is shown; by default at the bottom for FITS and on top for all else.
    title : str, optional
        Name of the provider; by default that of the file.

    Notes
    -----
    A size on the sky changes nothing, for nobody knows how large a pixel is. Beyond the edge there
    is NaN, or black in a picture of bytes, and `Cutout.covered` says how much is not beyond it.

    Examples
    --------
    >>> import numpy as np
    >>> from napari_astro_al.cutouts import ImagePixels
    >>> ImagePixels(np.zeros((100, 200)), title="plate 7").name
    'plate 7'
    """

    def __init__(
        self,
        image: str | PathLike[str] | npt.NDArray[Any],
        x: str = "x",
        y: str = "y",
        *,
        side: int = SIDE,
        extension: int | None = None,
        origin: Origin | None = None,
        title: str | None = None,
    ) -> None:
        if not 1 <= side <= MOST_SIDE:
            raise CutoutError(f"side={side!r} is no number of pixels from 1 to {MOST_SIDE}.")
        given = isinstance(image, (str, PathLike))
        self.path = Path(image).expanduser() if given else None  # type: ignore[arg-type]
        self.x, self.y = x, y
        self.side = int(side)
        self.extension = extension
        self.origin = origin
        self.title = title
        self._lock = Lock()
        self._pixels: npt.NDArray[Any] | None = None if given else np.asarray(image)
        self._start: Origin = origin or "upper"

    @property
    def name(self) -> str:
        """What the picture is called."""
        return self.title or (self.path.name.split(".")[0] if self.path else "image")

    def check(self, catalogue: Catalogue) -> None:
        """Refuse a catalogue without the columns, or with no source on the picture.

        Raises
        ------
        CutoutError
            Naming what is missing.
        """
        missing = [name for name in (self.x, self.y) if name not in catalogue.table.columns]
        if missing:
            raise CutoutError(
                f"{catalogue.name!r} has no column {' and '.join(map(repr, missing))} to say where "
                f"its sources are in {self.name!r}. Name them: ImagePixels(..., x=..., y=...)."
            )
        ny, nx = self._image().shape[:2]
        x, y = (
            catalogue.column(name).to_numpy(dtype=np.float64, na_value=np.nan)
            for name in (self.x, self.y)
        )
        if not ((x > -0.5) & (x < nx - 0.5) & (y > -0.5) & (y < ny - 0.5)).any():
            raise CutoutError(
                f"No source of {catalogue.name!r} is on {self.name!r}, which has {nx} x {ny} "
                f"pixels. Are {self.x!r} and {self.y!r} its columns and rows?"
            )

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The square around one source; see `CutoutProvider.cutout`."""
        row = catalogue.row_of(source)
        cells: list[Any] = [catalogue.column(name).iloc[row] for name in (self.x, self.y)]
        x, y = (np.nan if cell is None or cell != cell else float(cell) for cell in cells)
        if not np.isfinite([x, y]).all():
            return Cutout.absent("this source has no place in the picture", name=self.name)
        picture = self._image()
        lows = [round(place - (self.side - 1) / 2) for place in (y, x)]
        square, covered = _square(picture, lows[0], lows[1], self.side)
        if not covered:
            return Cutout.absent(f"the source is beyond the edge of {self.name}", name=self.name)
        return Cutout(
            square,
            provenance=self.path.name if self.path else self.name,
            name=self.name,
            origin=self._start,
            covered=covered,
        )

    def _image(self) -> npt.NDArray[Any]:
        with self._lock:
            if self._pixels is None:
                assert self.path is not None
                try:
                    opened = read_image(self.path, self.extension)
                except ImageError as error:
                    raise CutoutError(str(error)) from error
                self._pixels = opened.pixels
                self._start = self.origin or opened.image.origin
            return self._pixels


def _square(
    picture: npt.NDArray[Any], top: int, left: int, side: int
) -> tuple[npt.NDArray[Any], float]:
    """Some rows and columns, and the share of them that the picture has."""
    ny, nx = picture.shape[:2]
    empty = np.nan if picture.dtype.kind == "f" else 0
    square = np.full((side, side, *picture.shape[2:]), empty, dtype=picture.dtype.newbyteorder("="))
    rows, columns = (max(top, 0), min(top + side, ny)), (max(left, 0), min(left + side, nx))
    if rows[0] >= rows[1] or columns[0] >= columns[1]:
        return square, 0.0
    square[rows[0] - top : rows[1] - top, columns[0] - left : columns[1] - left] = picture[
        rows[0] : rows[1], columns[0] : columns[1]
    ]
    share = (rows[1] - rows[0]) * (columns[1] - columns[0]) / side**2
    return (square[..., :3] if square.ndim == 3 else square), share
