"""Pictures from columns of paths and arrays: what is read, what is refused, what is said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutouts, ImageColumn, image_columns
from napari_astro_al.errors import CutoutError


def catalogue_of(paths, *, path=None, arrays=None, images=()):
    """A catalogue with ids 1, 2, ... and a column "image" of paths."""
    return Catalogue(
        pd.DataFrame({"image": pd.Series(paths, dtype=object)}),
        np.arange(1, len(paths) + 1),
        Roles(images=images),
        arrays=arrays or {},
        path=path,
    )


def write_png(path: Path, level: int = 200) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((4, 6), level, dtype=np.uint8)).save(path)
    return path


class TestWhereFilesAreLookedFor:
    def test_beside_the_catalogue(self, tmp_path):
        write_png(tmp_path / "images" / "a.png", 7)
        catalogue = catalogue_of(["images/a.png"], path=tmp_path / "table.csv")
        picture = ImageColumn("image").cutout(catalogue, 1, None)
        assert picture.missing == ""
        assert picture.pixels.shape == (4, 6)
        assert (picture.pixels == 7).all()
        assert picture.provenance == "a.png"
        assert picture.name == "image"

    def test_under_the_root(self, tmp_path):
        write_png(tmp_path / "stamps" / "a.png")
        catalogue = catalogue_of(["a.png"], path=tmp_path / "elsewhere" / "table.csv")
        picture = ImageColumn("image", root=tmp_path / "stamps").cutout(catalogue, 1, None)
        assert picture.missing == ""

    def test_an_absolute_path_inside_the_root_is_fine(self, tmp_path):
        inside = write_png(tmp_path / "a.png")
        picture = ImageColumn("image", root=tmp_path).cutout(catalogue_of([str(inside)]), 1, None)
        assert picture.missing == ""

    def test_an_absolute_path_is_followed_for_a_table_made_in_memory(self, tmp_path):
        anywhere = write_png(tmp_path / "a.png")
        picture = ImageColumn("image").cutout(catalogue_of([str(anywhere)]), 1, None)
        assert picture.missing == ""


class TestWhatLeadsOutOfTheFolder:
    @pytest.fixture
    def folder(self, tmp_path):
        write_png(tmp_path / "secret.png")
        (tmp_path / "shared").mkdir()
        return tmp_path / "shared"

    def refused(self, text, folder, **root):
        catalogue = catalogue_of([text], path=folder / "table.csv")
        picture = ImageColumn("image", **root).cutout(catalogue, 1, None)
        assert picture.pixels is None
        assert "leads out of the folder" in picture.missing

    def test_dots(self, folder):
        self.refused("../secret.png", folder)

    def test_dots_in_the_middle(self, folder):
        (folder / "deep").mkdir()
        self.refused("deep/../../secret.png", folder, root=folder)

    def test_absolute(self, folder):
        self.refused(str(folder.parent / "secret.png"), folder)

    def test_a_link_to_a_file(self, folder):
        (folder / "innocent.png").symlink_to(folder.parent / "secret.png")
        self.refused("innocent.png", folder)

    def test_a_link_to_a_folder(self, folder):
        (folder / "deep").symlink_to(folder.parent)
        self.refused("deep/secret.png", folder)

    def test_a_link_within_the_folder_is_followed(self, folder):
        write_png(folder / "a.png")
        (folder / "b.png").symlink_to(folder / "a.png")
        catalogue = catalogue_of(["b.png"], path=folder / "table.csv")
        assert ImageColumn("image").cutout(catalogue, 1, None).missing == ""


class TestCellsWithoutAPicture:
    @pytest.mark.parametrize("cell", [None, float("nan"), "", "   ", 12])
    def test_no_path(self, cell, tmp_path):
        catalogue = catalogue_of([cell], path=tmp_path / "table.csv")
        picture = ImageColumn("image").cutout(catalogue, 1, None)
        assert picture.missing == "column 'image' names no picture for this source"

    @pytest.mark.parametrize(
        ("cell", "reason"),
        [
            ("gone.png", "there is no file gone.png"),
            (".", "there is no file"),
            ("https://sky.org/a.png", "off until you allow sky.org"),
            ("a\0b.png", "is not a usable path"),
            ("x" * 5000, "cannot be read|not a usable path"),
        ],
    )
    def test_unusable_path(self, cell, reason, tmp_path):
        catalogue = catalogue_of([cell], path=tmp_path / "table.csv")
        picture = ImageColumn("image").cutout(catalogue, 1, None)
        assert any(part in picture.missing for part in reason.split("|"))


class TestArrayColumns:
    def picture(self, array, **options):
        catalogue = catalogue_of([""], arrays={"stamp": array})
        return ImageColumn("stamp", **options).cutout(catalogue, 1, options.pop("size", None))

    def test_grey(self):
        stamps = np.arange(12.0).reshape(1, 3, 4)
        assert np.array_equal(self.picture(stamps).pixels, stamps[0])

    def test_bands_first_become_channels_last(self):
        bands = np.arange(60.0).reshape(1, 3, 4, 5)
        picture = self.picture(bands)
        assert picture.pixels.shape == (4, 5, 3)
        assert picture.pixels[2, 3, 1] == bands[0, 1, 2, 3]

    def test_opacity_is_left_out(self):
        assert self.picture(np.zeros((1, 5, 5, 4), dtype=np.uint8)).pixels.shape == (5, 5, 3)

    def test_other_byte_order_becomes_native(self):
        picture = self.picture(np.full((1, 3, 3), 258, dtype=">i2"))
        assert picture.pixels.dtype.isnative
        assert (picture.pixels == 258).all()

    @pytest.mark.parametrize("shape", [(1, 11), (1, 1, 11), (1, 2, 2, 2, 2), (1, 0, 4)])
    def test_what_is_no_picture_says_its_shape(self, shape):
        assert f"shape {shape[1:]}" in self.picture(np.zeros(shape)).missing

    def test_several_bands_are_shown_one_by_one(self):
        bands = np.arange(5.0)[None, :, None, None] * np.ones((1, 5, 4, 6))
        assert self.picture(bands).missing == (
            "column stamp has 5 bands; say which, with band=0 to 4"
        )
        catalogue = catalogue_of([""], arrays={"stamp": bands})
        cutouts = Cutouts(catalogue)
        for band in (1, 4, 5):
            cutouts.add(ImageColumn("stamp", band=band))
        first, last, none = cutouts.get(1)
        assert (first.name, last.name) == ("stamp[1]", "stamp[4]")
        assert (first.pixels == 1).all()
        assert (last.pixels == 4).all()
        assert none.missing == "column stamp has no band 5, but 5, counted from 0"

    def test_nothing_but_nan(self):
        assert "no pixel with data" in self.picture(np.full((1, 4, 4), np.nan)).missing


class TestSizeOnTheSky:
    stamps = np.arange(100.0).reshape(1, 10, 10)

    def get(self, size, **options):
        cutouts = Cutouts(catalogue_of([""], arrays={"stamp": self.stamps}))
        cutouts.add(ImageColumn("stamp", **options))
        return cutouts.get(1, size)[0]

    def test_crops_around_the_middle(self):
        picture = self.get("2 arcsec", pixel_scale=0.5)
        assert picture.pixel_scale == 0.5
        assert np.array_equal(picture.pixels, self.stamps[0, 3:7, 3:7])

    def test_larger_than_the_picture_changes_nothing(self):
        assert self.get("1 deg", pixel_scale=0.5).pixels.shape == (10, 10)

    def test_without_a_scale_changes_nothing(self):
        assert self.get("2 arcsec").pixels.shape == (10, 10)

    @pytest.mark.parametrize("size", ["2", 2, "2 s", "-1 arcmin", "0 arcsec", "nan deg", "wide"])
    def test_what_is_no_angle_is_refused(self, size):
        with pytest.raises(CutoutError, match=r"not a positive angle. Give a number and a unit"):
            self.get(size, pixel_scale=0.5)


class TestChecks:
    def test_a_column_that_is_not_there(self):
        catalogue = catalogue_of([""], arrays={"stamp": np.zeros((1, 3, 3))})
        with pytest.raises(CutoutError, match=r"no column 'picture' for pictures.*'stamp'"):
            Cutouts(catalogue).add(ImageColumn("picture"))

    def test_a_root_that_is_not_there(self, tmp_path):
        with pytest.raises(CutoutError, match=r"There is no folder .*nowhere"):
            Cutouts(catalogue_of([""])).add(ImageColumn("image", root=tmp_path / "nowhere"))

    def test_a_provider_for_each_picture_column_of_the_roles(self):
        catalogue = catalogue_of([""], images=("image", "gone"))
        assert [one.name for one in image_columns(catalogue)] == ["image"]
