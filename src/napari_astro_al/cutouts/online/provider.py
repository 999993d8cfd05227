"""Cutouts from a service, and from the first of several places that has one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from napari_astro_al.calls import calling
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.catalogue.positions import position_columns, position_of
from napari_astro_al.cutouts.angles import arcseconds
from napari_astro_al.cutouts.cutout import (
    ChecksCatalogue,
    Cutout,
    CutoutProvider,
    FetchesCutouts,
    HasNaturalSize,
    SaysWhatIsSent,
)
from napari_astro_al.cutouts.online.asking import Ask, FromStore, FromWeb, NotKept
from napari_astro_al.cutouts.online.flights import Waiter
from napari_astro_al.cutouts.online.pace import Unwanted
from napari_astro_al.cutouts.online.permission import allowed_hosts
from napari_astro_al.cutouts.online.services import Place, made
from napari_astro_al.cutouts.online.web import Web, shared_web
from napari_astro_al.errors import CatalogueError, CutoutError, NetworkError, NotAllowedError


class OnlineCutouts:
    """Cutouts from a service on the web; made by `service`.

    Parameters
    ----------
    service : str
        Name of a registered service.
    options : dict
        The service's; JSON values.
    title : str, optional
        Name of the provider; the service's own by default.
    web : Web, optional
        What fetches; the one of this process by default.
    """

    def __init__(
        self,
        service: str,
        options: dict[str, Any] | None = None,
        *,
        title: str | None = None,
        web: Web | None = None,
    ) -> None:
        self.service = service
        self.options = _plain(service, options or {})
        self.title = title
        self._made = made(service, self.options)
        self._natural_size = float(self._made.natural_size)
        self._web = web

    def __repr__(self) -> str:
        return f"<OnlineCutouts {self.name!r} from {', '.join(self.hosts)}>"

    @property
    def name(self) -> str:
        """What the picture is called."""
        return self.title or self._made.title

    @property
    def hosts(self) -> tuple[str, ...]:
        """All hosts that the service calls."""
        return tuple(self._made.hosts)

    @property
    def natural_size(self) -> float:
        """Arcseconds a side where no size is asked for."""
        return self._natural_size

    @property
    def sends(self) -> str:
        """What is told of a source; see `SaysWhatIsSent`."""
        if getattr(self._made, "sends_id", True):
            return "position, size and id of each source"
        return "position and size of each source"

    def check(self, catalogue: Catalogue) -> None:
        """Refuse a catalogue without positions.

        Raises
        ------
        CutoutError
            Saying what is missing.
        """
        try:
            position_columns(catalogue)
        except CatalogueError as error:
            raise CutoutError(f"{self.name} cannot be asked for pictures: {error}") from error

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The picture of one source; see `CutoutProvider.cutout`."""
        return self.fetch(catalogue, source, size, wanted=lambda: True, urgent=True)

    def retry(self) -> None:
        """Ask again what failed just now."""
        self._through().forget_failures()

    def at_hand(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout | None:
        """The picture where it was fetched before; see `FetchesCutouts.at_hand`.

        Absent at once where no host is allowed, or where it could not be had just now.
        """
        try:
            return self._picture(catalogue, source, size, FromStore(self._through()))
        except NotKept:
            return None if allowed_hosts().intersection(self.hosts) else off(self.hosts, self.name)

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
        # what a mirror gave is better than asking the first host again
        kept = self.at_hand(catalogue, source, size)
        if kept is not None:
            return kept
        ask = FromWeb(self._through(), self.hosts, self._made.limits, Waiter(wanted, urgent=urgent))
        return self._picture(catalogue, source, size, ask)

    def _picture(
        self, catalogue: Catalogue, source: SourceId, size: float | None, ask: Ask
    ) -> Cutout:
        position = position_of(catalogue, source)
        if position is None:
            return Cutout.absent("this source has no position", name=self.name)
        place = Place(*position, size or self.natural_size, source)
        return pictured(lambda: self._called(place, ask), self.name)

    def _called(self, place: Place, ask: Ask) -> Cutout:
        with calling(f"cutout service {self.name!r}"):
            return self._made.picture(place, ask)

    def _through(self) -> Web:
        return self._web or shared_web()


class FirstOf:
    """The first picture that one of several providers has: surveys in order of preference.

    Parameters
    ----------
    providers : sequence of CutoutProvider
        Asked in this order; the next only where those before have no picture.
    title : str, optional
        Name of the provider; the first one's by default.
    """

    def __init__(self, providers: Sequence[CutoutProvider], *, title: str | None = None) -> None:
        self.providers = tuple(providers)
        if len(self.providers) < 2:
            raise CutoutError("Give at least two providers, of which the first with a picture is.")
        self.title = title

    @property
    def name(self) -> str:
        """What the picture is called."""
        return self.title or self.providers[0].name

    @property
    def natural_size(self) -> float:
        """Arcseconds a side where no size is asked for: that of the first that has one."""
        sizes = [one.natural_size for one in self.providers if isinstance(one, HasNaturalSize)]
        return sizes[0] if sizes else 60.0

    def check(self, catalogue: Catalogue) -> None:
        """Refuse a catalogue that none can serve; see `ChecksCatalogue`."""
        refusals = []
        for provider in self.providers:
            if not isinstance(provider, ChecksCatalogue):
                return
            try:
                provider.check(catalogue)
            except CutoutError as error:
                refusals.append(str(error))
            else:
                return
        raise CutoutError(" ".join(refusals))

    def cutout(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout:
        """The picture of one source; see `CutoutProvider.cutout`."""
        return self.fetch(catalogue, source, size, wanted=lambda: True, urgent=True)

    def retry(self) -> None:
        """Ask again what failed just now."""
        for provider in self.providers:
            if isinstance(provider, FetchesCutouts):
                provider.retry()

    @property
    def sends(self) -> str:
        """What is told of a source; see `SaysWhatIsSent`."""
        said = [one.sends for one in self.providers if isinstance(one, SaysWhatIsSent)]
        return "; ".join(dict.fromkeys(said))

    def at_hand(self, catalogue: Catalogue, source: SourceId, size: float | None) -> Cutout | None:
        """The first picture where it takes no request; see `FetchesCutouts.at_hand`."""
        absent: list[Cutout] = []
        for provider in self.providers:
            if isinstance(provider, FetchesCutouts):
                picture = _tried(provider, partial(provider.at_hand, catalogue, source, size))
            else:
                picture = _tried(provider, partial(provider.cutout, catalogue, source, size))
            if picture is None:
                return None
            if picture.pixels is not None:
                return picture
            absent.append(picture)
        return self._none(absent)

    def fetch(
        self,
        catalogue: Catalogue,
        source: SourceId,
        size: float | None,
        *,
        wanted: Callable[[], bool],
        urgent: bool,
    ) -> Cutout:
        """The first picture, over the network where need be; see `FetchesCutouts.fetch`."""
        absent: list[Cutout] = []
        for provider in self.providers:
            if isinstance(provider, FetchesCutouts):
                ask = partial(provider.fetch, catalogue, source, size, wanted=wanted, urgent=urgent)
            else:
                ask = partial(provider.cutout, catalogue, source, size)
            picture = _tried(provider, ask)
            if picture.pixels is not None or not wanted():
                return picture
            absent.append(picture)
        return self._none(absent)

    def _none(self, absent: list[Cutout]) -> Cutout:
        why = "; ".join(
            f"{provider.name}: {one.missing}"
            for provider, one in zip(self.providers, absent, strict=True)
        )
        hosts = dict.fromkeys(host for one in absent for host in one.asks_for)
        return replace(
            Cutout.absent(why, name=self.name),
            asks_for=tuple(hosts),
            failed=any(one.failed for one in absent),
        )


def _plain(service: str, options: dict[str, Any]) -> dict[str, Any]:
    """Options as JSON values, which a session can keep; angles with a unit become words."""
    worded = {
        name: f"{arcseconds(value)!r} arcsec" if hasattr(value, "to_value") else value
        for name, value in options.items()
    }
    try:
        plain: dict[str, Any] = json.loads(json.dumps(worded, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise CutoutError(
            f"The options of {service!r} cannot be kept by a session: {error}. Give plain numbers, "
            "texts and lists."
        ) from None
    return plain


C = TypeVar("C", Cutout, Cutout | None)


def _tried(provider: CutoutProvider, give: Callable[[], C]) -> C | Cutout:
    """What a provider gives; one that fails, which may be anyone's code, has no picture."""
    try:
        return give()
    except Exception as error:
        return Cutout.absent(f"failed: {type(error).__name__}: {error}", name=provider.name)


def off(hosts: Iterable[str], name: str) -> Cutout:
    """No picture, because none of the hosts is allowed."""
    error = NotAllowedError(hosts)
    return replace(Cutout.absent(str(error), name=name), asks_for=error.hosts)


def pictured(make: Callable[[], Cutout], name: str) -> Cutout:
    """A picture, or the reason why the network gave none, as a value."""
    try:
        return replace(make(), name=name)
    except NotAllowedError as error:
        return off(error.hosts, name)
    except NetworkError as error:
        return replace(Cutout.absent(str(error), name=name), failed=error.passing)
    except Unwanted:
        return replace(Cutout.absent("it was not waited for", name=name), coming=True)
