"""An image by what is known of it without its pixels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from napari_astro_al.errors import ImageError, check_fields
from napari_astro_al.imaging.headers import cards_of, wcs_of
from napari_astro_al.imaging.plate import Plate

Start = Literal["lower", "upper"]


@dataclass(frozen=True)
class SkyImage:
    """An image that sources have places on; JSON holds it whole.

    Attributes
    ----------
    name : str
        For titles.
    height, width : int
        Rows and columns.
    header : str
        Celestial world coordinates as the cards of a FITS header, a line each; empty where there
        are none.
    path : str
        Its file; empty where it has none.
    extension : int
        The number of the image in a FITS file.
    origin : {"lower", "upper"}
        Where row 0 is shown: at the bottom (FITS) or on top (PNG, JPEG, arrays).
    """

    name: str
    height: int
    width: int
    header: str = ""
    path: str = ""
    extension: int = 0
    origin: Start = "lower"

    @classmethod
    def of(cls, name: str, shape: tuple[int, int], wcs: Any = None, **more: Any) -> SkyImage:
        """From rows and columns and, where there are any, world coordinates.

        Parameters
        ----------
        name : str
        shape : tuple of int
            Rows and columns.
        wcs : astropy.wcs.WCS, optional
            Its celestial part is used.
        **more
            Other attributes.
        """
        told = wcs is not None and wcs.has_celestial
        header = cards_of(wcs.celestial) if told else ""
        height, width = shape
        return cls(name, int(height), int(width), header, **more)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @cached_property
    def plate(self) -> Plate | None:
        """Between the sky and its pixels; None without world coordinates."""
        wcs = wcs_of(self.header) if self.header else None
        return None if wcs is None else Plate.of(wcs, self.shape)

    def is_same_as(self, other: SkyImage) -> bool:
        """Whether both are one image: of one file, or, without files, of one name."""
        if self.shape != other.shape:
            return False
        if self.path or other.path:
            return (self.path, self.extension) == (other.path, other.extension)
        return (self.name, self.header) == (other.name, other.header)

    def is_copy_of(self, other: SkyImage) -> bool:
        """Whether both are files of one name and one place on the sky, in whatever folders."""
        names = {Path(one.path).name for one in (self, other)}
        told = [(one.shape, one.header, one.extension) for one in (self, other)]
        return bool(self.path) and len(names) == 1 and told[0] == told[1]

    def to_json(self) -> dict[str, Any]:
        """As a plain dict of text and numbers."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SkyImage:
        """The inverse of `to_json`; what is absent takes its default.

        Raises
        ------
        ImageError
            If a field is unknown or name, height or width is missing.
        """
        check_fields(stored, cls.__dataclass_fields__, "An image", ImageError)
        missing = [name for name in ("name", "height", "width") if name not in stored]
        if missing:
            raise ImageError(f"An image needs its {', '.join(missing)}.")
        return cls(**stored)
