from __future__ import annotations

import pytest

from napari_astro_al.annotation import Chain, LabelSet, Ledger
from napari_astro_al.annotation.interest import InterestFold
from napari_astro_al.errors import LedgerError

ANNE, BERT = Chain("anne", "d1"), Chain("bert", "d2")


@pytest.fixture
def ledger():
    with Ledger(None, ANNE) as one:
        yield one


def scored(ledger):
    fold = InterestFold(str)
    for event in ledger.events():
        fold.apply(event)
    return dict(fold.scores)


def score(ledger, source, value, step, chain=ANNE):
    payload = {"source": source, "score": value, "step": step}
    ledger.append_many([("interest", payload)], chain=chain)


class TestFold:
    def test_the_last_score_of_a_source_counts(self, ledger):
        score(ledger, "a", 5, "1")
        score(ledger, "b", 0, "2")
        score(ledger, "a", 2, "3")
        assert scored(ledger) == {"b": 0, "a": 2}

    def test_null_takes_a_score_away(self, ledger):
        score(ledger, "a", 5, "1")
        score(ledger, "a", None, "2")
        assert scored(ledger) == {}

    def test_undo_brings_the_one_before_and_redo_the_later_one(self, ledger):
        score(ledger, "a", 5, "1")
        score(ledger, "a", None, "2")
        ledger.append("undo", {"step": "2"})
        assert scored(ledger) == {"a": 5}
        ledger.append("redo", {"step": "2"})
        assert scored(ledger) == {}

    def test_a_step_of_several_sources_goes_together(self, ledger):
        for source in "abc":
            score(ledger, source, 4, "1")
        ledger.append("undo", {"step": "1"})
        assert scored(ledger) == {}

    def test_nobody_takes_back_the_step_of_another(self, ledger):
        score(ledger, "a", 4, "1", chain=BERT)
        ledger.append("undo", {"step": "1"})
        assert scored(ledger) == {"a": 4}

    def test_the_time_decides_and_not_the_order_of_arrival(self, ledger):
        score(ledger, "a", 1, "1")
        score(ledger, "a", 4, "2", chain=BERT)
        events = list(ledger.events())
        fold = InterestFold(str)
        for event in reversed(events):
            fold.apply(event)
        assert dict(fold.scores) == {"a": 4}


class TestLedger:
    @pytest.mark.parametrize("value", [-1, 6, 2.5, True, "5"])
    def test_refuses_what_is_no_score(self, ledger, value):
        with pytest.raises(LedgerError, match="whole number from 0 to 5"):
            score(ledger, "a", value, "1")
        assert ledger.head == 0

    def test_refuses_an_event_without_a_score(self, ledger):
        with pytest.raises(LedgerError, match="not 'nothing'"):
            ledger.append("interest", {"source": "a"})

    def test_is_read_one_by_one_where_there_are_scores(self, ledger):
        ledger.append("label", {"source": "a", "label": "STAR", "step": "1"})
        assert ledger.columns() is not None
        score(ledger, "a", 3, "2")
        assert ledger.columns() is None


class TestSteps:
    def test_scores_and_labels_are_taken_back_in_their_turn(self, ledger):
        ledger.append("label", {"source": "a", "label": "STAR", "step": "1"})
        score(ledger, "a", 3, "2")
        ledger.append("label", {"source": "b", "label": "QSO", "step": "3"})
        label_set = LabelSet.fold(ledger.events())
        undone = []
        while (step := label_set.undoable(ANNE)) is not None:
            undone.append(step)
            label_set.apply(ledger.append("undo", {"step": step}))
        assert undone == ["3", "2", "1"]
        assert label_set.redoable(ANNE) == "1"

    def test_a_new_score_ends_every_chance_of_redo(self, ledger):
        ledger.append("label", {"source": "a", "label": "STAR", "step": "1"})
        ledger.append("undo", {"step": "1"})
        score(ledger, "a", 3, "2")
        assert LabelSet.fold(ledger.events()).redoable(ANNE) is None
