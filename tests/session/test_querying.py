from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, SessionError
from napari_astro_al.jobs import drain
from napari_astro_al.session import folder


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

    def test_within_a_selection_or_a_named_set(self, session, pool):
        wanted = pool["STAR"][:4]
        session.select(wanted)
        session.sets.save("four", wanted)
        asked = session.query(10, within=wanted)
        assert session.query(10, within=session.selection) == asked
        assert session.query(10, within="four") == asked

    def test_within_names_strangers(self, session):
        with pytest.raises(CatalogueError, match="no source '5'"):
            session.query(within=[5])

    def test_zero_sources_are_no_query(self, session):
        with pytest.raises(SessionError, match="one source or more"):
            session.query(0)

    @pytest.mark.parametrize("n", [1.5, 2.0, True, "3", None])
    def test_a_number_of_sources_is_a_whole_number(self, session, n):
        with pytest.raises(SessionError, match="sources to ask for is a whole number, not"):
            session.query(n)

    def test_numpys_integers_are_whole_numbers(self, session):
        assert session.query(np.int64(2)) == session.query(2)

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
        assert asked["strategy"] == "random"
        assert asked["rank"] == 0

    def test_pool_of_labelled_sources_only(self, catalogue):
        table = catalogue.table.copy()
        table.loc[:99, "kind"] = None
        catalogue = aal.Catalogue.from_table(table, id="source", label="kind")
        session = aal.Session(catalogue, pool="labelled")
        assert all(source >= 1100 for source in session.query(200))
        assert any(source < 1100 for source in aal.Session(catalogue).query(200))


class TestWithoutAModel:
    """As while models wait for somebody to press Resume, or after training failed."""

    @pytest.fixture
    def untrained(self, session, pool):
        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        return session

    def test_a_strategy_that_needs_one_gives_way_to_coverage(self, untrained):
        query = drain(untrained.query_job(5))
        assert (query.strategy, query.model) == ("coverage", "")
        assert "covered until there is a model for sampled doubt to ask" in query.why
        assert len(query.sources) == 5

    def test_random_needs_none(self, untrained):
        untrained.set_learner(aal.LearnerRecipe(strategy="random"))
        query = drain(untrained.query_job(5))
        assert (query.strategy, query.model) == ("random", "")
        assert query.why == "Sources are drawn at random, as chosen."

    def test_why_tells_of_the_model_that_was_asked(self, untrained, pool):
        """Not of the labels that came while it was trained."""
        untrained.train()
        untrained.annotate(pool["STAR"][5], "STAR")
        query = drain(untrained.query_job())
        assert query.why.endswith("(sampled doubt; auto on 10 labels).")

    def test_a_class_with_hardly_any_labels_is_asked_for(self, session, pool):
        """One of twelve labels is fewer than half of six; the model knew eight."""
        session.annotate(pool["GALAXY"][0], "GALAXY")
        session.annotate(pool["STAR"][:7], "STAR")
        session.train()
        session.annotate(pool["STAR"][7:11], "STAR")
        query = drain(session.query_job())
        assert query.strategy == "rarest"
        assert query.why.endswith("(rarest; auto on 8 labels).")


class TestFeaturesOfTheCandidates:
    def ask(self, session, pool, strategy):
        session.set_learner(aal.LearnerRecipe(strategy=strategy))
        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        return session.query(3)

    def test_are_there_for_a_function_that_looks(self, session, pool):
        def leftmost(candidates):
            return -candidates.features[:, 0]

        asked = session.catalogue.rows_of(self.ask(session, pool, leftmost))
        free = (session.partition.part == 0) & ~session.book.taken
        values = session.features.values[:, 0]
        assert values[asked[0]] == values[free].min()
        assert set(values[asked]) <= set(sorted(values[free])[:30])

    def test_are_not_copied_for_one_that_does_not(self, session, pool):
        shown = []

        def looks_elsewhere(candidates):
            shown.append(callable(vars(candidates)["features"]))
            return candidates.probabilities[:, 0]

        self.ask(session, pool, looks_elsewhere)
        assert shown == [True]


class TestCovering:
    def test_by_auto_it_lasts_until_every_class_has_an_example(self, session, pool):
        assert session.is_covering()
        session.annotate(pool["STAR"][:2], "STAR")
        assert session.is_covering()
        session.annotate(pool["GALAXY"][0], "GALAXY")
        assert not session.is_covering()

    def test_otherwise_it_lasts_until_every_class_has_two(self, session, pool):
        session.set_learner(aal.LearnerRecipe(strategy="margin"))
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

    def test_a_folder_that_cannot_be_written_to_leaves_it_as_it_is(
        self, catalogue, tmp_path, monkeypatch
    ):
        def full(*_):
            raise SessionError("no room")

        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            before = session.book.revision
            monkeypatch.setattr(folder, "write_document", full)
            with pytest.raises(SessionError, match="no room"):
                session.go_on_without()
            monkeypatch.undo()
            assert (session.going_on, session.book.revision) == (set(), before)

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

    @pytest.mark.parametrize("seed", [0, 1])
    def test_one_vs_rest_tasks_that_share_all_labels_take_turns(self, catalogue, seed):
        kinds = catalogue.table.assign(kind=np.tile(["STAR", "GALAXY", "QSO", "QSO"], 50))
        session = aal.Session(
            aal.Catalogue.from_table(kinds, id="source", label="kind"),
            task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY", "QSO")},
            seed=seed,
        )
        turns = []
        for _ in range(9):
            source = session.query()[0]
            turns.append(session.asked(source)["task"])
            session.annotate(source, truth(session, source))
        assert turns == ["STAR", "GALAXY", "QSO"] * 3

    def test_a_label_taken_back_gives_the_turn_back(self, catalogue):
        session = aal.Session(
            catalogue, task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")}
        )
        session.annotate(session.query()[0], "STAR")
        assert session.next_task() == "GALAXY"
        session.undo()
        assert session.next_task() == "STAR"

    def test_labels_are_shared(self, catalogue, pool):
        session = aal.Session(
            catalogue,
            task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")},
        )
        session.annotate(pool["STAR"][0], "STAR")
        assert session.labelled_for("STAR")[1] == ["STAR"]
        assert session.labelled_for("GALAXY")[1] == ["~GALAXY"]


def test_provenance_of_many_sources_is_made_at_once(session):
    query = session.accept_query(drain(session.query_job(150)))
    told = query.provenance()
    assert list(told) == list(query.sources)
    assert [one["rank"] for one in told.values()] == list(range(len(query.sources)))
    assert session.asked(query.sources[7]) == told[query.sources[7]]


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


class TestErrorsOfMeasurement:
    def test_reach_the_strategy_as_draws_of_the_features(self, session, pool):
        drawn = []

        def looks_at_noise(candidates):
            drawn.append((candidates.features, candidates.noise.draw(2, np.random.default_rng(0))))
            return np.zeros(len(candidates))

        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        session.query(strategy=looks_at_noise)
        ((features, draws),) = drawn
        np.testing.assert_allclose(draws[1], features, atol=1e-6)
