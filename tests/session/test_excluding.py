from __future__ import annotations

import pytest

import napari_astro_al as aal
from napari_astro_al.errors import AstroALWarning, CatalogueError, LabelError, SessionError
from napari_astro_al.jobs import drain


@pytest.fixture
def labelled(session, pool):
    """A session with ten labels of each class."""
    for name, ids in pool.items():
        session.annotate(ids[:10], name)
    return session


class TestAsking:
    def test_excluded_sources_are_never_asked_for(self, session, pool):
        session.exclude(pool["STAR"])
        assert set(session.query(200)) == set(pool["GALAXY"])

    def test_not_even_last_when_they_were_skipped(self, session, pool):
        session.skip(pool["STAR"])
        session.exclude(pool["STAR"][:2])
        assert not set(pool["STAR"][:2]) & set(session.query(200))

    def test_nor_within_a_set_of_them(self, session, pool):
        session.exclude(pool["STAR"][:3])
        assert set(session.query(10, within=pool["STAR"][:5])) == set(pool["STAR"][3:5])

    def test_included_ones_are_asked_for_again(self, session, pool):
        before = session.query(5)
        session.exclude(before)
        assert not set(before) & set(session.query(5))
        session.include(before)
        assert session.query(5) == before

    def test_a_query_made_before_is_out_of_date(self, session):
        revision = drain(session.query_job()).revision
        session.exclude(session.query())
        assert session.book.revision > revision


class TestTraining:
    def test_excluded_labels_do_not_train_and_stay_in_the_ledger(self, labelled, pool):
        labelled.train()
        labelled.exclude(pool["STAR"][:4])
        assert labelled.is_stale()
        assert len(labelled.task_labels("classes").labels) == 16
        assert len(labelled.labels) == 20
        labelled.include()
        assert len(labelled.task_labels("classes").labels) == 20

    def test_including_everything_gives_the_same_model_and_no_new_score(self, labelled, pool):
        labelled.train()
        scores = len(labelled.scores)
        labelled.exclude(pool["STAR"][4:])
        labelled.include(pool["STAR"][4:])
        labelled.train()
        assert len(labelled.scores) == scores

    def test_held_out_ones_are_scored_all_the_same(self, labelled):
        """Leaving hard ones out would flatter the model."""
        labelled.train()
        n_scored = sum(map(sum, labelled.results["classes"].scores[0]["confusion"]))
        labelled.exclude(labelled.catalogue.ids_at((labelled.partition.part == 1).nonzero()[0]))
        labelled.train()
        assert sum(map(sum, labelled.results["classes"].scores[0]["confusion"])) == n_scored

    def test_a_simulation_leaves_them_out_too(self, session, pool):
        session.exclude(pool["STAR"][5:])
        expert = aal.ColumnOracle(session.catalogue)
        curve = aal.simulate(session, oracle=expert, n_labels=200)
        assert curve["n_labels"].max() == 5 + len(pool["GALAXY"])


class TestLabels:
    """What AstronomicAL's exclude_labels, exclude_unknown_labels and initial points do."""

    def test_sources_of_other_classes_are_never_asked_for(self, catalogue, pool):
        session = aal.Session(catalogue, exclude_labels=["GALAXY"])
        assert set(session.query(200)) == set(pool["STAR"])

    def test_under_the_name_that_a_task_gives_them(self, catalogue, pool):
        task = aal.Task({"STAR": "star", "GALAXY": "galaxy"})
        session = aal.Session(catalogue, task=task, exclude_labels=["galaxy"])
        assert set(session.query(200)) == set(pool["STAR"])

    def test_what_is_left_out_is_found_again_and_can_be_taken_back(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "s.astroal", exclude_labels=["GALAXY"]) as one:
            n = one.excluded.count
        with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
            assert again.excluded.count == n == 50
            again.include()
            assert again.excluded.count == 0

    def test_labels_that_there_are_not_are_named_and_no_folder_is_left(self, catalogue, tmp_path):
        with pytest.raises(LabelError, match="No source has the label 'QSO'"):
            aal.Session(catalogue, path=tmp_path / "s.astroal", exclude_labels=["QSO"])
        assert not (tmp_path / "s.astroal").exists()

    def test_together_with_starting_points_and_known_sources_only(self, catalogue):
        session = aal.Session(catalogue, pool="labelled", start=5, exclude_labels=["GALAXY"])
        assert len(session.labels) == 5
        assert session.task_labels("classes").counts == {"STAR": 5}


class TestExclusions:
    def test_they_add_up_and_are_told(self, session):
        heard = []
        session.exclusions_changed.connect(heard.append)
        session.exclude([1001, 1002])
        session.exclude(1003)
        session.exclude([1001])
        session.include([1002, 1050])
        assert [one.count for one in heard] == [2, 3, 2]
        assert session.excluded.ids == {1001, 1003}

    def test_by_set_and_by_selection(self, session):
        session.sets.save("bad", [1001])
        session.exclude("bad")
        session.select([1002])
        session.exclude(session.selection)
        assert session.excluded.ids == {1001, 1002}

    def test_strangers_are_named(self, session):
        with pytest.raises(CatalogueError, match="no source '7'"):
            session.exclude([1001, 7])
        assert session.excluded.count == 0

    def test_what_was_worked_out_before_another_exclusion_is_dropped(self, session):
        late = drain(session.exclusion_job([1001], "add"))
        session.exclude([1002])
        assert not session.accept_exclusion(late)
        assert session.excluded.ids == {1002}


class TestFile:
    @pytest.fixture
    def kept(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "s.astroal") as session:
            yield session

    def test_they_are_excluded_again_whatever_the_order_of_the_rows(self, kept, catalogue):
        kept.exclude([1001, 1005])
        kept.close()
        table = catalogue.table.iloc[::-1].reset_index(drop=True)
        turned = aal.Catalogue.from_table(table, id="source", label="kind")
        with aal.Session.open(kept.path, turned) as again:
            assert again.excluded.ids == {1001, 1005}
            again.include()
        with aal.Session.open(kept.path, catalogue) as again:
            assert again.excluded.count == 0

    def test_a_stale_result_leaves_no_file(self, kept):
        late = drain(kept.exclusion_job([1001], "add"))
        kept.exclude([1002])
        kept.accept_exclusion(late)
        assert not list(kept.path.glob("*.part"))

    def test_a_damaged_one_is_told(self, kept, catalogue):
        kept.close()
        (kept.path / "excluded.parquet").write_bytes(b"garbage")
        with pytest.warns(AstroALWarning, match="excluded sources of s.astroal could not be"):
            aal.Session.open(kept.path, catalogue).close()

    def test_a_closed_session_excludes_nothing(self, kept):
        kept.close()
        with pytest.raises(SessionError, match="was closed, or opened again"):
            kept.exclude([1001])
        assert kept.excluded.count == 0
