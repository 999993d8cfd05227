"""Pictures in one file that others can open: no network, no folder of images."""

from __future__ import annotations

import zipfile
import zlib
from os import PathLike
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts.bundle_format import FORMAT, INDEX, Entry, Index, decoded
from napari_astro_al.cutouts.cutout import Cutout, centre_crop
from napari_astro_al.errors import CatalogueError, CutoutError, listing

MOST_INDEX = 512 * 2**20
MOST_MEMBER = 256 * 2**20
"""Bytes, unpacked; more is refused before it is read."""

SUFFIX = ".aalpics"

_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError)
"""What zipfile raises for files that are cut, encrypted (RuntimeError) or of an unknown packing."""


class BundleFile:
    """A bundle, opened; safe between threads.

    Raises
    ------
    CutoutError
        If the file is not there, is no bundle, or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        if not path.is_file():
            raise CutoutError(f"There is no bundle of pictures at {path}.")
        try:
            self._zip = zipfile.ZipFile(path)
        except _DAMAGE as error:
            raise self._unusable(f"it is no zip file ({error})") from error
        try:
            self.index = self._read_index()
        except BaseException:
            self._zip.close()
            raise
        self.by_source: dict[str, list[Entry]] = {}
        for entry in self.index.pictures:
            self.by_source.setdefault(entry.source, []).append(entry)

    @property
    def names(self) -> tuple[str, ...]:
        """The providers that it has pictures of, in their order."""
        return tuple(dict.fromkeys(entry.of for entry in self.index.pictures))

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def body(self, entry: Entry) -> bytes:
        """The bytes of a picture.

        Raises
        ------
        CutoutError
            If they are damaged or far too many.
        """
        with self._lock:
            return self._read(entry.member, MOST_MEMBER)

    def _read(self, member: str, most: int) -> bytes:
        try:
            known = self._zip.getinfo(member)
            if known.file_size > most:
                raise self._unusable(f"{member} is {known.file_size / 2**20:,.0f} MiB, too much")
            with self._zip.open(known) as stream:
                body = stream.read(most + 1)
        except KeyError:
            raise self._unusable(f"{member} is not in it") from None
        except _DAMAGE as error:
            raise self._unusable(f"{member} cannot be read: {error}") from error
        if len(body) > most:
            raise self._unusable(f"{member} is larger than it says")
        return body

    def _read_index(self) -> Index:
        import json

        text = self._read(INDEX, MOST_INDEX)
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self._unusable(f"{INDEX} is not valid JSON: {error}") from error
        written = content.get("format") if isinstance(content, dict) else None
        if isinstance(written, int) and written > FORMAT:
            raise CutoutError(
                f"{self.path.name} is of format {written}; this version reads up to {FORMAT}. "
                "Update napari-astro-al."
            )
        try:
            return Index.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the whole"
            raise self._unusable(f"{INDEX} is damaged at {where}: {first['msg']}") from error

    def _unusable(self, why: str) -> CutoutError:
        return CutoutError(
            f"{self.path.name} is no usable bundle of pictures: {why}. Make it again, or ask "
            "whoever sent it."
        )


class CutoutBundle:
    """The pictures of one provider in a bundle.

    Parameters
    ----------
    path : path-like
        Made by `Cutouts.bundle` or ``napari-astro-al bundle``.
    of : str, optional
        The provider whose pictures they were; needed where the bundle has those of several.
    title : str, optional
        Name of the provider; by default `of`.

    Raises
    ------
    CutoutError
        If the file cannot be used, or has nothing of that provider.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        of: str | None = None,
        *,
        title: str | None = None,
        file: BundleFile | None = None,
    ) -> None:
        self.path = Path(path).expanduser()
        self.title = title
        self._file = file or BundleFile(self.path)
        names = self._file.names
        if of is None and len(names) == 1:
            of = names[0]
        if of is None or of not in names:
            raise CutoutError(
                f"{self.path.name} has pictures of {listing(names)}. Say which are meant with of=."
            )
        self.of = of

    def __repr__(self) -> str:
        return f"<CutoutBundle {self.name!r} in {self.path.name}>"

    @property
    def name(self) -> str:
        """What the picture is called."""
        return self.title or self.of

    def check(self, catalogue: Catalogue) -> None:
        """Refuse a catalogue of which it has no source.

        Raises
        ------
        CutoutError
            Naming a source that it has.
        """
        for text in self._file.by_source:
            try:
                catalogue.parse_id(text)
            except CatalogueError:
                continue
            return
        some = listing(self._file.by_source, most=2)
        raise CutoutError(
            f"{self.path.name} has pictures of the sources {some}, and none of {catalogue.name!r}."
        )

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The picture of one source; see `CutoutProvider.cutout`."""
        found = [one for one in self._file.by_source.get(str(source), ()) if one.of == self.of]
        if not found:
            return Cutout.absent(f"{self.path.name} has no picture of this source", name=self.name)
        entry = _best(found, size)
        if not entry.member:
            return Cutout.absent(entry.missing or "no picture", name=self.name)
        try:
            picture = decoded(entry, self._file.body(entry))
        except CutoutError as error:
            return Cutout.absent(str(error), name=self.name)
        return centre_crop(picture, size)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def bundled(path: str | PathLike[str]) -> list[CutoutBundle]:
    """All that a bundle has, one provider for each whose pictures it was made of.

    Raises
    ------
    CutoutError
        If the file cannot be used.
    """
    file = BundleFile(Path(path).expanduser())
    return [CutoutBundle(file.path, name, file=file) for name in file.names]


def _best(entries: list[Entry], size: float | None) -> Entry:
    """A picture, of that size or else the smallest that covers it, or the largest."""

    def rank(entry: Entry) -> tuple[bool, bool, float]:
        side = entry.size or 0.0
        too_small = size is not None and side < size
        return not entry.member, too_small, -side if too_small or size is None else side

    return min(entries, key=rank)
