"""A part of the sky as cells (MOC): which sources lie in it, and the part that sources cover.

References
----------
IVOA Recommendation MOC 2.0; Fernique et al. 2015, IVOA Proposed Recommendation MOC 1.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.moc_files import DEEPEST, Ranges, read_ranges
from napari_astro_al.errors import CatalogueError
from napari_astro_al.home import flush_folder

ORDER = 10
"""Of the cells that a footprint of sources is made of: 3.4 arcmin a side."""
_CHUNK = 262_144
"""Sources that are looked at together: memory does not grow with a catalogue."""
_FORMATS = {".fits": "fits", ".fit": "fits", ".json": "json", ".txt": "ascii", ".moc": "ascii"}


@dataclass(frozen=True, eq=False, repr=False)
class Footprint:
    """Cells of the sky; made by `Footprint.read` and `Footprint.of`.

    Attributes
    ----------
    ranges : (n, 2) uint64 ndarray
        Nested HEALPix cells of order 29: the first and one past the last of each run. Sorted.
    order : int
        The order of the smallest cells.
    name : str
    """

    ranges: Ranges
    order: int
    name: str = "footprint"

    @classmethod
    def read(cls, path: str | PathLike[str]) -> Footprint:
        """Read a MOC file: FITS, JSON or text, told apart by content.

        Raises
        ------
        CatalogueError
            If it is not there, damaged, or no MOC of the sky in ICRS.
        """
        file = Path(path).expanduser().absolute()
        ranges, order = read_ranges(file)
        return cls(ranges, order, file.stem)

    @classmethod
    def of(cls, ra: npt.ArrayLike, dec: npt.ArrayLike, order: int = ORDER) -> Footprint:
        """The cells that places lie in.

        Parameters
        ----------
        ra, dec : (n,) array
            Degrees, ICRS; what is no place is left out.
        order : int
            Of the cells, 0 to 29: they are 58.6 degrees / 2^order wide.

        Raises
        ------
        CatalogueError
            If there is no place, or no such order.
        """
        if not 0 <= order <= DEEPEST:
            raise CatalogueError(
                f"There is no order {order}; cells have the orders 0 to {DEEPEST}."
            )
        moc_class = _mocpy()
        longitude, latitude = (np.asarray(one, dtype=np.float64) for one in (ra, dec))
        whole = moc_class.new_empty(order)
        placed = 0
        for start in range(0, len(longitude), _CHUNK):
            part = slice(start, start + _CHUNK)
            there = _is_place(longitude[part], latitude[part])
            if there.any():
                placed += int(there.sum())
                whole = whole.union(
                    moc_class.from_lonlat(
                        *_angles(longitude[part][there], latitude[part][there]), max_norder=order
                    )
                )
        if not placed:
            raise CatalogueError("No source has a position: there is no footprint to make.")
        return cls(np.asarray(whole.to_depth29_ranges, dtype=np.uint64), order)

    def __repr__(self) -> str:
        return f"<Footprint {self.name!r}: {100 * self.sky_fraction:.3g} % of the sky>"

    @property
    def sky_fraction(self) -> float:
        """The part of the whole sky, 0 to 1."""
        cells = (self.ranges[:, 1] - self.ranges[:, 0]).astype(np.float64).sum()
        return float(cells / (12.0 * 4.0**DEEPEST))

    @cached_property
    def _moc(self) -> Any:
        return _mocpy().from_depth29_ranges(self.order, self.ranges)

    def contains(self, ra: npt.ArrayLike, dec: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Which places lie in it.

        Parameters
        ----------
        ra, dec : (n,) array
            Degrees, ICRS.

        Returns
        -------
        (n,) bool ndarray
            False also for what is no place.
        """
        longitude, latitude = (np.asarray(one, dtype=np.float64) for one in (ra, dec))
        inside = np.zeros(len(longitude), dtype=bool)
        for start in range(0, len(inside) if len(self.ranges) else 0, _CHUNK):
            part = slice(start, start + _CHUNK)
            there = np.flatnonzero(_is_place(longitude[part], latitude[part]))
            angles = _angles(longitude[part][there], latitude[part][there])
            inside[start + there] = self._moc.contains_lonlat(*angles)
        return inside

    def write(self, path: str | PathLike[str]) -> Path:
        """Write it as a MOC: FITS, or by suffix JSON (``.json``) or text (``.txt``).

        Raises
        ------
        CatalogueError
            If it cannot be written, or the suffix is another.
        """
        file = Path(path).expanduser().absolute()
        form = _FORMATS.get(file.suffix.lower())
        if form is None:
            raise CatalogueError(
                f"A footprint is not written as {file.suffix or 'a file without suffix'!r}: name "
                "it .fits, .json or .txt."
            )
        beside = None
        try:
            beside = Path(mkdtemp(prefix=".writing-", dir=file.parent))
            self._moc.save(str(beside / file.name), format=form, overwrite=True)
            (beside / file.name).replace(file)
            flush_folder(file.parent)
        except OSError as error:
            raise CatalogueError(f"The footprint cannot be written to {file}: {error}.") from error
        finally:
            if beside is not None:
                beside.rmdir()
        return file


def _is_place(ra: npt.NDArray[Any], dec: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    there: npt.NDArray[np.bool_] = np.isfinite(ra) & (np.abs(dec) <= 90.0)
    return there


def _angles(ra: npt.NDArray[Any], dec: npt.NDArray[Any]) -> tuple[Any, Any]:
    from astropy import units

    return np.mod(ra, 360.0) * units.deg, dec * units.deg


def _mocpy() -> Any:
    try:
        from mocpy import MOC
    except ImportError as error:
        raise CatalogueError(
            "Footprints need mocpy, which is not installed: pip install 'napari-astro-al[vo]'."
        ) from error
    return MOC
