"""The label set: which label counts, what undo brings back, and in what order labels train."""

from __future__ import annotations

import pytest

from napari_astro_al.annotation.events import Chain, Event
from napari_astro_al.annotation.labels import LabelSet
from napari_astro_al.annotation.ledger import Ledger
from napari_astro_al.errors import LedgerError

ADA, BO, CY = Chain("ada", "desk"), Chain("bo", "desk"), Chain("cy", "dome")
ADA_AT_HOME = Chain("ada", "laptop")
INHERITED = Chain("catalogue", "desk")


class Book:
    """A ledger in memory and its label set, kept up to date as a session does it."""

    def __init__(self) -> None:
        self.ledger = Ledger(None, ADA)
        self.set = LabelSet()
        self.steps = 0

    def _write(self, chain: Chain, *items: tuple[str, dict[str, object]]) -> list[tuple[str, ...]]:
        return [self.set.apply(event) for event in self.ledger.append_many(items, chain)]

    def label(self, label: str, *sources: str, by: Chain = ADA) -> list[tuple[str, ...]]:
        self.steps += 1
        step = f"step {self.steps}"
        return self._write(
            by, *(("label", {"source": one, "label": label, "step": step}) for one in sources)
        )

    def answer(self, kind: str, source: str, by: Chain = ADA) -> tuple[str, ...]:
        self.steps += 1
        return self._write(by, (kind, {"source": source, "step": f"step {self.steps}"}))[0]

    def undo(self, by: Chain = ADA) -> tuple[str, ...]:
        return self._write(by, ("undo", {"step": self.set.undoable(by)}))[0]

    def redo(self, by: Chain = ADA) -> tuple[str, ...]:
        return self._write(by, ("redo", {"step": self.set.redoable(by)}))[0]


@pytest.fixture
def book() -> Book:
    return Book()


class TestOneAnnotator:
    def test_begins_with_nothing(self, book: Book) -> None:
        assert book.set.labels == {}
        assert book.set.order == []
        assert book.set.n_labels == 0
        assert book.set.state_of("1") is None
        assert book.set.history_of("1") == []
        assert book.set.votes("1") == {}
        assert book.set.undoable(ADA) is None
        assert book.set.redoable(ADA) is None

    def test_labels_a_source(self, book: Book) -> None:
        assert book.label("QSO", "1") == [("1",)]
        assert book.set.labels == {"1": "QSO"}
        assert book.set.n_labels == 1
        assert book.set.state_of("1") == "labelled"
        assert book.set.votes("1") == {"ada": "QSO"}

    def test_last_answer_wins(self, book: Book) -> None:
        book.label("QSO", "1")
        book.answer("unsure", "1")
        assert book.set.labels == {}
        assert book.set.unsure == {"1"}
        assert book.set.state_of("1") == "unsure"
        assert book.set.votes("1") == {"ada": None}
        book.label("STAR", "1")
        assert book.set.labels == {"1": "STAR"}
        assert book.set.unsure == set()
        assert [event.kind for event in book.set.history_of("1")] == ["label", "unsure", "label"]

    def test_skip_is_only_an_order(self, book: Book) -> None:
        book.answer("skip", "2")
        book.answer("skip", "1")
        assert sorted(book.set.skipped, key=book.set.skipped.__getitem__) == ["2", "1"]
        book.answer("skip", "2")
        assert sorted(book.set.skipped, key=book.set.skipped.__getitem__) == ["1", "2"]
        assert book.set.state_of("1") == "skipped"
        book.label("QSO", "1")
        assert set(book.set.skipped) == {"2"}

    def test_skip_takes_no_label_away(self, book: Book) -> None:
        book.label("QSO", "1")
        assert book.answer("skip", "1") == ("1",)
        assert book.set.state_of("1") == "labelled"
        assert book.set.skipped == {}

    def test_speaks_from_two_devices_with_one_voice(self, book: Book) -> None:
        book.label("QSO", "1", by=ADA)
        book.label("STAR", "1", by=ADA_AT_HOME)
        book.label("GALAXY", "1", by=BO)
        book.label("STAR", "1", by=CY)
        assert book.set.votes("1") == {"ada": "STAR", "bo": "GALAXY", "cy": "STAR"}
        assert book.set.labels == {"1": "STAR"}

    def test_of_two_devices_the_later_time_counts_whichever_arrives_first(self) -> None:
        def event(device: str, utc: str, label: str) -> Event:
            payload = {"source": "1", "label": label}
            return Event(f"{device} {utc}", f"ada/{device}", 1, utc, "label", payload, "", "")

        early, late = event("desk", "2026-01-01", "QSO"), event("laptop", "2026-01-02", "STAR")
        assert LabelSet.fold([early, late]).labels == {"1": "STAR"}
        assert LabelSet.fold([late, early]).labels == {"1": "STAR"}


