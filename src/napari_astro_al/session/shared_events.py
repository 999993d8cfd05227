"""The ledger's events in a share file: without devices and paths, and back into a ledger.

Names that people chose for themselves are theirs to give. The random id of somebody who chose none
becomes a made-up name, another one in every session, so that nobody is recognised by it. Devices
become keys. Hashes and random ids of events stay behind: an event that is read again gets an id
that follows from what it says, so that a file read twice, or by two people, is the same events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import (
    CATALOGUE,
    REDO,
    STEPPING,
    UNDO,
    annotator_of,
    canonical_json,
    event_hash,
)
from napari_astro_al.annotation.merging import MERGED
from napari_astro_al.errors import AstroALError, SessionError
from napari_astro_al.session.share_document import SharedChain, SharedEvent

_RANDOM_ID = re.compile("[0-9a-f]{16}")
_DEVICE = "shared-"
_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


Count = Annotated[int, Field(ge=0, lt=2**53)]


class _Scores(BaseModel):
    """What every row of scores has to have."""

    model_config = ConfigDict(extra="allow", strict=True)

    n_labels: Count
    split: str
    confusion: list[list[Count]] | None = None

    @field_validator("confusion")
    @classmethod
    def _is_square(cls, counts: list[list[int]] | None) -> list[list[int]] | None:
        if counts is not None and any(len(row) != len(counts) for row in counts):
            raise ValueError("it is not square")
        return counts


class _Trained(BaseModel):
    """What an event that tells of a model has to have."""

    model_config = ConfigDict(extra="allow", strict=True)

    task: str
    scores: list[_Scores]


def to_shared(
    events: Iterable[Event], *, anonymous: bool = False
) -> tuple[list[SharedChain], list[SharedEvent]]:
    """Events as a share file holds them, and who gave them.

    Parameters
    ----------
    events : iterable of Event
        In order of arrival.
    anonymous : bool
        Whether chosen names become made-up ones too.
    """
    teller = _Teller(anonymous)
    told = [teller.told(event) for event in events]
    return teller.chains, told


class _Teller:
    def __init__(self, anonymous: bool) -> None:
        self._anonymous = anonymous
        self._salt = b""
        self._places: dict[str, int] = {}
        self._steps: dict[str, dict[str, str]] = {}
        self.chains: list[SharedChain] = []

    def told(self, event: Event) -> SharedEvent:
        self._salt = self._salt or event.uuid.encode()[:16]
        said = dict(event.payload)
        if event.kind in STEPPING or event.kind in (UNDO, REDO):
            steps = self._steps.setdefault(event.chain, {})
            step = str(said.get("step", event.uuid))
            said["step"] = steps.setdefault(step, str(len(steps) + 1))
        if event.kind == MERGED:
            said = {"taken": self._taken(said.get("taken", {}))}
        return SharedEvent(by=self._place(event.chain), utc=event.utc, kind=event.kind, said=said)

    def _taken(self, taken: Mapping[str, Any]) -> dict[str, Any]:
        chains = {chain: self.chains[self._place(chain)] for chain in taken}
        return {chain_text(one): taken[chain] for chain, one in chains.items()}

    def _place(self, chain: str) -> int:
        if chain not in self._places:
            self._places[chain] = len(self.chains)
            annotator, _, device = chain.partition("/")
            key = device.removeprefix(_DEVICE)
            if not (device.startswith(_DEVICE) and _RANDOM_ID.fullmatch(key)):
                key = self._digest(chain)
            self.chains.append(SharedChain(annotator=self._name(annotator), key=key))
        return self._places[chain]

    def _name(self, annotator: str) -> str:
        hidden = self._anonymous or _RANDOM_ID.fullmatch(annotator)
        if annotator == CATALOGUE or not hidden:
            return annotator
        return f"annotator-{self._digest(annotator)[:8]}"

    def _digest(self, text: str) -> str:
        return blake2b(text.encode(), digest_size=8, key=self._salt).hexdigest()


def chain_text(chain: SharedChain) -> str:
    """The chain of a ledger that events of a share file are read into."""
    return f"{chain.annotator}/{_DEVICE}{chain.key}"


def from_shared(chains: Sequence[SharedChain], told: Sequence[SharedEvent]) -> list[Event]:
    """Events for a ledger, each continuing its chain from the beginning.

    Raises
    ------
    SessionError
        Naming an event that a ledger cannot take.
    """
    return list(_events(chains, told))


def _events(chains: Sequence[SharedChain], told: Sequence[SharedEvent]) -> Iterator[Event]:
    names = [chain_text(chain) for chain in chains]
    tips: dict[str, tuple[int, str]] = {}
    for place, one in enumerate(told):
        chain = names[one.by]
        sequence, previous = tips.get(chain, (0, ""))
        if not _UTC.fullmatch(one.utc):
            raise SessionError(f"events.{place}.utc is {one.utc!r}, which is no time of a ledger.")
        try:
            payload = canonical_json(one.kind, one.said)
            if one.kind == "trained":
                _Trained.model_validate(one.said)
        except (AstroALError, ValidationError) as error:
            raise SessionError(f"events.{place} cannot be taken: {error}") from error
        text = f"{chain}\n{sequence + 1}\n{previous}\n{one.utc}\n{one.kind}\n{payload}"
        uuid = str(UUID(bytes=blake2b(text.encode(), digest_size=16).digest(), version=4))
        digest = event_hash(previous, uuid, chain, sequence + 1, one.utc, one.kind, payload)
        tips[chain] = (sequence + 1, digest)
        yield Event(uuid, chain, sequence + 1, one.utc, one.kind, one.said, previous, digest)


def answered_sources(told: Iterable[SharedEvent]) -> list[str]:
    """Ids, as text, of all sources that answers, scores or marks are about, each once."""
    kinds = {*STEPPING, "mark"}
    found = (one.said.get("source") for one in told if one.kind in kinds)
    return list(dict.fromkeys(one for one in found if isinstance(one, str)))


def annotators_in(chains: Iterable[SharedChain]) -> list[str]:
    """Everybody who has answered, the label column left out."""
    names = dict.fromkeys(annotator_of(chain_text(chain)) for chain in chains)
    return [name for name in names if name != CATALOGUE]
