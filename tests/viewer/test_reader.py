"""Opening catalogues in napari, and leaving other files to other readers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from astropy.io import fits
from astropy.table import Table
from napari.layers import Layer

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.viewer.reader import catalogue_layer, get_reader


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "id": [11, 12, 13],
            "ra": [10.0, 20.0, 30.0],
            "dec": [-5.0, 0.0, 5.0],
            "class": ["STAR", "QSO", "STAR"],
        }
    )


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "A.CSV"])
def test_a_table_becomes_points_with_the_catalogue_in_their_metadata(tmp_path, table, name):
    table.to_csv(tmp_path / name, index=False)
    read = get_reader(str(tmp_path / name))
    assert read is not None
    [(data, attributes, kind)] = read(str(tmp_path / name))
    layer = Layer.create(data, attributes, kind)
    catalogue = layer.metadata["astro_al"]["catalogue"]
    assert isinstance(catalogue, Catalogue)
    assert catalogue.ids.tolist() == [11, 12, 13]
    # (y, x): declination grows upward, right ascension to the right
    order = np.argsort(layer.features["id"])
    assert layer.data[order].tolist() == [[0, 0], [500, 500], [1000, 1000]]


def test_a_fits_file_with_a_table_is_ours(tmp_path, table):
    Table.from_pandas(table).write(tmp_path / "a.fits")
    assert get_reader([str(tmp_path / "a.fits")]) is not None


@pytest.mark.parametrize("compressed", [False, True])
def test_a_fits_image_is_left_to_others(tmp_path, compressed):
    image = np.zeros((16, 16), dtype=np.float32)
    hdu = fits.CompImageHDU(image) if compressed else fits.ImageHDU(image)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "a.fits")
    assert get_reader(str(tmp_path / "a.fits")) is None


def test_files_that_are_no_catalogues_are_left_to_others(tmp_path):
    (tmp_path / "broken.fits").write_bytes(b"SIMPLE  = nonsense")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "points.csv").write_text("index,axis-0,axis-1\n0,1,2\n")
    for path in tmp_path.iterdir():
        assert get_reader(str(path)) is None, path
    assert get_reader(str(tmp_path)) is None
    assert get_reader(str(tmp_path / "absent.csv")) is None
    assert get_reader([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) is None


def test_a_catalogue_without_two_numbers_opens_too():
    catalogue = Catalogue.from_table(pd.DataFrame({"name": ["a", "b"]}), id="name")
    data, attributes, kind = catalogue_layer(catalogue)
    assert len(Layer.create(data, attributes, kind).data) == 2


def test_real_catalogues_open(shared_data: Path):
    path = shared_data / "sdss_dr14" / "sdss_dr14.csv"
    catalogue = Catalogue.read(path, id=["plate", "mjd", "fiberid"])
    data, attributes, _ = catalogue_layer(catalogue)
    assert len(data) == len(attributes["features"]["id"]) == 10_000
    images = sorted((shared_data / "wcs_images").glob("*.fits*"))
    assert all(get_reader(str(image)) is None for image in images)
