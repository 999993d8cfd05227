"""From a file or folder to partitions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from napari_astro_al.catalogue import Roles
from napari_astro_al.errors import CatalogueError, listing
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.scale.engines import Engine, merged_job
from napari_astro_al.scale.hats import COLLECTION, hats_files, is_hats
from napari_astro_al.scale.parts import Part, Source, unreadable
from napari_astro_al.scale.stores import (
    SUFFIXES,
    files_below,
    is_file,
    is_local,
    is_parquet,
    opened,
)

FOOTERS = 100
"""Files whose footers are read between two words of how far it is."""
MOST_LOOKED_AT = 200
"""Entries of a folder that are looked at, to tell what it is."""


@dataclass(frozen=True)
class Opened:
    """Partitions, and those that were left out, by name and reason."""

    name: str
    parts: tuple[Part, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """Whether a partition can be read to its end, as work on it: its number and what is wrong."""

    source: Source

    def __call__(self, part: Part) -> dict[int, str]:
        """Read a partition."""
        try:
            for _ in self.source.tables(part, None):
                pass
        except CatalogueError as error:
            return {part.number: f"{type(error.__cause__).__name__}: {error.__cause__}"}
        return {part.number: ""}


def holds_partitions(path: Path) -> bool:
    """Whether a folder is a catalogue in partitions: HATS, a collection, or of Parquet files.

    Looks at the first entries of the folder and of the folders in it, and no deeper.
    """
    if not path.is_dir():
        return False
    if is_hats(path) or (path / COLLECTION).is_file():
        return True
    with suppress(OSError):
        entries = sorted(islice(path.iterdir(), MOST_LOOKED_AT))
        inside = (one for folder in entries if folder.is_dir() for one in _some(folder))
        return any(one.suffix.lower() in SUFFIXES for one in (*entries, *inside) if one.is_file())
    return False


def _some(folder: Path) -> list[Path]:
    with suppress(OSError):
        return list(islice(folder.iterdir(), MOST_LOOKED_AT))
    return []


def files_of(path: Path) -> list[Path]:
    """Parquet files of a catalogue, in the order of their names.

    Raises
    ------
    CatalogueError
        If there is none.
    """
    if (is_parquet(path) or is_local(path)) and is_file(path):
        return [path]
    if is_local(path) and not path.exists():
        raise CatalogueError(f"There is no file or folder {path}.")
    if is_hats(path):
        found = hats_files(path) or files_below(path / "dataset")
    else:
        found = files_below(path)
    if not found:
        raise CatalogueError(
            f"{path} has no Parquet files ({listing(SUFFIXES)}). Give the folder that they are in, "
            "or one file; other formats are read by aal.Catalogue.read."
        )
    return found


def open_parts_job(path: Path, engine: Engine, skip_unreadable: bool) -> Job[Opened]:
    """Read the files' footers.

    Raises
    ------
    CatalogueError
        Naming each file that cannot be read or has other columns.
    """
    name = path.stem if is_parquet(path) else path.name
    whole = is_hats(path)
    parts: list[Part] = []
    failures: list[tuple[str, Exception]] = []
    first: tuple[Path, Any] | None = None
    start = 0
    files = files_of(path)
    for number, file in enumerate(files):
        if number % FOOTERS == 0:
            yield Progress(f"Reading the footers of {len(files):,} files", number, len(files))
        try:
            schema, sizes = _footer(file)
        except Exception as error:  # damage can be of any kind
            failures.append((file.name, error))
            continue
        first = first or (file, schema)
        _check_columns(name, *first, file, schema)
        groups = [(None, sum(sizes))] if whole else list(enumerate(sizes))
        for group, size in groups:
            if size:
                parts.append(Part(len(parts), file, group, start, size))
                start += size
    if failures and not skip_unreadable:
        raise unreadable(name, failures)
    left_out = [f"{one}: {type(error).__name__}: {error}" for one, error in failures]
    if skip_unreadable:
        parts, damaged = yield from _whole_ones_job(Source(name, Roles(), ()), parts, engine)
        left_out += damaged
    if not parts:
        raise CatalogueError(f"{name!r} has no partition with rows that can be read.")
    return Opened(name, tuple(parts), tuple(left_out))


def _whole_ones_job(
    source: Source, parts: list[Part], engine: Engine
) -> Job[tuple[list[Part], list[str]]]:
    if not parts:
        return [], []
    told = yield from merged_job(engine, Reading(source), parts, _both, "Looking for damage")
    damaged = [f"{part}: {told[part.number]}" for part in parts if told[part.number]]
    return list(_numbered(part for part in parts if not told[part.number])), damaged


def _both(one: dict[int, str], other: dict[int, str]) -> dict[int, str]:
    return one | other


def _numbered(parts: Iterator[Part]) -> Iterator[Part]:
    start = 0
    for number, part in enumerate(parts):
        yield replace(part, number=number, start=start)
        start += part.n_rows


def _footer(file: Path) -> tuple[Any, list[int]]:
    import pyarrow.parquet

    with opened(file) as stream, pyarrow.parquet.ParquetFile(stream, pre_buffer=False) as parquet:
        about = parquet.metadata
        sizes = [about.row_group(k).num_rows for k in range(about.num_row_groups)]
        return parquet.schema_arrow, sizes


def _check_columns(name: str, first: Path, schema: Any, file: Path, own: Any) -> None:
    lacking = [one for one in schema.names if one not in own.names]
    more = [one for one in own.names if one not in schema.names]
    if lacking or more:
        what = f"lacks {listing(lacking)}" if lacking else f"has {listing(more)} as well"
        raise CatalogueError(
            f"Files of {name!r} have different columns: {file.name} {what}, unlike {first.name}. "
            "Open a folder in which all files are of one catalogue."
        )
