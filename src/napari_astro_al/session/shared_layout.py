"""What is on show, as a share file names it: no path but those beside the catalogue's file."""

from __future__ import annotations

import re
import warnings
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from napari_astro_al.cutouts import CutoutProvider
from napari_astro_al.errors import AstroALError, AstroALWarning, SessionError
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.session.share_document import SharedLayout
from napari_astro_al.session.stored_pictures import (
    StoredFirstOf,
    StoredProvider,
    provider_of,
    stored_provider,
)

if TYPE_CHECKING:
    from napari_astro_al.session.state import State

ABOUT = "share"
"""Where a session's window keeps what was last said about the share file."""
_PRIVATE = {ABOUT, "checkpoints"}
_PATHS = ("root", "archive", "stack", "paths", "picture", "bundle")
_ABSOLUTE = re.compile(r"(/[^/\0]+){2,}/?|[A-Za-z]:[\\/].*|\\\\.*|~[\\/].*|file:.*", re.DOTALL)
_OWN_WORDS = frozenset({"comment", "label", "reason", "source"})
_DEEPEST = 200


def without_paths(value: Any, depth: int = 0) -> Any:
    """JSON values in which every text that is an absolute path is its last part alone.

    What people have written themselves (comments, labels, reasons) stays as it is.
    """
    if depth > _DEEPEST:
        raise SessionError("The session holds values that are nested too deep to be shared.")
    if isinstance(value, str):
        return PureWindowsPath(value).name if _ABSOLUTE.fullmatch(value) else value
    if isinstance(value, dict):
        return {
            without_paths(key): one if key in _OWN_WORDS else without_paths(one, depth + 1)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [without_paths(one, depth + 1) for one in value]
    return value


def layout_of(session: State) -> SharedLayout:
    """What a session shows, for a share file."""
    folder, providers, left_out = picture_folder(session), list[StoredProvider](), list[str]()
    for provider in session.cutouts.providers:
        stored = stored_provider(provider, folder)
        if stored is None:
            left_out.append(PureWindowsPath(provider.name).name)
        else:
            providers.append(_beside(stored, folder))
    recipe = session.projection_recipe
    window = {key: one for key, one in session.window.items() if key not in _PRIVATE}
    return SharedLayout(
        projection=None if recipe is None else without_paths(recipe.to_json()),
        cutouts=providers,
        left_out=left_out,
        window=without_paths(window),
    )


def picture_folder(session: State) -> Path:
    """Where pictures of a share file are looked for: beside the catalogue's file."""
    path = session.catalogue.path or session.path
    return Path.cwd() if path is None else path.expanduser().absolute().parent


def _beside(stored: StoredProvider, folder: Path) -> StoredProvider:
    """A provider whose files are below the catalogue's folder, or named by their last part."""
    if isinstance(stored, StoredFirstOf):
        return stored.model_copy(
            update={"first_of": [_beside(one, folder) for one in stored.first_of]}
        )
    changes: dict[str, Any] = {}
    for name in _PATHS:
        value = getattr(stored, name, None)
        if isinstance(value, list):
            changes[name] = [_below(one, folder) for one in value]
        elif isinstance(value, str):
            changes[name] = _below(value, folder)
    changes["title"] = without_paths(stored.title)
    return stored.model_copy(update=changes)


def _below(path: str, folder: Path) -> str:
    return path if is_below(path) else (folder / path).resolve().name or "pictures"


def is_below(path: str) -> bool:
    """Whether a path, on any system, leads to a file below the folder that it is relative to."""
    windows, posix = PureWindowsPath(path), PurePosixPath(path)
    rooted = bool(windows.drive or windows.root or posix.root) or path.startswith("~")
    return not rooted and ".." not in windows.parts and "\0" not in path


def check_layout(layout: SharedLayout) -> None:
    """Refuse a layout that names files elsewhere.

    Raises
    ------
    SessionError
        Naming the path.
    """
    for stored in layout.cutouts:
        _check_provider(stored)


def _check_provider(stored: StoredProvider) -> None:
    if isinstance(stored, StoredFirstOf):
        for one in stored.first_of:
            _check_provider(one)
        return
    for name in _PATHS:
        value = getattr(stored, name, None)
        for path in value if isinstance(value, list) else [value]:
            if path is not None and not is_below(path):
                raise SessionError(
                    f"The share file names {path!r} under {name}: a picture must lie below the "
                    "folder of the catalogue's file, and be named relative to it."
                )


def pictures_job(session: State, layout: SharedLayout) -> Job[list[CutoutProvider]]:
    """The pictures of a layout that the session has not yet; what cannot be is told in a warning.

    Files are looked at: this takes its time.
    """
    folder, found = picture_folder(session), list[CutoutProvider]()
    known = {one.name for one in session.cutouts.providers}
    for stored in layout.cutouts:
        yield Progress("Looking for pictures")
        try:
            provider = provider_of(stored, folder)
            if provider.name not in known:
                found += yield from session.cutouts.add_job([provider])
                known.add(provider.name)
        except (AstroALError, OSError, ValueError) as error:
            _warn(f"Pictures of the share file could not be found beside the catalogue: {error}")
    for name in layout.left_out:
        if name not in known:
            _warn(f"The pictures {name!r} are not in the share file. Add them again.")
    return found


def recipe_of(layout: SharedLayout) -> ProjectionRecipe | None:
    """The projection of a layout; None for none, or for one that cannot be, with a warning."""
    if layout.projection is None:
        return None
    try:
        return ProjectionRecipe.from_json(layout.projection)
    except Exception as error:  # the file may hold anything
        _warn(f"The projection of the share file cannot be made: {error}")
        return None


def _warn(message: str) -> None:
    warnings.warn(message, AstroALWarning, stacklevel=6)
