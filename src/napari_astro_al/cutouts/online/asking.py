"""How a service asks for what it needs: over the network, or only of what is kept already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from napari_astro_al.cutouts.cutout import Cutout
from napari_astro_al.cutouts.online.flights import Waiter
from napari_astro_al.cutouts.online.pace import Limits
from napari_astro_al.cutouts.online.web import TURN, Web
from napari_astro_al.cutouts.pictures import picture_of
from napari_astro_al.errors import NetworkError

T = TypeVar("T")


class NotKept(Exception):
    """A body is not in the store, and nothing may be fetched."""


class Ask(Protocol):
    """Gives what an address has, read."""

    def __call__(self, url: str, read: Callable[[bytes], T]) -> T:
        """What `read` makes of the body; it raises `NetworkError` for what it did not expect."""
        ...


@dataclass(frozen=True)
class FromStore:
    """Only what is kept already."""

    web: Web

    def __call__(self, url: str, read: Callable[[bytes], T]) -> T:
        """What is kept; `NotKept` where nothing is, or why it failed where it did just now."""
        body = self.web.kept(url)
        if body is None:
            self.web.recall(url)
            raise NotKept(url)
        return read(body)


@dataclass(frozen=True)
class FromWeb:
    """From the store, or over the network where the host is allowed."""

    web: Web
    hosts: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    waiter: Waiter = field(default_factory=Waiter)
    turn: float = TURN

    def __call__(self, url: str, read: Callable[[bytes], T]) -> T:
        """What the address gives; see `Web.get`."""
        return self.web.get(
            url,
            read,
            hosts=self.hosts,
            limits=self.limits,
            waiter=self.waiter,
            turn=self.turn,
        )


def as_picture(title: str) -> Callable[[bytes], Cutout]:
    """A reader of pictures, which refuses everything else.

    Parameters
    ----------
    title : str
        What sends them, for messages.
    """

    def read(body: bytes) -> Cutout:
        start = body[:512].lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html", b"<?xml")):
            raise NetworkError(f"{title} sent a web page instead of a picture")
        if not body:
            raise NetworkError(f"{title} sent nothing")
        picture = picture_of(body, title)
        if picture.pixels is None:
            raise NetworkError(picture.missing)
        return picture

    return read


def first_of(ask: Ask, urls: list[str], read: Callable[[bytes], T]) -> T:
    """The first of several mirrors that gives something.

    Raises
    ------
    NotKept
        Where only what is kept may be given, and not every mirror has failed just now.
    NetworkError
        Where all fail: what the first said.
    """
    failures: list[Exception] = []
    for url in urls:
        try:
            return ask(url, read)
        except (NotKept, NetworkError) as error:
            failures.append(error)
    raise next((one for one in failures if isinstance(one, NotKept)), failures[0])
