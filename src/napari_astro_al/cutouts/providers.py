"""Where pictures come from, in order: adding, moving and removing providers."""

from __future__ import annotations

from collections.abc import Sequence

from psygnal import Signal

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts.cutout import ChecksCatalogue, CutoutProvider, HasNaturalSize
from napari_astro_al.errors import CutoutError, listing
from napari_astro_al.jobs import Job, Progress, drain, guarded


class ProviderList:
    """The providers of pictures of one catalogue.

    Parameters
    ----------
    catalogue : Catalogue
        Whose sources are pictured.

    Attributes
    ----------
    changed : psygnal.Signal
        Emitted when a provider was added, removed or moved.
    """

    changed = Signal()

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._providers: dict[str, CutoutProvider] = {}

    def _list_is_new(self, *, fewer: bool = False) -> None:
        """Tell of it; `fewer` where a name may come to mean another provider."""
        self.changed.emit()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {listing(self._providers)}>"

    def __len__(self) -> int:
        return len(self._providers)

    @property
    def providers(self) -> tuple[CutoutProvider, ...]:
        """The providers, in the order in which their pictures are given."""
        return tuple(self._providers.values())

    @property
    def catalogue(self) -> Catalogue:
        """Whose sources are pictured."""
        return self._catalogue

    def follow(self, catalogue: Catalogue) -> None:
        """Take a catalogue that has the same sources, and perhaps others after them."""
        self._catalogue = catalogue

    @property
    def natural_size(self) -> float | None:
        """Arcseconds a side where no size is asked for: one for all providers that can have any.

        The largest that one of them calls its own, so that every band shows the same field; None
        where all pictures have the size that they have.
        """
        sizes = [one.natural_size for one in self.providers if isinstance(one, HasNaturalSize)]
        return max(sizes, default=None)

    def width_for(self, provider: CutoutProvider, width: float | None) -> float | None:
        """Arcseconds a side that a provider is asked for, where a size was given or none was."""
        if width is None and isinstance(provider, HasNaturalSize):
            return self.natural_size
        return width

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
        self._list_is_new()

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
            self._list_is_new()

    def remove(self, name: str) -> None:
        """Take a provider away.

        Raises
        ------
        CutoutError
            If there is none of that name.
        """
        self._refuse_unknown(name)
        self._providers = {key: one for key, one in self._providers.items() if key != name}
        self._list_is_new(fewer=True)

    def _refuse_unknown(self, name: str) -> None:
        if name not in self._providers:
            raise CutoutError(
                f"There is no provider of cutouts called {name!r}. "
                f"There are: {listing(self._providers)}."
            )
