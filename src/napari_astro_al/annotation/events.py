"""Events of the ledger: what one annotator did on one device, chained by hashes.

Everything that a person decides is an immutable event. The kinds that the fold in
`napari_astro_al.annotation.labels` understands, and what their payloads must hold:

============  =======================================================================
kind          payload
============  =======================================================================
``label``     ``source`` (id as text), ``label``; optional ``step`` and anything else
``unsure``    ``source``; optional ``step`` and anything else
``skip``      ``source``; optional ``step`` and anything else
``audit``     ``source``; optional ``label``, ``step`` and anything else
``interest``  ``source``, ``score`` (0 to 5, or null); optional ``step`` and anything else
``undo``      ``step``: the step to take back
``redo``      ``step``: the step to bring back
============  =======================================================================

A step is what one call or key press did; its events share the text under ``step``. An event
without one is a step by itself, named by its uuid. An audit is an answer about a source that has
one already, to see whether it is the same: it changes no label. An interest score says how
interesting a source is, whatever its class (`napari_astro_al.annotation.interest`). Other kinds
are kept and passed over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from napari_astro_al.errors import LedgerError

LABEL = "label"
UNSURE = "unsure"
SKIP = "skip"
AUDIT = "audit"
INTEREST = "interest"
UNDO = "undo"
REDO = "redo"
ANSWERS = frozenset({LABEL, UNSURE, SKIP, AUDIT})
STEPPING = ANSWERS | {INTEREST}
"""What steps consist of, which undo takes back."""
MOST_INTERESTING = 5
CATALOGUE = "catalogue"
"""The annotator of labels inherited from a column; counts only where no person has answered."""

_spell = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_REQUIRED = {
    LABEL: ("source", "label"),
    UNSURE: ("source",),
    SKIP: ("source",),
    AUDIT: ("source",),
    INTEREST: ("source",),
    UNDO: ("step",),
    REDO: ("step",),
}


@dataclass(frozen=True, slots=True)
class Chain:
    """One annotator on one device: the author of one sequence of events.

    Attributes
    ----------
    annotator : str
        Id of the annotator, without a slash.
    device : str
        Id of the device.

    Raises
    ------
    LedgerError
        If either is empty or the annotator contains a slash.
    """

    annotator: str
    device: str

    def __post_init__(self) -> None:
        if not self.annotator or "/" in self.annotator or not self.device:
            raise LedgerError(
                f"{self.annotator!r} on device {self.device!r} cannot be an annotator: both need "
                "at least one character, and the annotator no '/'. Choose another name."
            )

    def __str__(self) -> str:
        return f"{self.annotator}/{self.device}"


def annotator_of(chain: str) -> str:
    """The annotator in the text of a chain, ``annotator/device``."""
    return chain.partition("/")[0]


class Event(NamedTuple):
    """One line of the ledger.

    Attributes
    ----------
    uuid : str
        Random and unique in all ledgers (RFC 4122, version 4).
    chain : str
        ``annotator/device``.
    sequence : int
        Position in the chain, from 1, without gaps.
    utc : str
        When it was recorded: ISO 8601 in UTC with microseconds, ``2026-01-31T12:00:00.000000Z``.
    kind : str
        ``label``, ``unsure``, ``skip``, ``audit``, ``interest``, ``undo``, ``redo``, or a kind
        that a newer version knows.
    payload : dict
        Strict JSON; not to be changed.
    previous : str
        `hash` of the event before it in the chain, empty for the first.
    hash : str
        SHA-256, in hex, of everything above (`event_hash`).
    """

    uuid: str
    chain: str
    sequence: int
    utc: str
    kind: str
    payload: dict[str, Any]
    previous: str
    hash: str


def event_hash(
    previous: str, uuid: str, chain: str, sequence: int, utc: str, kind: str, payload: str
) -> str:
    """The hash that links an event to the one before it.

    Parameters
    ----------
    previous, uuid, chain, sequence, utc, kind
        As in `Event`.
    payload : str
        The canonical JSON of the payload.

    Returns
    -------
    str
        SHA-256, in hex, of the canonical JSON of
        ``[previous, uuid, chain, sequence, utc, kind, payload]``.
    """
    head = _spell([previous, uuid, chain, sequence, utc, kind])
    return hashlib.sha256(f"{head[:-1]},{payload}]".encode()).hexdigest()


def canonical_json(kind: str, payload: Mapping[str, Any]) -> str:
    """A payload as text with exactly one spelling.

    Keys sorted, no spaces, ASCII with escapes, no NaN or infinity.

    Parameters
    ----------
    kind : str
        The event's kind; says which entries must be there.
    payload : mapping
        Strict JSON; tuples become arrays.

    Raises
    ------
    LedgerError
        If the payload is not strict JSON, or lacks what its kind needs.
    """
    for name in _REQUIRED.get(kind, ()):
        _check_text(kind, payload, name)
    if "step" in payload and kind in STEPPING:
        _check_text(kind, payload, "step")
    if kind == INTEREST:
        interest_in(payload)
    try:
        _check_keys(payload)
        return _spell(dict(payload))
    except (TypeError, ValueError, RecursionError) as error:
        raise LedgerError(
            f"This {kind!r} event was NOT recorded: its payload is not strict JSON ({error}). Use "
            "text, finite numbers, True, False, None, lists, and dicts with text as keys."
        ) from error


def interest_in(payload: Mapping[str, Any]) -> int | None:
    """The score that an interest event gives: 0 to 5, or None for none any more.

    Raises
    ------
    LedgerError
        If there is no such score.
    """
    score = payload.get("score", "nothing")
    if score is None:
        return None
    if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= MOST_INTERESTING:
        raise LedgerError(
            f"An 'interest' event has a whole number from 0 to {MOST_INTERESTING}, or null, under "
            f"'score', and not {score!r}."
        )
    return score


def utc_now() -> str:
    """The present time, spelled as in `Event`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def next_event(chain: str, tip: tuple[int, str], utc: str, kind: str, payload: str) -> Event:
    """The event that continues a chain.

    Parameters
    ----------
    chain : str
        ``annotator/device``.
    tip : (int, str)
        Sequence and hash of the chain's last event; ``(0, "")`` before the first.
    utc : str
        When it happened.
    kind : str
        Kind of the event.
    payload : str
        The canonical JSON of the payload.
    """
    sequence, previous = tip[0] + 1, tip[1]
    uuid = str(uuid4())
    digest = event_hash(previous, uuid, chain, sequence, utc, kind, payload)
    return Event(uuid, chain, sequence, utc, kind, json.loads(payload), previous, digest)


def check_continues(event: Event, payload: str, tip: tuple[int, str]) -> None:
    """Refuse an event of another ledger that is not what follows in its chain.

    Parameters
    ----------
    event : Event
    payload : str
        The canonical JSON of its payload.
    tip : (int, str)
        As of `next_event`.

    Raises
    ------
    LedgerError
        If it does not follow, or was changed after it was recorded.
    """
    e = event
    digest = event_hash(e.previous, e.uuid, e.chain, e.sequence, e.utc, e.kind, payload)
    if (e.sequence, e.previous) != (tip[0] + 1, tip[1]) or digest != e.hash:
        raise LedgerError(
            f"Event {e.sequence} of chain {e.chain} ({e.kind}, {e.utc}) does not continue the "
            f"chain here, which has {tip[0]} events, or was changed. Nothing was taken in."
        )


def _check_text(kind: str, payload: Mapping[str, Any], name: str) -> None:
    value = payload.get(name)
    if not isinstance(value, str) or not value:
        raise LedgerError(
            f"This {kind!r} event was NOT recorded: its payload needs a text that is not empty "
            f"under {name!r}, and holds {value!r}."
        )


def _check_keys(value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is not text")
            _check_keys(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _check_keys(inner)
