"""UMAP, t-SNE and layouts of one's own: fitted to a part, kept in a folder."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.errors import ProjectionError, RegistrationError
from napari_astro_al.features import FeatureRecipe, build_features
from napari_astro_al.projection import PROJECTIONS, ProjectionRecipe, project, project_job
from napari_astro_al.projection.embedding import fitting_rows
from napari_astro_al.projection.kept import MOST_KEPT
from napari_astro_al.projection.registered import register_layout

pytestmark = pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning")


def two_clouds(n=400, seed=0):
    """Every third source in a cloud far from the others; one has no features."""
    rng = np.random.default_rng(seed)
    far = np.arange(n) % 3 == 0
    values = rng.normal(size=(n, 4)) + np.where(far, 12.0, 0.0)[:, None]
    values[7] = np.nan
    values[8, 1] = np.nan
    frame = pd.DataFrame(values, columns=list("abcd"))
    return Catalogue(frame, np.arange(100, 100 + n), Roles(), name="clouds"), far


def laid_out(catalogue, kind, rows=None, **options):
    parameters = options.pop("parameters", {})
    rows = np.arange(len(catalogue)) if rows is None else rows
    recipe = FeatureRecipe(list("abcd"), missing="native", scale="none")
    matrix = build_features(recipe, catalogue, rows)
    return project(
        ProjectionRecipe(kind, parameters=parameters), catalogue, matrix, rows, **options
    )


def separation(points, far):
    """Distance between the clouds in units of their sizes."""
    placed = np.isfinite(points).all(axis=1)
    here, there = points[far & placed], points[~far & placed]
    return np.linalg.norm(here.mean(0) - there.mean(0)) / (here.std() + there.std())


@pytest.fixture
def own():
    """Register layouts for the length of a test."""
    before = dict(PROJECTIONS._entries)
    yield register_layout
    PROJECTIONS._entries.clear()
    PROJECTIONS._entries.update(before)


class TestFittingRows:
    def test_are_all_where_there_are_few(self):
        rows = np.array([4, 2, 9])
        assert_array_equal(fitting_rows(rows, None, 3), rows)

    def test_are_the_first_by_hash_without_classes(self):
        assert_array_equal(fitting_rows(np.arange(50, 0, -1), None, 5), [50, 49, 48, 47, 46])

    def test_have_every_class(self):
        strata = np.full(10_000, 0)
        strata[:30] = 1
        strata[30:33] = 2
        strata[5000:] = -1
        rows = np.random.default_rng(1).permutation(10_000)
        chosen = strata[fitting_rows(rows, strata, 400)]
        assert len(chosen) == 400
        assert (chosen == 1).sum() == 30
        assert (chosen == 2).sum() == 3
        # half as they come, half of them unlabelled; of the others what small classes leave
        assert 165 + 70 < (chosen == 0).sum() < 170 + 130

    def test_keep_the_order_and_never_repeat(self):
        rows = np.random.default_rng(1).permutation(1000)
        chosen = fitting_rows(rows, np.arange(1000) % 7 - 1, 300)
        places = np.flatnonzero(np.isin(rows, chosen))
        assert_array_equal(rows[places], chosen)
        assert len(chosen) == 300


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [("umap", {"n_fitted": 150, "n_neighbors": 10}), ("tsne", {"n_fitted": 150, "perplexity": 15})],
)
class TestLibraries:
    def test_place_sources_that_were_not_fitted_among_their_like(self, kind, parameters, tmp_path):
        catalogue, far = two_clouds()
        made = laid_out(catalogue, kind, parameters=parameters, folder=tmp_path)
        assert made.n_missing == 1
        assert np.isnan(made.points[7]).all()
        assert separation(made.points, far) > 1
        assert made.aspect == "equal"
        assert len(list(tmp_path.glob("projection-*.npy"))) == 1

        # the same again, in whatever order the rows are
        order = np.random.default_rng(3).permutation(len(catalogue))
        shuffled = Catalogue(
            catalogue.table.iloc[order].reset_index(drop=True), catalogue.ids[order], Roles()
        )
        inverse = np.argsort(order)
        again = laid_out(shuffled, kind, inverse, parameters=parameters)
        assert_array_equal(again.points, made.points[order])
        assert again.key != made.key

    def test_may_be_given_up(self, kind, parameters):
        catalogue, _ = two_clouds()
        rows = np.arange(len(catalogue))
        matrix = build_features(FeatureRecipe(list("abcd")), catalogue, rows)
        recipe = ProjectionRecipe(kind, parameters=parameters)
        job = project_job(recipe, catalogue, matrix, rows)
        said = [next(job).message for _ in range(6)]
        job.close()
        assert any("fitting" in one for one in said)

    def test_need_sources(self, kind, parameters):
        catalogue, _ = two_clouds(9)
        with pytest.raises(ProjectionError, match="needs at least 10 sources with features"):
            laid_out(catalogue, kind, parameters=parameters)


class TestOwn:
    def test_is_a_function_of_features_and_a_seed(self, own):
        seen = []

        def flat(features, seed):
            seen.append((features, seed))
            return features[:, :2]

        own("flat", flat)
        catalogue, _ = two_clouds()
        made = laid_out(catalogue, "flat")
        ((features, seed),) = seen
        assert features.shape == (399, 4)
        assert features.dtype == np.float32
        assert np.isfinite(features).all()
        assert 0 <= seed < 2**32
        assert made.placed.sum() == 399
        there = catalogue.table[["a", "b"]].to_numpy("f4").copy()
        there[8, 1] = np.nanmean(there[:, 1])
        np.testing.assert_allclose(made.points[made.placed], there[made.placed], rtol=1e-5)
        assert [axis.name for axis in made.axes] == ["flat 1", "flat 2"]

    def test_is_kept_and_found_again(self, own, tmp_path):
        calls = []

        def flat(features, seed):
            calls.append(seed)
            return features[:, :2]

        own("flat", flat)
        catalogue, _ = two_clouds()
        folder = tmp_path / "cache"
        first = laid_out(catalogue, "flat", folder=folder)
        again = laid_out(catalogue, "flat", folder=folder)
        assert len(calls) == 1
        assert_array_equal(again.points, first.points)
        assert (again.key, again.axes, again.aspect) == (first.key, first.axes, first.aspect)

        other, _ = two_clouds(seed=1)
        laid_out(other, "flat", folder=folder)
        own("flat", lambda features, seed: features[:, 2:])
        laid_out(catalogue, "flat", folder=folder)
        assert len(list(folder.glob("*.npy"))) == 3

    @pytest.mark.parametrize(
        ("name", "content"),
        [("npy", b"\x93NUMPY damaged"), ("json", b"{"), ("json", b'{"format": 99}'), ("npy", b"")],
    )
    def test_what_is_damaged_is_made_again(self, own, tmp_path, name, content):
        own("flat", lambda features, seed: features[:, :2])
        catalogue, _ = two_clouds()
        first = laid_out(catalogue, "flat", folder=tmp_path)
        (tmp_path / f"projection-{first.key}.{name}").write_bytes(content)
        assert_array_equal(laid_out(catalogue, "flat", folder=tmp_path).points, first.points)
        words = json.loads((tmp_path / f"projection-{first.key}.json").read_text())
        assert words["format"] == 1

    def test_only_the_newest_are_kept(self, own, tmp_path):
        catalogue, _ = two_clouds(30)
        own("flat", lambda features, seed: features[:, :2])
        for seed in range(MOST_KEPT + 2):
            laid_out(catalogue, "flat", folder=tmp_path, seed=seed)
        assert len(list(tmp_path.iterdir())) == 2 * MOST_KEPT

    def test_a_folder_that_cannot_be_written_to_is_let_be(self, own, tmp_path):
        (tmp_path / "file").write_text("in the way")
        own("flat", lambda features, seed: features[:, :2])
        catalogue, _ = two_clouds(30)
        assert laid_out(catalogue, "flat", folder=tmp_path / "file").placed.sum() == 29

    def test_failures_are_told(self, own):
        catalogue, _ = two_clouds(30)
        own("bad", lambda features, seed: features[:, :3])
        with pytest.raises(ProjectionError, match=r"'bad' gave places of shape \(29, 3\) for 29"):
            laid_out(catalogue, "bad")
        own("bad", lambda features, seed: features["a"])
        with pytest.raises(ProjectionError, match=r"'bad' failed on 29 sources with 4 features"):
            laid_out(catalogue, "bad")

    def test_names_of_built_ins_are_taken(self, own):
        with pytest.raises(RegistrationError, match="cannot be called 'umap'"):
            own("umap", lambda features, seed: features[:, :2])
