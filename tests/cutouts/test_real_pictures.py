"""Cutouts of public data sets that are not part of the repository."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutouts, ImageColumn, thumbnail

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
