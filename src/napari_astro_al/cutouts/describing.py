"""What a provider of cutouts is, in the words of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts.archives import ImageArchive
from napari_astro_al.cutouts.bundle import CutoutBundle
from napari_astro_al.cutouts.columns import ImageColumn
from napari_astro_al.cutouts.cutout import CutoutProvider, FetchesCutouts
from napari_astro_al.cutouts.image_pixels import ImagePixels
from napari_astro_al.cutouts.online import FirstOf, OnlineCutouts, allowed_hosts
from napari_astro_al.cutouts.stacks import ImageStack
from napari_astro_al.cutouts.tiles import ImageTiles
from napari_astro_al.jobs import Job, Progress, guarded

OFF = "host not allowed yet"
"""Of a provider that asks hosts of which one is not allowed."""


@dataclass(frozen=True)
class Description:
    """A provider in words.

    Attributes
    ----------
    kind : str
        Where its pictures come from, in two or three words.
    shows : str
        Which file, column or host that is.
    hosts : tuple of str
        That it calls.
    """

    kind: str
    shows: str
    hosts: tuple[str, ...] = ()


def described(provider: CutoutProvider) -> Description:
    """Say what a provider is."""
    if isinstance(provider, ImageColumn):
        beside = "" if provider.root is None else f" in {Path(provider.root).name}"
        return Description("column", provider.column + beside + _part(provider))
    if isinstance(provider, ImageArchive):
        by = "source id" if provider.column is None else provider.column
        return Description("archive", f"{provider.path.name} by {by}{_part(provider)}")
    if isinstance(provider, ImageStack):
        array = "" if provider.array is None else f", {provider.array}"
        band = "" if provider.band is None else f", band {provider.band}"
        return Description("array", f"{provider.path.name}{array}{band}")
    if isinstance(provider, ImageTiles):
        first = provider.paths[0].name
        more = f" and {len(provider.paths) - 1} more" if len(provider.paths) > 1 else ""
        return Description("images of the sky", first + more)
    if isinstance(provider, CutoutBundle):
        return Description("bundle", f"{provider.path.name}, {provider.of}")
    if isinstance(provider, ImagePixels):
        file = "pixels in memory" if provider.path is None else provider.path.name
        return Description("image", f"{file} by {provider.x}, {provider.y}")
    if isinstance(provider, OnlineCutouts):
        return Description("web service", provider.hosts[0], provider.hosts)
    if isinstance(provider, FirstOf):
        hosts = dict.fromkeys(one for part in provider.providers for one in described(part).hosts)
        names = ", ".join(part.name for part in provider.providers)
        return Description("first of several", names, tuple(hosts))
    return Description("own code", type(provider).__name__)


def _part(provider: Any) -> str:
    extension = "" if provider.extension is None else f", extension {provider.extension}"
    return extension + ("" if provider.band is None else f", band {provider.band}")


def states_job(
    catalogue: Catalogue, providers: Sequence[CutoutProvider], source: SourceId | None
) -> Job[dict[str, str]]:
    """What each provider has of a source, in words by its name, without a request to any host."""
    return guarded(_states(catalogue, tuple(providers), source), "look for pictures")


def _states(
    catalogue: Catalogue, providers: tuple[CutoutProvider, ...], source: SourceId | None
) -> Job[dict[str, str]]:
    allowed = allowed_hosts()
    states = {}
    for provider in providers:
        yield Progress(f"Looking at {provider.name}")
        hosts = described(provider).hosts
        if hosts:
            states[provider.name] = "on" if allowed.issuperset(hosts) else OFF
        elif source is None:
            states[provider.name] = "no source on show"
        else:
            states[provider.name] = _state(provider, catalogue, source)
    return states


def _state(provider: CutoutProvider, catalogue: Catalogue, source: SourceId) -> str:
    try:
        # a column may have web addresses
        give = provider.at_hand if isinstance(provider, FetchesCutouts) else provider.cutout
        picture = give(catalogue, source, None)
    except Exception as error:  # providers may be anyone's code
        return f"failed: {type(error).__name__}: {error}"
    if picture is None:
        return "not fetched yet"
    if picture.pixels is None:
        return f"none: {picture.missing}"
    ny, nx = picture.pixels.shape[:2]
    return f"{nx} x {ny} pixels"
