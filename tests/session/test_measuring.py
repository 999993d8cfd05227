"""Pictures are measured in parts, by a job that can be stopped and goes on."""

import numpy as np
import pandas as pd
import pytest
from tests.vision.galaxies import disc, noise

import napari_astro_al as aal
from napari_astro_al.cutouts import Cutout
from napari_astro_al.errors import CutoutError, ImagingError
from napari_astro_al.jobs import drain
from napari_astro_al.session import measured, measuring

N = 40


class Pictures:
    """Round discs whose size grows with the id, from 130 on flat ones; some have no picture."""

    name = "discs"

    def __init__(self, scale=None):
        self.asked = []
        self.scale = scale

    def __repr__(self):
        return "Pictures()"

    def cutout(self, catalogue, source, size):
        self.asked.append(source)
        if source % 10 == 0:
            return Cutout.absent("no plate there")
        if source % 10 == 1:
            raise OSError("the disk is gone")
        size = 3.0 + 0.05 * (source - 100)
        ratio = 1.0 if source < 130 else 0.3
        picture = disc(size, ratio, source, side=64) + noise(0.5, source, 64)
        return Cutout(picture, pixel_scale=self.scale)


@pytest.fixture
def sky():
    table = pd.DataFrame({"id": np.arange(100, 100 + N), "u": np.arange(N) / 7.0})
    return aal.Catalogue.from_table(table, id="id", name="sky")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(measuring, "PART", 16)
    monkeypatch.setattr("napari_astro_al.session.measured_parts.PART", 16)


def test_morphology_becomes_columns(sky):
    session = aal.Session(sky)
    session.cutouts.add(Pictures(scale=0.4))
    names = session.measure_images("morphology")
    assert names[0] == "morphology_concentration"
    assert "morphology_colour_1" not in names
    radius = session.catalogue.column("morphology_half_light_radius")
    absent = np.isin(sky.ids % 10, (0, 1))
    assert radius[~absent].notna().all()
    assert radius[absent].isna().all()
    assert np.corrcoef(radius[2:10], sky.ids[2:10])[0, 1] > 0.99
    assert radius[5] == pytest.approx(0.4 * 1.6 * (3.0 + 0.05 * 5), rel=0.1)
    assert session.catalogue.unit("morphology_half_light_radius") == "arcsec"
    made = session.column_groups["morphology"].made
    assert (made["measured"], made["provider"]) == (int((~absent).sum()), "discs")


def test_radii_are_in_pixels_where_the_scale_is_not_known(sky):
    session = aal.Session(sky)
    session.cutouts.add(Pictures())
    session.measure_images("morphology", name="m")
    assert session.catalogue.unit("m_petrosian_radius") == "pix"
    session.set_features(aal.FeatureRecipe(columns=["m_gini", "m_half_light_radius"]))
    assert session.features.usable.sum() == N * 8 // 10


def test_the_embedding_becomes_features_in_which_like_sources_are_near(sky):
    session = aal.Session(sky)
    session.cutouts.add(Pictures())
    names = session.measure_images("embedding", n_components=8)
    assert names == tuple(f"embedding_{place}" for place in range(1, 9))
    session.set_features(aal.FeatureRecipe(columns=names))
    session.set_learner(aal.LearnerRecipe(strategy="examples"))
    session.mark([139])
    assert session.query()[0] >= 130
    places = session.catalogue.table[list(names)].to_numpy()
    gaps = np.linalg.norm(places - places[39], axis=1)
    assert sky.ids[np.argsort(gaps)][:5].min() >= 130
    assert "a mirror changes its sign" in session.catalogue.columns["embedding_8"].description
    assert session.column_groups["embedding"].made["fitted_to"] == N * 8 // 10


def test_a_job_that_was_stopped_goes_on(sky, tmp_path):
    with aal.Session(sky, path=tmp_path / "sky.astroal") as session:
        pictures = Pictures()
        session.cutouts.add(pictures)
        job = session.measure_images_job("morphology")
        for progress in job:
            if progress.done == 20:
                break
        job.close()
        (folder,) = (session.path / "cache").glob("measured-*")
        assert [file.name for file in folder.iterdir()] == ["0000000000.npy"]
        assert session.added_columns == {}
        pictures.asked.clear()
        session.measure_images("morphology")
        assert min(pictures.asked) == 116
        assert sorted(pictures.asked) == list(range(116, 100 + N))
        assert not folder.exists()


def test_a_damaged_part_is_measured_again(sky, tmp_path):
    with aal.Session(sky, path=tmp_path / "sky.astroal") as session:
        session.cutouts.add(Pictures())
        job = session.measure_images_job("morphology")
        for progress in job:
            if progress.done == 20:
                break
        job.close()
        (part,) = (session.path / "cache").glob("measured-*/*.npy")
        part.write_bytes(b"\x93NUMPY")
        assert "morphology_gini" in session.measure_images("morphology")
        assert session.catalogue.column("morphology_gini").notna().sum() == N * 8 // 10


def test_several_providers_have_columns_of_their_own(sky):
    session = aal.Session(sky)
    session.cutouts.add(Pictures())
    other = Pictures()
    other.name = "r band"
    session.cutouts.add(other)
    names = session.measure_images("morphology", "r band")
    assert names[0] == "morphology_r band_concentration"
    assert other.asked


def test_what_cannot_be_measured_is_told_in_words(sky):
    session = aal.Session(sky)
    with pytest.raises(CutoutError, match="There are no pictures to measure"):
        session.measure_images("morphology")
    session.cutouts.add(Pictures())
    with pytest.raises(CutoutError, match=r"called 'g'\. There are: 'discs'"):
        session.measure_images("morphology", "g")
    with pytest.raises(CutoutError, match="'colour' cannot be measured: 'morphology', 'embedding'"):
        session.measure_images("colour")
    with pytest.raises(ImagingError, match="4 to 232 components, not 1000"):
        session.measure_images("embedding", n_components=1000)
    with pytest.raises(ImagingError, match="39 components cannot be fitted to 32 pictures"):
        session.measure_images("embedding", n_components=39)
    assert session.added_columns == {}


def test_no_picture_at_all_is_an_error_with_the_first_reason(sky):
    session = aal.Session(sky)
    pictures = Pictures()
    pictures.cutout = lambda catalogue, source, size: Cutout.absent("no plate there")
    session.cutouts.add(pictures)
    with pytest.raises(CutoutError, match=r"None of the 40 sources .* The first: no plate there\."):
        session.measure_images("morphology")


def test_the_request_is_captured_when_the_job_is_made(sky):
    session = aal.Session(sky)
    session.cutouts.add(Pictures())
    job = session.measure_images_job("morphology")
    session.cutouts.remove("discs")
    assert session.accept_columns(drain(job)) is True


def test_every_quantity_is_explained():
    assert set(measured._SAID) == set(measured.QUANTITIES)
