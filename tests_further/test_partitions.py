"""The first 50 queries are the same whatever a catalogue is read from, and LSDB reads what is said.

One table in memory; as Parquet with 1, 7 and 64 row groups; as a HATS catalogue that LSDB wrote, on
1, 2, 3 and 4 local Dask workers. Takes some minutes: each query is a pass over all partitions.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.partitioned import as_parquet, shrink_sketch, survey

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # LSDB's own, about pandas
    import lsdb
    from distributed import Client, LocalCluster

pytestmark = pytest.mark.filterwarnings("ignore")

N_QUERIES = 50
FEATURES = aal.FeatureRecipe(columns=["u", "g"])
LEARNER = aal.LearnerRecipe(model="knn", strategy="margin", start_limit=0)


@pytest.fixture(scope="module", autouse=True)
def _small_sketch() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        shrink_sketch(patch)  # of 3,500 of 8,000 sources, so that most are on disk alone
        yield


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    table = survey()
    rng = np.random.default_rng(3)
    table["ra"] = rng.uniform(0, 360, len(table))
    table["dec"] = np.degrees(np.arcsin(rng.uniform(-1, 1, len(table))))
    return table


@pytest.fixture(scope="module")
def hats_path(table: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hats") / "sky"
    catalogue = lsdb.from_dataframe(
        table, ra_column="ra", dec_column="dec", lowest_order=0, partition_rows=1_000
    )
    catalogue.write_catalog(path, catalog_name="sky")
    return path


def asked(catalogue: Any, table: pd.DataFrame) -> list[int]:
    """The first 50 sources that are asked for, one at a time, answered truly."""
    truth = dict(zip(table["source_id"], table["truth"], strict=True))
    session = aal.Session(catalogue, FEATURES, learner=LEARNER)
    everyone = []
    for _ in range(N_QUERIES):
        (one,) = session.query()
        everyone.append(one)
        session.annotate(one, truth[one].split()[-1])
    return everyone


@pytest.fixture(scope="module")
def expected(table: pd.DataFrame) -> list[int]:
    return asked(aal.Catalogue.from_table(table, id="source_id", label="kind"), table)


@pytest.mark.parametrize("n_groups", [1, 7, 64])
def test_parquet_with_row_groups(
    table: pd.DataFrame, expected: list[int], tmp_path: Path, n_groups: int
) -> None:
    path = as_parquet(table, tmp_path / "survey.parquet", n_groups)
    catalogue = aal.PartitionedCatalogue.open(path, label="kind", engine="threads")

    assert len(catalogue.partitions) == n_groups
    assert asked(catalogue, table) == expected


@pytest.mark.parametrize("n_workers", [1, 2, 3, 4])
def test_hats_on_dask_workers(
    table: pd.DataFrame, expected: list[int], hats_path: Path, n_workers: int
) -> None:
    with (
        LocalCluster(
            n_workers=n_workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        catalogue = aal.PartitionedCatalogue.open(
            hats_path, id="source_id", label="kind", engine=client
        )

        assert len(catalogue.partitions) >= 12
        assert asked(catalogue, table) == expected


def test_lsdb_opens_joins_and_matches_predictions(
    table: pd.DataFrame, hats_path: Path, tmp_path: Path
) -> None:
    catalogue = aal.PartitionedCatalogue.open(hats_path, id="source_id", label="kind")
    session = aal.Session(catalogue, FEATURES, learner=LEARNER)
    truth = dict(zip(table["source_id"], table["truth"], strict=True))
    for one in session.query(40):
        session.annotate(one, truth[one].split()[-1])
    told = session.predict_to(tmp_path / "said")
    assert told.path is not None

    plain, said = lsdb.open_catalog(hats_path), lsdb.open_catalog(told.path)
    assert len(said) == 8_000
    joined = plain.join(
        said, left_on="source_id", right_on="source_id", suffixes=("", "_said")
    ).compute()
    matched = plain.crossmatch(said, radius_arcsec=0.1, suffixes=("", "_said")).compute()

    assert sorted(joined["source_id"]) == sorted(table["source_id"])
    counts = {str(k): int(n) for k, n in joined["predicted_said"].value_counts().items()}
    assert counts == {name: n for name, n in told.classes.items() if n}
    assert len(matched) == 8_000
    assert (matched["source_id"] == matched["source_id_said"]).all()
