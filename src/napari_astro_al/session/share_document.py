"""The share file: a session in one readable JSON file, without the catalogue's data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from napari_astro_al.catalogue.provenance import MOST_TEXT
from napari_astro_al.errors import SessionError
from napari_astro_al.learning.class_names import MOST_CLASSES
from napari_astro_al.session.catalogue_print import CataloguePrint
from napari_astro_al.session.document import StoredRoles
from napari_astro_al.session.stored_pictures import STRICT, StoredProvider

KIND: Literal["napari-astro-al share file"] = "napari-astro-al share file"
FORMAT = 1
MOST_BYTES = 128 * 2**20
"""Of a file that is read, or written."""
MOST_TASKS = 1_000
_LINE = 1_000
_TEXT = 100_000


class SharedCatalogue(BaseModel):
    """Which catalogue it is about.

    Attributes
    ----------
    name : str
    roles : StoredRoles
    added : dict of str to list of str
        Columns that the session has added to it, by the name that they were added under.
    origin : dict of str to str
        The service that it came from, what that was asked, and when; empty where it is not known.
    """

    model_config = STRICT

    name: str = Field(max_length=_LINE)
    roles: StoredRoles
    added: dict[str, list[str]] = Field(default_factory=dict, max_length=MOST_TASKS)
    origin: dict[str, Annotated[str, Field(max_length=MOST_TEXT)]] = Field(
        default_factory=dict, max_length=20
    )


class SharedRecipes(BaseModel):
    """What models see, learn and are asked; the fields are those of ``session.json``."""

    model_config = STRICT

    features: dict[str, Any]
    tasks: dict[str, dict[str, Any]] = Field(min_length=1, max_length=MOST_TASKS)
    learners: dict[str, dict[str, Any]] = Field(max_length=MOST_TASKS)
    split: dict[str, Any]
    pool: Literal["all", "labelled"] = "all"
    seed: int = 0
    going_on: list[str] = Field(default_factory=list, max_length=MOST_TASKS)
    curated: dict[str, dict[str, Any]] = Field(default_factory=dict)


class SharedLayout(BaseModel):
    """What is on show.

    Attributes
    ----------
    projection : dict or None
    cutouts : list
        Providers of pictures; files are named relative to the folder of the catalogue's file.
    left_out : list of str
        Names of pictures that no file relative to that folder holds.
    window : dict
        Docks, further views, and how things are drawn.
    """

    model_config = STRICT

    projection: dict[str, Any] | None = None
    cutouts: list[StoredProvider] = Field(default_factory=list)
    left_out: list[str] = Field(default_factory=list)
    window: dict[str, Any] = Field(default_factory=dict)


class SharedChain(BaseModel):
    """Who gave answers.

    Attributes
    ----------
    annotator : str
        The name that the person chose, or a made-up one.
    key : str
        Tells the person's devices, and other sessions, apart.
    """

    model_config = STRICT

    annotator: str = Field(min_length=1, max_length=_LINE, pattern="^[^/]+$")
    key: str = Field(pattern="^[0-9a-f]{16}$")


class SharedEvent(BaseModel):
    """One event of the ledger: by the chain at this place, when, what kind, and what was said."""

    model_config = STRICT

    by: int = Field(ge=0)
    utc: str = Field(max_length=40)
    kind: str = Field(min_length=1, max_length=100)
    said: dict[str, Any]


class ShareDocument(BaseModel):
    """The whole of a share file."""

    model_config = STRICT

    kind: Literal["napari-astro-al share file"] = KIND
    format: Literal[1] = 1
    author: str | None = Field(None, max_length=_LINE)
    doi: str | None = Field(None, max_length=_LINE)
    licence: str | None = Field(None, max_length=_LINE)
    description: str | None = Field(None, max_length=_TEXT)
    versions: dict[str, str] = Field(default_factory=dict, max_length=100)
    catalogue: SharedCatalogue
    recipes: SharedRecipes
    layout: SharedLayout = Field(default_factory=SharedLayout)
    excluded: list[str] = Field(default_factory=list)
    sets: dict[str, list[str]] = Field(default_factory=dict)
    annotators: list[SharedChain] = Field(default_factory=list, max_length=100_000)
    events: list[SharedEvent] = Field(default_factory=list)
    fingerprint: CataloguePrint
    """Of the catalogue, with the columns that the session uses."""


def read_share(path: Path) -> ShareDocument:
    """Read a share file; its size is looked at first.

    Raises
    ------
    SessionError
        If it is not there, too large, no share file, of a newer version, or damaged; names where.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise SessionError(f"{path} is a folder. A share file is one file, such as share.json.")
        if size > MOST_BYTES:
            raise SessionError(
                f"{path} has {size / 2**20:,.0f} MiB; a share file has {MOST_BYTES // 2**20} at "
                "most. Share the session's folder instead, or session.export_ledger(...)."
            )
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SessionError(f"There is no share file at {path}. Check the path.") from None
    except (OSError, ValueError) as error:
        raise SessionError(f"Could not read {path}: {error}.") from error
    return parse_share(content, str(path))


