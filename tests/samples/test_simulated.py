"""The simulated survey: its shares, its colours, its noise, and that it can be made again."""

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.cutouts import Cutouts, ImageColumn
from napari_astro_al.errors import CatalogueError
from napari_astro_al.samples import simulated_survey
from napari_astro_al.samples.draws import Draws
from napari_astro_al.samples.photometry import DEPTHS, noise_to_signal, observe
from napari_astro_al.samples.simulated_sky import simulate_sky
from napari_astro_al.samples.simulated_stamps import render
from napari_astro_al.samples.spectral_colours import (
    galaxy_colours,
    magnitudes,
    quasar_colours,
    star_colours,
)

SHARES = (0.55, 0.37, 0.08)


@pytest.fixture(scope="module")
def survey():
    return simulated_survey(20_000, seed=3)


class TestCatalogue:
    def test_says_that_it_is_simulated(self, survey):
        assert survey.note == "simulated"
        assert "Simulated" in survey.name
        assert all("simulated" in column.description for column in survey.columns.values())

    def test_roles(self, survey):
        roles = survey.roles
        assert (roles.id, roles.label, roles.ra, roles.dec) == ("source_id", "class", "ra", "dec")
        assert roles.images == ("image",)

    def test_ids_are_unique_and_need_every_digit(self, survey):
        assert survey.ids.dtype == np.int64
        assert len(np.unique(survey.ids)) == len(survey)
        assert len(np.unique(survey.ids.astype(float))) < len(survey)

    def test_shares_of_the_classes(self, survey):
        shares = survey.table["class"].value_counts(normalize=True)
        assert shares["STAR"] == pytest.approx(0.55, abs=0.012)
        assert shares["GALAXY"] == pytest.approx(0.37, abs=0.012)
        assert shares["QSO"] == pytest.approx(0.08, abs=0.007)

    def test_shares_can_be_given(self):
        table = simulated_survey(2000, fractions={"STAR": 1, "GALAXY": 1, "QSO": 0}).table
        assert set(table["class"]) == {"STAR", "GALAXY"}
        assert (table["class"] == "STAR").mean() == pytest.approx(0.5, abs=0.04)

    def test_positions_lie_in_the_patch(self, survey):
        assert survey.table["ra"].between(180, 190).all()
        assert survey.table["dec"].between(10, 20).all()
        assert survey.unit("ra") == "deg"

    def test_redshifts(self, survey):
        redshift = survey.table.groupby("class")["redshift"]
        assert redshift.min()["QSO"] >= 0.2
        assert redshift.max()["QSO"] <= 4.0
        assert redshift.median()["QSO"] == pytest.approx(1.45, abs=0.15)
        assert 0.1 < redshift.median()["GALAXY"] < 0.4
        assert redshift.max()["STAR"] < 0.001

    def test_u_is_missing_most_often_and_there_are_no_sentinels(self, survey):
        missing = survey.table[list("ugriz")].isna().mean()
        assert 0.05 < missing["u"] < 0.2
        assert (missing.drop("u") < 0.03).all()
        assert (missing > 0).all()
        assert survey.table[list("ugriz")].min().min() > 10
        assert survey.table[list("ugriz")].max().max() < 30

    @pytest.mark.parametrize("n", [0, -1])
    def test_no_sources(self, n):
        with pytest.raises(CatalogueError, match="at least one source"):
            simulated_survey(n)

    @pytest.mark.parametrize(
        "fractions",
        [{"STAR": 1}, {"STAR": 1, "GALAXY": 1, "AGN": 1}, {"STAR": 0, "GALAXY": 0, "QSO": 0}],
    )
    def test_fractions_of_something_else(self, fractions):
        with pytest.raises(CatalogueError, match="must be of 'STAR', 'GALAXY', 'QSO'"):
            simulated_survey(10, fractions=fractions)


class TestAgain:
    def test_the_same_seed_gives_the_same_survey(self, survey):
        pd.testing.assert_frame_equal(simulated_survey(20_000, seed=3).table, survey.table)

    def test_a_larger_survey_begins_with_the_smaller_one(self, survey):
        small = simulated_survey(50, seed=3)
        pd.testing.assert_frame_equal(small.table, survey.table.iloc[:50])
        assert np.array_equal(small.arrays["image"][7], survey.arrays["image"][7])

    def test_another_seed_gives_other_sources(self, survey):
        other = simulated_survey(50, seed=4)
        assert not set(other.ids) & set(survey.ids)
        assert not np.isin(other.table["ra"], survey.table["ra"]).any()

    def test_a_source_alone_is_what_it_is_among_others(self, survey):
        ids = survey.ids[:200]
        together, alone = simulate_sky(ids, 3, SHARES), simulate_sky(ids[130:131], 3, SHARES)
        assert np.array_equal(together.magnitudes[:, 130:131], alone.magnitudes)

    def test_draws_are_uniform_and_independent_of_each_other(self):
        draws = Draws(np.arange(20_000), seed=1)
        a, b = draws.uniform("a"), draws.uniform("b")
        assert np.histogram(a, 10, (0, 1))[0] == pytest.approx(2000, abs=200)
        assert abs(np.corrcoef(a, b)[0, 1]) < 0.03
        assert draws.normal("a").std() == pytest.approx(1.0, abs=0.02)

    def test_the_classes_do_not_follow_the_hash_that_splits(self, survey):
        held_out = id_hashes(survey.ids, 3) < np.uint64(2**62)
        share = (survey.table["class"] == "QSO")[held_out].mean()
        assert share == pytest.approx(0.08, abs=0.012)


