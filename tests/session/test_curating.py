from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import (
    AstroALWarning,
    CatalogueError,
    NotEnoughLabels,
    SessionError,
)
from napari_astro_al.jobs import drain
from napari_astro_al.learning.split import POOL, TEST, VALIDATION


def part_of(session, sources):
    return set(session.partition.part[session.catalogue.rows_of(list(sources))].tolist())


def say(session, sources):
    """Answer as the label column does."""
    truth = session.catalogue.column_labels
    for source in sources:
        session.annotate(source, truth[session.catalogue.row_of(source)])


@pytest.fixture
def unknown(catalogue):
    """A session of a catalogue without labels, and the truth."""
    table = catalogue.table.copy()
    truth = dict(zip(table["source"], table.pop("kind"), strict=True))
    catalogue = aal.Catalogue.from_table(table, id="source", name="blobs")
    return aal.Session(catalogue, task=aal.Task(["STAR", "GALAXY"])), truth


class TestDrawing:
    def test_only_what_matches(self, session):
        drawn = session.curate(20, where=[("u", ">", 1), ("kind", "==", "GALAXY")])
        table = session.catalogue.table.set_index("source").loc[drawn]
        assert len(drawn) == 20
        assert (table["u"] > 1).all()
        assert set(table["kind"]) == {"GALAXY"}

    def test_without_repetition_until_nothing_is_left(self, session):
        where = ("u", ">", 2.5)
        everything = session.matching(where).ids
        first, second = session.curate(10, where), session.curate(10, where)
        rest = session.curate(None, where)
        drawn = [*first, *second, *rest]
        assert len(drawn) == len(set(drawn))
        assert set(drawn) == everything
        with pytest.raises(SessionError, match="all of them are drawn already"):
            session.curate(1, where)

    def test_the_same_whatever_the_order_of_the_rows_and_others_with_another_seed(self, session):
        table = session.catalogue.table.iloc[::-1].reset_index(drop=True)
        turned = aal.Session(aal.Catalogue.from_table(table, id="source", label="kind"))
        other = aal.Session(session.catalogue)
        drawn = session.curate(15)
        assert turned.curate(15) == drawn
        assert set(other.curate(15, seed=1)) != set(drawn)

    def test_stratified_by_a_column(self, session):
        drawn = session.curate(20, how="stratified", by="kind")
        truth = session.catalogue.table.set_index("source").loc[drawn, "kind"]
        assert truth.value_counts().to_dict() == {"STAR": 10, "GALAXY": 10}

    def test_by_predicted_class_as_many_as_its_target_lacks(self, session):
        say(session, session.query(12))
        session.curate(2, targets={"GALAXY": 8, "STAR": 2})
        session.train()
        predicted = session.predictions()["predicted"]
        drawn = session.curate(10, how="stratified", by="(predicted)")
        assert predicted[drawn].value_counts().to_dict() == {"GALAXY": 8, "STAR": 2}

    def test_neither_what_is_excluded_nor_what_was_answered(self, session, pool):
        session.exclude(pool["STAR"])
        session.annotate(pool["GALAXY"][0], "GALAXY")
        session.unsure(pool["GALAXY"][1])
        drawn = session.curate(None, where=("u", ">", -100))
        assert not set(drawn) & {*pool["STAR"], *pool["GALAXY"][:2]}

    def test_by_hand(self, session):
        assert set(session.curate(within=[1003, 1001])) == {1001, 1003}
        session.sets.save("odd", [1007])
        assert session.curate(within="odd") == [1007]
        assert set(session.curated["test"].sources) == {1001, 1003, 1007}


