"""From an image to a catalogue of its sources."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import ImageError
from napari_astro_al.imaging.detection import Found, find_job
from napari_astro_al.imaging.files import OpenImage, read_image
from napari_astro_al.imaging.measured_columns import COLUMNS, IN_UNITS_OF_THE_IMAGE
from napari_astro_al.imaging.measuring import measured_job
from napari_astro_al.imaging.settings import DetectionSettings
from napari_astro_al.imaging.sky_image import SkyImage
from napari_astro_al.jobs import Job, Progress, drain, guarded


def detect(
    image: str | PathLike[str] | npt.NDArray[Any],
    wcs: Any = None,
    *,
    extension: int | str | None = None,
    name: str | None = None,
    **options: Any,
) -> Catalogue:
    """Find and measure the sources of an image.

    Parameters
    ----------
    image : path-like or ndarray
        A FITS, PNG, JPEG or TIFF file; or pixels, (ny, nx) or (ny, nx, 3), NaN for no data.
    wcs : astropy.wcs.WCS, optional
        World coordinates of an array; a file has its own.
    extension : int or str, optional
        Which image of a FITS file; the first by default.
    name : str, optional
        Of the catalogue; by default it follows from the file's.
    **options
        Fields of `DetectionSettings`: ``threshold``, ``least_pixels``, ``smoothing``, ``mesh``,
        ``deblend``, ``contrast``, ``zero_point``.

    Returns
    -------
    Catalogue
        One row a source, the brightest first, numbered from 1. Positions in pixels and, with world
        coordinates, on the sky; fluxes in the image's own unit; shapes in pixels. `columns` says
        what each is.

    Raises
    ------
    ImageError
        If the image cannot be read, an option is not allowed, or no source is found.

    Examples
    --------
    >>> import numpy as np
    >>> import napari_astro_al as aal
    >>> y, x = np.mgrid[:64, :64]
    >>> noise = np.random.default_rng(0).normal(0, 1, (64, 64))
    >>> star = 500 * np.exp(-((x - 20) ** 2 + (y - 40) ** 2) / 8)
    >>> aal.detect(noise + star, threshold=10).table[["x", "y"]].round().astype(int).values
    array([[20, 40]])
    """
    return drain(detect_job(image, wcs, extension=extension, name=name, **options))


def detect_job(
    image: str | PathLike[str] | npt.NDArray[Any],
    wcs: Any = None,
    *,
    extension: int | str | None = None,
    name: str | None = None,
    **options: Any,
) -> Job[Catalogue]:
    """`detect` as a job."""
    settings = DetectionSettings.from_json(options)
    return guarded(_detect(image, wcs, extension, name, settings), "find sources")


def _detect(
    image: str | PathLike[str] | npt.NDArray[Any],
    wcs: Any,
    extension: int | str | None,
    name: str | None,
    settings: DetectionSettings,
) -> Job[Catalogue]:
    if isinstance(image, (str, PathLike)):
        if wcs is not None:
            raise ImageError(
                f"{Path(image).name} has its own world coordinates. Give wcs with an array only."
            )
        yield Progress(f"Reading {Path(image).name}")
        opened = read_image(image, extension)
    else:
        pixels = np.asarray(image)
        if pixels.ndim < 2:
            raise ImageError(f"An image is (rows, columns) or more; this one is {pixels.shape}.")
        opened = OpenImage(SkyImage.of("image", (pixels.shape[0], pixels.shape[1]), wcs), pixels)
    found = yield from find_job(opened.pixels, settings)
    return (yield from catalogue_job(opened, found, settings, name=name))


def catalogue_job(
    opened: OpenImage, found: Found, settings: DetectionSettings, *, name: str | None = None
) -> Job[Catalogue]:
    """Measure sources that have been found, as a catalogue; see `detect`.

    Parameters
    ----------
    opened : OpenImage
        Whose sources they are.
    found : Found
    settings : DetectionSettings
    name : str, optional
        Of the catalogue.
    """
    image = opened.image
    table = yield from measured_job(found, image, settings.zero_point)
    if not len(table):
        raise ImageError("No source has a centre of light. Raise the threshold.")
    columns = {str(column): COLUMNS[str(column)] for column in table}
    if opened.unit:
        for column in IN_UNITS_OF_THE_IMAGE:
            columns[column] = replace(columns[column], unit=opened.unit)
    if "mag" in columns:
        told = f"Magnitude of flux, zero point {settings.zero_point:g}"
        columns["mag"] = replace(columns["mag"], description=told)
    return Catalogue.from_table(
        table,
        id="source",
        ra="ra" if "ra" in columns else None,
        dec="dec" if "dec" in columns else None,
        columns=columns,
        name=name or f"{image.name} sources",
        guess=False,
    )


def keep(catalogue: Catalogue, folder: Path, stem: str) -> Catalogue:
    """Write a catalogue of detected sources into a file, and give the one that the file holds.

    Parameters
    ----------
    catalogue : Catalogue
        Of `detect`.
    folder : Path
        Made where it is not there.
    stem : str
        The file's name without its ending; "-2" and so on is added where there is one already.

    Raises
    ------
    ImageError
        If it cannot be written.
    """
    from astropy.table import Table
    from astropy.units import Unit

    table = Table.from_pandas(catalogue.table)
    for name, column in catalogue.columns.items():
        if name in table.colnames:
            table[name].info.description = column.description
            table[name].info.meta = {"ucd": column.ucd} if column.ucd else {}
            if column.unit:
                table[name].unit = Unit(column.unit, parse_strict="silent")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number, path = 1, folder / f"{stem}.ecsv"
        while path.exists() or path.with_suffix(".astroal").exists():
            number += 1
            path = folder / f"{stem}-{number}.ecsv"
        table.write(path, format="ascii.ecsv")
    except OSError as error:
        raise ImageError(
            f"The sources cannot be kept in {folder}: {error.strerror or error}. Make room."
        ) from error
    roles = catalogue.roles
    return Catalogue.read(path, id="source", ra=roles.ra, dec=roles.dec, guess=False)
