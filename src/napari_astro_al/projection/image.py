"""Sources on an image of the sky."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import ImageError, ProjectionError, listing
from napari_astro_al.features import raw_feature
from napari_astro_al.imaging import SkyImage, images_of, read_image
from napari_astro_al.imaging.directions import direction
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.methods import Method, Parameter
from napari_astro_al.projection.recipe import ProjectionRecipe
from napari_astro_al.projection.request import ProjectionRequest
from napari_astro_al.projection.sky import read_positions
from napari_astro_al.projection.types import Axis, Points, Projection

PIXEL_COLUMNS = (
    ("x", "y", 0),
    ("x_pix", "y_pix", 0),
    ("xpix", "ypix", 0),
    ("x_centroid", "y_centroid", 0),
    ("xcentroid", "ycentroid", 0),
    ("x_image", "y_image", 1),
    ("xwin_image", "ywin_image", 1),
)
"""Names by which catalogues call columns of pixels, and what those call the first pixel: 0, or 1 as
SExtractor does."""

_CHUNK = 262_144
_MOST_SIDE = 10**7


def image_job(request: ProjectionRequest) -> Job[Projection]:
    """The method "image": by world coordinates, or by columns of pixels where those are named."""
    image = image_of(request.recipe)
    if request.recipe.x:
        points = yield from _by_columns(request)
    else:
        points = yield from _by_sky(request, image)
    x, y = points.T
    ny, nx = image.shape
    outside = ~((x > -0.5) & (x < nx - 0.5) & (y > -0.5) & (y < ny - 0.5))
    points[outside] = np.nan
    if outside.all():
        raise ProjectionError(_nowhere(request, image))
    return Projection(
        points,
        (Axis("x", "pix"), Axis("y", "pix", reversed=image.origin == "upper")),
        "image",
        aspect="equal",
        reading=_Reading(image),
        image=image,
        extent=(-0.5, -0.5, nx - 0.5, ny - 0.5),
    )


def image_of(recipe: ProjectionRecipe) -> SkyImage:
    """The image that a recipe of the kind "image" names.

    Raises
    ------
    ProjectionError
        If it names none.
    """
    told = {name: value for name, value in recipe.parameters.items() if name != "first"}
    image = SkyImage.from_json(told)
    if image.height * image.width == 0:
        raise ProjectionError(
            "No image was given to lay sources out on. Say which: session.project('image', "
            "image='sky.fits'), or choose one in the Catalogue dock."
        )
    return image


def on_image(image: SkyImage, **more: Any) -> ProjectionRecipe:
    """The recipe that lays sources out on an image.

    Parameters
    ----------
    image : SkyImage
    **more
        Other fields of the recipe: ``x`` and ``y`` for columns of pixels.
    """
    first = more.pop("first", 0)
    return ProjectionRecipe("image", parameters={**image.to_json(), "first": first}, **more)


def recipe_on(image: SkyImage, catalogue: Catalogue) -> ProjectionRecipe:
    """The recipe that lays a catalogue's sources out on an image in the way that is at hand.

    By world coordinates where image and catalogue have them; else by two columns whose names say
    that they hold pixels.

    Raises
    ------
    ProjectionError
        If there is neither; the message says what would do.
    """
    roles = catalogue.roles
    if image.header and roles.ra is not None and roles.dec is not None:
        return on_image(image)
    columns = {str(name).lower(): str(name) for name in catalogue.table.columns}
    for x, y, first in PIXEL_COLUMNS:
        if x in columns and y in columns:
            return on_image(image, x=columns[x], y=columns[y], first=first)
    lacks = "has no world coordinates" if not image.header else "has them"
    raise ProjectionError(
        f"Nothing says where the sources of {catalogue.name!r} lie on {image.name!r}: the image "
        f"{lacks}, the catalogue has {'' if roles.ra and roles.dec else 'no '}positions and no "
        f"columns such as {listing(x for x, _, _ in PIXEL_COLUMNS)}. Name columns of pixels: "
        "session.project('image', image=..., x=..., y=...)."
    )


def _by_columns(request: ProjectionRequest) -> Job[Points]:
    recipe, catalogue = request.recipe, request.catalogue
    points = np.empty((len(catalogue), 2), dtype=np.float32)
    for place, name in enumerate((recipe.x or "", recipe.y or "")):
        yield Progress(f"reading {name}", place, 2)
        points[:, place] = raw_feature(catalogue, name, request.matrix.recipe)
    points -= int(recipe.parameters["first"] or 0)
    return points


def _by_sky(request: ProjectionRequest, image: SkyImage) -> Job[Points]:
    catalogue, plate = request.catalogue, image.plate
    if plate is None:
        raise ProjectionError(
            f"The image {image.name!r} has no celestial coordinates (WCS). Name the columns that "
            "hold each source's pixels on it: x=..., y=...."
        )
    lacking = [role for role in ("ra", "dec") if getattr(catalogue.roles, role) is None]
    if lacking:
        raise ProjectionError(
            f"{catalogue.name!r} has no column in the role of {' and '.join(lacking)}. Give it "
            "one with catalogue.with_roles(ra=..., dec=...), or name the columns that hold each "
            "source's pixels on the image: x=..., y=...."
        )
    points = np.full((len(catalogue), 2), np.nan, dtype=np.float32)
    for start in range(0, len(catalogue), _CHUNK):
        yield Progress(f"placing sources on {image.name}", start, len(catalogue))
        towards = direction(*read_positions(catalogue, slice(start, start + _CHUNK)))
        near = np.flatnonzero(plate.near(towards))
        points[start + near] = np.column_stack(plate.places(towards[:, near]))
    return points


def _nowhere(request: ProjectionRequest, image: SkyImage) -> str:
    catalogue, recipe = request.catalogue, request.recipe
    if recipe.x:
        return (
            f"No source of {catalogue.name!r} lies on the image {image.name!r} of {image.width} x "
            f"{image.height} pixels. Are {recipe.x!r} and {recipe.y!r} its columns and rows?"
        )
    return (
        f"No source of {catalogue.name!r} lies on the image {image.name!r}. "
        f"Are {catalogue.roles.ra!r} and {catalogue.roles.dec!r} in degrees, ICRS?"
    )


class _Reading:
    """What a place on an image is, in words: pixels, and the sky where that is known."""

    def __init__(self, image: SkyImage) -> None:
        self._plate = image.plate

    def __call__(self, x: float, y: float) -> str:
        pixels = f"x = {x:.1f}, y = {y:.1f}"
        if self._plate is None:
            return pixels
        (ra,), (dec,) = self._plate.positions([x], [y])
        if not np.isfinite([ra, dec]).all():
            return pixels
        return f"RA = {ra:.5f}°, Dec = {dec:+.5f}° ({pixels})"


def _understood(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a person says of an image (its file, a `SkyImage`) as parameters."""
    told = dict(said)
    image, extension = told.pop("image", None), told.pop("extension", None)
    if image is None:
        return dict(said)
    if isinstance(image, (str, PathLike)):
        image = images_of(image)[0] if extension is None else read_image(image, extension).image
    if not isinstance(image, SkyImage):
        raise ImageError(
            f"image={image!r} is no image to lay sources out on. Give the path of a file, or a "
            "SkyImage, such as napari_astro_al.imaging.images_of(path) lists."
        )
    return {**image.to_json(), **told}


IMAGE_METHOD = Method(
    "Image of the sky",
    "image",
    image_job,
    (
        Parameter("name", "Image", "", tip="For titles.", shown=False),
        Parameter("header", "Sky", "", tip="World coordinates, as FITS cards.", shown=False),
        Parameter("path", "File", "", tip="Where its pixels are.", shown=False),
        Parameter("extension", "Extension", 0, 0, tip="Which image of the file.", shown=False),
        Parameter("width", "Columns", 0, 0, _MOST_SIDE, tip="Pixels across.", shown=False),
        Parameter("height", "Rows", 0, 0, _MOST_SIDE, tip="Pixels up.", shown=False),
        Parameter(
            "origin",
            "Row 0 is",
            "lower",
            choices=("lower", "upper"),
            tip="Where row 0 is shown: at the bottom (FITS) or on top (PNG, JPEG).",
            shown=False,
        ),
        Parameter(
            "first",
            "First pixel",
            0,
            0,
            1,
            tip="What the columns call the middle of the first pixel: 0 (numpy, napari) or 1 "
            "(FITS, SExtractor).",
        ),
    ),
    understood=_understood,
)