class TestSeveralAnnotators:
    def test_majority_wins(self, book: Book) -> None:
        book.label("QSO", "1", by=ADA)
        book.label("STAR", "1", by=BO)
        assert book.set.state_of("1") is None
        assert book.set.labels == {}
        book.label("STAR", "1", by=CY)
        assert book.set.labels == {"1": "STAR"}

    def test_unsure_is_a_vote_like_another(self, book: Book) -> None:
        book.label("QSO", "1", by=ADA)
        book.answer("unsure", "1", by=BO)
        assert book.set.state_of("1") is None
        book.answer("unsure", "1", by=CY)
        assert book.set.state_of("1") == "unsure"
        assert book.set.votes("1") == {"ada": "QSO", "bo": None, "cy": None}

    def test_coarse_label_is_a_choice_of_its_own(self, book: Book) -> None:
        book.label("STAR", "1", by=ADA)
        book.label("~QSO", "1", by=BO)
        assert book.set.labels == {}

    def test_skip_of_one_does_not_touch_the_label_of_another(self, book: Book) -> None:
        book.label("QSO", "1", by=ADA)
        book.answer("skip", "1", by=BO)
        assert book.set.state_of("1") == "labelled"
        book.undo(by=ADA)
        assert book.set.state_of("1") == "skipped"

    def test_a_tie_can_be_skipped(self, book: Book) -> None:
        book.label("QSO", "1", by=ADA)
        book.label("STAR", "1", by=BO)
        book.answer("skip", "1", by=ADA)
        assert book.set.state_of("1") == "skipped"

    def test_catalogue_counts_only_where_no_person_answered(self, book: Book) -> None:
        book.label("QSO", "1", "2", by=INHERITED)
        assert book.set.labels == {"1": "QSO", "2": "QSO"}
        assert book.set.votes("1") == {"catalogue": "QSO"}
        book.answer("unsure", "1", by=ADA)
        book.answer("skip", "2", by=ADA)
        assert book.set.state_of("1") == "unsure"
        assert book.set.state_of("2") == "labelled"
        book.undo(by=ADA)
        book.undo(by=ADA)
        assert book.set.labels == {"1": "QSO", "2": "QSO"}

    def test_catalogue_does_not_break_a_tie(self, book: Book) -> None:
        book.label("QSO", "1", by=INHERITED)
        book.label("QSO", "1", by=ADA)
        book.label("STAR", "1", by=BO)
        assert book.set.state_of("1") is None


class TestDecidingEvents:
    def test_are_the_votes_that_agree_with_the_label(self, book: Book) -> None:
        for label, who in (("QSO", BO), ("STAR", CY), ("QSO", ADA)):
            book.label(label, "1", by=who)

        assert [one.chain for one in book.set.deciding_events("1")] == [str(BO), str(ADA)]

    def test_leave_out_what_was_taken_back_and_skips(self, book: Book) -> None:
        book.label("QSO", "1")
        book.label("STAR", "1")
        book.undo()
        book.answer("skip", "1")

        (only,) = book.set.deciding_events("1")

        assert only.payload["label"] == "QSO"

    def test_of_a_tie_there_are_none(self, book: Book) -> None:
        book.label("QSO", "1", by=BO)
        book.label("STAR", "1", by=CY)

        assert book.set.deciding_events("1") == book.set.deciding_events("2") == []


class TestUndoAndRedo:
    def test_take_one_step_back_and_forth(self, book: Book) -> None:
        book.label("QSO", "1")
        book.label("STAR", "1", "2", "3")
        assert book.set.undoable(ADA) == "step 2"
        assert book.undo() == ("1", "2", "3")
        assert book.set.labels == {"1": "QSO"}
        assert (book.set.undoable(ADA), book.set.redoable(ADA)) == ("step 1", "step 2")
        assert book.redo() == ("1", "2", "3")
        assert book.set.labels == {"1": "STAR", "2": "STAR", "3": "STAR"}
        assert (book.set.undoable(ADA), book.set.redoable(ADA)) == ("step 2", None)

    def test_go_back_to_the_beginning_and_forth_again(self, book: Book) -> None:
        book.label("QSO", "1")
        book.answer("skip", "2")
        book.answer("unsure", "1")
        for _ in range(3):
            book.undo()
        assert book.set.undoable(ADA) is None
        assert book.set.state_of("1") is None
        assert book.set.state_of("2") is None
        for _ in range(3):
            book.redo()
        assert book.set.redoable(ADA) is None
        assert book.set.state_of("1") == "unsure"
        assert book.set.state_of("2") == "skipped"

    @pytest.mark.parametrize("kind", ["label", "unsure", "skip"])
    def test_a_new_answer_ends_redo(self, book: Book, kind: str) -> None:
        book.label("QSO", "1")
        book.undo()
        if kind == "label":
            book.label("STAR", "2")
        else:
            book.answer(kind, "2")
        assert book.set.redoable(ADA) is None
        [event] = book.ledger.append_many([("redo", {"step": "step 1"})])
        assert book.set.apply(event) == ()
        assert book.set.state_of("1") is None

    def test_concern_ones_own_steps_only(self, book: Book) -> None:
        book.label("QSO", "1", by=ADA)
        book.label("STAR", "2", by=BO)
        [event] = book.ledger.append_many([("undo", {"step": "step 1"})], chain=BO)
        assert book.set.apply(event) == ()
        assert book.undo(by=BO) == ("2",)
        book.label("GALAXY", "3", by=ADA)
        assert book.set.labels == {"1": "QSO", "3": "GALAXY"}
        assert book.set.redoable(BO) == "step 2"
        assert book.set.undoable(ADA_AT_HOME) is None

    def test_of_nothing_change_nothing(self, book: Book) -> None:
        book.label("QSO", "1")
        for kind in ("undo", "redo"):
            [event] = book.ledger.append_many([(kind, {"step": "never happened"})])
            assert book.set.apply(event) == ()
        assert book.set.labels == {"1": "QSO"}

    def test_undone_answers_stay_in_the_history(self, book: Book) -> None:
        book.label("QSO", "1")
        book.undo()
        assert [event.payload["label"] for event in book.set.history_of("1")] == ["QSO"]

    def test_answer_without_a_step_is_one_by_itself(self, book: Book) -> None:
        events = book.ledger.append_many([("skip", {"source": "1"}), ("skip", {"source": "2"})])
        for event in events:
            book.set.apply(event)
        assert book.set.undoable(ADA) == events[1].uuid
        assert book.undo() == ("2",)
        assert set(book.set.skipped) == {"1"}


