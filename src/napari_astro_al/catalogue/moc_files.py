"""Files of footprints on the sky (MOC): FITS, JSON and text.

The files are read here and not by mocpy, whose readers end the program on some damaged ones.

References
----------
IVOA Recommendation MOC 2.0: NUNIQ and range FITS, JSON and ASCII serialisations.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import CatalogueError

DEEPEST = 29
MOST_BYTES = 512 * 2**20
"""Of a file: thirty million ranges."""
MOST_TEXT = 64 * 2**20
"""Of a file of text or JSON, which takes many times as much memory while it is read."""
Ranges = npt.NDArray[np.uint64]

_WORD = re.compile(r"(\d+)/|(\d+)(?:-(\d+))?|([a-z])", re.IGNORECASE)


def read_ranges(path: Path) -> tuple[Ranges, int]:
    """The cells of a MOC file as ranges of order 29.

    Returns
    -------
    ranges : (n, 2) uint64 ndarray
        Sorted, apart from each other; first and one past the last cell.
    order : int
        The order of its smallest cells, 0 to 29.

    Raises
    ------
    CatalogueError
        If there is no such file, it is no MOC of the sky in ICRS, or it is damaged.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise CatalogueError(f"{path} is a folder. A footprint is one file.")
        if size > MOST_BYTES:
            raise CatalogueError(
                f"{path.name} has {size / 2**20:,.0f} MiB; footprints of up to "
                f"{MOST_BYTES // 2**20} MiB are read."
            )
        with path.open("rb") as file:
            start = file.read(512)
    except FileNotFoundError:
        raise CatalogueError(f"There is no footprint at {path}. Check the path.") from None
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error}.") from error
    try:
        if start.startswith(b"SIMPLE"):
            cells, order = _of_fits(path)
        elif size > MOST_TEXT:
            raise CatalogueError(
                f"{path.name} is text of {size / 2**20:,.0f} MiB; up to {MOST_TEXT // 2**20} MiB "
                "are read. Write it as FITS."
            )
        elif start.lstrip().startswith(b"{"):
            cells, order = _of_json(path)
        else:
            cells, order = _of_text(path)
    except CatalogueError:
        raise
    except Exception as error:
        raise CatalogueError(
            f"{path.name} cannot be read as a footprint: {type(error).__name__}: "
            f"{str(error)[:200]}. A MOC in FITS, JSON or text was expected."
        ) from error
    return _merged(cells), order


def _of_fits(path: Path) -> tuple[Ranges, int]:
    from astropy.io import fits

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with fits.open(path, memmap=True) as hdus:
            table = next((one for one in hdus if isinstance(one, fits.BinTableHDU)), None)
            if table is None:
                raise CatalogueError(f"{path.name} is FITS without a table: no footprint.")
            header = table.header
            _check_kind(path, header)
            there = path.stat().st_size
            if header["NAXIS1"] * header["NAXIS2"] > there:
                raise CatalogueError(
                    f"{path.name} is cut short: it holds fewer cells than it says."
                )
            values = np.array(table.data.field(0))
            order = int(header.get("MOCORD_S", header.get("MOCORDER", DEEPEST)))
            how = str(header.get("ORDERING", "NUNIQ")).strip().upper()
    if values.dtype.kind not in "iu":
        raise CatalogueError(f"{path.name} holds no whole numbers in its first column: no MOC.")
    if values.size and int(values.min()) < 0:
        raise CatalogueError(f"{path.name} holds cells below 0: it is damaged.")
    numbers = values.reshape(-1).astype(np.uint64)
    if how == "RANGE":
        if numbers.size % 2:
            raise CatalogueError(f"{path.name} holds half a range: it is damaged.")
        return _checked(path, numbers.reshape(-1, 2)), min(max(order, 0), DEEPEST)
    if how != "NUNIQ":
        raise CatalogueError(f"{path.name} orders its cells by {how!r}; NUNIQ or RANGE expected.")
    return _of_uniq(path, numbers)


def _check_kind(path: Path, header: Any) -> None:
    kind = str(header.get("MOCDIM", "SPACE")).strip().upper()
    if kind != "SPACE":
        raise CatalogueError(
            f"{path.name} is a MOC of {kind.lower().replace('.', ' and ')}; one of space alone is "
            "expected."
        )
    frame = str(header.get("COORDSYS", "C")).strip().upper()
    if frame not in ("C", "ICRS", ""):
        raise CatalogueError(f"{path.name} is in the coordinates {frame!r}; 'C' (ICRS) expected.")


