"""Cutouts of public data sets that are not part of the repository."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutouts, ImageColumn, thumbnail
from napari_astro_al.cutouts.pictures import read_picture

DATA = Path(__file__).parents[2].parent / "shared" / "data"


def catalogue_in(folder, file, id_column):
    path = DATA / folder / file
    if not path.exists():
        pytest.skip(f"needs {folder} beside the repository, in shared/data")
    table = pd.read_csv(path)
    ids = table[id_column].to_numpy()
    return Catalogue(
        table, ids if ids.dtype.kind in "iu" else ids.astype(object), Roles(), path=path
    )


def test_sdss_jpeg():
    catalogue = catalogue_in("galaxyzoo1_jpeg", "galaxyzoo1.csv", "objid")
    cutouts = Cutouts(catalogue)
    cutouts.add(ImageColumn("image"))
    for source in catalogue.ids_at(range(20)):
        (picture,) = cutouts.get(source)
        assert picture.pixels.shape == (423, 423, 3)
        small = cutouts.thumbnail(source, 64)
        assert small[24:40, 24:40].mean() > small[:8].mean()


def test_first_png():
    catalogue = catalogue_in("frdeep_first", "FIRST_labels.csv", "image")
    column = ImageColumn("image")
    for source in catalogue.ids_at(range(20)):
        assert column.cutout(catalogue, source, None).pixels.shape == (150, 150)


def test_ztf_fits_with_malformed_headers():
    catalogue = catalogue_in("ztf_stamps", "ztf_alerts.csv", "candid")
    cutouts = Cutouts(catalogue)
    for column in ("cutScience", "cutTemplate", "cutDifference"):
        cutouts.add(ImageColumn(column))
    shapes, centres = set(), []
    for source in catalogue.ids_at(range(len(catalogue))):
        science, template, difference = cutouts.get(source)
        assert [one.missing for one in (science, template, difference)] == ["", "", ""]
        shapes.add(science.pixels.shape)
        assert science.wcs is None
        centres.append(thumbnail(science, 63)[27:36, 27:36].max())
    assert (63, 63) in shapes
    assert len(shapes) > 1
    assert np.mean(np.array(centres) > 100) > 0.9


def test_ztf_says_where_there_are_no_data():
    """As many pixels are blank as the table of the alerts says; squares and others alike."""
    catalogue = catalogue_in("ztf_stamps", "ztf_alerts.csv", "candid")
    column = ImageColumn("cutScience")
    blank, square = [], []
    for source in catalogue.ids_at(range(len(catalogue))):
        picture = column.cutout(catalogue, source, None)
        assert picture.pixels.dtype == np.dtype("=f4")
        blank.append(np.isnan(picture.pixels).mean())
        square.append(picture.pixels.shape[0] == picture.pixels.shape[1])
    np.testing.assert_allclose(blank, catalogue.table["nan_frac"], atol=1e-4)
    assert not all(square)


MALFORMED = {
    "astropy_fits/arange.fits": "has 7 planes; say which with band=",
    "astropy_fits/tb.fits": "has no image with two axes",
    "astropy_fits/group.fits": "",
    "astropy_fits/lzw.fits.Z": "is packed with compress (.Z)",
    "glue/data_factories/data.hdf5": "is HDF5; for pictures in one array use ImageStack",
    "glue/data_factories/simple_data.xlsx": "is a zip archive; for pictures in an archive",
    "glue/data_factories/w5_subset.vot": "is no picture",
}


def test_malformed_files_are_a_picture_or_a_reason():
    """Never an exception, nor a warning; what is read has native bytes and at least two axes."""
    if not (DATA / "malformed").is_dir():
        pytest.skip("needs malformed beside the repository, in shared/data")
    files = sorted(one for one in (DATA / "malformed").rglob("*") if one.is_file())
    assert len(files) > 45
    for file in files:
        picture = read_picture(file)
        if picture.pixels is None:
            assert picture.missing.startswith(file.name)
        else:
            assert picture.pixels.dtype.isnative
            assert picture.pixels.ndim in (2, 3)
            assert thumbnail(picture, 32).shape == (32, 32, 3)
    for name, words in MALFORMED.items():
        assert words in read_picture(DATA / "malformed" / name).missing


@pytest.mark.parametrize("kind", ["m13", "m13_gzip", "m13_hcomp", "m13_plio", "m13_rice"])
def test_compressed_images_are_those_that_were_compressed(kind):
    folder = DATA / "malformed" / "astropy_fits" / "hdu" / "compressed"
    if not folder.is_dir():
        pytest.skip("needs malformed beside the repository, in shared/data")
    plain, packed = (read_picture(folder / f"{one}.fits").pixels for one in ("m13", kind))
    noise = plain.std()
    assert packed.shape == plain.shape == (300, 300)
    assert np.abs(packed - plain.astype(float)).mean() < 0.2 * noise
