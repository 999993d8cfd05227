"""Making a bundle: every picture of many sources, in one file."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from napari_astro_al.catalogue import SourceId
from napari_astro_al.cutouts.angles import arcseconds
from napari_astro_al.cutouts.bundle import BundleFile
from napari_astro_al.cutouts.bundle_format import INDEX, Entry, Index, encoded
from napari_astro_al.cutouts.crew import Wanted, side_by_side
from napari_astro_al.errors import CutoutError
from napari_astro_al.jobs import Job, Progress, drain, guarded

if TYPE_CHECKING:
    from napari_astro_al.cutouts.collection import Cutouts

AT_ONCE = 8
"""Sources that are worked at side by side; each host has limits of its own."""

_DONE = "done.jsonl"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same pictures make the same file."""


@dataclass(frozen=True)
class BundleReport:
    """What came of making a bundle.

    Attributes
    ----------
    path : Path
    n_sources : int
        Of which pictures were wanted.
    n_pictures : int
        In the file.
    n_new : int
        Of these, those that were not in it before.
    missing : dict
        From a reason why pictures are missing to how many.
    n_failed : int
        Missing ones that making the bundle again may bring.
    asks_for : tuple of str
        Hosts that would have to be allowed for more.
    """

    path: Path
    n_sources: int
    n_pictures: int
    n_new: int
    missing: dict[str, int] = field(default_factory=dict)
    n_failed: int = 0
    asks_for: tuple[str, ...] = ()


class MakesBundles:
    """How a collection of providers puts what it has into one file."""

    def bundle(
        self, path: str | os.PathLike[str], sources: Sequence[SourceId], size: Any = None
    ) -> BundleReport:
        """Put all pictures of some sources into one file, which others can open.

        Pictures are fetched where need be and where their hosts are allowed. A bundle that is
        there already is completed: what it has is not fetched again. One that was interrupted
        goes on where it was.

        Parameters
        ----------
        path : path-like
            The file, such as ``"pictures.aalpics"``; see `CutoutBundle`.
        sources : sequence of int or str
            Their ids.
        size : str or astropy.units.Quantity, optional
            Width and height on the sky; by default `natural_size`.

        Returns
        -------
        BundleReport
            What is in it, and what is missing and why.

        Raises
        ------
        CutoutError
            If there is no provider, the file is there and no bundle, or it cannot be written.
        CatalogueError
            If the catalogue has no such source.
        """
        return drain(self.bundle_job(path, sources, size))

    def bundle_job(
        self, path: str | os.PathLike[str], sources: Sequence[SourceId], size: Any = None
    ) -> Job[BundleReport]:
        """The same as a job that may be closed; see `bundle`."""
        return _bundle_job(cast("Cutouts", self), path, sources, size)


def _bundle_job(
    cutouts: Cutouts, path: str | os.PathLike[str], sources: Sequence[SourceId], size: Any
) -> Job[BundleReport]:
    target, width = Path(path).expanduser(), arcseconds(size)
    cutouts.catalogue.rows_of(list(sources))
    job = _Bundling(cutouts, target, tuple(dict.fromkeys(sources)), width).job()
    return guarded(job, "make the bundle of pictures")


