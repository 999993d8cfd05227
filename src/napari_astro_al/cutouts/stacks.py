"""Pictures that lie in one array, a source after the other: HDF5, Zarr and .npy."""

from __future__ import annotations

from math import prod
from os import PathLike
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import ROWS, Catalogue, SourceId
from napari_astro_al.cutouts import pictures
from napari_astro_al.cutouts.cutout import Cutout, centre_crop
from napari_astro_al.cutouts.planes import as_picture, bands_of, no_picture
from napari_astro_al.cutouts.stack_files import StackFile, stack_file
from napari_astro_al.errors import CutoutError, listing

ID_NAMES = ("id", "ids", "source_id", "object_id", "objid", "index_id")
"""What an array of ids beside the pictures may be called, if not as the catalogue's own column."""


class ImageStack:
    """Cutouts from one array that holds a picture a source.

    Parameters
    ----------
    path : path-like
        An HDF5 file, a Zarr folder or ``.zarr.zip``, or a ``.npy`` file.
    array : str, optional
        Path of the array in the file, if there is more than one that could hold pictures: of shape
        ``(n, ny, nx)``, ``(n, ny, nx, 3 or 4)``, ``(n, 3, ny, nx)`` or ``(n, bands, ny, nx)``.
    ids : str, optional
        Path of an array in the same file with the source's id of each picture.
    index : str, optional
        Column of the catalogue that says which picture is a source's, from 0.
    band : int, optional
        Which band to show, from 0, of ``(n, bands, ny, nx)``. For several add several stacks.
    pixel_scale : float, optional
        Arcseconds a pixel.
    title : str, optional
        Name of the provider; by default the file's, with the band.

    Notes
    -----
    Where neither `ids` nor `index` is given, an array in the file called like the catalogue's id
    column, or ``id``, gives the ids; else pictures are in the order of the catalogue's rows, of
    which there must be as many.

    The file is opened when it is first needed, and a picture costs reading the chunk that it is
    in. Arrays that keep their pixels in other files, and packings that could run programs, are not
    read.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        array: str | None = None,
        *,
        ids: str | None = None,
        index: str | None = None,
        band: int | None = None,
        pixel_scale: float | None = None,
        title: str | None = None,
    ) -> None:
        if ids is not None and index is not None:
            raise CutoutError(
                "Pictures are found either by ids= in the file or by index= in the catalogue; give "
                "one of them."
            )
        self.path = Path(path).expanduser()
        self.array = array
        self.ids = ids
        self.index = index
        self.band = band
        self.pixel_scale = pixel_scale
        self.title = title
        self._lock = RLock()
        self._file: StackFile | None = None
        self._array: Any = None
        self._places: tuple[Catalogue, npt.NDArray[np.int64]] | None = None

    @property
    def name(self) -> str:
        """What the picture is called."""
        band = "" if self.band is None else f"[{self.band}]"
        return self.title or self.path.name.split(".")[0] + band

    @property
    def arrays(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the arrays in the file that could hold pictures, by path.

        Raises
        ------
        CutoutError
            If the file cannot be read.
        """
        with self._lock:
            return {
                name: tuple(one.shape)
                for name, one in self._opened().arrays.items()
                if len(one.shape) in (3, 4) and np.dtype(one.dtype).kind in "buif"
            }

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the array; the number of pictures first."""
        with self._lock:
            return tuple(self._pictures().shape)

    def check(self, catalogue: Catalogue) -> None:
        """Refuse a file that cannot be read or has no picture for any source.

        Raises
        ------
        CutoutError
            Naming what could be meant.
        """
        with self._lock:
            array = self._pictures()
            one = tuple(array.shape[1:])
            if (bands := bands_of(one)) and self.band is None:
                raise CutoutError(
                    f"{self.path.name} has {bands} bands a picture. Say which, with band=0 to "
                    f"{bands - 1}; for several, add it several times."
                )
            if self.band is not None and (len(one) != 3 or not 0 <= self.band < one[0]):
                raise CutoutError(
                    f"{self.path.name} has pictures of shape {one}, in which there is no band "
                    f"{self.band}."
                )
            if prod(one) > pictures.MOST_PIXELS:
                raise CutoutError(
                    f"The pictures of {self.path.name}, of shape {one}, are too large for cutouts."
                )
            if not (self._rows(catalogue) >= 0).any():
                raise CutoutError(
                    f"{self.path.name} has no picture of any source of {catalogue.name!r}: none of "
                    f"its ids is in the file. Say how pictures are found, with ids= or index=."
                )

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The picture of one source; see `CutoutProvider.cutout`."""
        row = catalogue.row_of(source)
        try:
            with self._lock:
                array, place = self._pictures(), int(self._rows(catalogue)[row])
                if place < 0:
                    why = f"{self.path.name} has no picture of this source"
                    return Cutout.absent(why, name=self.name)
                pixels = np.asarray(array[place] if self.band is None else array[place, self.band])
        except CutoutError as error:
            return Cutout.absent(str(error), name=self.name)
        except Exception as error:  # damaged files make these libraries raise anything
            why = f"{self.path.name} cannot be read: {error}"
            return Cutout.absent(why, name=self.name)
        title = f"{self.path.name}[{place}]"
        picture = as_picture(pixels)
        if picture is None:
            why = no_picture(title, pixels, None)
        elif picture.dtype.kind == "f" and not np.isfinite(picture).any():
            why = f"{title} has no pixel with data"
        else:
            shown = Cutout(picture, pixel_scale=self.pixel_scale, provenance=title, name=self.name)
            return centre_crop(shown, size)
        return Cutout.absent(why, provenance=title, name=self.name)

    def close(self) -> None:
        """Let go of the file; it is opened again when it is needed."""
        with self._lock:
            if self._file is not None:
                self._file.close()
            self._file = self._array = self._places = None

    def _opened(self) -> StackFile:
        if self._file is None:
            self._file = stack_file(self.path)
        return self._file

    def _pictures(self) -> Any:
        if self._array is None:
            self._array = self._chosen()
        return self._array

    def _chosen(self) -> Any:
        if self.array is not None:
            array = self._opened().array(self.array, self.path.name)
            if len(array.shape) not in (3, 4):
                raise CutoutError(
                    f"{self.array!r} of {self.path.name} has shape {tuple(array.shape)}, which is "
                    "no stack of pictures."
                )
            return array
        found = list(self.arrays)
        if len(found) != 1:
            there = ", ".join(f"{name!r} {shape}" for name, shape in self.arrays.items())
            raise CutoutError(
                f"{self.path.name} has {len(found)} arrays that could hold pictures"
                + (f": {there}. Say which, with array=." if found else f": it has {self._all()}.")
            )
        return self._opened().array(found[0], self.path.name)

    def _all(self) -> str:
        return listing(f"{name} {one.shape}" for name, one in self._opened().arrays.items())

    def _rows(self, catalogue: Catalogue) -> npt.NDArray[np.int64]:
        """For each row of a catalogue the number of its picture; -1 for none."""
        if self._places is None or self._places[0] is not catalogue:
            self._places = catalogue, self._found_rows(catalogue)
        return self._places[1]

    def _found_rows(self, catalogue: Catalogue) -> npt.NDArray[np.int64]:
        n = int(self._pictures().shape[0])
        if self.index is not None:
            return _from_column(catalogue, self.index, n)
        stored = self._stored_ids(catalogue, n)
        if stored is not None:
            return _matched(stored, catalogue.ids)
        if n != len(catalogue):
            raise CutoutError(
                f"{self.path.name} has {n:,} pictures and {catalogue.name!r} {len(catalogue):,} "
                "sources, so that they do not go by rows. Say how they are found, with ids= (an "
                "array of the file) or index= (a column of the catalogue)."
            )
        return np.arange(n, dtype=np.int64)

    def _stored_ids(self, catalogue: Catalogue, n: int) -> npt.NDArray[Any] | None:
        opened = self._opened()
        if self.ids is not None:
            array = opened.array(self.ids, self.path.name)
            if tuple(array.shape) != (n,):
                raise CutoutError(
                    f"{self.ids!r} of {self.path.name} has shape {tuple(array.shape)}, and there "
                    f"are {n:,} pictures, each of which needs an id."
                )
            return _texts_or_numbers(array)
        role = catalogue.roles.id
        own = () if role is ROWS or isinstance(role, tuple) else (str(role).lower(),)
        for name, array in opened.arrays.items():
            if tuple(array.shape) == (n,) and name.rsplit("/", 1)[-1].lower() in {*own, *ID_NAMES}:
                return _texts_or_numbers(array)
        return None