class TestColours:
    def test_the_sun_lies_on_the_locus(self):
        u_g, g_r, r_i, i_z = star_colours(np.array([0.56]))[:, 0]
        assert (u_g, g_r) == (pytest.approx(1.3, abs=0.15), pytest.approx(0.44, abs=0.05))
        assert (r_i, i_z) == (pytest.approx(0.12, abs=0.04), pytest.approx(0.03, abs=0.04))

    def test_the_locus_is_consistent_with_its_parameter(self):
        g_i = np.linspace(-0.9, 4.0, 50)
        _, g_r, r_i, _ = star_colours(g_i)
        assert g_r + r_i == pytest.approx(g_i, abs=0.04)

    def test_the_locus_has_no_step(self):
        fine = star_colours(np.linspace(-0.9, 4.2, 2000))
        assert np.abs(np.diff(fine, axis=1)).max() < 0.02

    def test_the_break_reddens_early_galaxies_with_redshift(self):
        early = galaxy_colours(np.array([0.05, 0.2, 0.35]), np.zeros(3))
        assert (np.diff(early[1]) > 0.2).all()
        assert (galaxy_colours(np.array([0.1]), np.ones(1))[:, 0] < early[:, 0] + 0.1).all()

    def test_quasars_are_blue_in_u_until_the_forest_comes_in(self):
        u_g = quasar_colours(np.array([0.5, 1.0, 1.5, 2.0, 3.5]))[0]
        assert (u_g[:4] < 0.5).all()
        assert u_g[4] > 2.0

    def test_magnitudes_add_up(self):
        five = magnitudes(np.array([20.0]), np.array([[1.0], [0.5], [0.2], [0.1]]))
        assert five[:, 0] == pytest.approx([21.5, 20.5, 20.0, 19.8, 19.7])

    def test_most_quasars_have_an_ultraviolet_excess(self, survey):
        table = survey.table
        blue = (table["u"] - table["g"]) < 0.6
        assert blue[table["class"] == "QSO"].mean() > 0.6
        assert blue[table["class"] == "STAR"].mean() < 0.1


class TestPhotometry:
    def test_signal_to_noise_is_five_at_the_depth(self):
        assert noise_to_signal(22.0, 22.0) == pytest.approx(0.2)

    def test_sky_noise_grows_with_the_inverse_of_flux(self):
        assert noise_to_signal(27.0, 22.0) == pytest.approx(100 * np.sqrt(0.039), rel=0.01)

    def test_errors_describe_the_scatter(self):
        n = 20_000
        true = np.tile(DEPTHS[:, np.newaxis] - 2.0, n)
        measured, error = observe(true, Draws(np.arange(n), seed=0))
        pull = (measured - true) / error
        assert np.nanstd(pull, axis=1) == pytest.approx(np.ones(5), abs=0.04)
        assert np.nanmean(pull, axis=1) == pytest.approx(np.zeros(5), abs=0.06)

    def test_what_is_too_faint_is_missing(self):
        true = np.tile(DEPTHS[:, np.newaxis] + 3.0, 500)
        measured, error = observe(true, Draws(np.arange(500), seed=0))
        assert np.isnan(measured).mean() > 0.9
        assert np.array_equal(np.isnan(measured), np.isnan(error))

    def test_errors_grow_to_the_faint_end(self, survey):
        table = survey.table
        bins = pd.cut(table["r"], [15, 17, 19, 20, 20.7])
        errors = table.groupby(bins, observed=True)["err_r"].median().to_numpy()
        assert (np.diff(errors) > 0).all()


class TestPictures:
    def brightest(self, survey, kind):
        table = survey.table
        return int(table[table["class"] == kind].nsmallest(1, "r")["source_id"].iloc[0])

    def test_the_column(self, survey):
        column = survey.arrays["image"]
        assert column.shape == (20_000, 48, 48, 3)
        picture = column[0]
        assert (picture.shape, picture.dtype) == ((48, 48, 3), np.uint8)
        assert np.array_equal(picture, column[0])

    def test_they_come_as_cutouts(self, survey):
        cutouts = Cutouts(survey)
        cutouts.add(ImageColumn("image"))
        assert cutouts.get(int(survey.ids[5]))[0].missing == ""

    def test_a_star_has_the_flux_and_the_width_that_it_should(self, survey):
        source = self.brightest(survey, "STAR")
        bands = render(source, 3, SHARES)
        true = simulate_sky(np.array([source]), 3, SHARES).magnitudes[:, 0]
        flux = bands.sum(axis=(1, 2))
        assert 22.5 - 2.5 * np.log10(flux) == pytest.approx(true[[3, 2, 1]], abs=0.05)
        profile = bands[0]
        above_half = (profile > profile.max() / 2).sum()
        assert 2 * np.sqrt(above_half / np.pi) * 0.396 == pytest.approx(1.3, abs=0.25)

    def test_a_bright_galaxy_is_wider_than_a_star(self, survey):
        def width(kind):
            profile = render(self.brightest(survey, kind), 3, SHARES)[0]
            return (profile > profile.max() / 4).sum()

        assert width("GALAXY") > 2 * width("STAR")

    def test_noise_differs_between_sources(self, survey):
        column = survey.arrays["image"]
        corners = {column[row][:4, :4].tobytes() for row in range(5)}
        assert len(corners) == 5


def test_a_forest_tells_most_but_not_all_apart(survey):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import f1_score

    mags = survey.table[list("ugriz")].fillna(25.0).to_numpy()[:6000]
    features = np.column_stack([mags, -np.diff(mags, axis=1)])
    labels = survey.table["class"].to_numpy().astype(str)[:6000]
    forest = RandomForestClassifier(60, random_state=0, n_jobs=1).fit(
        features[:4000], labels[:4000]
    )
    score = f1_score(labels[4000:], forest.predict(features[4000:]), average="macro")
    assert 0.88 < score < 0.98
