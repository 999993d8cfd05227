"""What a cutout is, and what can give one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import CutoutError

if TYPE_CHECKING:
    from napari_astro_al.catalogue import Catalogue, SourceId

Origin = Literal["upper", "lower"]


@dataclass(frozen=True, eq=False)
class Cutout:
    """One picture of one source, or the reason why there is none.

    Attributes
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray, or None
        Native byte order, rows as in the file; NaN marks pixels without data. None where the
        picture is missing.
    wcs : astropy.wcs.WCS or None
        Celestial world coordinates of `pixels`, where they are known.
    pixel_scale : float or None
        Arcseconds a pixel, where it is known.
    provenance : str
        Where the picture comes from, short enough for a title.
    missing : str
        Why there is no picture; empty where there is one.
    name : str
        The provider's name.
    origin : {"upper", "lower"}
        Where row 0 is shown: on top (PNG, JPEG, arrays) or at the bottom (FITS).
    covered : float
        The share of the wanted field that the picture's sources of data cover, 0 to 1; pixels
        outside are NaN.
    coming : bool
        The picture is missing only for now: it has to be fetched first.
    asks_for : tuple of str
        Hosts that the person would have to allow for there to be a picture.
    size : float or None
        Arcseconds a side that were asked for, of one that is coming.
    failed : bool
        The picture is missing because it could not be fetched just now; it may be tried again.
    """

    pixels: npt.NDArray[Any] | None
    wcs: Any = None
    pixel_scale: float | None = None
    provenance: str = ""
    missing: str = ""
    name: str = ""
    origin: Origin = "upper"
    covered: float = 1.0
    coming: bool = False
    asks_for: tuple[str, ...] = ()
    size: float | None = None
    failed: bool = False

    def __post_init__(self) -> None:
        if (self.pixels is None) != bool(self.missing):
            raise CutoutError(
                "A cutout has either pixels or a reason why they are missing; "
                f"{self.name!r} gave {'neither' if self.pixels is None else 'both'}."
            )

    @classmethod
    def absent(cls, reason: str, *, provenance: str = "", name: str = "") -> Cutout:
        """A cutout without a picture, and why."""
        return cls(None, missing=reason, provenance=provenance, name=name)

    @property
    def upright(self) -> npt.NDArray[Any] | None:
        """The pixels with row 0 on top, as a screen shows them."""
        if self.pixels is None or self.origin == "upper":
            return self.pixels
        return self.pixels[::-1]

    @property
    def nbytes(self) -> int:
        """Memory of the pixels in bytes."""
        return 0 if self.pixels is None else int(self.pixels.nbytes)


class CutoutProvider(Protocol):
    """A place that pictures of sources come from.

    `cutout` is called from several threads at once. A picture that cannot be had is a value, a
    `Cutout` with the reason in `missing`, and not an exception.
    """

    @property
    def name(self) -> str:
        """What the picture is called in titles and layers; unique among a session's providers."""
        ...

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The picture of one source.

        Parameters
        ----------
        catalogue : Catalogue
            Where the source is.
        source : int or str
            Its id.
        size : float or None
            Width and height wanted, in arcseconds; None leaves it to the provider.
        """
        ...


@runtime_checkable
class ChecksCatalogue(Protocol):
    """A provider that can say beforehand whether it can serve a catalogue."""

    def check(self, catalogue: Catalogue) -> None:
        """Raise `CutoutError` if no source of the catalogue can have a picture from here."""
        ...


@runtime_checkable
class HasNaturalSize(Protocol):
    """A provider of pictures of any size, which can say what size is good."""

    @property
    def natural_size(self) -> float:
        """Arcseconds a side."""
        ...


@runtime_checkable
class HasPreviews(Protocol):
    """A provider that can read its pictures with fewer pixels, which is faster."""

    def preview(self, catalogue: Catalogue, source: SourceId, side: int) -> Cutout | None:
        """The whole picture with about `side` pixels along its longer side, or more.

        None where it can only be had as it is.
        """
        ...


@runtime_checkable
class FetchesCutouts(Protocol):
    """A provider some of whose pictures come over the network."""

    def at_hand(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout | None:
        """The picture where that takes no request, or None where it does."""
        ...

    def fetch(
        self,
        catalogue: Catalogue,
        source: SourceId,
        size: float | None,
        *,
        wanted: Callable[[], bool],
        urgent: bool,
    ) -> Cutout:
        """The picture, over the network where need be.

        Parameters
        ----------
        catalogue, source, size
            As for `CutoutProvider.cutout`.
        wanted : callable
            Whether the picture is still waited for; where it is not, an absent one may be given.
        urgent : bool
            Whether a person looks at the place where it will be shown.
        """
        ...

    def retry(self) -> None:
        """Forget what failed lately, so that it is asked for again."""
        ...


@runtime_checkable
class SaysWhatIsSent(Protocol):
    """A provider that can say what its requests tell of a source."""

    @property
    def sends(self) -> str:
        """In a few words, such as "position and size of each source"."""
        ...


def centre_crop(cutout: Cutout, size: float | None) -> Cutout:
    """The square of a size on the sky around the middle of a picture.

    Parameters
    ----------
    cutout : Cutout
        The whole picture.
    size : float or None
        Side in arcseconds. None, a picture whose pixel scale is not known, and a side larger than
        the picture leave it as it is.

    Returns
    -------
    Cutout
        With pixels and WCS cut alike; at least one pixel a side.
    """
    from dataclasses import replace

    if size is None or cutout.pixels is None or cutout.pixel_scale is None:
        return cutout
    side = max(1, round(size / cutout.pixel_scale))
    rows, columns = (_middle(length, side) for length in cutout.pixels.shape[:2])
    wcs = None if cutout.wcs is None else cutout.wcs[rows, columns]
    return replace(cutout, pixels=np.ascontiguousarray(cutout.pixels[rows, columns]), wcs=wcs)


def _middle(length: int, side: int) -> slice:
    start = max(0, (length - side) // 2)
    return slice(start, start + min(side, length))
