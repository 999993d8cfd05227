"""How a text table is written: encoding, delimiter, header, told from its beginning."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

_SAMPLE_ROWS = 200
_DELIMITERS = (",", "\t", ";", "|")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?|[+-]?(nan|inf(inity)?)", re.I)
_PADDED = re.compile(r"[+-]?0\d+")


@dataclass(frozen=True)
class Dialect:
    """How a text table is written.

    Attributes
    ----------
    encoding : str
        As Python names it.
    delimiter : str
        One character, or ``" "`` for any white space.
    skip : int
        Lines before the first row of data.
    names : tuple of str
        Of the columns; ``column 1``, ... where the file has none. Empty where there are no rows.
    units : tuple of str
        Of the columns, where a row of them stands under the header; else empty.
    has_header : bool
        Whether the names are the file's.
    padded : tuple of int
        Positions of columns of whole numbers that are written with leading zeros.
    """

    encoding: str
    delimiter: str
    skip: int
    names: tuple[str, ...]
    units: tuple[str, ...] = ()
    has_header: bool = True
    padded: tuple[int, ...] = ()


def is_number(text: str) -> bool:
    """Whether a cell is a number."""
    return _NUMBER.fullmatch(text.strip()) is not None


def sniff(head: bytes, *, whole: bool, name: PurePosixPath) -> Dialect:
    """The dialect of a text table.

    Parameters
    ----------
    head : bytes
        The beginning of the file.
    whole : bool
        Whether that is all of it; else its last line may be cut.
    name : path
        The suffix breaks ties between delimiters.

    Returns
    -------
    Dialect
    """
    encoding = _encoding(head)
    text = head.decode(encoding, errors="replace")
    if not whole and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    lines = text.splitlines()
    above = 0
    while above < len(lines) and (not lines[above].strip() or lines[above].startswith("#")):
        above += 1
    comments = [one.lstrip("# \t").rstrip() for one in lines[:above] if one.startswith("#")]
    body = lines[above : above + _SAMPLE_ROWS]
    delimiter = _delimiter(body or comments[-1:], name)
    rows = split_lines(body, delimiter)
    header = next(iter(split_lines(comments[-1:], delimiter)), [])
    if not rows:
        return Dialect(encoding, delimiter, above, ())
    width = len(rows[0])
    if len(header) == width > 1 and any(map(is_number, rows[0])):
        return _finished(encoding, delimiter, above, header, rows)
    if all(is_number(one) for one in rows[0]):
        names = [f"column {number + 1}" for number in range(width)]
        return _finished(encoding, delimiter, above, names, rows, has_header=False)
    for under in (1, 2):
        if len(rows) > under and _is_rule(rows[under]):
            units = rows[1] if under == 2 else []
            return _finished(
                encoding, delimiter, above + under + 1, rows[0], rows[under + 1 :], units=units
            )
    return _finished(encoding, delimiter, above + 1, rows[0], rows[1:])


def split_lines(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Rows of cells; blank lines are passed over."""
    if delimiter == " ":
        split = (next(csv.reader([" ".join(one.split())], delimiter=" "), []) for one in lines)
        return [row for row in split if row]
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, skipinitialspace=True)
    return [row for row in reader if row]


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _delimiter(lines: Sequence[str], name: PurePosixPath) -> str:
    preferred = "\t" if name.suffix.lower() in (".tsv", ".tab") else ","
    order = sorted(_DELIMITERS, key=lambda one: one != preferred)
    widths = {one: [len(row) for row in split_lines(lines, one)] for one in order}
    even = {one: found[0] for one, found in widths.items() if found and len(set(found)) == 1}
    best = max(even, key=lambda one: even[one], default=preferred)
    if even.get(best, 1) > 1:
        return best
    # a header with a delimiter and rows of uneven width: the table is damaged, and says so later
    damaged = max(order, key=lambda one: widths[one][0] if widths[one] else 0)
    if widths[damaged] and widths[damaged][0] > 1:
        return damaged
    blanks = [len(row) for row in split_lines(lines, " ")]
    if blanks and len(set(blanks)) == 1 and blanks[0] > 1:
        return " "
    return preferred


def _is_rule(row: Sequence[str]) -> bool:
    return all(one and not one.strip("-= ") for one in row)


def _finished(
    encoding: str,
    delimiter: str,
    skip: int,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    units: Sequence[str] = (),
    has_header: bool = True,
) -> Dialect:
    padded = [
        place
        for place in range(len(names))
        if any(len(row) > place and _PADDED.fullmatch(row[place].strip()) for row in rows)
    ]
    return Dialect(
        encoding,
        delimiter,
        skip,
        tuple(one.strip() for one in names),
        tuple(one.strip() for one in units),
        has_header,
        tuple(padded),
    )
