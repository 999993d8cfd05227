from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, LabelError


def colours_of(session, sources):
    return session.features.values[session.catalogue.rows_of(sources)]


class TestMark:
    def test_marks_and_unmarks(self, session):
        session.mark([1003, 1001])
        session.mark(1002, like=False)
        assert dict(session.marked) == {1003: True, 1001: True, 1002: False}
        session.mark(1003, like=None)
        session.mark(1001, like=False)
        assert dict(session.marked) == {1002: False, 1001: False}

    def test_tells_what_changed(self, session):
        heard = []
        session.marks_changed.connect(heard.append)
        session.mark([1001, 1002])
        session.mark([1002, 1003])
        session.mark(1003)
        session.mark(1009, like=None)
        assert heard == [(1001, 1002), (1003,)]

    def test_labels_nothing(self, session):
        session.mark([1001, 1002])
        assert len(session.labels) == 0
        assert not session.can_train()

    def test_is_there_again(self, catalogue, tmp_path):
        with aal.Session(catalogue, path=tmp_path / "s.astroal") as session:
            session.mark([1001, 1002])
            session.mark(1001, like=None)
        with aal.Session.open(tmp_path / "s.astroal", catalogue) as again:
            assert dict(again.marked) == {1002: True}

    def test_names_strangers_and_marks_nothing(self, session):
        with pytest.raises(CatalogueError, match="no source '7'"):
            session.mark([1001, 7])
        assert not session.marked

    def test_like_is_one_of_three(self, session):
        with pytest.raises(LabelError, match="True, False or None"):
            session.mark(1001, like="yes")


class TestMoreLikeThese:
    def test_asks_for_the_neighbours_of_an_example(self, session, pool):
        example = pool["GALAXY"][0]
        session.mark(example)
        asked = session.query(strategy="examples")
        free = [one for one in pool["STAR"] + pool["GALAXY"] if one != example]
        away = np.linalg.norm(colours_of(session, free) - colours_of(session, [example]), axis=1)
        assert asked[0] in [free[place] for place in np.argsort(away)[:3]]
        assert session.asked(asked[0])["strategy"] == "examples"
        assert "marked as examples" in session.asked(asked[0])["why"]

    def test_marked_ones_come_last(self, session, pool):
        marked = [pool["GALAXY"][0], pool["STAR"][0]]
        session.mark(marked[0])
        session.mark(marked[1], like=False)
        asked = session.query(len(session.catalogue), strategy="examples")
        assert asked[-2:] == marked
        assert len(set(asked)) == len(asked)

    def test_covers_until_there_is_a_mark(self, session):
        session.set_learner(aal.LearnerRecipe(strategy="examples"))
        (source,) = session.query()
        assert session.asked(source)["strategy"] == "coverage"
        assert "until a source is marked" in session.asked(source)["why"]

    def test_another_strategy_for_one_query_alone(self, session, pool):
        for name, ids in pool.items():
            session.annotate(ids[:5], name)
        (source,) = session.query(strategy="entropy")
        assert session.asked(source)["strategy"] == "entropy"
        assert "the most even" in session.asked(source)["why"]
        (source,) = session.query(strategy="rarest")
        assert session.asked(source)["strategy"] == "rarest"
