from __future__ import annotations

import gc
from weakref import ref

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, ProjectionError
from napari_astro_al.jobs import drain
from napari_astro_al.projection import ProjectionRecipe


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


class TestStaleProjections:
    """Features may change while a projection is on show, or on its way."""

    def test_principal_components_of_other_features_are_made_anew(self, session):
        before = session.project("pca")
        session.set_features(aal.FeatureRecipe(columns=["u"]))
        assert session.projection_is_stale
        heard = []
        session.projection_changed.connect(heard.append)
        after = session.projection
        assert heard == [after]
        assert after is not before
        assert not session.projection_is_stale
        assert session.projection is after

    def test_columns_stay_as_they_are(self, session):
        before = session.project(x="u", y="g")
        session.set_features(aal.FeatureRecipe(columns=["u"]))
        assert not session.projection_is_stale
        assert session.projection is before

    def test_unless_other_values_count_as_missing(self, session):
        session.project(x="u", y="g")
        value = float(session.catalogue.table["u"][3])
        session.set_features(aal.FeatureRecipe(columns=["u", "g"], sentinels=[value]))
        assert session.projection_is_stale
        assert np.isnan(session.projection.points[3]).all()

    def test_one_that_comes_late_is_dropped(self, session):
        recipe = ProjectionRecipe(kind="pca")
        job = session.project_job(recipe)
        session.set_features(aal.FeatureRecipe(columns=["u"]))
        assert session.accept_projection(recipe, drain(job)) is None
        assert session.projection is None
        fresh = drain(session.project_job(recipe))
        assert session.accept_projection(recipe, fresh) is fresh
        assert session.projection is fresh

    def test_it_does_not_keep_the_old_features(self, session):
        session.project(x="u", y="g")
        old = ref(session.features)
        session.set_features(aal.FeatureRecipe(columns=["u"]))
        gc.collect()
        assert old() is None
