"""A catalogue's fingerprint: enough to know it again, and to say how another one differs.

The same for any order of rows and columns, whatever the file is called and wherever it lies. It
holds sums and hashes, none of the values.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import id_hashes, splitmix64
from napari_astro_al.errors import CatalogueError, SessionError, listing
from napari_astro_al.jobs import Job, Progress, drain
from napari_astro_al.session.id_table import IdTable

SAMPLE = 128
"""Sources with the smallest id hashes, whose values are looked at where rows differ."""
MOST_COLUMNS = 10_000
_MISSING = np.uint64(0x5851F42D4C957F2D)


class ColumnPrint(BaseModel):
    """The checksum of one column.

    Attributes
    ----------
    digest : str
        Sum over the sources of a hash of id and value, modulo 2^64, hexadecimal.
    sample : str
        A byte of that hash for each source of the sample; base 64.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    digest: str = Field(pattern="^[0-9a-f]{16}$")
    sample: str = Field(max_length=1_000)


class CataloguePrint(BaseModel):
    """The fingerprint of a catalogue.

    Attributes
    ----------
    n_sources : int
    id_kind : str
        "int64", "uint64" or "string".
    id_digest : str
        Sum of the id hashes modulo 2^64, hexadecimal.
    ids : str
        Sums of ids from which some hundred that are gone or new can be read; base 64.
    sample : str
        The smallest id hashes, ascending; base 64.
    columns : dict of str to ColumnPrint
        Those that the session uses.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    n_sources: int = Field(ge=0)
    id_kind: str = Field(max_length=20)
    id_digest: str = Field(pattern="^[0-9a-f]{16}$")
    ids: str = Field(max_length=20_000)
    sample: str = Field(max_length=4_000)
    columns: dict[str, ColumnPrint] = Field(default_factory=dict, max_length=MOST_COLUMNS)


@dataclass(frozen=True)
class CatalogueChange:
    """How a catalogue differs from the one that a fingerprint is of.

    Attributes
    ----------
    n_gone, n_new : int
        Rows that are not there any more, and rows that were not there; about so many where not
        `exact`.
    exact : bool
    gone, new : tuple of str
        Their ids, where they can be told.
    columns_gone, columns_changed : tuple of str
        Columns that the session uses.
    """

    n_gone: int = 0
    n_new: int = 0
    exact: bool = True
    gone: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    columns_changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.n_gone or self.n_new or self.columns_gone or self.columns_changed)

    def __str__(self) -> str:
        about = "" if self.exact else "about "
        told = [
            f"{about}{number:,} {'row is' if number == 1 else 'rows are'} {what}"
            + (f" ({listing(ids, most=4)})" if ids else "")
            for number, what, ids in (
                (self.n_gone, "gone", self.gone),
                (self.n_new, "new", self.new),
            )
            if number
        ]
        for names, what in ((self.columns_gone, "gone"), (self.columns_changed, "changed")):
            if names:
                column = "column is" if len(names) == 1 else "columns are"
                told.append(f"{len(names)} {column} {what} ({listing(names)})")
        return "; ".join(told) or "nothing differs"


def print_job(catalogue: Catalogue, columns: Iterable[str]) -> Job[CataloguePrint]:
    """The fingerprint of a catalogue, with the checksums of these columns, where it has them."""
    yield Progress(f"Fingerprint of {catalogue.name}")
    hashes = id_hashes(catalogue.ids, 0)
    sample = _smallest(hashes)
    found = {}
    for name in dict.fromkeys(columns):
        yield Progress(f"Fingerprint of {catalogue.name}: {name}")
        told = _column_print(catalogue, name, hashes, sample)
        if told is not None:
            found[name] = told
    return CataloguePrint(
        n_sources=len(catalogue),
        id_kind=catalogue.id_kind,
        id_digest=catalogue.id_digest,
        ids=_text(IdTable.of(_keys(catalogue, hashes)).to_bytes()),
        sample=_text(hashes[sample].astype("<u8").tobytes()),
        columns=found,
    )


def change_job(known: CataloguePrint, catalogue: Catalogue) -> Job[CatalogueChange]:
    """How a catalogue differs from the one that a fingerprint is of.

    Raises
    ------
    SessionError
        If ids are of another kind, or the fingerprint is none.
    """
    if known.id_kind != catalogue.id_kind:
        raise SessionError(
            f"Ids were of kind {known.id_kind}; those of {catalogue.name!r} are of kind "
            f"{catalogue.id_kind}. Read it with the same id column: Catalogue.read(path, id=...)."
        )
    own = yield from print_job(catalogue, known.columns)
    try:
        same_rows = (own.id_digest, own.n_sources) == (known.id_digest, known.n_sources)
        rows = CatalogueChange() if same_rows else _other_rows(known, own, catalogue)
        changed = [
            name
            for name, told in known.columns.items()
            if name in own.columns and _differ(told, own.columns[name], same_rows, known, own)
        ]
    except (ValueError, IndexError, zlib.error) as error:
        raise SessionError(f"The catalogue's fingerprint is damaged: {error}.") from error
    return CatalogueChange(
        rows.n_gone,
        rows.n_new,
        rows.exact,
        rows.gone,
        rows.new,
        columns_gone=tuple(name for name in known.columns if name not in own.columns),
        columns_changed=tuple(changed),
    )


def change_of(known: CataloguePrint, catalogue: Catalogue) -> CatalogueChange:
    """As `change_job`, without waiting for it."""
    return drain(change_job(known, catalogue))


def _other_rows(
    known: CataloguePrint, own: CataloguePrint, catalogue: Catalogue
) -> CatalogueChange:
    before, now = (IdTable.from_bytes(b64decode(one.ids)) for one in (known, own))
    told = before.difference(now)
    if told is not None:
        gone, new = told
        if len(new) - len(gone) == own.n_sources - known.n_sources:
            names = (_named(gone, catalogue), _named(new, catalogue))
            return CatalogueChange(len(gone), len(new), True, *names)
    old, ours = _hashes(known.sample), _hashes(own.sample)
    if known.n_sources > len(old):  # no further than both samples reach
        limit = min(old[-1], ours[-1]) if len(ours) and len(ours) < own.n_sources else old[-1]
        old = old[old <= limit]
    all_now = id_hashes(catalogue.ids, 0)
    share = 1 - float(np.isin(old, all_now).mean()) if len(old) else 0.0
    fewer = known.n_sources - own.n_sources
    n_gone = max(round(share * known.n_sources), fewer, 0)
    return CatalogueChange(n_gone, n_gone - fewer, exact=False)


def _named(keys: list[int], catalogue: Catalogue) -> tuple[str, ...]:
    if catalogue.id_kind == "string":  # hashes: those that are here can be looked up
        hashes = id_hashes(catalogue.ids, 0)
        here = np.flatnonzero(np.isin(hashes, np.array(keys, dtype=np.uint64)))
        return tuple(map(str, catalogue.ids_at(here)))
    signed = catalogue.id_kind == "int64"
    return tuple(str(key - 2**64 if signed and key >= 2**63 else key) for key in keys)


def _differ(
    before: ColumnPrint,
    now: ColumnPrint,
    same_rows: bool,
    known: CataloguePrint,
    own: CataloguePrint,
) -> bool:
    if same_rows:
        return before.digest != now.digest
    mine, theirs = (np.frombuffer(b64decode(one.sample), np.uint8) for one in (before, now))
    _, at_before, at_now = np.intersect1d(
        _hashes(known.sample), _hashes(own.sample), return_indices=True
    )
    return bool((mine[at_before] != theirs[at_now]).any())


def _column_print(
    catalogue: Catalogue,
    name: str,
    hashes: npt.NDArray[np.uint64],
    sample: npt.NDArray[np.int64],
) -> ColumnPrint | None:
    try:
        values = _value_hashes(catalogue.column(name))
    except (CatalogueError, TypeError, ValueError):  # no such column, or one of arrays
        return None
    keyed = splitmix64(hashes ^ values)
    total = int(keyed.sum(dtype=np.uint64))
    return ColumnPrint(
        digest=f"{total:016x}", sample=_text((keyed[sample] >> np.uint64(56)).astype(np.uint8))
    )


def _value_hashes(column: pd.Series[Any]) -> npt.NDArray[np.uint64]:
    missing = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        numbers = numbers + 0.0  # -0 is 0
        found = splitmix64(np.ascontiguousarray(numbers).view(np.uint64))
    else:
        codes, words = pd.factorize(column.astype(str), sort=False)
        each = [hashlib.blake2b(str(word).encode(), digest_size=8).digest() for word in words]
        found = np.frombuffer(b"".join(each), dtype="<u8").astype(np.uint64)[codes]
    return np.where(missing, _MISSING, found)


def _keys(catalogue: Catalogue, hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Whole-number ids themselves, so that they can be read off; hashes of text."""
    if catalogue.id_kind == "string":
        return hashes
    return np.ascontiguousarray(catalogue.ids).view(np.uint64)


def _smallest(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
    if len(hashes) > SAMPLE:
        rows = np.argpartition(hashes, SAMPLE)[:SAMPLE]
    else:
        rows = np.arange(len(hashes))
    chosen: npt.NDArray[np.int64] = rows[np.argsort(hashes[rows])]
    return chosen


def _hashes(text: str) -> npt.NDArray[np.uint64]:
    return np.frombuffer(b64decode(text), dtype="<u8").astype(np.uint64)


def _text(content: Any) -> str:
    return b64encode(bytes(content)).decode()
