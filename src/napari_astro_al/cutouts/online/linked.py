"""Pictures at addresses that somebody else wrote down, such as those in a column."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.online.address import host_of
from napari_astro_al.cutouts.online.asking import Ask, FromStore, FromWeb, NotKept, as_picture
from napari_astro_al.cutouts.online.flights import Waiter
from napari_astro_al.cutouts.online.permission import allowed_hosts
from napari_astro_al.cutouts.online.provider import off, pictured
from napari_astro_al.cutouts.online.web import Web


def linked_at_hand(web: Web, address: str, name: str) -> Cutout | None:
    """The picture at an address where that takes no request; see `FetchesCutouts.at_hand`."""
    try:
        return _pictured(address, name, FromStore(web))
    except NotKept:
        host = host_of(address)
        return None if host in allowed_hosts() else off([host], name)


def linked(
    web: Web, address: str, name: str, *, wanted: Callable[[], bool], urgent: bool
) -> Cutout:
    """The picture at an address, over the network where its host is allowed."""
    return _pictured(address, name, FromWeb(web, waiter=Waiter(wanted, urgent=urgent)))


def _pictured(address: str, name: str, ask: Ask) -> Cutout:
    """What an address has; one that must not be called is a reason."""

    def give() -> Cutout:
        host = host_of(address)
        return replace(ask(address, as_picture(host)), provenance=host)

    return pictured(give, name)
