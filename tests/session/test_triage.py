"""Contact sheets: what is drawn, in which order, and what answers remember of it."""

from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import LabelError, NotEnoughLabels, SessionError
from napari_astro_al.session.sheets import Draw


@pytest.fixture
def trained(session, pool):
    """A session that knows five stars and five galaxies."""
    session.annotate(pool["STAR"][:5], "STAR")
    session.annotate(pool["GALAXY"][:5], "GALAXY")
    session.train()
    return session


def sources_of(sheet):
    return list(sheet.page(0, 1, len(sheet)).sources) if len(sheet) else []


class TestDrawing:
    def test_a_random_draw_is_of_the_pool_without_what_is_answered(self, session, pool):
        everything = {*pool["STAR"], *pool["GALAXY"]}
        session.annotate(pool["STAR"][0], "STAR")
        session.unsure(pool["STAR"][1])
        session.exclude(pool["STAR"][2])
        drawn = sources_of(session.sheet("random"))
        assert set(drawn) == everything - set(pool["STAR"][:3])
        assert len(drawn) == len(set(drawn))

    def test_the_same_seed_draws_the_same_and_another_does_not(self, session):
        first = sources_of(session.sheet("random", seed=1, most=20))
        assert sources_of(session.sheet("random", seed=1, most=20)) == first
        assert sources_of(session.sheet("random", seed=2, most=20)) != first

    def test_the_draw_does_not_go_by_the_order_of_rows(self, session):
        table = session.catalogue.table.assign(source=session.catalogue.ids)
        turned = aal.Session(aal.Catalogue.from_table(table[::-1], id="source", label="kind"))
        assert sources_of(turned.sheet("random")) == sources_of(session.sheet("random"))

    def test_answered_and_held_out_ones_come_when_they_are_wanted(self, session, pool):
        session.annotate(pool["STAR"][0], "STAR")
        assert pool["STAR"][0] in sources_of(session.sheet("random", answered=True))
        assert len(session.sheet("random", answered=True, held_out=True)) == 200

    def test_what_was_skipped_comes_last(self, session, pool):
        first, second = pool["STAR"][:2]
        session.skip(second)
        session.skip(first)
        assert sources_of(session.sheet("random"))[-2:] == [second, first]

    def test_a_batch_is_what_would_be_asked(self, session):
        sheet = session.sheet("batch", most=12)
        assert sources_of(sheet) == session.query(12)

    def test_sources_can_be_left_out_with_what_the_model_says_of_them(self, trained):
        sheet = trained.sheet("confident", of="STAR")
        drawn = sources_of(sheet)
        less = sheet.without(drawn[:2])
        assert sources_of(less) == drawn[2:]
        assert np.array_equal(less.probability, sheet.probability[2:])
        assert less.page(0).predicted[0] == "STAR"

    def test_a_selection_is_shown_whole(self, session, pool):
        session.select(pool["GALAXY"][:7])
        assert set(sources_of(session.sheet("selection", most=3))) == set(pool["GALAXY"][:7])

    def test_a_set_by_its_name(self, session, pool):
        session.sets.save("some", pool["GALAXY"][:4])
        assert set(sources_of(session.sheet("set", "some"))) == set(pool["GALAXY"][:4])

    def test_within_restricts_a_draw(self, session, pool):
        drawn = sources_of(session.sheet("random", within=pool["STAR"][:6]))
        assert set(drawn) == set(pool["STAR"][:6])


