from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, SessionError


def truth(session, source):
    return str(session.catalogue.column_labels[session.catalogue.row_of(source)])


def play(session, n):
    for _ in range(n):
        source = session.query()[0]
        session.annotate(source, truth(session, source))


class TestQuery:
    def test_ids_are_plain_python(self, session):
        assert all(type(source) is int for source in session.query(5))

    def test_the_same_until_something_is_recorded(self, session):
        first = session.query(3)
        assert session.query(3) == first
        session.annotate(first[0], "STAR")
        assert first[0] not in session.query(3)

    def test_held_out_sources_are_never_asked_for(self, session):
        asked = session.query(len(session.catalogue))
        parts = session.partition.part[session.catalogue.rows_of(asked)]
        assert set(parts) == {0}
        assert len(asked) == int((session.partition.part == 0).sum())

    def test_within_restricts_it(self, session, pool):
        wanted = pool["STAR"][:4]
        assert set(session.query(10, within=wanted)) == set(wanted)

    def test_within_names_strangers(self, session):
        with pytest.raises(CatalogueError, match="no source '5'"):
            session.query(within=[5])

    def test_zero_sources_are_no_query(self, session):
        with pytest.raises(SessionError, match="one source or more"):
            session.query(0)

    def test_it_runs_short_without_complaint(self, session, pool):
        for name, ids in pool.items():
            session.annotate(ids, name)
        assert session.query(3) == []

    def test_the_order_of_rows_changes_nothing(self, catalogue):
        shuffled = aal.Catalogue.from_table(
            catalogue.table.sample(frac=1, random_state=3).reset_index(drop=True),
            id="source",
            label="kind",
        )
        asked = []
        for one in (catalogue, shuffled):
            session = aal.Session(one)
            play(session, 12)
            asked.append(list(session.labels.index))
        assert asked[0] == asked[1]

    def test_why_is_kept_with_the_label(self, session):
        source = session.query()[0]
        session.annotate(source, truth(session, source))
        asked = session.book.history_of(source)[-1].payload["asked"]
        assert asked["strategy"] == "coverage"
        assert asked["rank"] == 0

    def test_pool_of_labelled_sources_only(self, catalogue):
        table = catalogue.table.copy()
        table.loc[:99, "kind"] = None
        catalogue = aal.Catalogue.from_table(table, id="source", label="kind")
        session = aal.Session(catalogue, pool="labelled")
        assert all(source >= 1100 for source in session.query(200))
        assert any(source < 1100 for source in aal.Session(catalogue).query(200))


class TestCovering:
    def test_it_lasts_until_every_class_has_two_examples(self, session, pool):
        assert session.is_covering()
        session.annotate(pool["STAR"][:2], "STAR")
        session.annotate(pool["GALAXY"][0], "GALAXY")
        assert session.is_covering()
        session.annotate(pool["GALAXY"][1], "GALAXY")
        assert not session.is_covering()

    def test_one_may_go_on_without(self, session, pool):
        session.annotate(pool["STAR"][:2], "STAR")
        session.annotate(pool["GALAXY"][0], "GALAXY")
        session.go_on_without()
        assert not session.is_covering()

    def test_the_first_queries_find_both_blobs(self, session):
        play(session, 6)
        assert set(session.labels) == {"STAR", "GALAXY"}


class TestStart:
    def test_start_reveals_labels_of_every_class(self, catalogue):
        session = aal.Session(catalogue, start=6)
        assert len(session.labels) == 6
        assert set(session.labels) == {"STAR", "GALAXY"}
        assert session.undo() == ()

    def test_a_person_overrules_the_column(self, catalogue):
        session = aal.Session(catalogue.with_roles(label_use="train"))
        source = int(session.labels.index[0])
        session.annotate(source, "GALAXY")
        assert session.labels[source] == "GALAXY"

    def test_reference_labels_never_enter_the_labels(self, session):
        assert session.labels.empty
        assert len(session.query(10)) == 10


class TestSeveralTasks:
    def test_the_task_with_the_fewest_labels_asks(self, catalogue, pool):
        session = aal.Session(
            catalogue,
            task={
                "stars": aal.Task.one_vs_rest("STAR"),
                "galaxies": aal.Task.one_vs_rest("GALAXY", ["GALAXY"]),
            },
        )
        session.annotate(pool["STAR"][0], "STAR")
        counts = {name: len(session.labelled_for(name)[1]) for name in session.tasks}
        assert counts["stars"] > counts["galaxies"] or session.next_task() == "stars"
        assert session.next_task() == min(counts, key=counts.__getitem__)

    def test_labels_are_shared(self, catalogue, pool):
        session = aal.Session(
            catalogue,
            task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")},
        )
        session.annotate(pool["STAR"][0], "STAR")
        assert session.labelled_for("STAR")[1] == ["STAR"]
        assert session.labelled_for("GALAXY")[1] == ["~GALAXY"]


def test_labels_beside_a_random_strategy_are_reproducible(catalogue):
    asked = []
    for _ in range(2):
        session = aal.Session(catalogue, learner=aal.LearnerRecipe(strategy="random"), seed=3)
        play(session, 8)
        asked.append(list(session.labels.index))
    assert asked[0] == asked[1]
    other = aal.Session(catalogue, learner=aal.LearnerRecipe(strategy="random"), seed=4)
    play(other, 8)
    assert not np.array_equal(asked[0], list(other.labels.index))
