"""Sources of the Hubble eXtreme Deep Field, found in the picture that scikit-image ships."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue, Column
from napari_astro_al.errors import CatalogueError
from napari_astro_al.samples.detection import DetectionSettings, Floats, Labels, background, detect
from napari_astro_al.samples.measurement import measure
from napari_astro_al.samples.picture_stamps import PictureStamps

CHANNELS = ("red", "green", "blue")

SUGGESTED_CLASSES = ("smooth", "featured or disc", "star or artefact")
"""The answers to the first question of Galaxy Zoo 2, Willett et al. 2013, MNRAS 435, 2835."""

ZERO_POINT = 25.0
"""Magnitude of a source whose display values sum to 1; a convention, without a meaning."""


@cache
def hubble_deep_field() -> Catalogue:
    """About 1,400 real sources to label, with their pictures and without labels.

    The picture is the press release's composite of the Hubble eXtreme Deep Field (2012; NASA,
    ESA, G. Illingworth, D. Magee and P. Oesch, University of California, Santa Cruz, R. Bouwens,
    Leiden University, and the HUDF09 team), 1000 x 872 pixels, from exposures through optical and
    near-infrared filters; red, green and blue stand for longer to shorter wavelengths. It is a
    JPEG stretched for the eye, so magnitudes here are instrumental: they order sources by
    brightness and colour and are no fluxes. Its scale and orientation on the sky are not recorded
    in it, so sizes are in pixels and there are no celestial coordinates.

    Sources that touch the picture's edge are left out, because they are cut there.

    Returns
    -------
    Catalogue
        Ids are "HDF-0001" and so on, the brightest first. `Catalogue.columns` has the units and
        meanings of the columns. The array column ``image``, (64, 64, 3) uint8, shows the source
        in a square scaled to its size, ``surroundings``, (128, 128, 3) uint8, the same number of
        pixels of the picture around each. The same object is returned each time.

    Raises
    ------
    CatalogueError
        If the picture is not where scikit-image installs it.
    """
    picture = deep_field_picture()
    labels, bands, noise = find_sources(picture)
    sources = measure(labels, bands, noise)
    order = np.argsort(-sources["flux"], kind="stable")
    sources = {name: values[order] for name, values in sources.items()}
    reach = np.sqrt(sources["area"] / (1.0 - np.clip(sources["ellipticity"], 0.0, 0.8)))
    widths = np.clip(np.rint(1.7 * reach), 22, 192).astype(np.int64)
    x, y = sources["x"], sources["y"]
    return Catalogue.from_table(
        _table(sources, noise),
        id="source_id",
        images=("image", "surroundings"),
        arrays={
            "image": PictureStamps(picture, x, y, widths, 64),
            "surroundings": PictureStamps(picture, x, y, np.full(len(x), 128), 128),
        },
        columns=_columns(),
        name="Hubble eXtreme Deep Field",
        suggested_classes=SUGGESTED_CLASSES,
        guess=False,
    )


def deep_field_picture() -> npt.NDArray[np.uint8]:
    """The picture, (872, 1000, 3) uint8, read from scikit-image's own files without a network.

    Raises
    ------
    CatalogueError
        If it is not there.
    """
    from PIL import Image

    spec = find_spec("skimage")
    folders = [] if spec is None else list(spec.submodule_search_locations or [])
    for folder in folders:
        path = Path(folder) / "data" / "hubble_deep_field.jpg"
        if path.is_file():
            with Image.open(path) as image:
                return np.array(image.convert("RGB"))
    raise CatalogueError(
        "The picture of the Hubble eXtreme Deep Field, data/hubble_deep_field.jpg of scikit-image, "
        "is not installed. Install scikit-image from PyPI or conda-forge again."
    )


def find_sources(
    picture: npt.NDArray[np.uint8], settings: DetectionSettings | None = None
) -> tuple[Labels, Floats, Floats]:
    """Find the sources of a colour picture.

    Parameters
    ----------
    picture : (ny, nx, 3) uint8 ndarray
    settings : DetectionSettings, optional

    Returns
    -------
    labels : (ny, nx) int32 ndarray
        0 for background, sources from 1; none touches the edge.
    bands : (3, ny, nx) ndarray
        Red, green and blue without their background.
    noise : (3,) ndarray
        Standard deviation of the background in each.
    """
    from scipy.ndimage import binary_dilation
    from skimage.segmentation import clear_border, relabel_sequential

    how = settings or DetectionSettings()
    channels = np.moveaxis(picture, -1, 0).astype(np.float64)
    light = channels.mean(axis=0)
    level, sigma = background(light, how.mesh)
    bright = binary_dilation(light - level > 3.0 * sigma, iterations=3)
    measured = [background(channel, how.mesh, bright) for channel in channels]
    bands = channels - np.stack([level for level, _ in measured])
    labels = clear_border(detect(bands.mean(axis=0), how))
    labels = np.asarray(relabel_sequential(labels)[0], dtype=np.int32)
    return labels, bands, np.array([sigma for _, sigma in measured])


def _table(sources: dict[str, Floats], noise: Floats) -> pd.DataFrame:
    """The columns; a channel in which a source is fainter than its noise has no magnitude."""

    def magnitude(flux: Floats, least: Floats | float = 0.0) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(flux > least, ZERO_POINT - 2.5 * np.log10(flux), np.nan)

    mags = {
        name: magnitude(sources[f"flux_{k}"], noise[k] * np.sqrt(sources["area"]))
        for k, name in enumerate(CHANNELS)
    }
    total = magnitude(sources["flux"])
    spread = 2.5 * np.log10(2.0 * np.pi * sources["half_light_radius"] ** 2)
    digits = len(str(len(total)))
    return pd.DataFrame(
        {
            "source_id": [f"HDF-{k:0{max(4, digits)}d}" for k in range(1, len(total) + 1)],
            "x": sources["x"],
            "y": sources["y"],
            "mag": total,
            **{f"mag_{name}": values for name, values in mags.items()},
            "blue_green": mags["blue"] - mags["green"],
            "green_red": mags["green"] - mags["red"],
            "half_light_radius": sources["half_light_radius"],
            "area": sources["area"].astype(np.int64),
            "ellipticity": sources["ellipticity"],
            "position_angle": sources["position_angle"],
            "concentration": sources["concentration"],
            "asymmetry": sources["asymmetry"],
            "surface_brightness": total + spread,
            "signal_to_noise": sources["signal_to_noise"],
        }
    )


def _columns() -> dict[str, Column]:
    instrumental = "instrumental, from JPEG display values, zero point 25 by convention"
    known = {
        "source_id": Column(None, "Identifier, the brightest first", "meta.id;meta.main"),
        "x": Column("pix", "Column of the centre of light in the picture", "pos.cartesian.x"),
        "y": Column("pix", "Row of the centre of light in the picture", "pos.cartesian.y"),
        "mag": Column("mag", f"Magnitude of the mean of the channels ({instrumental})", "phot.mag"),
        "blue_green": Column("mag", "Colour: mag_blue - mag_green (instrumental)", "phot.color"),
        "green_red": Column("mag", "Colour: mag_green - mag_red (instrumental)", "phot.color"),
        "half_light_radius": Column(
            "pix", "Radius of the circle with half of the light", "phys.angSize"
        ),
        "area": Column("pix2", "Pixels of the source", "phys.angArea"),
        "ellipticity": Column(None, "1 - b/a from second moments", "src.ellipticity"),
        "position_angle": Column(
            "deg", "Major axis, anticlockwise from the picture's horizontal", "pos.posAng"
        ),
        "concentration": Column(None, "5 log10(r80 / r20)", "src.morph.param"),
        "asymmetry": Column(None, "Difference from itself after half a turn, 0 to 1"),
        "surface_brightness": Column(
            "mag / pix2", f"Mean within the half-light radius ({instrumental})", "phot.mag.sb"
        ),
        "signal_to_noise": Column(None, "Of the mean of the channels", "stat.snr"),
        "image": Column(None, "Picture of the source, in a square scaled to its size"),
        "surroundings": Column(None, "128 x 128 pixels of the picture around the source"),
    }
    for name in CHANNELS:
        known[f"mag_{name}"] = Column(
            "mag", f"Magnitude in the picture's {name} channel ({instrumental})", "phot.mag"
        )
    return known
