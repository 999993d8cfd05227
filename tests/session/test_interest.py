from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, LabelError, LearnerError


def scores_of(session):
    return dict(session.interest)


class TestScoring:
    def test_scores_and_corrects(self, session):
        session.score_interest([1003, 1001], 4)
        session.score_interest(1002, 0)
        session.score_interest(1003, 5)
        assert scores_of(session) == {1001: 4, 1002: 0, 1003: 5}
        session.score_interest(1001, None)
        assert scores_of(session) == {1002: 0, 1003: 5}
        assert (session.interest_of(1002), session.interest_of(1001)) == (0, None)

    def test_tells_what_changed(self, session):
        heard = []
        session.interest_changed.connect(heard.append)
        session.score_interest([1001, 1002], 3)
        session.undo()
        session.redo()
        assert heard == [(1001, 1002)] * 3

    def test_labels_nothing_and_trains_nothing(self, session, pool):
        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        session.train()
        session.score_interest([1001, 1002], 3)
        session.undo()
        assert len(session.labels) == 10
        assert not session.is_stale("classes")

    def test_is_undone_in_its_turn(self, session, pool):
        source = pool["STAR"][0]
        session.annotate(source, "STAR")
        session.score_interest(source, 5)
        assert session.undo() == (source,)
        assert scores_of(session) == {}
        assert session.labels[source] == "STAR"
        assert session.undo() == (source,)
        assert len(session.labels) == 0
        session.redo()
        session.redo()
        assert scores_of(session) == {source: 5}

    @pytest.mark.parametrize("score", [-1, 6, 2.5, True, "4"])
    def test_a_score_is_one_of_six(self, session, score):
        with pytest.raises(LabelError, match="whole number from 0 to 5"):
            session.score_interest(1001, score)
        assert scores_of(session) == {}

    def test_names_strangers_and_scores_nothing(self, session):
        with pytest.raises(CatalogueError, match="no source '7'"):
            session.score_interest([1001, 7], 3)
        assert scores_of(session) == {}


class TestKept:
    def test_is_there_again_with_its_undo(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "s.astroal") as session:
            session.score_interest(1001, 4)
            session.score_interest(1002, 1)
        with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
            assert scores_of(again) == {1001: 4, 1002: 1}
            assert again.undo() == (1002,)
            assert scores_of(again) == {1001: 4}

    def test_goes_with_a_share_file(self, session, catalogue, tmp_path):
        session.score_interest([1001, 1002], 4)
        session.undo()
        session.score_interest(1003, 2)
        session.export_config(tmp_path / "share.json")
        with aal.Session.from_config(tmp_path / "share.json", catalogue) as other:
            assert scores_of(other) == {1003: 2}

    def test_is_a_column_of_exports(self, session, pool, tmp_path):
        star, galaxy = pool["STAR"][0], pool["GALAXY"][0]
        session.annotate(star, "STAR")
        session.export(tmp_path / "before.csv")
        assert "interest" not in pd.read_csv(tmp_path / "before.csv")
        session.score_interest(galaxy, 5)
        table = pd.read_csv(session.export(tmp_path / "all.csv", rows="all")).set_index("id")
        assert table["interest"].dropna().to_dict() == {galaxy: 5}

    def test_a_checkpoint_brings_them_back(self, session):
        session.score_interest(1001, 4)
        session.checkpoint("before")
        session.score_interest(1001, 0)
        session.score_interest(1002, 3)
        session.go_back("before")
        assert scores_of(session) == {1001: 4}

    def test_merged_ledgers_say_the_same(self, catalogue, tmp_path):
        paths = [tmp_path / f"{name}.astroal" for name in ("anne", "bert")]
        for path, score in zip(paths, (1, 4), strict=True):
            with aal.Session(catalogue, path=path, annotator=path.stem) as one:
                one.score_interest(1001, score)
        with aal.Session.open(paths[0], catalogue) as anne:
            anne.merge(paths[1])
            assert scores_of(anne) == {1001: 4}