class TestByTheModel:
    def test_the_most_confident_of_a_class_are_those_predicted_so_the_surest_first(self, trained):
        sheet = trained.sheet("confident", "GALAXY")
        said = trained.predictions().loc[sources_of(sheet)]
        assert (said["predicted"] == "GALAXY").all()
        assert said["p_GALAXY"].is_monotonic_decreasing
        page = sheet.page(0, 2, 3)
        assert page.predicted == ("GALAXY",) * 6
        assert page.probability[0] == pytest.approx(said["p_GALAXY"].iloc[0])

    def test_the_most_doubtful_of_all_begin_with_the_least_confident(self, trained):
        said = trained.predictions().loc[sources_of(trained.sheet("doubtful"))]
        assert said["confidence"].is_monotonic_increasing
        assert set(said["predicted"]) == {"STAR", "GALAXY"}

    def test_the_most_doubtful_of_a_class(self, trained):
        said = trained.predictions().loc[sources_of(trained.sheet("doubtful", "STAR"))]
        assert set(said["predicted"]) == {"STAR"}
        assert said["confidence"].is_monotonic_increasing

    def test_without_a_model_it_says_what_to_do(self, session):
        with pytest.raises(NotEnoughLabels, match="two classes"):
            session.sheet("doubtful")
        with pytest.raises(NotEnoughLabels, match=r"no model yet.*random draw"):
            session.sheet_job(Draw("doubtful"))

    def test_an_unknown_class_is_named(self, trained):
        with pytest.raises(LabelError, match=r"no class 'COMET'.*'GALAXY', 'STAR'"):
            trained.sheet("confident", "COMET")


class TestPages:
    def test_pages_part_the_sheet(self, session):
        sheet = session.sheet("random", most=20)
        pages = [sheet.page(number, 3, 3) for number in range(sheet.n_pages(3, 3))]
        assert [len(page) for page in pages] == [9, 9, 2]
        assert [one for page in pages for one in page.sources] == sources_of(sheet)
        assert len(sheet.page(3, 3, 3)) == 0

    def test_a_draw_that_makes_no_sense_is_refused(self):
        with pytest.raises(SessionError, match="cannot show 'best': it shows one of 'batch'"):
            Draw("best")
        with pytest.raises(SessionError, match="Name the class"):
            Draw("confident")
        with pytest.raises(SessionError, match="Name the set"):
            Draw("set")


class TestAnswers:
    def test_each_cell_is_an_annotation_of_its_own_that_says_where_it_was_seen(self, session):
        page = session.sheet("random", seed=3).page(1, 2, 3)
        session.annotate(page.sources[3:5], "STAR", mosaic=page.seen_as("several"))
        said = [session.book.history_of(one)[-1] for one in page.sources[3:5]]
        assert said[0].uuid != said[1].uuid
        shared = {"kind": "random", "seed": 3, "page": 1, "rows": 2, "columns": 3}
        assert said[0].payload["mosaic"] == {**shared, "answered": "several", "row": 1, "column": 0}
        assert said[1].payload["mosaic"] == {**shared, "answered": "several", "row": 1, "column": 1}
        assert session.undo() == page.sources[3:5]

    def test_what_the_model_said_of_a_cell_is_kept(self, trained):
        page = trained.sheet("confident", "GALAXY").page(0)
        trained.unsure(page.sources[0], mosaic=page.seen_as("one"))
        seen = trained.book.history_of(page.sources[0])[-1].payload["mosaic"]
        assert (seen["kind"], seen["of"], seen["predicted"]) == ("confident", "GALAXY", "GALAXY")
        assert seen["probability"] == pytest.approx(page.probability[0], abs=1e-4)

    def test_only_a_batch_was_asked_for(self, session):
        asked = session.sheet("batch", most=9).page(0, 3, 3)
        first, second = asked.sources[:2]
        session.skip(first, mosaic=asked.seen_as("one"))
        payload = session.book.history_of(first)[-1].payload
        assert (payload["asked"]["rank"], payload["mosaic"]["kind"]) == (0, "batch")
        session.select([second])
        chosen = session.sheet("selection").page(0, 3, 3)
        session.annotate(second, "STAR", mosaic=chosen.seen_as("one"))
        assert "asked" not in session.book.history_of(second)[-1].payload

    def test_how_a_cell_was_answered_is_one_of_three(self, session):
        with pytest.raises(SessionError, match="'one', 'several', 'rest'"):
            session.sheet("random").page(0).seen_as("all")


def test_one_vs_rest_tasks_are_asked_together(catalogue, pool):
    session = aal.Session(
        catalogue, task={name: aal.Task.one_vs_rest(name) for name in ("STAR", "GALAXY")}
    )
    for name in ("STAR", "GALAXY"):
        session.annotate(pool[name][:5], name)
    drawn = sources_of(session.sheet("confident", "GALAXY"))
    said = session.predictions().loc[drawn]
    assert (said["predicted"] == "GALAXY").all()
    assert np.all(np.diff(said["p_GALAXY"]) <= 0)
