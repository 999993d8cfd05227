"""HATS catalogues are read, and predictions for one are another that HATS's own library reads."""

from __future__ import annotations

from pathlib import Path

import hats
import numpy as np
import pandas as pd
import pytest
from hats.pixel_math.spatial_index import compute_spatial_index
from tests.partitioned import survey

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError

PROPERTIES = """#HATS catalog
obs_collection=sky
dataproduct_type=object
hats_nrows={n}
hats_col_ra=ra
hats_col_dec=dec
hats_col_healpix=_healpix_29
hats_col_healpix_order=29
hats_npix_suffix=.parquet
hats_order=0
hats_version=v1.0
"""


@pytest.fixture
def sky(tmp_path: Path) -> Path:
    """A HATS catalogue of the twelve pixels of order 0, in a collection as LSDB writes one."""
    table = survey(3_000)
    rng = np.random.default_rng(3)
    table["ra"] = rng.uniform(0, 360, len(table))
    table["dec"] = np.degrees(np.arcsin(rng.uniform(-1, 1, len(table))))
    table["_healpix_29"] = compute_spatial_index(table["ra"].values, table["dec"].values)
    path = tmp_path / "collection" / "sky"
    for pixel, some in table.groupby(table["_healpix_29"].to_numpy() >> 58):
        file = path / "dataset" / "Norder=0" / "Dir=0" / f"Npix={pixel}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        some.to_parquet(file, index=False, row_group_size=100)
    rows = "".join(f"0,{pixel}\n" for pixel in range(12))
    (path / "partition_info.csv").write_text(f"Norder,Npix\n{rows}")
    (path / "hats.properties").write_text(PROPERTIES.format(n=len(table)))
    (path.parent / "collection.properties").write_text(
        "obs_collection=sky\nhats_primary_table_url=sky\n"
    )
    return path


def test_a_file_is_a_partition_and_predictions_are_a_hats_catalogue(sky: Path) -> None:
    catalogue = aal.PartitionedCatalogue.open(sky.parent, id="source_id", label="kind")
    assert (len(catalogue), len(catalogue.partitions)) == (3_000, 12)
    assert (catalogue.roles.ra, catalogue.roles.dec) == ("ra", "dec")
    learner = aal.LearnerRecipe(model="logistic_regression", strategy="random")
    session = aal.Session(catalogue, aal.FeatureRecipe(columns=["u", "g"]), learner=learner)
    for one in session.query(40):
        truth = session.catalogue.table["truth"].iloc[session.catalogue.row_of(one)]
        session.annotate(one, truth.split()[-1])

    told = session.predict_to(sky.parent / "sky_classes")

    read = hats.read_hats(told.path)
    assert read.catalog_info.total_rows == 3_000
    assert read.catalog_info.catalog_name == "sky_classes"
    assert [(one.order, one.pixel) for one in read.get_healpix_pixels()] == [
        (0, pixel) for pixel in range(12)
    ]
    assert {"source_id", "predicted", "p_QSO", "ra", "dec", "_healpix_29"} <= set(read.schema.names)
    for file in sorted((sky / "dataset").rglob("Npix=*.parquet")):
        own = pd.read_parquet(told.path / file.relative_to(sky), partitioning=None)
        source = pd.read_parquet(file, partitioning=None)
        pd.testing.assert_frame_equal(
            own[["source_id", "ra", "_healpix_29"]], source[["source_id", "ra", "_healpix_29"]]
        )


def test_a_collection_without_its_catalogue_is_refused(sky: Path) -> None:
    properties = sky.parent / "collection.properties"
    properties.write_text("hats_primary_table_url=../elsewhere\n")

    with pytest.raises(CatalogueError, match=r"names '\.\./elsewhere' as its primary table"):
        aal.PartitionedCatalogue.open(sky.parent)
