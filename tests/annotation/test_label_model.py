"""The label set against a slow model that reads the rules off the whole list of events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from napari_astro_al.annotation.events import Event
from napari_astro_al.annotation.labels import LabelSet

SOURCES = [str(number) for number in range(5)]
CHAINS = ["ada/desk", "ada/laptop", "bo/desk", "cy/desk", "catalogue/desk"]
CHOICES = st.sampled_from(["QSO", "STAR", "~QSO", "unsure", "skip"])
ANSWERS = {"label", "unsure", "skip"}


def make(number: int, chain: str, kind: str, payload: dict[str, Any], hour: int = 0) -> Event:
    return Event(f"event {number}", chain, number, f"hour {hour}", kind, payload, "", "")


def payload_of(choice: str, source: str, step: str | None) -> tuple[str, dict[str, Any]]:
    kind = choice if choice in ANSWERS else "label"
    payload = {"source": source} | ({"label": choice} if kind == "label" else {})
    return kind, payload | ({"step": step} if step else {})


@dataclass
class Model:
    """The rules, word by word, over all events each time."""

    events: list[Event] = field(default_factory=list)

    def steps(self, chain: str) -> tuple[list[tuple[str, list[int]]], list[tuple[str, list[int]]]]:
        """Standing and undone steps of a chain: name and event numbers."""
        done: list[tuple[str, list[int]]] = []
        undone: list[tuple[str, list[int]]] = []
        for number, event in enumerate(self.events):
            if event.chain != chain:
                continue
            if event.kind in ANSWERS:
                undone = []
                name = event.payload.get("step", event.uuid)
                for known, numbers in done:
                    if known == name:
                        numbers.append(number)
                        break
                else:
                    done.append((name, [number]))
            elif event.kind in {"undo", "redo"}:
                origin, target = (done, undone) if event.kind == "undo" else (undone, done)
                for step in origin:
                    if step[0] == event.payload["step"]:
                        origin.remove(step)
                        target.append(step)
                        break
        return done, undone

    def standing(self, chain: str, source: str) -> list[int]:
        numbers = sorted(number for _, step in self.steps(chain)[0] for number in step)
        return [number for number in numbers if self.events[number].payload["source"] == source]

    def votes(self, source: str) -> dict[str, int]:
        votes: dict[str, int] = {}
        for annotator in ["ada", "bo", "cy", "catalogue"]:
            last = []
            for chain in CHAINS:
                answers = [
                    number
                    for number in self.standing(chain, source)
                    if self.events[number].kind != "skip"
                ]
                if chain.startswith(f"{annotator}/") and answers:
                    last.append(answers[-1])
            if last:
                votes[annotator] = max(
                    last, key=lambda one: (self.events[one].utc, self.events[one].chain)
                )
        if set(votes) - {"catalogue"}:
            votes.pop("catalogue", None)
        return votes

    def choice(self, number: int) -> str | None:
        return self.events[number].payload.get("label")

    def verdict(self, source: str) -> tuple[str | None, str | None, int]:
        """State, label, and the number of the event that gives the source its place."""
        votes = self.votes(source)
        counts = Counter(self.choice(number) for number in votes.values()).most_common()
        if counts and (len(counts) == 1 or counts[0][1] > counts[1][1]):
            winner = counts[0][0]
            place = min(number for number in votes.values() if self.choice(number) == winner)
            return ("unsure" if winner is None else "labelled"), winner, place
        last = [numbers[-1] for chain in CHAINS if (numbers := self.standing(chain, source))]
        skips = [number for number in last if self.events[number].kind == "skip"]
        return ("skipped", None, max(skips)) if skips else (None, None, 0)


class LabelSetAgainstModel(RuleBasedStateMachine):
    """Any annotators, in any order, with clocks that disagree."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.label_set = LabelSet()
        self.verdicts = dict.fromkeys(SOURCES, (None, None, 0))

    def write(self, chain: str, kind: str, payload: dict[str, Any], hour: int = 0) -> None:
        event = make(len(self.model.events), chain, kind, payload, hour)
        self.model.events.append(event)
        touched = self.label_set.apply(event)
        now = {source: self.model.verdict(source) for source in SOURCES}
        changed = {source for source in SOURCES if now[source] != self.verdicts[source]}
        assert changed <= set(touched)
        assert len(set(touched)) == len(touched)
        self.verdicts = now

    @rule(
        chain=st.sampled_from(CHAINS),
        choice=CHOICES,
        sources=st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3),
        step=st.sampled_from(["a", "b", "c", "d", None]),
        hour=st.integers(0, 2),
    )
    def answer(
        self, chain: str, choice: str, sources: list[str], step: str | None, hour: int
    ) -> None:
        for source in sources:
            self.write(chain, *payload_of(choice, source, step), hour)

    @rule(
        chain=st.sampled_from(CHAINS),
        kind=st.sampled_from(["undo", "redo"]),
        step=st.sampled_from(["a", "b", "c", "d", "never"]),
    )
    def take_back_or_bring_back_any_step(self, chain: str, kind: str, step: str) -> None:
        self.write(chain, kind, {"step": step})

    @precondition(lambda self: self.model.events)
    @rule(data=st.data(), kind=st.sampled_from(["undo", "redo"]))
    def take_back_or_bring_back_the_last(self, data: st.DataObject, kind: str) -> None:
        chain = data.draw(st.sampled_from(CHAINS))
        step = getattr(self.label_set, f"{kind}able")(chain)
        if step is not None:
            self.write(chain, kind, {"step": step})

    @rule(chain=st.sampled_from(CHAINS), source=st.sampled_from(SOURCES))
    def say_something_unknown(self, chain: str, source: str) -> None:
        self.write(chain, "a kind of the future", {"source": source, "label": "QSO", "step": "a"})

    @invariant()
    def says_the_same_of_every_source(self) -> None:
        places, skips = {}, {}
        for source, (state, label, place) in self.verdicts.items():
            assert self.label_set.state_of(source) == state
            assert self.label_set.labels.get(source) == label
            assert (source in self.label_set.unsure) == (state == "unsure")
            if state == "labelled":
                places[source] = place
            if state == "skipped":
                skips[source] = place
            assert self.label_set.votes(source) == {
                who: self.model.choice(number) for who, number in self.model.votes(source).items()
            }
            assert self.label_set.history_of(source) == [
                event
                for event in self.model.events
                if event.kind in ANSWERS and event.payload["source"] == source
            ]
        assert self.label_set.n_labels == len(places)
        assert list(self.label_set.order) == sorted(places, key=places.__getitem__)
        skipped = self.label_set.skipped
        assert sorted(skipped, key=skipped.__getitem__) == sorted(skips, key=skips.__getitem__)

    @invariant()
    def offers_the_same_steps(self) -> None:
        for chain in CHAINS:
            done, undone = self.model.steps(chain)
            assert self.label_set.undoable(chain) == (done[-1][0] if done else None)
            assert self.label_set.redoable(chain) == (undone[-1][0] if undone else None)


TestLabelSetAgainstModel = LabelSetAgainstModel.TestCase
TestLabelSetAgainstModel.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None
)


def view(label_set: LabelSet) -> tuple[object, ...]:
    return (
        dict(label_set.labels),
        set(label_set.unsure),
        dict(label_set.skipped),
        list(label_set.order),
        [label_set.votes(source) for source in SOURCES],
    )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(CHAINS),
        CHOICES,
        st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_undo_returns_to_where_a_step_began_and_redo_to_where_it_ended(
    steps: list[tuple[str, str, list[str]]],
) -> None:
    label_set = LabelSet()
    number = 0
    for name, (chain, choice, sources) in enumerate(steps):
        before = view(label_set)
        for source in sources:
            number += 1
            label_set.apply(make(number, chain, *payload_of(choice, source, f"step {name}")))
        after = view(label_set)
        label_set.apply(make(number, chain, "undo", {"step": label_set.undoable(chain)}))
        assert view(label_set) == before
        label_set.apply(make(number, chain, "redo", {"step": label_set.redoable(chain)}))
        assert view(label_set) == after
