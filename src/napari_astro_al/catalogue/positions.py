"""Where sources are on the sky."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.catalogue import Catalogue
from napari_astro_al.catalogue.ids import SourceId
from napari_astro_al.errors import CatalogueError


def position_columns(catalogue: Catalogue) -> tuple[str, str]:
    """The names of the columns of right ascension and declination.

    Raises
    ------
    CatalogueError
        If the catalogue has none.
    """
    ra, dec = catalogue.roles.ra, catalogue.roles.dec
    if ra is None or dec is None:
        raise CatalogueError(
            f"{catalogue.name!r} has no columns of positions. Give ra= and dec= when it is opened, "
            "or choose them in the Catalogue dock."
        )
    return ra, dec


def positions(catalogue: Catalogue) -> npt.NDArray[np.float64]:
    """Where all sources are.

    Returns
    -------
    (2, n_sources) float64 ndarray
        Right ascension and declination in degrees, ICRS; NaN where they are not known.

    Raises
    ------
    CatalogueError
        If the catalogue has no columns of positions.
    """
    return np.stack(coordinates(catalogue))


def coordinates(catalogue: Catalogue) -> list[npt.NDArray[np.float64]]:
    """Right ascension and declination as of `positions`, and as they are kept where they can be.

    Returns
    -------
    list of two (n_sources,) float64 ndarray
        Not to be written to.
    """
    columns = [catalogue.column(name) for name in position_columns(catalogue)]
    return [
        one.to_numpy()  # naming what is missing would copy it
        if one.dtype == np.dtype(np.float64)
        else one.to_numpy(dtype=np.float64, na_value=np.nan)
        for one in columns
    ]


def position_of(catalogue: Catalogue, source: SourceId) -> tuple[float, float] | None:
    """Right ascension and declination of one source in degrees, ICRS; None where not known.

    Raises
    ------
    CatalogueError
        If there is no such source, or the catalogue has no columns of positions.
    """
    row = catalogue.row_of(source)
    cells: list[Any] = [catalogue.column(name).iloc[row] for name in position_columns(catalogue)]
    ra, dec = (np.nan if cell is None or cell != cell else float(cell) for cell in cells)
    return (ra, dec) if np.isfinite(ra) and np.isfinite(dec) else None
