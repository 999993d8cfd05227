from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, LabelError


class TestAnnotate:
    def test_a_label_is_there_at_once_and_in_the_order_given(self, session):
        session.annotate(1005, "STAR")
        session.annotate(1001, "GALAXY")
        assert session.labels.to_dict() == {1005: "STAR", 1001: "GALAXY"}
        assert list(session.labels.index) == [1005, 1001]

    def test_several_sources_are_one_step(self, session):
        session.annotate([1001, 1002, 1003], "STAR")
        assert session.undo() == (1001, 1002, 1003)
        assert session.labels.empty

    def test_an_unknown_class_changes_nothing_and_names_the_way_out(self, session):
        with pytest.raises(LabelError, match=r"'COMET'.*'GALAXY', 'STAR'.*add_class\('COMET'\)"):
            session.annotate(1001, "COMET")
        assert session.labels.empty

    def test_an_unknown_source_is_named_and_nothing_of_the_call_is_kept(self, session):
        with pytest.raises(CatalogueError, match="no source '7'"):
            session.annotate([1001, 7], "STAR")
        assert session.labels.empty

    def test_a_correction_replaces_the_label(self, session):
        session.annotate(1001, "STAR")
        session.annotate(1001, "GALAXY")
        assert session.labels.to_dict() == {1001: "GALAXY"}
        assert len(session.book.history_of(1001)) == 2

    def test_raw_values_stand_for_classes(self, catalogue):
        session = aal.Session(catalogue, task=aal.Task(classes={"0": "STAR", 1: "GALAXY"}))
        session.annotate(1001, 1)
        assert session.labels[1001] == "GALAXY"

    def test_confidence_out_of_range_is_refused(self, session):
        with pytest.raises(LabelError, match="from 0 to 1; 3 does not"):
            session.annotate(1001, "STAR", confidence=3)

    def test_comment_and_confidence_are_kept_with_the_event(self, session):
        session.annotate(1001, "STAR", comment="red", confidence=0.5)
        payload = session.book.history_of(1001)[-1].payload
        assert (payload["comment"], payload["confidence"]) == ("red", 0.5)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"confidence": "a"}, "confidence is a finite number, not 'a'"),
            ({"confidence": float("nan")}, "confidence is a finite number, not nan"),
            ({"confidence": True}, "confidence is a finite number, not True"),
            ({"seconds": "long"}, "seconds is a finite number, not 'long'"),
            ({"comment": 5}, r"A comment is text, not 5 \(int\)"),
            ({"annotator": "catalogue"}, "annotator='catalogue' is whom labels of the column"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, session, said, words):
        with pytest.raises(LabelError, match=words):
            session.annotate(1001, "STAR", **said)
        assert session.labels.empty

    def test_what_a_window_shows_goes_with_the_answer_to_the_source_on_show(self, session):
        session.on_screen = lambda: {"projection": {"kind": "pca", "axes": ["PC 1", "PC 2"]}}
        session.show(1001)
        session.annotate([1001, 1002], "STAR")
        session.unsure(1001)
        first, second = (one.payload for one in session.book.history_of(1001))
        assert first["screen"] == second["screen"] == session.on_screen()
        assert "screen" not in session.book.history_of(1002)[-1].payload

    def test_numpy_s_numbers_are_kept_as_numbers(self, session):
        session.annotate(1001, "STAR", confidence=np.float32(0.5), seconds=np.int64(3))
        payload = session.book.history_of(1001)[-1].payload
        assert (payload["confidence"], payload["seconds"]) == (0.5, 3)

    def test_a_source_given_twice_is_labelled_once(self, session):
        session.annotate([1001, 1001, np.int64(1001)], "STAR")
        assert len(session.book.history_of(1001)) == 1


ONE = [1001, np.int64(1001), np.uint16(1001), np.array(1001)]
SEVERAL = [
    [1001, 1002],
    (1001, np.int64(1002)),
    np.array([1001, 1002]),
    np.array([1001, 1002], dtype=np.uint32),
    pd.Series([1001, 1002], index=[7, 8]),
    pd.Index([1001, 1002]),
    range(1001, 1003),
    {1001: "a", 1002: "b"},
]
NEITHER = [None, 1001.0, np.float32(1001), True, np.bool_(True), [1001, None], [[1001]], 1001j]


