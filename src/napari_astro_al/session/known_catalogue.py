"""The fingerprint of its catalogue in a session's folder: to find it again, and to tell it apart.

Kept in a file of its own, so that nothing of it is read or computed where nothing is amiss with a
large catalogue.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, AstroALWarning
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.session.catalogue_print import (
    CatalogueChange,
    CataloguePrint,
    change_of,
    print_job,
)
from napari_astro_al.session.document import CatalogueReference, write_atomically
from napari_astro_al.session.file_paths import named_file
from napari_astro_al.session.stored_pictures import STRICT

if TYPE_CHECKING:
    from napari_astro_al.session.state import State

FILE = "fingerprint.json"
MOST_BYTES = 64 * 2**20
AT_ONCE = 200_000
"""Sources of a catalogue whose fingerprint is made and compared while a session is opened."""
MOST_LOOKED_AT = 2_000
"""Files of a folder that are looked at for a catalogue that was moved."""


class KeptPrint(BaseModel):
    """What ``fingerprint.json`` holds.

    Attributes
    ----------
    file_bytes : int or None
        The size of the catalogue's file.
    columns : list of str
        Those that were to be in the fingerprint; columns of arrays are not.
    catalogue : CataloguePrint
    """

    model_config = STRICT

    file_bytes: int | None = Field(None, ge=0)
    columns: list[str] = Field(default_factory=list)
    catalogue: CataloguePrint


def kept_print(root: Path) -> KeptPrint | None:
    """The fingerprint in a session's folder; None for none, or one that cannot be read."""
    file = root / FILE
    try:
        if file.stat().st_size > MOST_BYTES:
            return None
        return KeptPrint.model_validate_json(file.read_bytes(), strict=True)
    except (OSError, ValidationError, ValueError, RecursionError):
        return None  # it can be made again, from the catalogue


def keep_print_job(session: State) -> Job[CataloguePrint]:
    """Make the fingerprint of a session's catalogue, and keep it in the session's folder."""
    return guarded(
        _keep(session.catalogue, used_columns(session), session.path), "keep the fingerprint"
    )


def _keep(catalogue: Catalogue, columns: list[str], root: Path | None) -> Job[CataloguePrint]:
    made = yield from print_job(catalogue, columns)
    if root is not None:
        size = None
        with suppress(OSError):
            size = None if catalogue.path is None else catalogue.path.stat().st_size
        text = KeptPrint(file_bytes=size, columns=columns, catalogue=made).model_dump_json(indent=1)
        write_atomically(root / FILE, text.encode())
    return made


def used_columns(session: State) -> list[str]:
    """Columns that a session's results depend on, and those that are pictures or positions."""
    roles = session.catalogue.roles
    named = [roles.label, roles.ra, roles.dec, *roles.images]
    features = session.features.recipe.columns or ()
    return list(dict.fromkeys(name for name in (*named, *features) if name))


def lacks_print(session: State) -> bool:
    """Whether the folder of a session has no fingerprint, or one without some columns."""
    if session.path is None or session.ledger.read_only:
        return False
    kept = kept_print(session.path)
    return kept is None or not set(used_columns(session)) <= set(kept.columns)


def keep_small_print(session: State) -> None:
    """Keep the fingerprint at once, of a catalogue that is small; a failure is no matter."""
    if len(session.catalogue) <= AT_ONCE and lacks_print(session):
        with suppress(AstroALError):
            drain(keep_print_job(session))


def _change(root: Path, catalogue: Catalogue) -> CatalogueChange:
    kept = kept_print(root)
    if kept is not None:
        with suppress(AstroALError):
            return change_of(kept.catalogue, catalogue)
    return CatalogueChange()


def change_in_words(root: Path, catalogue: Catalogue) -> str:
    """How a catalogue differs from that of a session's folder; empty where that is not known."""
    change = _change(root, catalogue)
    return f" Compared with it: {change}." if change else ""


def warn_of_columns(root: Path, catalogue: Catalogue) -> None:
    """Say which columns have changed since a session was kept, of a catalogue that is small.

    Of one that is gone, what needs it says so.
    """
    if len(catalogue) > AT_ONCE:
        return
    change = replace(_change(root, catalogue), columns_gone=())
    if change:
        warnings.warn(
            f"The catalogue of {root.name} is not as it was: {change}. Labels are as they were; "
            "what models learn and ask may be otherwise.",
            AstroALWarning,
            stacklevel=4,
        )


def found_again(root: Path, reference: CatalogueReference) -> Iterator[Path]:
    """Files that may be a catalogue that is not where it was: of its name or its size.

    They are looked for in the folder where it was and in the one that holds the session.
    """
    missing = named_file(root, reference.path)
    kept = kept_print(root)
    size = None if kept is None else kept.file_bytes
    for folder in dict.fromkeys((root.parent, missing.parent)):
        with suppress(OSError):
            files = [one for _, one in zip(range(MOST_LOOKED_AT), folder.iterdir(), strict=False)]
            for file in sorted(files, key=lambda one: one.name != missing.name):
                if file.is_file() and (file.name == missing.name or file.stat().st_size == size):
                    yield file