class TestOrder:
    def test_follows_the_events(self, book: Book) -> None:
        book.label("QSO", "3")
        book.label("STAR", "1", "2")
        assert book.set.order == ["3", "1", "2"]

    def test_a_correction_moves_to_its_own_place_and_back(self, book: Book) -> None:
        book.label("QSO", "1")
        book.label("STAR", "2")
        book.label("STAR", "1")
        assert book.set.order == ["2", "1"]
        book.undo()
        assert book.set.order == ["1", "2"]
        book.redo()
        assert book.set.order == ["2", "1"]

    def test_agreement_keeps_the_place_of_the_first_vote(self, book: Book) -> None:
        book.label("QSO", "1", by=ADA)
        book.label("STAR", "2", by=ADA)
        book.label("QSO", "1", by=BO)
        assert book.set.order == ["1", "2"]

    def test_is_that_of_the_events_that_gave_the_labels(self, book: Book) -> None:
        book.label("QSO", "1", by=BO)
        book.label("STAR", "2")
        book.label("QSO", "1")
        book.label("GALAXY", "2")

        told = [(one.chain, one.payload["label"]) for one in book.set.label_events()]

        assert told == [(str(BO), "QSO"), (str(ADA), "GALAXY")]

    def test_leaves_out_what_has_no_label_any_more(self, book: Book) -> None:
        book.label("QSO", "1")
        book.label("STAR", "2")
        book.answer("unsure", "1")
        assert book.set.order == ["2"]


class TestFold:
    def test_passes_over_unknown_kinds(self, book: Book) -> None:
        [event] = book.ledger.append_many([("test scores seen", {"source": "1"})])
        assert book.set.apply(event) == ()
        assert book.set.state_of("1") is None
        assert book.set.undoable(ADA) is None

    def test_of_a_ledger_equals_the_set_kept_up_to_date(self, book: Book) -> None:
        book.label("QSO", "1", "2", by=INHERITED)
        book.label("STAR", "1")
        book.answer("skip", "3", by=BO)
        book.undo()
        again = LabelSet.fold(book.ledger.events())
        assert again.labels == book.set.labels
        assert again.order == book.set.order
        assert again.skipped == book.set.skipped
        assert again.redoable(ADA) == book.set.redoable(ADA)

    @pytest.mark.parametrize(
        ("kind", "payload", "missing"),
        [("label", {"source": "1"}, "label"), ("skip", {}, "source"), ("undo", {}, "step")],
    )
    def test_says_which_event_is_damaged(
        self, kind: str, payload: dict[str, object], missing: str
    ) -> None:
        event = Event("u", "ada/desk", 7, "2026", kind, payload, "", "")
        with pytest.raises(LedgerError, match=rf"Event 7 .*ada/desk \({kind}\) has no '{missing}'"):
            LabelSet().apply(event)


class TestNames:
    """Labels are counted under their names of now."""

    def test_votes_for_what_is_one_class_now_agree(self) -> None:
        book = Book()
        book.label("spiral", "1", by=ADA)
        book.label("bar", "1", by=BO)
        book.label("spiral", "2")
        assert book.set.labels == {"2": "spiral"}

        changed = book.set.rename(lambda label: {"bar": "disc", "spiral": "disc"}.get(label, label))

        assert set(changed) == {"1", "2"}
        assert book.set.labels == {"1": "disc", "2": "disc"}
        assert list(book.set.order) == ["1", "2"]
        book.label("bar", "3")
        assert book.set.labels["3"] == "disc"
        again = LabelSet(name=lambda label: {"bar": "disc", "spiral": "disc"}.get(label, label))
        for event in book.ledger.events():
            again.apply(event)
        assert (again.labels, again.order) == (book.set.labels, book.set.order)

    def test_as_given_again(self) -> None:
        book = Book()
        book.label("spiral", "1", by=ADA)
        book.label("bar", "1", by=BO)
        book.set.rename(str.upper)

        assert book.set.rename(None) == ()
        assert book.set.labels == {}