class TestIds:
    @pytest.mark.parametrize("one", ONE, ids=repr)
    def test_one_is_taken_by_every_verb(self, session, one):
        session.annotate(one, "STAR")
        session.unsure(one)
        session.skip(one)
        session.select(one)
        session.show(one)
        assert session.selected == {1001}
        assert session.current == 1001
        assert session.query(within=one) == []
        assert len(session.book.history_of(1001)) == 3

    @pytest.mark.parametrize("several", SEVERAL, ids=lambda one: type(one).__name__)
    def test_several_are(self, session, several):
        session.annotate(several, "STAR")
        session.select(several)
        assert session.labels.to_dict() == {1001: "STAR", 1002: "STAR"}
        assert session.selected == {1001, 1002}

    def test_iterators_are(self, session):
        session.annotate((one for one in (1001, 1002)), "STAR")
        assert list(session.labels.index) == [1001, 1002]

    @pytest.mark.parametrize("neither", NEITHER, ids=repr)
    def test_anything_else_is_named(self, session, neither):
        verbs = [
            lambda ids: session.annotate(ids, "STAR"),
            session.unsure,
            session.skip,
            session.select,
            session.show,
            lambda ids: session.query(within=[ids]),
        ]
        for verb in verbs:
            with pytest.raises(CatalogueError, match="whole numbers or text; these are neither"):
                verb(neither)
        assert session.labels.empty

    def test_text_is_one_id(self):
        table = pd.DataFrame({"name": ["ab", "a", "b"], "u": [1.0, 2.0, 3.0]})
        session = aal.Session(aal.Catalogue.from_table(table, id="name"), task=aal.Task(["STAR"]))
        session.annotate("ab", "STAR")
        session.annotate(np.str_("b"), "STAR")
        assert session.labels.to_dict() == {"ab": "STAR", "b": "STAR"}


class TestUnsureAndSkip:
    def test_neither_is_a_label(self, session):
        session.unsure(1001)
        session.skip(1002)
        assert session.labels.empty
        assert session.book.state_of(1001) == "unsure"
        assert session.book.state_of(1002) == "skipped"

    def test_unsure_sources_are_never_asked_for(self, session):
        first = session.query(1)[0]
        session.unsure(first)
        assert first not in session.query(len(session.catalogue))

    def test_skipped_sources_come_last(self, session):
        first = session.query(1)[0]
        everything = len(session.query(len(session.catalogue)))
        session.skip(first)
        after = session.query(len(session.catalogue))
        assert after[-1] == first
        assert len(after) == everything


class TestUndo:
    def test_undo_and_redo_are_inverse(self, session):
        session.annotate(1001, "STAR")
        session.annotate(1001, "GALAXY")
        session.undo()
        assert session.labels.to_dict() == {1001: "STAR"}
        session.redo()
        assert session.labels.to_dict() == {1001: "GALAXY"}

    def test_a_new_label_clears_redo(self, session):
        session.annotate(1001, "STAR")
        session.undo()
        session.annotate(1002, "STAR")
        assert session.redo() == ()

    def test_with_nothing_to_undo_nothing_happens(self, session):
        heard = []
        session.labels_changed.connect(heard.append)
        assert session.undo() == ()
        assert heard == []

    def test_only_own_steps_are_undone(self, session):
        session.annotate(1001, "STAR", annotator="colleague")
        assert session.undo() == ()
        assert session.labels.to_dict() == {1001: "STAR"}


class TestClasses:
    def test_a_session_without_labels_starts_empty_and_takes_classes(self, catalogue):
        bare = aal.Catalogue.from_table(catalogue.table[["source", "u", "g"]], id="source")
        session = aal.Session(bare)
        assert session.classes == ()
        session.add_class("smooth")
        session.add_class("disc")
        session.annotate(1001, "disc")
        assert session.classes == ("smooth", "disc")

    def test_one_vs_rest_takes_every_class_and_the_coarse_label(self, catalogue):
        session = aal.Session(catalogue, task=aal.Task.one_vs_rest("GALAXY"))
        session.annotate(1001, "STAR")
        session.annotate(1002, "~GALAXY")
        session.annotate(1004, "GALAXY")
        said = dict(zip(*session.book.labelled(), strict=True))
        assert said == {1: "STAR", 2: "~GALAXY", 4: "GALAXY"}
        targets = [session.tasks["classes"].target(label) for label in said.values()]
        assert targets == ["~GALAXY", "~GALAXY", "GALAXY"]

    def test_a_task_with_a_rest_takes_labels_of_any_other_name(self, catalogue, pool):
        session = aal.Session(catalogue, task=aal.Task(["GALAXY"], others="rest"))
        source = pool["STAR"][0]
        session.annotate(source, "COMET")
        assert session.labels[source] == "COMET"
        assert session.labelled_for("classes")[1] == ["rest"]
        session.add_class("COMET")
        assert session.labelled_for("classes")[1] == ["COMET"]

    def test_signals_name_the_sources(self, session):
        heard = []
        session.labels_changed.connect(heard.append)
        session.annotate([1001, 1003], "STAR")
        assert heard == [(1001, 1003)]