def _from_column(catalogue: Catalogue, name: str, n: int) -> npt.NDArray[np.int64]:
    if name not in catalogue.table.columns:
        raise CutoutError(
            f"{catalogue.name!r} has no column {name!r} with numbers of pictures. "
            f"Columns: {listing(catalogue.table.columns)}."
        )
    given = pd.to_numeric(catalogue.column(name), errors="coerce")
    values = given.to_numpy(dtype=np.float64, na_value=np.nan)
    usable = np.isfinite(values) & (values >= 0) & (values < n) & (values == np.floor(values))
    return np.where(usable, values, -1).astype(np.int64)


def _texts_or_numbers(array: Any) -> npt.NDArray[Any]:
    values = np.asarray(array[...])
    if values.dtype.kind in "iu":
        return values
    return np.array(
        [one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in values],
        dtype=object,
    )


def _matched(stored: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Where each wanted id is first stored; whole numbers and their texts are the same."""
    if (stored.dtype.kind in "iu") != (wanted.dtype.kind in "iu"):
        stored, wanted = stored.astype(str).astype(object), wanted.astype(str).astype(object)
    elif stored.dtype != wanted.dtype:
        stored, wanted = stored.astype(object), wanted.astype(object)
    places = pd.Series(np.arange(len(stored)), index=pd.Index(stored))
    places = places[~places.index.duplicated()]
    return np.asarray(places.index.get_indexer(pd.Index(wanted))).astype(np.int64)
