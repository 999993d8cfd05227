"""All events of a ledger as columns, read without an object for each of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation.answer_log import KINDS, LABELS
from napari_astro_al.annotation.events import INTEREST, REDO, UNDO

if TYPE_CHECKING:
    import pyarrow as pa

    from napari_astro_al.annotation.ledger_reading import LedgerReading

UNDONE, REDONE, APART, PASSED_OVER = range(len(KINDS), len(KINDS) + 4)
AT_ONCE = 20_000
"""Events of one question to SQLite: some 20 ms, in which nothing can be recorded."""
_NAMES = (*KINDS, UNDO, REDO, INTEREST)
_FIRST = ord("!")
"""The first of the letters that stand for kinds and chains in what SQLite hands over."""
_MOST_CHAINS = 90


@dataclass(frozen=True, eq=False)
class LedgerColumns:
    """What a fold needs of n events in order of arrival; those that it passes over are left out.

    Attributes
    ----------
    places : (n,) int64 ndarray
        Arrival numbers of the ledger.
    kinds : (n,) uint8 ndarray
        Places in `KINDS`, or `UNDONE` or `REDONE`.
    chains : (list of str, (n,) int64 ndarray)
        Distinct chains, and which of them each event is of.
    sources : (n,) pyarrow.StringArray
        Null for undo and redo alone.
    labels, tasks : (list of str, (n,) int64 ndarray)
        Distinct texts, and which of them each event has; -1 for none.
    steps : list of str
        n of them.
    """

    places: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.uint8]
    chains: tuple[list[str], npt.NDArray[np.int64]]
    sources: pa.StringArray
    labels: tuple[list[str], npt.NDArray[np.int64]]
    tasks: tuple[list[str], npt.NDArray[np.int64]]
    steps: list[str]


def read_columns(ledger: LedgerReading) -> LedgerColumns | None:
    """The columns of a ledger; None where its events are not as this version writes them.

    None too where there are interest scores, whose steps lie among those of answers.

    Payloads are parsed by Arrow, in pieces, while SQLite reads the next piece. Neither holds
    Python's lock. What Arrow cannot read in this way may still be a good ledger, or a damaged one:
    reading it event by event tells.

    Raises
    ------
    LedgerError
        If the file cannot be read.
    """
    chains = sorted(ledger.tips())
    if not chains or len(chains) > _MOST_CHAINS:
        return None
    kinds, owners, parsed = [], [], []
    with ThreadPoolExecutor(1) as pool:
        for kind, owner, payloads, n in _pieces(ledger, chains):
            if not len(kind) == len(owner) == n or (kind == APART).any():
                return None
            kinds.append(kind)
            owners.append(owner)
            parsed.append(pool.submit(_parsed, payloads, n))
        tables = [table for one in parsed if (table := one.result()) is not None]
    if len(tables) < len(parsed):
        return None
    return _columns(tables, np.concatenate(kinds), np.concatenate(owners), chains)


_Piece = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], bytes, int]


def _pieces(ledger: LedgerReading, chains: list[str]) -> Iterator[_Piece]:
    """Of `AT_ONCE` events each: kinds, places of chains, payloads a line each, and how many."""
    told = " ".join(f"WHEN '{name}' THEN char({_FIRST + k})" for k, name in enumerate(_NAMES))
    other = f"char({_FIRST + PASSED_OVER})"
    who = " ".join(f"WHEN ? THEN char({_FIRST + k})" for k in range(len(chains)))
    question = (
        f"SELECT CAST(group_concat(letter, '') AS BLOB),"
        f" CAST(group_concat(CASE chain {who} END, '') AS BLOB),"
        f" CAST(group_concat(CASE letter WHEN {other} THEN '{{}}' ELSE payload END, char(10))"
        " AS BLOB)"
        f" FROM (SELECT CASE kind {told} ELSE {other} END AS letter, chain, payload FROM events"
        " WHERE arrival > ? AND arrival <= ? ORDER BY arrival)"
    )
    head = ledger.head
    for after in range(0, head, AT_ONCE):
        until = min(after + AT_ONCE, head)
        kinds, owners, payloads = ledger.asked(question, (*chains, after, until))[0]
        yield _letters(kinds), _letters(owners), payloads or b"", until - after


def _letters(text: bytes | None) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text or b"", dtype=np.uint8) - _FIRST


def _parsed(payloads: bytes, n: int) -> pa.Table | None:
    """Sources, labels, steps and tasks of n payloads, a line each; None if they are not that."""
    import pyarrow as pa
    from pyarrow import json

    text = pa.string()
    schema = pa.schema({
        "source": text, "label": text, "step": text, "asked": pa.struct({"task": text})
    })  # fmt: skip
    try:
        table = json.read_json(
            io.BytesIO(payloads),
            read_options=json.ReadOptions(use_threads=False, block_size=len(payloads) + 1),
            parse_options=json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior="ignore"
            ),
        )
    except pa.ArrowException:
        return None
    return table if len(table) == n else None


def _columns(
    tables: list[pa.Table],
    kinds: npt.NDArray[np.uint8],
    owners: npt.NDArray[np.uint8],
    chains: list[str],
) -> LedgerColumns | None:
    import pyarrow as pa
    from pyarrow import compute

    kept = np.flatnonzero(kinds != PASSED_OVER)
    kinds = kinds[kept]
    table = pa.concat_tables(tables)
    if len(kept) < len(table):
        table = table.take(kept)
    source, label, step, asked = (table[name].combine_chunks() for name in table.column_names)
    answers = kinds < UNDONE
    lacking = (
        (answers & _missing(source)).any()
        or ((kinds == LABELS) & _missing(label)).any()
        or _missing(step).any()
        or compute.any(compute.equal(step, "")).as_py()
    )
    if lacking:
        return None
    return LedgerColumns(
        places=kept + 1,
        kinds=kinds,
        chains=(chains, owners[kept].astype(np.int64)),
        sources=compute.if_else(pa.array(answers), source, None),
        labels=_coded(label),
        tasks=_coded(compute.struct_field(asked, 0)),
        steps=step.to_numpy(zero_copy_only=False).tolist(),
    )


def _missing(texts: pa.StringArray) -> npt.NDArray[np.bool_]:
    gone: npt.NDArray[np.bool_] = texts.is_null().to_numpy(zero_copy_only=False)
    return gone


def _coded(texts: pa.StringArray) -> tuple[list[str], npt.NDArray[np.int64]]:
    coded = texts.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return coded.dictionary.to_pylist(), codes.astype(np.int64)