class _Bundling:
    """One bundle on its way: pictures in a folder beside it, until all are there."""

    def __init__(
        self,
        cutouts: Cutouts,
        target: Path,
        sources: tuple[SourceId, ...],
        width: float | None,
    ) -> None:
        self.cutouts, self.target = cutouts, target
        self.sources, self.width = sources, width
        self.folder = target.with_name(f"{target.name}.part")
        self.entries: dict[Any, Entry] = {}
        self.asks_for: dict[str, None] = {}

    def job(self) -> Job[BundleReport]:
        if not len(self.cutouts):
            raise CutoutError("There is no provider of cutouts to make a bundle of. Add one first.")
        yield Progress("Looking at what is there")
        before = BundleFile(self.target) if self.target.exists() else None
        try:
            if before is not None:
                self.entries = {one.key: one for one in before.index.pictures}
            kept = {key for key, one in self.entries.items() if one.member}
            try:
                self._take_up()
                yield from self._fetch()
                yield from self._write(before)
            except OSError as error:
                raise CutoutError(
                    f"{self.target.name} cannot be written: {error}. Pictures that were fetched "
                    f"wait in {self.folder.name}; make the bundle again when there is room."
                ) from error
        finally:
            if before is not None:
                before.close()
        return self._report(kept)

    def _take_up(self) -> None:
        """Go on with what an attempt that was ended has left."""
        (self.folder / "pictures").mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            for line in (self.folder / _DONE).read_text(encoding="utf-8").splitlines():
                with suppress(ValidationError):  # the last line may be half a line
                    entry = Entry.model_validate_json(line)
                    if not entry.member or (self.folder / entry.member).is_file():
                        self.entries[entry.key] = entry

    def _fetch(self) -> Job[None]:
        tasks = [partial(self._pictures, source) for source in self.sources]
        with (self.folder / _DONE).open("a", encoding="utf-8") as done:
            done.write("\n")

            def take(_: int, found: list[Entry]) -> None:
                for entry in found:
                    self.entries[entry.key] = entry
                    done.write(entry.model_dump_json() + "\n")
                done.flush()

            yield from side_by_side(tasks, take, at_once=AT_ONCE, message="Fetching pictures")

    def _pictures(self, source: SourceId, wanted: Wanted) -> list[Entry]:
        """What is not there yet of a source; runs in a thread."""
        found = []
        for provider in self.cutouts.providers:
            width = self.cutouts.width_for(provider, self.width)
            before = self.entries.get((str(source), provider.name, width))
            if before is not None and not before.failed:
                continue
            picture = self.cutouts.one(source, provider.name, width, wanted=wanted, urgent=False)
            if not wanted():
                break
            self.asks_for.update(dict.fromkeys(picture.asks_for))
            entry, body = encoded(str(source), provider.name, width, picture)
            if entry.member:
                _write_whole(self.folder / entry.member, body)
            found.append(entry)
        return found

    def _write(self, before: BundleFile | None) -> Job[None]:
        beside = self.target.with_name(f".{self.target.name}.{os.getpid()}.part")
        entries = self._in_order(before)
        index = Index(
            package_version=version("napari-astro-al"),
            id_kind=self.cutouts.catalogue.id_kind,
            pictures=entries,
        )
        try:
            with beside.open("wb") as stream:
                with zipfile.ZipFile(stream, "w") as packed:
                    _put(packed, INDEX, index.model_dump_json().encode())
                    for number, entry in enumerate(entries):
                        yield Progress("Writing the bundle", number, len(entries))
                        if entry.member:
                            _put(packed, entry.member, self._body(entry, before))
                stream.flush()
                os.fsync(stream.fileno())
            if before is not None:  # Windows replaces no file that is open
                before.close()
            beside.replace(self.target)
        finally:
            beside.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _in_order(self, before: BundleFile | None) -> list[Entry]:
        """What was there first, then by source and provider: threads finish in any order."""
        first = () if before is None else before.index.pictures
        place = {one.key: number for number, one in enumerate(first)}
        sources = {str(source): number for number, source in enumerate(self.sources)}
        names = {one.name: number for number, one in enumerate(self.cutouts.providers)}

        def rank(entry: Entry) -> tuple[int, int, int, str]:
            return (
                place.get(entry.key, len(place)),
                sources.get(entry.source, len(sources)),
                names.get(entry.of, len(names)),
                repr(entry.key),
            )

        return sorted(self.entries.values(), key=rank)

    def _body(self, entry: Entry, before: BundleFile | None) -> bytes:
        loose = self.folder / entry.member
        if before is None or loose.is_file():
            return loose.read_bytes()
        return before.body(entry)

    def _report(self, kept: set[Any]) -> BundleReport:
        wanted = {str(source) for source in self.sources}
        missing: dict[str, int] = {}
        for entry in self.entries.values():
            if not entry.member and entry.source in wanted:
                reason = f"{entry.of}: {entry.missing}"
                missing[reason] = missing.get(reason, 0) + 1
        pictures = [one for one in self.entries.values() if one.member]
        return BundleReport(
            self.target,
            n_sources=len(self.sources),
            n_pictures=len(pictures),
            n_new=sum(one.key not in kept for one in pictures),
            missing=missing,
            n_failed=sum(one.failed for one in self.entries.values()),
            asks_for=tuple(self.asks_for),
        )


def _write_whole(path: Path, body: bytes) -> None:
    beside = path.with_suffix(".part")
    beside.write_bytes(body)
    beside.replace(path)


def _put(packed: zipfile.ZipFile, name: str, body: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
    packed.writestr(info, body)
