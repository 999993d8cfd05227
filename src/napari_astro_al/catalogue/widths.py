"""Rows of a text table that have more or fewer cells than its header."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from napari_astro_al.catalogue.dialects import Dialect
from napari_astro_al.errors import CatalogueError

_CHUNK = 1 << 24
_NEWLINE, _RETURN = ord("\n"), ord("\r")


def contains(file: BinaryIO, what: bytes, start: int = 0) -> bool:
    """Whether some bytes stand anywhere in a file, from a place on."""
    file.seek(start)
    before = b""
    while chunk := file.read(_CHUNK):
        if what in before + chunk[: len(what)] or what in chunk:
            return True
        before = chunk[1 - len(what) :] if len(what) > 1 else b""
    return False


def check_widths(file: BinaryIO, dialect: Dialect, path: Path) -> None:
    """Refuse rows with more or fewer cells than the header has.

    Raises
    ------
    CatalogueError
        Naming the first such line and how many there are.
    """
    expected = len(dialect.names)
    plain = (
        dialect.delimiter != " "
        and dialect.encoding != "utf-16"
        and not any(contains(file, one) for one in (b'"', b"\n#"))
        and contains(file, b"\n")
    )
    every = _plain_widths(file, dialect, expected) if plain else _widths(file, dialect)
    wrong = [(line, found) for line, found in every if found != expected]
    if wrong:
        line, found = wrong[0]
        raise CatalogueError(
            f"{path.name}: {len(wrong):,} lines do not have the {expected} cells of the header; "
            f"the first is line {line} with {found}. The file may be cut short or hold a delimiter "
            "that is not quoted; mend these lines."
        )


def _plain_widths(file: BinaryIO, dialect: Dialect, expected: int) -> Iterator[tuple[int, int]]:
    """As `_widths` where nothing is quoted, for the rows of another width than expected only."""
    delimiter = ord(dialect.delimiter)
    file.seek(0)
    line, rest = 1, b""
    while chunk := file.read(_CHUNK):
        content, _, rest = (rest + chunk).rpartition(b"\n")
        yield from _odd_lines(content + b"\n", delimiter, line, expected, dialect.skip)
        line += content.count(b"\n") + 1
    if rest:
        yield from _odd_lines(rest + b"\n", delimiter, line, expected, dialect.skip)


def _odd_lines(
    content: bytes, delimiter: int, first: int, expected: int, skip: int
) -> Iterator[tuple[int, int]]:
    letters = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(letters == _NEWLINE)
    before = np.searchsorted(np.flatnonzero(letters == delimiter), ends)
    found = np.diff(before, prepend=0) + 1
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts
    blank = (lengths == 0) | ((lengths == 1) & (letters[starts] == _RETURN))
    lines = np.arange(first, first + len(ends))
    odd = (found != expected) & ~blank & (lines > skip)
    yield from zip(lines[odd].tolist(), found[odd].tolist(), strict=True)


def _widths(file: BinaryIO, dialect: Dialect) -> Iterator[tuple[int, int]]:
    """Line number from 1 and number of cells of each row."""
    quoted = contains(file, b'"')
    file.seek(0)
    lines = io.TextIOWrapper(file, encoding=dialect.encoding, errors="replace", newline="")
    try:
        for _ in range(dialect.skip):
            next(lines, None)
        rows = (line for line in lines if not line.startswith("#"))
        if quoted and dialect.delimiter != " ":
            reader = csv.reader(rows, delimiter=dialect.delimiter, skipinitialspace=True)
            yield from ((dialect.skip + reader.line_num, len(row)) for row in reader if row)
            return
        separator = None if dialect.delimiter == " " else dialect.delimiter
        for number, line in enumerate(rows, dialect.skip + 1):
            if line.strip("\r\n "):
                yield number, len(line.split(separator))
    finally:
        lines.detach()
