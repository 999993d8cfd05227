"""A session's verbs for footprints: parts of the sky as cells (MOC)."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.footprint import ORDER, Footprint
from napari_astro_al.catalogue.positions import coordinates, position_columns
from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.planes import Planes
from napari_astro_al.session.selection import How

FootprintFile = Footprint | str | PathLike[str]


class Footprints(Planes):
    """Sources inside and outside of footprints, and the footprint of sources."""

    def select_footprint(
        self, footprint: FootprintFile, *, outside: bool = False, how: How = "replace"
    ) -> int:
        """Select the sources inside a footprint.

        Parameters
        ----------
        footprint : Footprint or path-like
            A MOC, or its file in FITS, JSON or text.
        outside : bool
            Those outside of it instead. A source without a position is neither.
        how : {"replace", "add", "subtract", "intersect"}
            What becomes of those that are selected.

        Returns
        -------
        int
            How many lie there.

        Raises
        ------
        CatalogueError
            If the catalogue has no positions, or the file is no MOC of the sky.
        """
        rows = drain(self.footprint_rows_job(footprint, outside=outside))
        self.select_rows(rows, how)
        return len(rows)

    def footprint_rows_job(
        self, footprint: FootprintFile, *, outside: bool = False
    ) -> Job[npt.NDArray[np.int64]]:
        """The rows that `select_footprint` selects."""
        catalogue = self.catalogue
        position_columns(catalogue)

        def job() -> Job[npt.NDArray[np.int64]]:
            yield Progress("Reading the footprint")
            chosen = footprint if isinstance(footprint, Footprint) else Footprint.read(footprint)
            ra, dec = coordinates(catalogue)
            step = 1_000_000
            found = [np.empty(0, dtype=np.int64)]
            for start in range(0, len(catalogue), step):
                yield Progress("Looking for sources in the footprint", start, len(catalogue))
                part = slice(start, start + step)
                inside = chosen.contains(ra[part], dec[part])
                if outside:
                    inside = ~inside & np.isfinite(ra[part]) & np.isfinite(dec[part])
                found.append(start + np.flatnonzero(inside))
            return np.concatenate(found)

        return guarded(job(), "look for sources in the footprint")

    def write_footprint(self, path: str | PathLike[str], *, order: int = ORDER) -> Path:
        """Write the footprint of the selected sources as a MOC.

        Parameters
        ----------
        path : path-like
            ``.fits``, ``.json`` or ``.txt``.
        order : int
            Of its cells: 10 for 3.4 arcmin, 12 for 52 arcsec; each is half as wide as the one
            before.

        Returns
        -------
        Path

        Raises
        ------
        SessionError
            If nothing is selected.
        CatalogueError
            If no selected source has a position, or the file cannot be written.
        """
        return drain(self.write_footprint_job(path, order=order))

    def write_footprint_job(self, path: str | PathLike[str], *, order: int = ORDER) -> Job[Path]:
        """The work of `write_footprint`; the selection is that of now."""
        catalogue, rows = self.catalogue, self.selection.rows
        if not len(rows):
            raise SessionError("Nothing is selected. Select the sources whose footprint you want.")
        position_columns(catalogue)

        def job() -> Job[Path]:
            yield Progress(f"The footprint of {len(rows):,} sources")
            ra, dec = (one[rows] for one in coordinates(catalogue))
            return Footprint.of(ra, dec, order).write(path)

        return guarded(job(), "write the footprint")
