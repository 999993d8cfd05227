"""``session.json``: what a session is made of, beside the ledger of labels."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, Field, ValidationError

from napari_astro_al.catalogue.roles import LabelUse
from napari_astro_al.errors import SessionError
from napari_astro_al.home import flush_folder
from napari_astro_al.session.stored_pictures import STRICT, StoredProvider

FORMAT = 1
LARGEST_FILE = 128 * 2**20
"""Bytes of a ``session.json``; ids of curated sets take most of them, 4 million at the most."""


class StoredRoles(BaseModel):
    """The fields of `Roles`; an `id` of None numbers the rows."""

    model_config = STRICT

    id: str | list[str] | None = None
    label: str | None = None
    ra: str | None = None
    dec: str | None = None
    info: list[str] = Field(default_factory=list)
    images: list[str] = Field(default_factory=list)
    unknown: list[str] = Field(default_factory=list)
    label_use: LabelUse = "reference"


class CatalogueReference(BaseModel):
    """Which catalogue a session belongs to, without its data.

    Attributes
    ----------
    path : str
        The file, relative to the session's folder where it can be; empty if it was in memory.
    table : str, int or None
        Which table of the file.
    expand : list of str
        Array columns whose elements were made columns.
    n_sources : int
        Number of sources.
    id_kind : str
        "int64", "uint64" or "string".
    id_digest : str
        Sum of the id hashes modulo 2^64, hexadecimal: the same for any order of the rows.
    partitions : int or None
        How many partitions it is read in, where it stays on disk.
    left_out : list of str
        Partitions that cannot be read and were left out.
    roles : StoredRoles
    """

    model_config = STRICT

    name: str
    path: str = ""
    table: str | int | None = None
    expand: list[str] = Field(default_factory=list)
    n_sources: int
    id_kind: str
    id_digest: str
    partitions: int | None = None
    left_out: list[str] = Field(default_factory=list)
    roles: StoredRoles


class SessionDocument(BaseModel):
    """The whole of ``session.json``."""

    model_config = STRICT

    format: Literal[1] = 1
    package_version: str
    catalogue: CatalogueReference
    features: dict[str, Any]
    tasks: dict[str, dict[str, Any]]
    learners: dict[str, dict[str, Any]]
    split: dict[str, Any]
    pool: Literal["all", "labelled"] = "all"
    seed: int = 0
    annotator: str | None = None
    going_on: list[str] = Field(default_factory=list)
    curated: dict[str, dict[str, Any]] = Field(default_factory=dict)
    projection: dict[str, Any] | None = None
    cutouts: list[StoredProvider] = Field(default_factory=list)
    cutouts_not_kept: list[str] = Field(default_factory=list)
    current: str | None = None
    window: dict[str, Any] = Field(default_factory=dict)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file as a whole, so that a crash leaves the old one or the new one.

    Raises
    ------
    SessionError
        If the folder cannot be written to.
    """
    with atomically(path) as stream:
        stream.write(content)


@contextmanager
def atomically(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of another as a whole when the block ends, and not before.

    Raises
    ------
    SessionError
        If the folder cannot be written to. Whatever fails in the block, the old file is there.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
        flush_folder(path.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SessionError(
            f"Could not write {path.name} in {path.parent}: {error.strerror or error}. "
            "Make room or choose another folder; labels are in the ledger and are not affected."
        ) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_document(path: Path, document: SessionDocument) -> None:
    """Write ``session.json``.

    Raises
    ------
    SessionError
        If the folder cannot be written to, something is not to be said in JSON, or it would be
        larger than `LARGEST_FILE`, so that it could not be read again.
    """
    try:
        content = document.model_dump_json(indent=2).encode()
    except ValueError as error:
        raise SessionError(f"{path.name} cannot be written: {error}.") from error
    if len(content) > LARGEST_FILE:
        raise SessionError(
            f"{path.name} would have {len(content) / 2**20:.0f} MiB, and a session's may have "
            f"{LARGEST_FILE // 2**20}. Hold out fewer sources by name: Split(ids=...) lists each."
        )
    write_atomically(path, content)


def read_document(path: Path) -> SessionDocument:
    """Read ``session.json``.

    Raises
    ------
    SessionError
        If it is not there, is larger than `LARGEST_FILE`, is not valid, or was written by a newer
        version.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise SessionError(
            f"{path.parent} is not a session: it has no {path.name}. Name a folder that "
            "Session(path=...) made."
        ) from None
    except OSError as error:
        raise SessionError(f"Could not read {path}: {error}.") from error
    if len(data) > LARGEST_FILE:
        raise SessionError(
            f"{path} has more than {LARGEST_FILE // 2**20} MiB, which is more than a session "
            "writes. Restore the file from a copy; the labels in ledger.sqlite are not affected."
        )
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SessionError(f"{path} is not valid JSON: {error}.") from error
    if isinstance(content, dict) and isinstance(content.get("format"), int):
        written = content["format"]
        if written > FORMAT:
            raise SessionError(
                f"{path} is of format {written}; this version reads up to {FORMAT}. "
                "Update napari-astro-al."
            )
    _check_unicode(path, content)
    try:
        return SessionDocument.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise SessionError(f"{path} is damaged at {where}: {first['msg']}.") from error


def _check_unicode(path: Path, content: object) -> None:
    for key, value in content.items() if isinstance(content, dict) else ():
        try:
            json.dumps([key, value], ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError) as error:
            raise SessionError(f"{path} is damaged at {key!a}: {error}.") from error