class TestHeldOut:
    def test_from_the_moment_of_the_draw(self, unknown):
        session, truth = unknown
        drawn = session.curate(30)
        assert part_of(session, drawn) == {TEST}
        assert not set(session.query(200)) & set(drawn)
        for source in session.query(10) + drawn:
            session.annotate(source, truth[source])
        assert len(session.task_labels("classes").rows) == 10
        session.train()
        scores = session.test_scores(reason="a test").iloc[0]
        assert (scores["split"], scores["n"]) == ("test", 30)

    def test_what_the_split_held_out_for_testing_validates_then(self, session):
        test, validation = (set(np.flatnonzero(session.partition.part == p)) for p in (2, 1))
        session.curate(5)
        now = set(np.flatnonzero(session.partition.part == VALIDATION))
        drawn = set(session.curated["test"].selection.rows)
        assert now == (test | validation) - drawn

    def test_for_validation(self, session):
        test = set(np.flatnonzero(session.partition.part == TEST))
        drawn = session.curate(40, part="validation")
        assert part_of(session, drawn) == {VALIDATION}
        assert set(np.flatnonzero(session.partition.part == TEST)) == test - set(
            session.catalogue.rows_of(drawn)
        )

    def test_for_both_without_a_source_in_common(self, session):
        first = session.curate(60)
        second = session.curate(60, part="validation")
        assert not set(first) & set(second)
        assert part_of(session, first) == {TEST}
        assert part_of(session, second) == {VALIDATION}

    def test_a_source_that_was_trained_on_leaves_training_with_a_note(self, session, pool):
        say(session, pool["STAR"][:5] + pool["GALAXY"][:5])
        session.train()
        with pytest.warns(AstroALWarning, match="A source that was trained on left training"):
            session.curate(within=pool["STAR"][:1], answered=True)
        assert session.results == {}
        assert session.catalogue.row_of(pool["STAR"][0]) not in session.task_labels("classes").rows
        assert session.curated["test"].counts == {"STAR": 1}

    def test_a_model_that_was_trained_on_it_comes_too_late(self, session, pool):
        say(session, pool["STAR"][:5] + pool["GALAXY"][:5])
        late = drain(session.train_job())
        with pytest.warns(AstroALWarning, match="left training"):
            session.curate(within=pool["STAR"][:1], answered=True)
        assert not session.accept(late)
        assert not session.accept(late, late=True)

    def test_nothing_is_fitted_to_it(self, session):
        fit = session.features.fit
        drawn = session.curate(100)
        assert session.features.fit != fit
        assert not set(session.partition.sketch_rows()) & set(session.catalogue.rows_of(drawn))

    def test_labels_of_the_column_leave_training_where_they_train(self, catalogue):
        session = aal.Session(catalogue.with_roles(label_use="train"))
        before = len(session.task_labels("classes").rows)
        with pytest.warns(AstroALWarning, match="left training"):
            drawn = session.curate(10, where=("u", ">", 0))
        in_pool = before - len(session.task_labels("classes").rows)
        assert 0 < in_pool <= 10
        assert session.curated["test"].open == drawn


class TestProgress:
    def test_answers_of_people_count_and_not_the_column(self, session):
        drawn = session.curate(6, targets={"STAR": 3, "GALAXY": 1})
        one = session.curated["test"]
        assert (one.counts, one.open) == ({}, drawn)
        session.annotate(drawn[0], "STAR")
        session.annotate(drawn[1], "GALAXY")
        session.unsure(drawn[2])
        assert one.counts == {"STAR": 1, "GALAXY": 1}
        assert one.unsure == drawn[2:3]
        assert one.open == drawn[3:]
        assert one.lacking == {"STAR": 2}
        session.undo()
        assert one.unsure == []

    def test_labels_say_how_the_source_was_asked_for(self, session):
        drawn = session.curate(3)
        session.annotate(drawn[1], "STAR")
        asked = session.book.label_events()[-1].payload["asked"]
        assert (asked["strategy"], asked["rank"]) == ("curated", 1)
        assert "3 of the test set, drawn at random" in asked["why"]

    def test_targets_can_be_others(self, session):
        heard = []
        session.curated_changed.connect(lambda: heard.append(1))
        session.curate(3)
        session.set_targets({"STAR": 5, "GALAXY": 0})
        assert session.curated["test"].targets == {"STAR": 5}
        assert heard == [1, 1]

    def test_a_draw_is_an_event(self, session):
        drawn = session.curate(3, where=("u", ">", 0))
        told = [one for one in session.ledger.events() if one.kind == "curated"][-1].payload
        assert told["sources"] == [str(one) for one in drawn]
        assert told["where"] == {"column": "u", "operator": ">", "value": 0}
        assert (told["part"], told["matching"]) == ("test", session.matching(("u", ">", 0)).count)


