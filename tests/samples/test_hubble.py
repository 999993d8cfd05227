"""The catalogue of the Hubble eXtreme Deep Field."""

import numpy as np
import pytest

from napari_astro_al.cutouts import Cutouts, ImageColumn
from napari_astro_al.samples import hubble_deep_field
from napari_astro_al.samples.hubble import deep_field_picture, find_sources
from napari_astro_al.samples.picture_stamps import PictureStamps


@pytest.fixture(scope="module")
def field():
    return hubble_deep_field()


class TestCatalogue:
    def test_some_thousand_sources_ready_to_label(self, field):
        assert 1000 <= len(field) <= 1500
        assert field.roles.label is None
        assert field.suggested_classes == ("smooth", "featured or disc", "star or artefact")

    def test_no_coordinates_are_claimed(self, field):
        assert field.roles.ra is None
        assert field.roles.dec is None
        cutouts = Cutouts(field)
        cutouts.add(ImageColumn("image"))
        assert cutouts.get("HDF-0001")[0].pixel_scale is None

    def test_every_column_is_described(self, field):
        for name in [*field.table.columns, *field.arrays]:
            assert field.columns[name].description, name
        assert "instrumental" in field.columns["mag_red"].description

    def test_ids_follow_brightness(self, field):
        assert field.ids[0] == "HDF-0001"
        assert field.table["mag"].is_monotonic_increasing

    def test_made_once(self, field):
        assert hubble_deep_field() is field

    def test_values_are_plausible(self, field):
        table = field.table
        assert table.drop(columns=["mag_red", "green_red"]).notna().all(axis=None)
        assert table["mag_red"].isna().mean() < 0.01
        assert table["ellipticity"].between(0, 1).all()
        assert table["asymmetry"].between(0, 1).all()
        assert table["concentration"].between(1, 5).all()
        assert table["signal_to_noise"].min() > 15

    def test_colours_are_differences_of_magnitudes(self, field):
        table = field.table
        assert np.allclose(
            table["green_red"], table["mag_green"] - table["mag_red"], equal_nan=True
        )

    @pytest.mark.parametrize(
        ("x", "y", "colour"),
        [(290, 107, "red"), (405, 74, "blue"), (123, 401, "white"), (727, 473, "red")],
    )
    def test_well_known_galaxies_are_one_source_each(self, field, x, y, colour):
        table = field.table
        near = table[np.hypot(table["x"] - x, table["y"] - y) < 8]
        assert len(near) == 1
        blue_red = float((near["blue_green"] + near["green_red"]).iloc[0])
        assert {"red": blue_red > 0.4, "blue": blue_red < -0.4, "white": abs(blue_red) < 0.1}[
            colour
        ]


class TestPictures:
    def test_no_source_touches_the_edge(self):
        labels, bands, noise = find_sources(deep_field_picture())
        edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
        assert not edge.any()
        assert bands.shape == (3, 872, 1000)
        assert (noise < 10).all()

    def test_the_source_is_in_the_middle_of_its_picture(self, field):
        brighter = 0
        for row in range(0, len(field), 40):
            picture = field.arrays["image"][row]
            assert (picture.shape, picture.dtype) == ((64, 64, 3), np.uint8)
            middle = picture[26:38, 26:38].mean()
            brighter += middle > np.median(picture)
        assert brighter >= 0.95 * len(range(0, len(field), 40))

    def test_surroundings_have_the_scale_of_the_picture(self, field):
        row = int(field.rows_of(["HDF-0002"])[0])
        x, y = (round(float(field.table[name].iloc[row])) for name in "xy")
        stamp = field.arrays["surroundings"][row]
        whole = deep_field_picture()
        top, left = (round(float(field.table[name].iloc[row]) - 63.5) for name in "yx")
        assert (stamp[y - top, x - left] == whole[y, x]).all()

    def test_black_beyond_the_edge(self):
        picture = np.full((10, 10, 3), 9, dtype=np.uint8)
        stamps = PictureStamps(picture, np.array([0.0]), np.array([9.0]), np.array([5]), 5)
        assert stamps[0][..., 0].tolist() == [
            [0, 0, 9, 9, 9],
            [0, 0, 9, 9, 9],
            [0, 0, 9, 9, 9],
            [0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0],
        ]