def _of_uniq(path: Path, numbers: Ranges) -> tuple[Ranges, int]:
    """Cells written as 4 * 4^order + cell."""
    if (numbers < 4).any() or (numbers >= np.uint64(16) << np.uint64(2 * DEEPEST)).any():
        raise CatalogueError(f"{path.name} holds numbers that are no cells: it is damaged.")
    bits = np.zeros(len(numbers), dtype=np.uint64)
    rest = numbers.copy()
    while (left := rest >= 16).any():
        bits[left] += np.uint64(1)
        rest[left] >>= np.uint64(2)
    orders = bits
    cells = numbers - (np.uint64(4) << (np.uint64(2) * orders))
    shift = np.uint64(2) * (np.uint64(DEEPEST) - orders)
    ranges = np.stack([cells << shift, (cells + np.uint64(1)) << shift], axis=1)
    return _checked(path, ranges), int(orders.max()) if len(orders) else 0


def _of_json(path: Path) -> tuple[Ranges, int]:
    told = json.loads(path.read_text("utf-8"))
    if not isinstance(told, dict):
        raise CatalogueError(f"{path.name} is JSON, and no MOC: orders with their cells expected.")
    found: list[Ranges] = []
    deepest = 0
    for key, cells in told.items():
        if not key.isdecimal() or not isinstance(cells, list):
            raise CatalogueError(
                f"{path.name} has an entry {key[:40]!r}; a MOC of space has orders with lists."
            )
        if not all(isinstance(one, int) and not isinstance(one, bool) for one in cells):
            raise CatalogueError(f"{path.name} holds cells of order {key} that are no numbers.")
        order = _order(path, key)
        deepest = max(deepest, order)
        pairs = np.array([(one, one) for one in cells], dtype=object).reshape(-1, 2)
        found.append(_of_cells(path, order, pairs))
    return _joined(found), deepest


def _of_text(path: Path) -> tuple[Ranges, int]:
    text = path.read_text("ascii")
    order, deepest = -1, 0
    pairs: dict[int, list[tuple[int, int]]] = {}
    for found in _words(path, text):
        if found[4]:
            if found[4].lower() != "s":
                raise CatalogueError(
                    f"{path.name} is a MOC of more than space, or none: {found[4]!r} stands in it."
                )
        elif found[1]:
            order = _order(path, found[1])
            deepest = max(deepest, order)
            pairs.setdefault(order, [])
        elif order < 0:
            raise CatalogueError(f"{path.name} is no MOC: cells stand before any order such as 5/.")
        else:
            first = int(found[2])
            pairs[order].append((first, int(found[3] or first)))
    if not pairs:
        raise CatalogueError(f"{path.name} is no MOC: there is no order such as 5/ in it.")
    found_ranges = [
        _of_cells(path, one, np.array(some, dtype=object).reshape(-1, 2))
        for one, some in pairs.items()
    ]
    return _joined(found_ranges), deepest


def _words(path: Path, text: str) -> Iterator[re.Match[str]]:
    place = 0
    for found in _WORD.finditer(text):
        if text[place : found.start()].strip(" \t\r\n,"):
            break
        place = found.end()
        yield found
    strange = text[place:].strip(" \t\r\n,")
    if strange:
        raise CatalogueError(f"{path.name} is no MOC: {strange[:40]!r} stands in it.")


def _order(path: Path, text: str) -> int:
    order = int(text) if len(text) < 4 else DEEPEST + 1
    if order > DEEPEST:
        raise CatalogueError(f"{path.name} names the order {text[:20]}; up to {DEEPEST} exist.")
    return order


def _of_cells(path: Path, order: int, pairs: npt.NDArray[np.object_]) -> Ranges:
    """First and last cells of one order, as ranges of order 29."""
    most = 12 * 4**order
    for first, last in pairs:
        if not 0 <= first <= last < most:
            raise CatalogueError(
                f"{path.name} names the cells {str(first)[:24]}-{str(last)[:24]} of order {order}, "
                f"which has 0 to {most - 1}."
            )
    shift = np.uint64(2 * (DEEPEST - order))
    numbers = pairs.astype(np.uint64)
    return np.stack([numbers[:, 0] << shift, (numbers[:, 1] + np.uint64(1)) << shift], axis=1)


def _joined(parts: list[Ranges]) -> Ranges:
    return np.concatenate([np.empty((0, 2), dtype=np.uint64), *parts])


def _checked(path: Path, ranges: Ranges) -> Ranges:
    most = np.uint64(12) << np.uint64(2 * DEEPEST)
    if (ranges[:, 0] >= ranges[:, 1]).any() or (ranges[:, 1] > most).any():
        raise CatalogueError(f"{path.name} holds ranges that are no cells: it is damaged.")
    return ranges


def _merged(ranges: Ranges) -> Ranges:
    """Sorted, and those that touch or overlap made one."""
    if not len(ranges):
        return ranges
    ordered = ranges[np.argsort(ranges[:, 0], kind="stable")]
    ends = np.maximum.accumulate(ordered[:, 1])
    new = np.concatenate([[True], ordered[1:, 0] > ends[:-1]])
    starts = np.flatnonzero(new)
    last = np.concatenate([starts[1:] - 1, [len(ordered) - 1]])
    return np.stack([ordered[starts, 0], ends[last]], axis=1)
