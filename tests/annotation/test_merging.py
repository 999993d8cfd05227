"""A merge is a union: commutative, associative, idempotent, and blind to the order of arrival."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from napari_astro_al.annotation.events import Chain, Event
from napari_astro_al.annotation.labels import LabelSet
from napari_astro_al.annotation.ledger import Ledger
from napari_astro_al.annotation.merging import (
    MERGED,
    Additions,
    find_new,
    merged_payload,
    own_events,
)
from napari_astro_al.errors import LedgerError

SOURCES = [str(number) for number in range(4)]
AUTHORS = [Chain("ada", "desk"), Chain("ada", "laptop"), Chain("bo", "desk"), Chain("cy", "desk")]
CHOICES = st.sampled_from(["QSO", "STAR", "~QSO", "unsure", "skip"])


def answer(ledger: Ledger, choice: str, source: str, chain: Chain | None = None) -> None:
    kind = choice if choice in {"unsure", "skip"} else "label"
    ledger.append_many(
        [(kind, {"source": source} | ({"label": choice} if kind == "label" else {}))], chain
    )


def merge(ledger: Ledger, *others: Ledger) -> int:
    found = Additions()
    for other in others:
        find_new(other, ledger, found)
    if found.n_events:
        ledger.take_in(found.in_order(), (MERGED, merged_payload(found)))
    return found.n_events


def meaning(ledger: Ledger) -> object:
    """All that follows from a ledger, whatever its order of arrival."""
    fold = LabelSet.fold(ledger.events())
    votes = {source: fold.votes(source) for source in SOURCES}
    return dict(fold.labels), set(fold.unsure), set(fold.skipped), votes


def answers_of(ledger: Ledger) -> set[str]:
    return {event.hash for event in ledger.events() if event.kind != MERGED}


class Team(RuleBasedStateMachine):
    """Everybody answers in a ledger of their own and merges whoever's, whenever."""

    def __init__(self) -> None:
        super().__init__()
        self.ledgers = [Ledger(None, chain) for chain in AUTHORS]
        self.written: dict[str, list[str]] = {str(chain): [] for chain in AUTHORS}

    members = st.integers(0, len(AUTHORS) - 1)

    @rule(who=members, choice=CHOICES, source=st.sampled_from(SOURCES))
    def say(self, who: int, choice: str, source: str) -> None:
        answer(self.ledgers[who], choice, source)

    @rule(who=members, kind=st.sampled_from(["undo", "redo"]))
    def take_back_or_bring_back(self, who: int, kind: str) -> None:
        ledger = self.ledgers[who]
        fold = LabelSet.fold(ledger.events())
        step = getattr(fold, f"{kind}able")(ledger.chain)
        if step is not None:
            before = meaning(ledger)
            ledger.append(kind, {"step": step})
            inverse = "redo" if kind == "undo" else "undo"
            ledger.append(inverse, {"step": step})
            assert meaning(ledger) == before
            ledger.append(kind, {"step": step})

    @rule(who=members, whom=st.lists(members, min_size=1, max_size=3))
    def merge_some(self, who: int, whom: list[int]) -> None:
        others = [self.ledgers[one] for one in whom if one != who]
        before = answers_of(self.ledgers[who])
        expected = before.union(*(answers_of(one) for one in others))
        merge(self.ledgers[who], *others)
        assert answers_of(self.ledgers[who]) == expected
        assert merge(self.ledgers[who], *others) == 0

    @invariant()
    def every_chain_is_whole(self) -> None:
        assert all(ledger.verify() is None for ledger in self.ledgers)

    def teardown(self) -> None:
        with ExitStack() as opened:
            for ledger in self.ledgers:
                opened.enter_context(ledger)
            ends = []
            for order in list(permutations(self.ledgers))[::5]:
                onlooker = opened.enter_context(Ledger(None, Chain("dora", "desk")))
                merge(onlooker, *order)
                one_by_one = opened.enter_context(Ledger(None, Chain("dora", "desk")))
                for one in order:
                    merge(one_by_one, one)
                pair = opened.enter_context(Ledger(None, Chain("eve", "desk")))
                merge(pair, order[0], order[1])
                rest = opened.enter_context(Ledger(None, Chain("fay", "desk")))
                merge(rest, *order[2:])
                merge(pair, rest)
                ends += [meaning(onlooker), meaning(one_by_one), meaning(pair)]
            assert all(end == ends[0] for end in ends)


TestTeam = Team.TestCase
TestTeam.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)


@given(choices=st.lists(st.tuples(CHOICES, st.sampled_from(SOURCES)), max_size=8), cut=st.data())
@settings(max_examples=40, deadline=None)
def test_of_two_copies_of_a_chain_the_longer_one_is_the_union(choices, cut) -> None:
    ada = AUTHORS[0]
    with Ledger(None, ada) as whole, Ledger(None, AUTHORS[2]) as other:
        for choice, source in choices:
            answer(whole, choice, source)
        events = list(whole.events())
        n = cut.draw(st.integers(0, len(events)))
        other.take_in(events[:n], (MERGED, {}))
        assert merge(other, whole) == len(events) - n
        assert other.chain_after(str(ada), 0) == events


def test_what_came_by_a_merge_is_not_one_s_own() -> None:
    with Ledger(None, AUTHORS[0]) as ada, Ledger(None, AUTHORS[2]) as bo:
        ada.append("trained", {"by": "ada"})
        bo.append("trained", {"by": "bo"})
        merge(ada, bo)
        ada.append("trained", {"by": "ada again"})
        assert [one.payload["by"] for one in own_events(ada, "trained")] == ["ada", "ada again"]
        assert [one.payload["by"] for one in own_events(bo, "trained")] == ["bo"]


class TestRefused:
    @pytest.fixture
    def whole(self):
        with Ledger(None, AUTHORS[0]) as ledger:
            for source in SOURCES:
                answer(ledger, "QSO", source)
            yield ledger

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda events: events[1:],
            lambda events: [events[0], events[2]],
            lambda events: [events[1], events[0]],
            lambda events: [events[0], events[0]],
            lambda events: [events[0], changed(events[1], utc="2020-01-01T00:00:00.000000Z")],
            lambda events: [events[0], changed(events[1], payload={"source": "1", "label": "X"})],
        ],
    )
    def test_events_that_do_not_continue_their_chain(self, whole, spoil) -> None:
        events = list(whole.events())
        with Ledger(None, AUTHORS[2]) as other:
            other.append("skip", {"source": "1"})
            with pytest.raises(LedgerError, match="does not continue the chain here"):
                other.take_in(spoil(events), (MERGED, {}))
            assert other.head == 1

    def test_a_chain_that_was_written_in_two_places_whichever_is_longer(self, whole) -> None:
        events = list(whole.events())
        with Ledger(None, AUTHORS[0]) as copy, Ledger(None, AUTHORS[2]) as bo:
            bo.take_in(events[:2], (MERGED, {}))
            merge(copy, bo)
            answer(copy, "STAR", "0")
            for mine, theirs in ((whole, copy), (copy, whole)):
                with pytest.raises(LedgerError, match="event 3 of chain ada/desk"):
                    merge(mine, theirs)
            with pytest.raises(LedgerError, match="event 3 of chain ada/desk"):
                merge(bo, whole, copy)


def changed(event: Event, **fields: object) -> Event:
    values = {name: getattr(event, name) for name in Event._fields}
    return Event(**(values | fields))
