"""Pictures that a column of the catalogue names or holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts.cutout import Cutout, centre_crop
from napari_astro_al.cutouts.online.linked import linked, linked_at_hand
from napari_astro_al.cutouts.online.web import shared_web
from napari_astro_al.cutouts.pictures import read_picture
from napari_astro_al.cutouts.planes import as_picture, no_picture
from napari_astro_al.errors import CutoutError, listing


@dataclass(frozen=True)
class ImageColumn:
    """Cutouts from a column of file paths or web addresses, or from an array column.

    Parameters
    ----------
    column : str
        A text column with the path or the web address of a PNG, JPEG or FITS file a source, or an
        array column with elements of shape ``(ny, nx)``, ``(ny, nx, 3 or 4)``, ``(3, ny, nx)``, or
        ``(bands, ny, nx)`` where `band` is given. FITS files may be compressed by tiles, and every
        file gzipped, bzipped or packed with xz.
    root : path-like, optional
        Folder that paths are relative to. By default the folder of the catalogue's file, or the
        working folder for a catalogue that has no file.
    pixel_scale : float, optional
        Arcseconds a pixel, for pictures that do not say it themselves.
    title : str, optional
        Name of the provider; by default the column's, with extension and band where they are given.
    extension : int or str, optional
        Number or name of the extension of FITS files; by default the first that has a picture.
    band : int, optional
        Which plane of ``(bands, ny, nx)``, from 0, in arrays and FITS files.

    Notes
    -----
    A path that leads out of the folder, through ``..``, a link or because it is absolute, is not
    followed: a table from elsewhere must not read files of the person who opens it. Only where
    neither `root` nor a file of the catalogue is there, and so the paths are the person's own, are
    absolute ones followed anywhere.

    Addresses, with ``http://`` or ``https://``, are fetched under the same rules as services: once
    the person has allowed the host, at its pace, and each once. Those with a user name in them,
    and every other kind, are not.

    A size on the sky crops the picture around its middle where its pixel scale is known, and
    changes nothing where it is not. Sources are taken to be in the middle of their picture.
    """

    column: str
    root: str | PathLike[str] | None = None
    pixel_scale: float | None = field(default=None, kw_only=True)
    title: str | None = field(default=None, kw_only=True)
    extension: int | str | None = field(default=None, kw_only=True)
    band: int | None = field(default=None, kw_only=True)

    @property
    def name(self) -> str:
        """What the picture is called."""
        parts = [f"[{one}]" for one in (self.extension, self.band) if one is not None]
        return self.title or self.column + "".join(parts)

    def check(self, catalogue: Catalogue) -> None:
        """Refuse a catalogue that has no such column, or a folder that is not there.

        Raises
        ------
        CutoutError
            Naming the columns that could be meant, or the folder.
        """
        known = [*catalogue.arrays, *catalogue.table.columns]
        if self.column not in known:
            likely = [*catalogue.roles.images, *catalogue.arrays] or known
            raise CutoutError(
                f"{catalogue.name!r} has no column {self.column!r} for pictures. "
                f"Columns: {listing(dict.fromkeys(likely))}."
            )
        if self.root is not None and not Path(self.root).expanduser().is_dir():
            raise CutoutError(
                f"There is no folder {str(self.root)!r} for the pictures of column "
                f"{self.column!r}. Give root= the folder that the paths are relative to."
            )

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The picture of one source; see `CutoutProvider.cutout`."""
        return self.fetch(catalogue, source, size, wanted=lambda: True, urgent=True)

    def preview(self, catalogue: Catalogue, source: SourceId, side: int) -> Cutout | None:
        """The whole picture with fewer pixels, where that is faster; see `HasPreviews.preview`."""
        if self._address(catalogue, source) is not None:
            return None
        return replace(self._finished(self._local(catalogue, source, side), None), pixel_scale=None)

    def at_hand(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout | None:
        """The picture, unless it has to be fetched; see `FetchesCutouts.at_hand`."""
        address = self._address(catalogue, source)
        if address is None:
            return self._finished(self._local(catalogue, source), size)
        picture = linked_at_hand(shared_web(), address, self.name)
        return None if picture is None else self._finished(picture, size)

    def fetch(
        self,
        catalogue: Catalogue,
        source: SourceId,
        size: float | None,
        *,
        wanted: Callable[[], bool],
        urgent: bool,
    ) -> Cutout:
        """The picture, over the network where need be; see `FetchesCutouts.fetch`."""
        address = self._address(catalogue, source)
        if address is None:
            return self._finished(self._local(catalogue, source), size)
        picture = linked(shared_web(), address, self.name, wanted=wanted, urgent=urgent)
        return self._finished(picture, size)

    def retry(self) -> None:
        """Ask again what failed just now."""
        shared_web().forget_failures()

    @property
    def sends(self) -> str:
        """What is told of a source; see `SaysWhatIsSent`."""
        return f"the address in column {self.column!r}"

    def _address(self, catalogue: Catalogue, source: SourceId) -> str | None:
        if self.column in catalogue.arrays:
            return None
        cell = catalogue.column(self.column).iloc[catalogue.row_of(source)]
        return cell.strip() if isinstance(cell, str) and "://" in cell else None

    def _local(self, catalogue: Catalogue, source: SourceId, side: int | None = None) -> Cutout:
        row = catalogue.row_of(source)
        if self.column in catalogue.arrays:
            return self._from_array(catalogue.arrays[self.column], row)
        return self._from_file(catalogue, catalogue.column(self.column).iloc[row], side)

    def _finished(self, picture: Cutout, size: float | None) -> Cutout:
        scale = picture.pixel_scale if picture.pixel_scale is not None else self.pixel_scale
        return centre_crop(replace(picture, name=self.name, pixel_scale=scale), size)

    def _from_file(self, catalogue: Catalogue, cell: Any, side: int | None) -> Cutout:
        if not isinstance(cell, str) or not cell.strip():
            return Cutout.absent(f"column {self.column!r} names no picture for this source")
        text = cell.strip()
        try:
            path, reason = self._resolve(catalogue, text)
        except (OSError, ValueError, RuntimeError) as error:
            return Cutout.absent(f"{text!r} is not a usable path: {error}")
        if path is None:
            return Cutout.absent(reason)
        return read_picture(path, extension=self.extension, band=self.band, side=side)

    def _from_array(self, column: Any, row: int) -> Cutout:
        title = f"column {self.column}"
        pixels = np.asarray(column[row])
        picture = as_picture(pixels, self.band)
        if picture is None:
            return Cutout.absent(no_picture(title, pixels, self.band), provenance=title)
        if picture.dtype.kind == "f" and not np.isfinite(picture).any():
            return Cutout.absent(
                f"{title} has no pixel with data for this source", provenance=title
            )
        return Cutout(picture, provenance=title)

    def _resolve(self, catalogue: Catalogue, text: str) -> tuple[Path | None, str]:
        """The file that a path means, all links followed, or None and why it is refused."""
        trusted = self.root is None and catalogue.path is None
        if self.root is not None:
            folder = Path(self.root).expanduser()
        else:
            folder = catalogue.path.parent if catalogue.path is not None else Path.cwd()
        folder = folder.resolve()
        target = (folder / text).resolve()
        if target.is_relative_to(folder) or (trusted and Path(text).is_absolute()):
            return target, ""
        return None, f"{text} leads out of the folder {folder}, which is not allowed"


def image_columns(catalogue: Catalogue) -> list[ImageColumn]:
    """A provider for each column that the roles call pictures, files as well as addresses."""
    known = {*catalogue.arrays, *catalogue.table.columns}
    return [ImageColumn(name) for name in catalogue.roles.images if name in known]
