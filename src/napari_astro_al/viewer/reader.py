"""Opening a catalogue in napari: by dropping its file or with "open"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.features import FeatureRecipe, default_columns
from napari_astro_al.jobs import drain
from napari_astro_al.projection import Frame, ProjectionRecipe, project_columns_job
from napari_astro_al.viewer.coordinates import to_napari
from napari_astro_al.viewer.layers import METADATA_KEY
from napari_astro_al.viewer.scene import BUDGET

LayerTuple = tuple[Any, dict[str, Any], str]

_PACKED = {".gz", ".bz2", ".xz", ".zip"}
_TABLES = {
    ".csv",
    ".tsv",
    ".ecsv",
    ".vot",
    ".votable",
    ".parquet",
    ".pq",
    ".feather",
    ".h5",
    ".hdf5",
}
_FITS = {".fits", ".fit", ".fts"}


def get_reader(
    path: str | PathLike[str] | Sequence[str],
) -> Callable[[Any], list[LayerTuple]] | None:
    """Answer napari's question whether we can open a path.

    Parameters
    ----------
    path : path-like or list of path-like
        What is to be opened.

    Returns
    -------
    callable or None
        None for several files at once, for FITS files without a table or with an image in front of
        it, for CSV files of napari's own layers, and for everything that is no catalogue, so that
        other readers get them.
    """
    if not isinstance(path, (str, PathLike)):
        if len(path) != 1:
            return None
        path = path[0]
    file = Path(path)
    suffixes = [suffix.lower() for suffix in file.suffixes]
    while suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    suffix = suffixes[-1] if suffixes else ""
    if not file.is_file():
        return None
    if suffix in _FITS:
        return read_catalogue if _has_table(file) else None
    if suffix not in _TABLES or (suffix == ".csv" and _is_naparis(file)):
        return None
    return read_catalogue


def _has_table(file: Path) -> bool:
    """Whether a FITS file is a table, and not a picture that carries one (a mask, a history)."""
    from astropy.io import fits

    try:
        with fits.open(file, lazy_load_hdus=True) as hdus:
            if hdus[0].header.get("NAXIS", 0) >= 2:
                return False
            return any(
                isinstance(hdu, (fits.BinTableHDU, fits.TableHDU))
                and not isinstance(hdu, fits.CompImageHDU)
                for hdu in hdus
            )
    except (OSError, ValueError, TypeError, KeyError, IndexError, fits.VerifyError):
        return False


def _is_naparis(file: Path) -> bool:
    """Whether a CSV file is one that napari wrote for Points or Shapes."""
    try:
        with file.open("rb") as lines:
            start = lines.readline(4096).decode("utf-8", "replace")
    except OSError:
        return False
    return "axis-0" in start


def read_catalogue(path: str | PathLike[str] | Sequence[str]) -> list[LayerTuple]:
    """Read a catalogue for napari.

    Parameters
    ----------
    path : path-like, or a list with one
        A table file that `Catalogue.read` knows.

    Returns
    -------
    list of one layer tuple
        As `catalogue_layer`.

    Raises
    ------
    CatalogueError
        If the file holds no table that can be used; the message says what to do.
    """
    one = path if isinstance(path, (str, PathLike)) else path[0]
    return [catalogue_layer(Catalogue.read(one))]


def catalogue_layer(catalogue: Catalogue) -> LayerTuple:
    """A catalogue as a Points layer.

    Parameters
    ----------
    catalogue : Catalogue

    Returns
    -------
    (data, attributes, "points")
        Sources at their right ascension and declination, or at their first two numeric columns,
        scaled to a square; at most 20,000 of them, chosen by id hash. The whole catalogue is in
        ``metadata["astro_al"]["catalogue"]``, where the dashboard finds it.
    """
    rows = np.argsort(id_hashes(catalogue.ids, 0), kind="stable")[:BUDGET]
    world = _positions(catalogue)[rows]
    placed = np.isfinite(world).all(axis=1)
    rows, world = rows[placed], world[placed]
    attributes = {
        "name": catalogue.name,
        "size": 5,
        "border_width": 0,
        "antialiasing": 0,
        "canvas_size_limits": (0, 5),
        "face_color": "#93A1B3",
        "features": {"id": catalogue.ids[rows]},
        "axis_labels": ("y", "x"),
        "metadata": {METADATA_KEY: {"role": "catalogue", "catalogue": catalogue}},
    }
    return to_napari(world), attributes, "points"


def _positions(catalogue: Catalogue) -> npt.NDArray[np.float32]:
    """Where sources are drawn, (n_sources, 2) in (x, y); all at one place without two numbers."""
    roles = catalogue.roles
    names = [roles.ra, roles.dec] if roles.ra and roles.dec else default_columns(catalogue)[:2]
    if len(names) < 2:
        return np.zeros((len(catalogue), 2), dtype=np.float32)
    recipe = ProjectionRecipe(kind="columns", x=names[0], y=names[1])
    sketch = np.arange(min(len(catalogue), BUDGET))
    projection = drain(project_columns_job(recipe, catalogue, FeatureRecipe(), sketch))
    return Frame.of(projection).to_world(projection.points)
