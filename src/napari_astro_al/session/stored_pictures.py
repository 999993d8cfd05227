"""Providers of cutouts as ``session.json`` names them, and back again.

A model's first field tells its kind: no two kinds have the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from napari_astro_al.cutouts import (
    CutoutBundle,
    CutoutProvider,
    FirstOf,
    ImageArchive,
    ImageColumn,
    ImagePixels,
    ImageStack,
    ImageTiles,
    OnlineCutouts,
)
from napari_astro_al.session.file_paths import named_file, seen_from

STRICT = ConfigDict(extra="forbid", strict=True)


class StoredImageColumn(BaseModel):
    """An `ImageColumn`; `root` is relative to the session's folder where it can be."""

    model_config = STRICT

    column: str
    root: str | None = None
    pixel_scale: float | None = None
    title: str | None = None
    extension: int | str | None = None
    band: int | None = None


class StoredImageArchive(BaseModel):
    """An `ImageArchive`; `archive` is relative to the session's folder where it can be."""

    model_config = STRICT

    archive: str
    column: str | None = None
    folder: str = ""
    pixel_scale: float | None = None
    title: str | None = None
    extension: int | str | None = None
    band: int | None = None


class StoredImageStack(BaseModel):
    """An `ImageStack`; `stack` is relative to the session's folder where it can be."""

    model_config = STRICT

    stack: str
    array: str | None = None
    ids: str | None = None
    index: str | None = None
    band: int | None = None
    pixel_scale: float | None = None
    title: str | None = None


class StoredImageTiles(BaseModel):
    """`ImageTiles`; the paths are relative to the session's folder where they can be."""

    model_config = STRICT

    paths: list[str]
    size: float | None = None
    title: str | None = None
    extensions: list[int | str] | None = None
    band: int | None = None


class StoredService(BaseModel):
    """`OnlineCutouts`. Which hosts may be called is the person's own, and not in here."""

    model_config = STRICT

    service: str
    options: dict[str, Any] = Field(default_factory=dict)
    title: str | None = None


class StoredBundle(BaseModel):
    """`CutoutBundle`; the path is relative to the session's folder where it can be."""

    model_config = STRICT

    bundle: str
    of: str
    title: str | None = None


class StoredImagePixels(BaseModel):
    """An `ImagePixels` of a file; the path is relative to the session's folder where it can be."""

    model_config = STRICT

    picture: str
    x: str
    y: str
    side: int
    extension: int | None = None
    origin: Literal["lower", "upper"] | None = None
    title: str | None = None


class StoredFirstOf(BaseModel):
    """`FirstOf`."""

    model_config = STRICT

    first_of: list[StoredProvider]
    title: str | None = None


StoredProvider = (
    StoredImageColumn
    | StoredImageArchive
    | StoredImageStack
    | StoredImageTiles
    | StoredImagePixels
    | StoredService
    | StoredBundle
    | StoredFirstOf
)
"""How a session names a provider."""


def stored_provider(provider: CutoutProvider, folder: Path) -> StoredProvider | None:
    """How a session names a provider of cutouts; None for one of somebody else's kind."""
    if isinstance(provider, OnlineCutouts):
        return StoredService(
            service=provider.service, options=provider.options, title=provider.title
        )
    if isinstance(provider, CutoutBundle):
        return StoredBundle(
            bundle=seen_from(folder, provider.path), of=provider.of, title=provider.title
        )
    if isinstance(provider, FirstOf):
        some = [stored_provider(one, folder) for one in provider.providers]
        known = [one for one in some if one is not None]
        # without one of them, another would be shown in its place
        return StoredFirstOf(first_of=known, title=provider.title) if None not in some else None
    if isinstance(provider, ImageTiles):
        return StoredImageTiles(
            paths=[seen_from(folder, one) for one in provider.paths],
            size=provider.size,
            title=provider.title,
            extensions=None if provider.extensions is None else list(provider.extensions),
            band=provider.band,
        )
    if isinstance(provider, ImagePixels) and provider.path is not None:
        return StoredImagePixels(
            picture=seen_from(folder, provider.path),
            x=provider.x,
            y=provider.y,
            side=provider.side,
            extension=provider.extension,
            origin=provider.origin,
            title=provider.title,
        )
    if isinstance(provider, ImageColumn):
        return StoredImageColumn(
            column=provider.column,
            root=None if provider.root is None else seen_from(folder, Path(provider.root)),
            pixel_scale=_number(provider.pixel_scale),
            title=provider.title,
            extension=provider.extension,
            band=provider.band,
        )
    if isinstance(provider, ImageArchive):
        return StoredImageArchive(
            archive=seen_from(folder, provider.path),
            column=provider.column,
            folder=provider.folder,
            pixel_scale=_number(provider.pixel_scale),
            title=provider.title,
            extension=provider.extension,
            band=provider.band,
        )
    if isinstance(provider, ImageStack):
        return StoredImageStack(
            stack=seen_from(folder, provider.path),
            array=provider.array,
            ids=provider.ids,
            index=provider.index,
            band=provider.band,
            pixel_scale=_number(provider.pixel_scale),
            title=provider.title,
        )
    return None


def provider_of(stored: StoredProvider, folder: Path) -> CutoutProvider:
    """The inverse of `stored_provider`.

    Raises
    ------
    AstroALError, OSError or ValueError
        If the session names something that is not there any more or cannot be.
    """
    if isinstance(stored, StoredFirstOf):
        return FirstOf([provider_of(one, folder) for one in stored.first_of], title=stored.title)
    if isinstance(stored, StoredBundle):
        return CutoutBundle(named_file(folder, stored.bundle), stored.of, title=stored.title)
    if isinstance(stored, StoredService):
        return OnlineCutouts(stored.service, stored.options, title=stored.title)
    if isinstance(stored, StoredImagePixels):
        return ImagePixels(
            named_file(folder, stored.picture),
            stored.x,
            stored.y,
            side=stored.side,
            extension=stored.extension,
            origin=stored.origin,
            title=stored.title,
        )
    if isinstance(stored, StoredImageTiles):
        return ImageTiles(
            [named_file(folder, one) for one in stored.paths],
            size=None if stored.size is None else f"{stored.size!r} arcsec",
            title=stored.title,
            extensions=stored.extensions,
            band=stored.band,
        )
    if isinstance(stored, StoredImageArchive):
        archive = stored.model_dump(exclude={"archive"})
        return ImageArchive(named_file(folder, stored.archive), **archive)
    if isinstance(stored, StoredImageStack):
        return ImageStack(named_file(folder, stored.stack), **stored.model_dump(exclude={"stack"}))
    root = None if stored.root is None else named_file(folder, stored.root)
    return ImageColumn(root=root, **stored.model_dump(exclude={"root"}))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
