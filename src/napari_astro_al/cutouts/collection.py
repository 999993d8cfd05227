"""The pictures of a catalogue's sources, from all its providers, kept in memory for a while."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts.angles import arcseconds
from napari_astro_al.cutouts.cutout import (
    ChecksCatalogue,
    Cutout,
    CutoutProvider,
    HasNaturalSize,
    HasPreviews,
)
from napari_astro_al.cutouts.memory import ByteCache
from napari_astro_al.cutouts.thumbnails import thumbnail
from napari_astro_al.errors import CutoutError, listing
from napari_astro_al.jobs import Job, Progress, drain, guarded

_OVERHEAD = 1024
"""Bytes that a kept picture takes beside its pixels, roughly."""


class Cutouts:
    """Where a session's pictures come from.

    Parameters
    ----------
    catalogue : Catalogue
        Whose sources are pictured.
    most_bytes : int
        Memory for pictures that were shown lately; 256 MiB by default.

    Attributes
    ----------
    changed : psygnal.Signal
        Emitted when a provider was added, removed or moved.
    """

    changed = Signal()

    def __init__(self, catalogue: Catalogue, *, most_bytes: int = 256 * 2**20) -> None:
        self._catalogue = catalogue
        self._providers: dict[str, CutoutProvider] = {}
        self._pictures: ByteCache[Cutout] = ByteCache(most_bytes)
        self._thumbnails: ByteCache[npt.NDArray[np.uint8]] = ByteCache(most_bytes // 4)

    def __repr__(self) -> str:
        return f"<Cutouts: {listing(self._providers)}>"

    def __len__(self) -> int:
        return len(self._providers)

    @property
    def providers(self) -> tuple[CutoutProvider, ...]:
        """The providers, in the order in which their pictures are given."""
        return tuple(self._providers.values())

    @property
    def natural_size(self) -> float | None:
        """Arcseconds a side where no size is asked for: one for all providers that can have any.

        The largest that one of them calls its own, so that every band shows the same field; None
        where all pictures have the size that they have.
        """
        sizes = [one.natural_size for one in self.providers if isinstance(one, HasNaturalSize)]
        return max(sizes, default=None)

    def add(self, provider: CutoutProvider) -> None:
        """Add a provider of pictures, after those that are there.

        Raises
        ------
        CutoutError
            If there is one of that name already, or this one cannot serve the catalogue.
        """
        self.accept(drain(self.add_job([provider])))

    def add_job(self, providers: Sequence[CutoutProvider]) -> Job[tuple[CutoutProvider, ...]]:
        """See whether providers can serve the catalogue, which may read files; see `accept`.

        Raises
        ------
        CutoutError
            As `add`.
        """
        return guarded(self._checked(tuple(providers)), "add pictures")

    def _checked(self, providers: tuple[CutoutProvider, ...]) -> Job[tuple[CutoutProvider, ...]]:
        self._refuse_twice(providers)
        for provider in providers:
            yield Progress(f"Looking at {provider.name}")
            if isinstance(provider, ChecksCatalogue):
                provider.check(self._catalogue)
        return providers

    def accept(self, providers: Sequence[CutoutProvider]) -> None:
        """Add providers that `add_job` has looked at.

        Raises
        ------
        CutoutError
            If there is one of such a name by now.
        """
        self._refuse_twice(providers)
        self._providers = {**self._providers, **{one.name: one for one in providers}}
        self._thumbnails.clear()
        self.changed.emit()

    def _refuse_twice(self, providers: Sequence[CutoutProvider]) -> None:
        taken = set(self._providers)
        for provider in providers:
            if provider.name in taken:
                raise CutoutError(
                    f"There is a provider of cutouts called {provider.name!r} already. Remove it "
                    "first, or give this one another name."
                )
            taken.add(provider.name)

    def move(self, name: str, place: int) -> None:
        """Give a provider another place among the pictures.

        Parameters
        ----------
        name : str
        place : int
            From 0; beyond the ends means at the end.

        Raises
        ------
        CutoutError
            If there is none of that name.
        """
        self._refuse_unknown(name)
        names = [one for one in self._providers if one != name]
        names.insert(max(0, place), name)
        if names != list(self._providers):
            self._providers = {one: self._providers[one] for one in names}
            self._thumbnails.clear()
            self.changed.emit()

    def remove(self, name: str) -> None:
        """Take a provider away.

        Raises
        ------
        CutoutError
            If there is none of that name.
        """
        self._refuse_unknown(name)
        self._providers = {key: one for key, one in self._providers.items() if key != name}
        self.clear()
        self.changed.emit()

    def _refuse_unknown(self, name: str) -> None:
        if name not in self._providers:
            raise CutoutError(
                f"There is no provider of cutouts called {name!r}. "
                f"There are: {listing(self._providers)}."
            )

    def clear(self) -> None:
        """Forget the pictures in memory; the next `get` asks the providers again."""
        self._pictures.clear()
        self._thumbnails.clear()

    def get(self, source: SourceId, size: Any = None) -> list[Cutout]:
        """The pictures of one source.

        Parameters
        ----------
        source : int or str
            Its id.
        size : str or astropy.units.Quantity, optional
            Width and height on the sky, such as ``"2 arcmin"``; by default `natural_size`. A
            picture whose pixel scale is not known keeps its size.

        Returns
        -------
        list of Cutout
            One for each provider, in their order; those that failed say so in `missing`.

        Raises
        ------
        CatalogueError
            If the catalogue has no such source.
        CutoutError
            If the size is no angle.
        """
        width = arcseconds(size)
        self._catalogue.row_of(source)
        return [self._one(provider, source, width) for provider in self.providers]

    def thumbnail(self, source: SourceId, side: int) -> npt.NDArray[np.uint8] | None:
        """A small square picture of one source, from the first provider that has one.

        Parameters
        ----------
        source : int or str
            Its id.
        side : int
            Pixels a side.

        Returns
        -------
        (side, side, 3) uint8 ndarray, or None
            None where no provider has a picture. Not to be modified.
        """
        key = (source, side)
        kept = self._thumbnails.get(key)
        if kept is not None:
            return kept
        for provider in self.providers:
            picture = self._small(provider, source, side)
            if picture.pixels is not None:
                small = thumbnail(picture, side)
                self._thumbnails.put(key, small, small.nbytes + _OVERHEAD)
                return small
        return None

    def _small(self, provider: CutoutProvider, source: SourceId, side: int) -> Cutout:
        """A picture that is good for a thumbnail: the whole one only where it is at hand."""
        if isinstance(provider, HasPreviews):
            kept = self._pictures.get((provider.name, source, None))
            if kept is not None:
                return kept
            with suppress(Exception):  # what is wrong is said of the whole picture
                return provider.preview(self._catalogue, source, side)
        return self._one(provider, source, None)

    def _one(self, provider: CutoutProvider, source: SourceId, width: float | None) -> Cutout:
        if width is None and isinstance(provider, HasNaturalSize):
            width = self.natural_size
        key = (provider.name, source, width)
        kept = self._pictures.get(key)
        if kept is not None:
            return kept
        try:
            picture = provider.cutout(self._catalogue, source, width)
        except Exception as error:  # providers may be anyone's code; the others must still show
            reason = f"{provider.name} failed: {type(error).__name__}: {error}"
            return Cutout.absent(reason, name=provider.name)
        if picture.name != provider.name:
            picture = replace(picture, name=provider.name)
        if picture.pixels is not None and self._providers.get(provider.name) is provider:
            self._pictures.put(key, picture, picture.nbytes + _OVERHEAD)
        return picture
