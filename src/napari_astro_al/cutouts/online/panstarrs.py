"""Pan-STARRS, which is asked twice: for the names of its images, and for a cutout of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.online.asking import Ask, as_picture
from napari_astro_al.cutouts.online.pace import Limits
from napari_astro_al.cutouts.online.services import SERVICES, Place
from napari_astro_al.cutouts.online.surveys import MOST_SIDE, Survey, degrees, placed
from napari_astro_al.errors import CutoutError, NetworkError, listing

PIXEL = 0.25
"""Arcseconds a pixel of its images."""


@SERVICES.provide("panstarrs")
@dataclass(frozen=True)
class PanSTARRS(Survey):
    """Pan-STARRS 1, in colour or in one band.

    https://outerspace.stsci.edu/display/PANSTARRS/PS1+Image+Cutout+Service

    Parameters
    ----------
    bands : str
        Three of grizy, for red, green and blue in this order, or one, for its measured values.
    size : str or astropy.units.Quantity
        Width and height on the sky where none is asked for.
    hosts : sequence of str
        The first is asked.
    scheme : {"https", "http"}
    """

    bands: str = "yig"
    size: Any = "1 arcmin"
    hosts: tuple[str, ...] = ("ps1images.stsci.edu",)
    scheme: str = "https"
    limits = Limits(at_once=4, per_second=5.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if (
            not isinstance(self.bands, str)
            or len(self.bands) not in {1, 3}
            or not set(self.bands) <= set("grizy")
        ):
            raise CutoutError(
                f"bands={self.bands!r} is neither one nor three of the bands g, r, i, z and y."
            )

    @property
    def title(self) -> str:
        """What the pictures are called."""
        return f"Pan-STARRS {self.bands}"

    def picture(self, place: Place, ask: Ask) -> Cutout:
        """The picture of a place; see `CutoutService.picture`."""
        where = {"ra": degrees(place.ra), "dec": degrees(place.dec)}
        wanted = "".join(dict.fromkeys(self.bands))
        listed = urlencode({**where, "filters": wanted, "type": "stack"})
        start = f"{self.scheme}://{self.hosts[0]}/cgi-bin"
        files = ask(f"{start}/ps1filenames.py?{listed}", stacked_files)
        lacking = [band for band in wanted if band not in files]
        if lacking:
            return Cutout.absent(f"Pan-STARRS has no image of this place in {listing(lacking)}")
        side = max(1, round(place.size / PIXEL))
        covered = replace(place, size=side * PIXEL)
        shown = {"size": side, "output_size": min(side, MOST_SIDE)}
        if len(self.bands) == 1:
            shown = {"size": side}
            colours = {"red": files[self.bands], "format": "fits"}
        else:
            named = zip(("red", "green", "blue"), self.bands, strict=True)
            colours = {**{name: files[band] for name, band in named}, "format": "jpg"}
        url = f"{start}/fitscut.cgi?{urlencode({**where, **shown, **colours})}"
        return placed(ask(url, as_picture(self.title)), covered, self.title)


def stacked_files(body: bytes) -> dict[str, str]:
    """The files of a Pan-STARRS list by band.

    Parameters
    ----------
    body : bytes
        A table with blanks between the cells and names of columns in the first line; the image
        that a place is nearest to the middle of comes first.

    Raises
    ------
    NetworkError
        If it is no such table.
    """
    lines = body.decode("ascii", errors="replace").splitlines()
    names = lines[0].split() if lines else []
    if not {"filter", "filename"} <= set(names):
        raise NetworkError("Pan-STARRS sent something that is no list of images")
    files: dict[str, str] = {}
    for line in lines[1:]:
        cells = dict(zip(names, line.split(), strict=False))
        if "filter" in cells and "filename" in cells:
            files.setdefault(cells["filter"], cells["filename"])
    return files
