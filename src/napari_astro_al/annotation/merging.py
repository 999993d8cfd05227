"""Merging ledgers: a union of chains, the same in whatever order and however often it is made.

Every chain has one author who only ever adds to it. Of two copies of a chain one is therefore the
beginning of the other, and the longer one is their union. Where that is not so, the chain was
written in two places at once, or changed: it is refused by name, and nothing is taken.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from napari_astro_al.annotation.events import Chain, Event
from napari_astro_al.annotation.ledger import Ledger
from napari_astro_al.errors import LedgerError

MERGED = "merged"
"""The kind of the event that says which events of others were taken in."""
_READER = Chain("reader", "reader")


@dataclass
class Additions:
    """What other ledgers have that one ledger lacks.

    Attributes
    ----------
    chains : dict of str to list of Event
        The missing events by chain, in the order of the chain.
    files : list of str
        Names of the files that were looked at.
    """

    chains: dict[str, list[Event]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @property
    def n_events(self) -> int:
        """How many events are missing."""
        return sum(map(len, self.chains.values()))

    def in_order(self) -> list[Event]:
        """The missing events, by time as far as their chains allow, whatever came in first."""
        return [event for _, event in heapq.merge(*map(_timed, self.chains.values()))]


def _timed(events: Iterable[Event]) -> Iterator[tuple[tuple[str, str, int], Event]]:
    """Events with a key that never goes back in their chain, also where the clock did."""
    latest = ""
    for event in events:
        latest = max(latest, event.utc)
        yield (latest, event.chain, event.sequence), event


def check_whole(ledger: Ledger) -> None:
    """Raise a `LedgerError` that names the first broken link, where there is one."""
    broken = ledger.verify()
    if broken is not None:
        raise LedgerError(
            f"Nothing was merged: {ledger.path or 'the ledger'} is NOT as it was written. {broken} "
            "Get a copy that is whole."
        )


def take_from(path: Path, ledger: Ledger, found: Additions) -> None:
    """Add what a file has, and neither a ledger nor other files have, to what was found.

    Parameters
    ----------
    path : Path
        Another ledger. It is verified, and not changed.
    ledger : Ledger
        Where the events are missing.
    found : Additions
        Changed in place; as it was where an error is raised.

    Raises
    ------
    LedgerError
        If the file cannot be read, is about other ids, is not as it was written, or has a chain
        that contradicts the one that is there.
    """
    with Ledger(path, _READER, id_kind=ledger.id_kind, read_only=True) as other:
        find_new(other, ledger, found)


def find_new(other: Ledger, ledger: Ledger, found: Additions) -> None:
    """As `take_from`, of a ledger that is open."""
    check_whole(other)
    known, new = ledger.tips(), dict[str, list[Event]]()
    for chain, (length, digest) in other.tips().items():
        there = [*found.chains.get(chain, [])]
        ours = (there[-1].sequence, there[-1].hash) if there else known.get(chain, (0, ""))
        shared = min(ours[0], length)
        mine = ours[1] if shared == ours[0] else _hash_at(ledger, there, chain, shared)
        theirs = digest if shared == length else other.hash_at(chain, shared)
        if mine != theirs:
            raise _contradiction(ledger, there, other, chain, shared)
        if length > ours[0]:
            new[chain] = [*there, *other.chain_after(chain, ours[0])]
    found.chains.update(new)
    found.files.append(other.path.name if other.path else "memory")


def _hash_at(ledger: Ledger, there: Sequence[Event], chain: str, sequence: int) -> str:
    if there and sequence >= there[0].sequence:
        return there[sequence - there[0].sequence].hash
    return ledger.hash_at(chain, sequence)


def _contradiction(
    ledger: Ledger, there: Sequence[Event], other: Ledger, chain: str, shared: int
) -> LedgerError:
    """The error for a chain of which two copies differ, with the first place where they do."""
    same, differs = 0, shared
    while same + 1 < differs:
        middle = (same + differs) // 2
        if _hash_at(ledger, there, chain, middle) == other.hash_at(chain, middle):
            same = middle
        else:
            differs = middle
    return LedgerError(
        f"Nothing was merged: event {differs} of chain {chain} in {other.path} is another one than "
        "here. That chain was written in two places, such as two sessions of one person on one "
        "computer or a folder and its copy. Label in one of them from now on, or give each an "
        "annotator of its own: Session.open(path, annotator=...)."
    )


def merged_payload(found: Additions) -> dict[str, object]:
    """What the event of a merge says: files, and the first and last event taken of each chain."""
    return {
        "files": found.files,
        "taken": {
            chain: [events[0].sequence, events[-1].sequence]
            for chain, events in sorted(found.chains.items())
        },
    }


def own_events(ledger: Ledger, kind: str) -> Iterator[Event]:
    """Events of one kind that were recorded here, and not taken in by a merge."""
    taken: dict[str, list[tuple[int, int]]] = {}
    for event in ledger.events(kind=MERGED):
        said: Mapping[str, Sequence[int]] = event.payload.get("taken", {})
        for chain, (first, last) in said.items():
            if chain != event.chain:  # one's own may come back from a copy
                taken.setdefault(chain, []).append((first, last))
    for event in ledger.events(kind=kind):
        ranges = taken.get(event.chain, ())
        if not any(first <= event.sequence <= last for first, last in ranges):
            yield event
