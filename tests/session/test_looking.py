from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.errors import CatalogueError, ProjectionError


class TestCurrent:
    def test_show_says_so_once(self, session):
        heard = []
        session.current_changed.connect(heard.append)
        session.show(1003)
        session.show(1003)
        assert (session.current, heard) == (1003, [1003])

    def test_back_and_forward_walk_the_history(self, session):
        for source in (1001, 1002, 1003):
            session.show(source)
        session.back()
        session.back()
        assert session.current == 1001
        session.forward()
        assert session.current == 1002
        session.show(1009)
        session.forward()
        assert session.current == 1009

    def test_a_stranger_is_refused(self, session):
        with pytest.raises(CatalogueError, match="no source '3'"):
            session.show(3)
        assert session.current is None


class TestSelect:
    def test_a_selection_is_a_set(self, session):
        session.select([1003, 1001, 1003])
        assert session.selected == {1001, 1003}

    def test_the_signal_carries_count_and_handle(self, session):
        heard = []
        session.selection_changed.connect(heard.append)
        session.select([1003, 1001])
        assert heard[0].count == 2
        assert heard[0].ids == {1001, 1003}

    def test_strangers_leave_the_selection_as_it_was(self, session):
        session.select([1001])
        with pytest.raises(CatalogueError, match="no source '1'"):
            session.select([1002, 1])
        assert session.selected == {1001}


class TestProject:
    def test_columns(self, session):
        projection = session.project(x="u", y="g")
        assert session.projection is projection
        np.testing.assert_allclose(
            projection.points, session.catalogue.table[["u", "g"]].to_numpy(), rtol=1e-6
        )

    def test_pca_is_the_default(self, session):
        assert session.project().kind == "pca"

    def test_a_wrong_kind_leaves_the_current_one(self, session):
        before = session.project("pca")
        with pytest.raises(ProjectionError, match="no projection 'umpa'"):
            session.project("umpa")
        assert session.projection is before
