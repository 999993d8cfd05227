"""What a provider of cutouts is, in the words of a list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_astro_al.cutouts.archives import ImageArchive
from napari_astro_al.cutouts.columns import ImageColumn
from napari_astro_al.cutouts.cutout import CutoutProvider
from napari_astro_al.cutouts.online import FirstOf, OnlineCutouts
from napari_astro_al.cutouts.stacks import ImageStack
from napari_astro_al.cutouts.tiles import ImageTiles


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