class TestDropping:
    def test_the_split_is_as_it_was_and_the_labels_stay(self, session):
        split, part = session.split, session.partition.part.copy()
        drawn = session.curate(20)
        say(session, drawn)
        session.drop_curated()
        assert session.split == split
        assert (session.partition.part == part).all()
        assert session.curated == {}
        assert len(session.labels) == 20
        back = [one for one in drawn if part[one - 1000] == POOL]
        assert len(session.task_labels("classes").rows) == len(back)

    def test_in_whatever_order(self, session):
        split = session.split
        session.curate(20)
        session.curate(20, part="validation")
        session.drop_curated("validation")
        assert session.split.validation == 0.4
        session.drop_curated("test")
        assert session.split == split

    def test_another_split_in_a_script_ends_it(self, session):
        session.curate(5)
        session.set_split(aal.Split())
        assert session.curated == {}
        assert session.plans == {}


class TestFile:
    def test_a_set_is_found_again_with_its_order_plan_and_answers(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "s.astroal") as session:
            drawn = session.curate(8, where=("u", ">", 0), targets={"STAR": 4})
            session.annotate(drawn[0], "STAR")
            part, names = session.partition.part.copy(), session.features.fit
            plan = session.curated["test"].plan
        with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
            one = again.curated["test"]
            assert list(one.sources) == drawn
            assert one.plan == plan
            assert one.open == drawn[1:]
            assert (again.partition.part == part).all()
            assert again.features.fit == names
            assert again.asked(drawn[1])["strategy"] == "curated"
            again.drop_curated()
        with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
            assert again.split == aal.Split()

    def test_where_the_folder_cannot_be_written_to_nothing_is_drawn(self, catalogue, tmp_path):
        session = aal.Session(catalogue, path=tmp_path / "s.astroal")
        session.close()
        with pytest.raises(SessionError, match="was closed"):
            session.curate(5)
        assert session.curated == {}


class TestRefused:
    @pytest.mark.parametrize(
        ("given", "kind", "words"),
        [
            ({}, SessionError, "Say how many sources to draw"),
            ({"n": 5, "where": ("u", "contains", "x")}, CatalogueError, "'u' holds numbers"),
            ({"n": 5, "where": ("u", ">", 1e9)}, SessionError, "none matches"),
            ({"n": 5, "part": "training"}, SessionError, "curated for 'validation', 'test'"),
            ({"n": 5, "how": "stratified", "by": "x"}, CatalogueError, "no column 'x'"),
            ({"n": 5, "how": "stratified", "by": "(predicted)"}, NotEnoughLabels, "two classes"),
            ({"n": 5, "targets": {"STAR": -1}}, SessionError, "target of 'STAR' is -1"),
            ({"within": [7]}, CatalogueError, "no source '7'"),
        ],
    )
    def test_and_nothing_changes(self, session, given, kind, words):
        with pytest.raises(kind, match=words):
            session.curate(**given)
        assert session.curated == {}

    def test_what_is_not_there(self, session):
        with pytest.raises(SessionError, match="There is no curated test set"):
            session.drop_curated()
        with pytest.raises(SessionError, match="no curated validation set"):
            session.set_targets({}, part="validation")

    def test_what_was_worked_out_before_another_draw_is_dropped(self, session):
        first = drain(session.curate_job(aal.Sampling(3)))
        session.curate(2)
        assert not session.accept_curation(first)
        assert len(session.curated["test"]) == 2
