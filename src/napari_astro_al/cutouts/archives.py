"""Pictures inside a zip or tar archive, read where they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from os import PathLike
from pathlib import Path, PurePosixPath
from threading import Lock

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts import pictures
from napari_astro_al.cutouts.cutout import Cutout, centre_crop
from napari_astro_al.cutouts.members import Members, members_of, plain_name
from napari_astro_al.cutouts.packed import DAMAGED
from napari_astro_al.errors import CutoutError, listing

SAMPLED = 2000
"""Sources that are looked up before an archive is refused."""


class ImageArchive:
    """Cutouts from picture files in a zip or tar archive.

    Parameters
    ----------
    path : path-like
        The archive: zip, or tar, also packed with gzip, bzip2 or xz.
    column : str, optional
        A text column with the name of a file in the archive a source. By default files are found
        by the source's id, which their names are, but for folder and suffix.
    folder : str
        Folder in the archive that names in the column are relative to.
    pixel_scale : float, optional
        Arcseconds a pixel, for pictures that do not say it themselves.
    title : str, optional
        Name of the provider; by default the archive's.
    extension, band : optional
        As for `ImageColumn`.

    Notes
    -----
    The archive is listed once, and each picture is read from its place. Nothing is written to
    disk, except that a packed tar archive is unpacked into one temporary file. Names that lead out
    of the archive, links out of it, encrypted files and ones that would be too large unpacked
    have no picture, and say so.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        column: str | None = None,
        *,
        folder: str = "",
        pixel_scale: float | None = None,
        title: str | None = None,
        extension: int | str | None = None,
        band: int | None = None,
    ) -> None:
        self.path = Path(path).expanduser()
        self.column = column
        self.folder = folder
        self.pixel_scale = pixel_scale
        self.title = title
        self.extension = extension
        self.band = band
        self._lock = Lock()
        self._members: Members | None = None
        self._by_stem: dict[str, str] = {}

    @property
    def name(self) -> str:
        """What the picture is called."""
        parts = [f"[{one}]" for one in (self.extension, self.band) if one is not None]
        return self.title or self.path.name.split(".")[0] + "".join(parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The files in the archive.

        Raises
        ------
        CutoutError
            If it is not there or is no archive.
        """
        return self._opened().names

    def check(self, catalogue: Catalogue) -> None:
        """Refuse an archive that cannot be read or has no file for any source looked up.

        Raises
        ------
        CutoutError
            With an example of what was looked for and what is there.
        """
        if self.column is not None and self.column not in catalogue.table.columns:
            raise CutoutError(
                f"{catalogue.name!r} has no column {self.column!r} with names of pictures. "
                f"Columns: {listing(catalogue.roles.images or catalogue.table.columns)}."
            )
        names = self.names
        if not names:
            raise CutoutError(f"There are no files in {self.path.name}.")
        step = max(1, len(catalogue) // SAMPLED)
        asked = ""
        for source in catalogue.ids_at(range(0, len(catalogue), step)):
            found, reason = self._find(catalogue, source)
            if found is not None:
                return
            asked = asked or reason
        way = (
            "Is there a folder before them? Give it as folder="
            if self.column is not None
            else "Name the column that has the files' names"
        )
        raise CutoutError(
            f"{self.path.name} has no picture for the sources of {catalogue.name!r}: {asked}. It "
            f"has {listing(names, most=3)}. {way}."
        )

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The picture of one source; see `CutoutProvider.cutout`."""
        return self._picture(catalogue, source, size, None)

    def preview(self, catalogue: Catalogue, source: SourceId, side: int) -> Cutout:
        """The whole picture with fewer pixels, where that is faster; see `HasPreviews.preview`."""
        return replace(self._picture(catalogue, source, None, side), pixel_scale=None)

    def _picture(
        self, catalogue: Catalogue, source: SourceId, size: float | None, side: int | None
    ) -> Cutout:
        try:
            members = self._opened()
            found, reason = self._find(catalogue, source)
        except CutoutError as error:
            return Cutout.absent(str(error), name=self.name)
        if found is None:
            return Cutout.absent(reason, name=self.name)
        title = f"{PurePosixPath(found).name} in {self.path.name}"
        if members.size(found) > pictures.MOST_BYTES:
            why = f"{title} is too large for a cutout: {members.size(found) / 2**20:,.0f} MiB"
            return Cutout.absent(why, provenance=title, name=self.name)
        try:
            data = members.read(found)
        except DAMAGED as error:
            return Cutout.absent(
                f"{title} cannot be read: {error}", provenance=title, name=self.name
            )
        picture = pictures.picture_of(
            data, title, extension=self.extension, band=self.band, side=side
        )
        scale = picture.pixel_scale if picture.pixel_scale is not None else self.pixel_scale
        return centre_crop(replace(picture, name=self.name, pixel_scale=scale), size)

    def close(self) -> None:
        """Let go of the archive; it is opened again when it is needed."""
        with self._lock:
            if self._members is not None:
                self._members.close()
            self._members = None

    def _opened(self) -> Members:
        with self._lock:
            if self._members is None:
                self._members = members_of(self.path)
                if self.column is None:
                    self._by_stem = _by_stem(self._members.names)
            return self._members

    def _find(self, catalogue: Catalogue, source: SourceId) -> tuple[str | None, str]:
        """The name of a source's file, or None and why there is none."""
        if self.column is None:
            found = self._by_stem.get(str(source))
            return found, "" if found else f"{self.path.name} has not one file called {source}"
        cell = catalogue.column(self.column).iloc[catalogue.row_of(source)]
        if not isinstance(cell, str) or not cell.strip():
            return None, f"column {self.column!r} names no picture for this source"
        inside = plain_name(cell.strip())
        if inside is None:
            return None, f"{cell.strip()} leads out of the archive, which is not allowed"
        name = str(PurePosixPath(self.folder) / inside)
        if name in self._opened():
            return name, ""
        return None, f"{self.path.name} has no file {name}"


def _by_stem(names: tuple[str, ...]) -> dict[str, str]:
    """Files by their names without folder and suffix, where these are unique."""
    stems = [PurePosixPath(one).name.split(".")[0] for one in names]
    count = Counter(stems)
    return {stem: one for stem, one in zip(stems, names, strict=True) if count[stem] == 1}