def parse_share(content: bytes, name: str) -> ShareDocument:
    """The document in the bytes of a share file.

    Raises
    ------
    SessionError
        As of `read_share`.
    """
    if len(content) > MOST_BYTES:
        raise SessionError(f"{name} has more than {MOST_BYTES // 2**20} MiB.")
    try:
        found = json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError, UnicodeDecodeError) as error:
        raise SessionError(f"{name} is not valid JSON: {error}.") from error
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise SessionError(
            f"{name} is no share file: it does not say so under 'kind'. Name a file that "
            "session.export_config(...) wrote."
        )
    written = found.get("format")
    if isinstance(written, int) and not isinstance(written, bool) and written > FORMAT:
        raise SessionError(
            f"{name} is of format {written}; this version reads up to {FORMAT}. "
            "Update napari-astro-al."
        )
    try:
        json.dumps(found, ensure_ascii=False).encode()
        document = ShareDocument.model_validate(found)
        _check_classes(document)
    except (UnicodeEncodeError, RecursionError) as error:
        raise SessionError(f"{name} is damaged: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise SessionError(f"{name} is damaged at {where}: {first['msg']}.") from error
    except ValueError as error:
        raise SessionError(f"{name} cannot be used: {error}.") from error
    return document


def _check_classes(document: ShareDocument) -> None:
    """Refuse more than people can tell apart, before anything is made of them."""
    for name, task in document.recipes.tasks.items():
        for key, value in task.items():
            if isinstance(value, (list, dict)) and len(value) > MOST_CLASSES:
                raise ValueError(
                    f"{key} of task {name!r} has {len(value):,} entries; at most {MOST_CLASSES:,}"
                )
    chains = len(document.annotators)
    for place, event in enumerate(document.events):
        if event.by >= chains:
            raise ValueError(f"events.{place}.by is {event.by}, and there are {chains} annotators")


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def share_text(document: ShareDocument) -> str:
    """A share file as people can read it: what is short on one line, an event a line.

    Raises
    ------
    SessionError
        If something cannot be said in JSON, or the file would be too large to be read.
    """
    try:
        content = document.model_dump(mode="json")
        text = _readable(content, 0) + "\n"
    except (ValueError, TypeError) as error:
        raise SessionError(f"The session cannot be shared: {error}.") from error
    if len(text) > MOST_BYTES:
        sizes = {name: len(_compact(part)) for name, part in content.items()}
        largest = max(sizes, key=lambda name: sizes[name])
        raise SessionError(
            f"The share file would have {len(text) / 2**20:,.0f} MiB, most of it for {largest!r}; "
            f"{MOST_BYTES // 2**20} at most can be read again. Share the session's folder instead."
        )
    return text


_WIDTH = 100


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _readable(value: Any, depth: int, key: str = "") -> str:
    short = _compact(value)
    if not isinstance(value, (dict, list)) or len(short) + 2 * depth + len(key) < _WIDTH:
        return short
    inside, end = "  " * (depth + 1), "  " * depth
    if isinstance(value, Mapping):
        rows = [
            f"{_compact(name)}: {_readable(one, depth + 1, name)}" for name, one in value.items()
        ]
        return "{\n" + ",\n".join(inside + row for row in rows) + f"\n{end}}}"
    if key == "events":
        rows = [_compact(one) for one in value]
    elif all(not isinstance(one, (dict, list)) for one in value):
        rows = _wrapped([_compact(one) for one in value], _WIDTH - len(inside))
    else:
        rows = [_readable(one, depth + 1) for one in value]
    return "[\n" + ",\n".join(inside + row for row in rows) + f"\n{end}]"


def _wrapped(words: list[str], width: int) -> list[str]:
    rows, row, used = [], list[str](), 0
    for word in words:
        if row and used + len(word) + 2 > width:
            rows.append(", ".join(row))
            row, used = [], 0
        row.append(word)
        used += len(word) + 2
    return [*rows, ", ".join(row)]


def share_schema() -> dict[str, Any]:
    """The JSON Schema of share files (draft 2020-12)."""
    schema = ShareDocument.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A session of napari-astro-al, to be shared",
        **{name: part for name, part in schema.items() if name != "title"},
    }
