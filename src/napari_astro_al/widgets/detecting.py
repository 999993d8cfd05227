"""From an image in the window to a proposed catalogue of its sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.cutouts import ImagePixels, ImageTiles
from napari_astro_al.home import data_folder
from napari_astro_al.imaging import DetectionSettings, OpenImage
from napari_astro_al.imaging.detected import catalogue_job, keep
from napari_astro_al.imaging.detection import Found, find_job
from napari_astro_al.imaging.files import is_fits
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.projection import recipe_on
from napari_astro_al.session import Session
from napari_astro_al.session.file_names import folder_stem
from napari_astro_al.widgets.opening import Proposal, proposal_job

Preview = tuple[Found, npt.NDArray[np.float32]]
"""What was found, and where: (n, 2) in (row, column)."""


def preview_job(pixels: npt.NDArray[Any], settings: DetectionSettings) -> Job[Preview]:
    """Find sources without measuring them."""
    found = yield from find_job(pixels, settings)
    yield Progress("Placing what was found")
    return found, found.centres()


def catalogue_proposal_job(
    opened: OpenImage, found: Found | None, settings: DetectionSettings
) -> Job[Proposal]:
    """Find sources, measure them, keep them in a file, and propose that as a catalogue.

    Parameters
    ----------
    opened : OpenImage
        The image.
    found : Found or None
        Its sources, where these settings have found them already.
    settings : DetectionSettings
    """
    return guarded(_proposed(opened, found, settings), "make a catalogue of the image")


def _proposed(opened: OpenImage, found: Found | None, settings: DetectionSettings) -> Job[Proposal]:
    from dataclasses import replace

    if found is None:
        found = yield from find_job(opened.pixels, settings)
    measured = yield from catalogue_job(opened, found, settings)
    yield Progress("Writing the catalogue")
    stem = folder_stem(f"{opened.image.name}_sources".replace(" ", "_"))
    kept = keep(measured, data_folder() / "detected", stem)
    proposal = yield from proposal_job(lambda: kept, "the sources")
    return replace(proposal, prepare=prepared_for(opened))


def prepared_for(opened: OpenImage) -> Callable[[Session], None]:
    """What makes a new session show an image's sources on it, with cutouts from it."""

    def prepare(session: Session) -> None:
        session.cutouts.add(cutouts_of(opened))
        session.project(recipe_on(opened.image, session.catalogue))

    return prepare


def cutouts_of(opened: OpenImage) -> ImageTiles | ImagePixels:
    """Cutouts from an image: by its world coordinates where it has them, else by its pixels."""
    image = opened.image
    if image.path and image.header and is_fits(Path(image.path)):
        return ImageTiles([image.path], title=image.name, extensions=[image.extension])
    if image.path:
        return ImagePixels(
            image.path, extension=image.extension, origin=image.origin, title=image.name
        )
    return ImagePixels(opened.pixels, origin=image.origin, title=image.name)