@pytest.fixture(scope="module")
def sky():
    """Three hundred ordinary sources, ten odd ones on the right, ten artefacts on the left."""
    rng = np.random.default_rng(3)
    places = np.concatenate([
        rng.normal(size=(300, 4)),
        rng.normal((9, 0, 0, 0), size=(10, 4)),
        rng.normal((-9, 0, 0, 0), size=(10, 4)),
    ])  # fmt: skip
    table = pd.DataFrame(places, columns=list("abcd"))
    table.insert(0, "source", np.arange(1, 321))
    return aal.Catalogue.from_table(table, id="source")


ODD, ARTEFACTS = range(301, 311), range(311, 321)


@pytest.fixture
def oddities(sky):
    with aal.Session(
        sky, aal.FeatureRecipe(columns=list("abcd")), aal.Task(["ordinary"])
    ) as session:
        yield session


class TestAnomalies:
    @pytest.mark.parametrize("name", ["isolation_forest", "local_outlier_factor"])
    def test_baselines_ask_for_both_kinds_of_outliers(self, oddities, name):
        asked = {*oddities.query(20, strategy=name)}  # by chance, one of twenty would be odd
        assert len(asked & {*ODD, *ARTEFACTS}) >= 12
        assert asked & {*ODD}
        assert asked & {*ARTEFACTS}

    @pytest.mark.parametrize("name", ["aad_forest", "pine_forest", "interest_forest"])
    def test_scores_say_which_of_them_are_wanted(self, oddities, name):
        oddities.score_interest(list(ODD[:3]), 5)
        oddities.score_interest([*ARTEFACTS[:3], *range(1, 9)], 0)
        asked = oddities.query(7, strategy=name)
        assert len({*asked} & {*ODD}) >= 5
        assert not {*asked[:5]} & {*ARTEFACTS}

    def test_without_coniferest_it_says_what_to_install(self, oddities, monkeypatch):
        monkeypatch.setitem(sys.modules, "coniferest.aadforest", None)
        with pytest.raises(LearnerError, match=r"napari-astro-al\[anomaly\].*interest_forest"):
            oddities.query(strategy="aad_forest")

    def test_scored_ones_come_last(self, oddities):
        oddities.score_interest([301, 302], 5)
        asked = oddities.query(320, strategy="interest_forest")
        assert sorted(asked[-2:]) == [301, 302]
        assert len(set(asked)) == 320

    def test_says_why_and_remembers_it_with_the_score(self, oddities):
        (source,) = oddities.query(strategy="interest_forest")
        oddities.score_interest(source, 2)
        event = oddities.book.ledger.events(kind="interest").__next__()
        assert event.payload["asked"]["strategy"] == "interest_forest"
        assert "odd in a way not seen yet" in event.payload["asked"]["why"]

    @pytest.mark.parametrize("name", ["aad_forest", "pine_forest", "interest_forest"])
    def test_the_order_of_rows_and_of_scores_changes_nothing(self, sky, name):
        asked = []
        for seed in (None, 5):
            table = sky.table if seed is None else sky.table.sample(frac=1, random_state=seed)
            again = aal.Catalogue.from_table(table.reset_index(drop=True), id="source")
            recipe = aal.FeatureRecipe(columns=list("abcd"))
            with aal.Session(again, recipe, aal.Task(["ordinary"])) as session:
                for source in (301, 311, 5) if seed is None else (5, 311, 301):
                    session.score_interest(source, 5 if source == 301 else 0)
                asked.append(session.query(10, strategy=name))
        assert asked[0] == asked[1]

    def test_a_replay_asks_the_same(self, oddities, sky, tmp_path):
        oddities.set_learner(aal.LearnerRecipe(strategy="interest_forest"))
        for _ in range(4):
            (source,) = oddities.query()
            oddities.score_interest(source, 5 if source in ODD else 0)
        oddities.export_config(tmp_path / "share.json")
        replayed = aal.replay(tmp_path / "share.json", sky)
        assert not replayed.differences
        assert scores_of(replayed) == scores_of(oddities)
