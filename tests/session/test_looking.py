from __future__ import annotations

import gc
from weakref import ref

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, ProjectionError
from napari_astro_al.jobs import drain
from napari_astro_al.projection import PROJECTIONS, ProjectionRecipe


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

    def test_expressions_and_axes(self, session):
        projection = session.project(x="u - 2 * g", y="g", y_reversed=True, x_scale="linear")
        table = session.catalogue.table
        np.testing.assert_allclose(projection.points[:, 0], table["u"] - 2 * table["g"], rtol=1e-5)
        assert projection.axes[1].reversed

    def test_parameters_are_checked(self, session):
        with pytest.raises(ProjectionError, match="perplexity=0 is not a number from 2 to 200"):
            session.project("tsne", perplexity=0)
        assert session.projection is None

    def test_a_whole_recipe_says_everything(self, session):
        with pytest.raises(ProjectionError, match="Say everything in the recipe"):
            session.project(ProjectionRecipe("pca"), x="u")

    def test_curves_of_a_file_are_kept_by_content(self, catalogue, tmp_path):
        path = tmp_path / "line.json"
        path.write_text('{"curves": [{"name": "equal", "y": "u", "x": [0, 3]}]}')
        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            with pytest.raises(ProjectionError, match=r"Curve 1 \('equal'\) is an expression of x"):
                session.project(x="u", y="g", curves=path)
            path.write_text('{"curves": [{"name": "equal", "y": "x", "x": [0, 3]}]}')
            session.project(x="u", y="g", curves=path)
        path.unlink()
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            (curve,) = again.projection.curves
            assert curve.name == "equal"
            np.testing.assert_array_equal(curve.points[-1], [3, 3])


class TestKeptProjections:
    def test_are_found_again_on_opening(self, catalogue, tmp_path, monkeypatch):
        calls = []
        monkeypatch.setattr(PROJECTIONS, "_entries", dict(PROJECTIONS._entries))

        @aal.register.projection("mine")
        def mine(features, seed):
            calls.append(seed)
            return features[:, :2]

        with aal.Session(catalogue, path=tmp_path / "a.astroal") as session:
            before = session.project("mine")
            assert session.cache_folder == tmp_path / "a.astroal" / "cache"
        with aal.Session.open(tmp_path / "a.astroal", catalogue) as again:
            assert again.projection_recipe == ProjectionRecipe("mine")
            np.testing.assert_array_equal(again.projection.points, before.points)
            assert again.projection.key == before.key
            assert len(calls) == 1
            again.set_features(aal.FeatureRecipe(columns=["g", "u"]))
            assert again.projection_is_stale
            assert again.projection.key != before.key
            assert len(calls) == 2

    def test_are_nowhere_in_memory(self, session):
        assert session.cache_folder is None


class TestFurtherViews:
    def test_a_job_changes_nothing_in_the_session(self, session):
        heard = []
        session.projection_changed.connect(heard.append)
        projection = drain(session.project_job(ProjectionRecipe("pca")))
        assert (heard, session.projection, session.projection_recipe) == ([], None, None)
        assert session.fits(projection)
        session.set_features(aal.FeatureRecipe(columns=["u"]))
        assert not session.fits(projection)


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
