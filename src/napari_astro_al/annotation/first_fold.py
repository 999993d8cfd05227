"""The fold of all events of a ledger at once, as columns."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation.answer_log import AUDITS, LABELS, SKIPS, AnswerLog
from napari_astro_al.annotation.author import Author
from napari_astro_al.annotation.events import Event
from napari_astro_al.annotation.ledger_columns import UNDONE, LedgerColumns

_Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class FirstFold:
    """What a ledger says of each source, where a single chain speaks of it.

    Attributes
    ----------
    log : AnswerLog
        Every answer.
    authors : dict of {str: Author}
        By chain.
    last_of : dict of {int: int}
        The last answer of each source.
    labels : dict of {int: str}
        Of the labelled sources, under their names of now.
    places : dict of {int: int}
        The answer that labels each labelled source, in order of arrival.
    unsure : set of int
    skipped : dict of {int: int}
        The skip of each skipped source.
    contested : list of int
        Sources with answers of several chains, of which the above says nothing yet.
    """

    log: AnswerLog[Any]
    authors: dict[str, Author]
    last_of: dict[Any, int]
    labels: dict[Any, str]
    places: dict[Any, int]
    unsure: set[Any]
    skipped: dict[Any, int]
    contested: list[Any]


def first_fold(
    columns: LedgerColumns,
    sources: _Rows,
    fetch: Callable[[Sequence[int]], list[Event]],
    name: Callable[[str], str] | None = None,
) -> FirstFold:
    """Fold events in order of arrival.

    Parameters
    ----------
    columns : LedgerColumns
    sources : (n,) int64 ndarray
        The source of each event, as a number; of undo and redo any.
    fetch : callable
        Events at places of the ledger.
    name : callable, optional
        What a label is called now.
    """
    answers = columns.kinds < UNDONE
    sources = sources[answers]
    log: AnswerLog[int] = AnswerLog(fetch)
    log.begin(
        sources=sources,
        chains=(columns.chains[0], columns.chains[1][answers]),
        labels=(columns.labels[0], columns.labels[1][answers]),
        tasks=(columns.tasks[0], columns.tasks[1][answers]),
        kinds=columns.kinds[answers],
        places=columns.places[answers],
    )
    stands, step_links, authors = _steps(columns, answers)
    log.stands += stands[1:].tobytes()
    log.step_links.frombytes(step_links[1:].tobytes())

    order = np.argsort(sources, kind="stable")
    ordered = sources[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    links = np.zeros(len(order), dtype=np.int64)
    links[order[1:]] = np.where(begins[1:], 0, order[:-1] + 1)
    log.source_links.frombytes(links.tobytes())

    groups = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    lasts = np.append(first[1:], len(order))[: len(first)] - 1
    keys = ordered[first]
    owners = columns.chains[1][answers][order]
    contested = np.zeros(len(first), dtype=bool)
    contested[groups[owners != owners[first][groups]]] = True

    kinds = columns.kinds[answers][order]
    standing = (stands[1:] == 1)[order]
    chosen = _last(groups, standing & (kinds != SKIPS) & (kinds != AUDITS), len(first))
    skips = _last(groups, standing & (kinds == SKIPS), len(first))
    decided = ~contested & (chosen >= 0)
    labelled = decided & (kinds[chosen] == LABELS)
    skipped = ~contested & (chosen < 0) & (skips >= 0)

    winners = order[chosen[labelled]] + 1
    by_arrival = np.argsort(winners)
    winners, winning = winners[by_arrival], keys[labelled][by_arrival]
    names = [text if name is None else name(text) for text in columns.labels[0]]
    given = columns.labels[1][answers][winners - 1]
    return FirstFold(
        log=log,
        authors=authors,
        last_of=dict(_pairs(keys, order[lasts] + 1)),
        labels={source: names[code] for source, code in _pairs(winning, given)},
        places=dict(_pairs(winning, winners)),
        unsure=set(keys[decided & ~labelled].tolist()),
        skipped=dict(_pairs(keys[skipped], order[skips[skipped]] + 1)),
        contested=keys[contested].tolist(),
    )


def _last(groups: _Rows, which: npt.NDArray[np.bool_], n: int) -> _Rows:
    """The last of certain answers of each group, -1 where there is none."""
    last = np.full(n, -1, dtype=np.int64)
    places = np.flatnonzero(which)
    last[groups[places]] = places  # where several go to one group, the last one stays
    return last


def _pairs(keys: _Rows, values: _Rows) -> Iterator[tuple[int, int]]:
    return zip(keys.tolist(), values.tolist(), strict=True)


def _steps(
    columns: LedgerColumns, answers: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.uint8], _Rows, dict[str, Author]]:
    """Which answers stand, the links along their steps, and what each chain did."""
    arrivals = np.cumsum(answers)
    n = int(arrivals[-1]) if len(arrivals) else 0
    stands = np.ones(n + 1, dtype=np.uint8)
    links = array("q", bytes(8 * (n + 1)))
    authors: dict[str, Author] = {}
    for code, chain in enumerate(columns.chains[0]):
        own = np.flatnonzero(columns.chains[1] == code)
        if not answers[own].any():
            continue
        author = authors[chain] = Author()
        turns = np.flatnonzero(~answers[own]).tolist()
        begin = 0
        for end in (*turns, len(own)):
            some = own[begin:end]
            if len(some):
                author.undone.clear()
                _take(author, columns.steps, some.tolist(), arrivals[some].tolist(), links)
            if end < len(own):
                _turn(author, columns, int(own[end]), stands, links)
            begin = end + 1
    return stands, np.frombuffer(links, dtype=np.int64), authors


def _take(
    author: Author, steps: list[str], events: list[int], arrivals: list[int], links: array[int]
) -> None:
    done = author.done
    names = [steps[event] for event in events]
    fresh = dict(zip(names, arrivals, strict=True))
    if len(fresh) == len(names) and done.keys().isdisjoint(fresh):  # a step is one answer each
        done.update(fresh)
        return
    for step, arrival in zip(names, arrivals, strict=True):
        if step in done:
            links[arrival] = done[step]
        done[step] = arrival


def _turn(
    author: Author,
    columns: LedgerColumns,
    event: int,
    stands: npt.NDArray[np.uint8],
    links: array[int],
) -> None:
    """Take a step back, or bring it back."""
    taken = columns.kinds[event] == UNDONE
    here, there = (author.done, author.undone) if taken else (author.undone, author.done)
    step = columns.steps[event]
    if step not in here:
        return
    arrival = there[step] = here.pop(step)
    while arrival:
        stands[arrival] = not taken
        arrival = links[arrival]
