"""The pictures of a catalogue's sources, from all its providers, kept in memory for a while."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts.angles import arcseconds
from napari_astro_al.cutouts.bundling import MakesBundles
from napari_astro_al.cutouts.cutout import (
    Cutout,
    CutoutProvider,
    FetchesCutouts,
    HasPreviews,
)
from napari_astro_al.cutouts.memory import ByteCache
from napari_astro_al.cutouts.providers import ProviderList
from napari_astro_al.cutouts.stretch import Stretch
from napari_astro_al.cutouts.thumbnails import thumbnail

_OVERHEAD = 1024
"""Bytes that a kept picture takes beside its pixels, roughly."""


class Cutouts(ProviderList, MakesBundles):
    """Where a session's pictures come from.

    Parameters
    ----------
    catalogue : Catalogue
        Whose sources are pictured.
    most_bytes : int
        Memory for pictures that were shown lately; 256 MiB by default.

    Attributes
    ----------
    restretched : psygnal.Signal
        Emitted with a provider's name when its pictures are to be shown in another way.
    """

    restretched = Signal(str)

    def __init__(self, catalogue: Catalogue, *, most_bytes: int = 256 * 2**20) -> None:
        super().__init__(catalogue)
        self._stretches: dict[str, Stretch] = {}
        self._pictures: ByteCache[Cutout] = ByteCache(most_bytes)
        self._thumbnails: ByteCache[npt.NDArray[np.uint8]] = ByteCache(most_bytes // 4)

    def _list_is_new(self, *, fewer: bool = False) -> None:
        if fewer:
            self._pictures.clear()
        self._thumbnails.clear()
        super()._list_is_new()

    def clear(self) -> None:
        """Forget the pictures in memory; the next `get` asks the providers again."""
        self._pictures.clear()
        self._thumbnails.clear()

    def stretch_of(self, name: str) -> Stretch | None:
        """How the pictures of a provider are to be shown; None for what suits each of them."""
        return self._stretches.get(name)

    def restretch(self, name: str, how: Stretch | None) -> None:
        """Show the pictures of a provider in another way, in thumbnails and in the window.

        Parameters
        ----------
        name : str
            Of a provider, or of one that may come.
        how : Stretch or None
            None for what suits each picture.
        """
        if how == self._stretches.get(name):
            return
        if how is None:
            del self._stretches[name]
        else:
            self._stretches[name] = how
        self._thumbnails.clear()
        self.restretched.emit(name)

    def get(self, source: SourceId, size: Any = None) -> list[Cutout]:
        """The pictures of one source, fetched where need be: it may wait for the network.

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

    def at_hand(self, source: SourceId, size: Any = None) -> list[Cutout]:
        """The pictures of one source, as `get` gives them, without a request over the network.

        Returns
        -------
        list of Cutout
            One for each provider. Those that have to be fetched are missing and `coming`; give
            them to `fetch`.
        """
        width = arcseconds(size)
        self._catalogue.row_of(source)
        return [self._at_hand(provider, source, width) for provider in self.providers]

    def fetch(
        self,
        source: SourceId,
        coming: Cutout,
        *,
        wanted: Callable[[], bool] = lambda: True,
        urgent: bool = True,
    ) -> Cutout:
        """A picture that is not at hand. Waits for the network, so call it in a thread.

        Parameters
        ----------
        source : int or str
            Its id.
        coming : Cutout
            What `at_hand` gave in its place.
        wanted : callable
            Whether the picture is still waited for. Where it is not, it is given up, and what is
            returned is `coming` still.
        urgent : bool
            Whether a person looks at where it will be shown; those pictures are fetched first.
        """
        provider = self._providers.get(coming.name)
        if provider is None or not isinstance(provider, FetchesCutouts):
            return Cutout.absent(f"{coming.name} was removed", name=coming.name)
        fetch = provider.fetch
        return self._kept(
            provider,
            source,
            coming.size,
            lambda width: fetch(self._catalogue, source, width, wanted=wanted, urgent=urgent),
        )

    def one(
        self,
        source: SourceId,
        name: str,
        width: float | None,
        *,
        wanted: Callable[[], bool] = lambda: True,
        urgent: bool = True,
    ) -> Cutout:
        """The picture that one provider has of a source, fetched where need be.

        Parameters
        ----------
        source : int or str
            Its id.
        name : str
            The provider's.
        width : float or None
            Arcseconds a side.
        wanted, urgent
            As for `fetch`.
        """
        provider = self._providers[name]
        picture = self._at_hand(provider, source, width)
        if not picture.coming:
            return picture
        return self.fetch(source, picture, wanted=wanted, urgent=urgent)

    def is_coming(self, source: SourceId) -> bool:
        """Whether a picture of a source is not at hand and can be fetched."""
        return any(one.coming for one in self.at_hand(source))

    def retry(self) -> None:
        """Forget what failed lately and what was not allowed, and let everyone look again."""
        for provider in self.providers:
            if isinstance(provider, FetchesCutouts):
                provider.retry()
        self._thumbnails.clear()
        self.changed.emit()

    def thumbnail(self, source: SourceId, side: int) -> npt.NDArray[np.uint8] | None:
        """A small square picture of one source, from the first provider that has one at hand.

        Nothing is fetched over the network; see `is_coming`.

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
        better_is_coming = False
        for provider in self.providers:
            picture = self._small(provider, source, side)
            better_is_coming |= picture.coming
            if picture.pixels is not None:
                small = thumbnail(picture, side, self._stretches.get(provider.name))
                if not better_is_coming:
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
                preview = provider.preview(self._catalogue, source, side)
                if preview is not None:
                    return preview
        return self._at_hand(provider, source, None)

    def _one(self, provider: CutoutProvider, source: SourceId, width: float | None) -> Cutout:
        return self._kept(
            provider, source, width, lambda size: provider.cutout(self._catalogue, source, size)
        )

    def _at_hand(self, provider: CutoutProvider, source: SourceId, width: float | None) -> Cutout:
        if not isinstance(provider, FetchesCutouts):
            return self._one(provider, source, width)
        at_hand = provider.at_hand

        def give(size: float | None) -> Cutout:
            picture = at_hand(self._catalogue, source, size)
            if picture is not None:
                return picture
            return Cutout(None, missing="on its way", coming=True, size=size)

        return self._kept(provider, source, width, give)

    def _kept(
        self,
        provider: CutoutProvider,
        source: SourceId,
        width: float | None,
        give: Callable[[float | None], Cutout],
    ) -> Cutout:
        """What is in memory, or what a provider gives: that is kept where it is a picture."""
        width = self.width_for(provider, width)
        key = (provider.name, source, width)
        kept = self._pictures.get(key)
        if kept is not None:
            return kept
        try:
            picture = give(width)
        except Exception as error:  # providers may be anyone's code; the others must still show
            reason = f"{provider.name} failed: {type(error).__name__}: {error}"
            return Cutout.absent(reason, name=provider.name)
        if picture.name != provider.name:
            picture = replace(picture, name=provider.name)
        if picture.pixels is not None and self._providers.get(provider.name) is provider:
            self._pictures.put(key, picture, picture.nbytes + _OVERHEAD)
        return picture
