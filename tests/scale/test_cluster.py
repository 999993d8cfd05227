"""Partitions on the workers of a Dask cluster: two processes on this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from distributed import Client, LocalCluster
from tests.partitioned import as_parquet, shrink_sketch

import napari_astro_al as aal
from napari_astro_al.errors import CatalogueError, LearnerError
from napari_astro_al.jobs import drain

NEIGHBOURS = aal.LearnerRecipe(model="knn", strategy="margin", start_limit=0)
"""Nothing to be compiled, which each worker would do anew."""


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture(autouse=True)
def _small_sketch(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_sketch(monkeypatch)


def begun(path: Path, engine: Any, learner: aal.LearnerRecipe = NEIGHBOURS) -> Any:
    catalogue = aal.PartitionedCatalogue.open(path, label="kind", engine=engine)
    return aal.Session(catalogue, aal.FeatureRecipe(columns=["u", "g"]), learner=learner)


def answered(session: aal.Session, table: pd.DataFrame, n: int) -> list[int]:
    truth = table.set_index("source_id")["truth"]
    asked = session.query(n)
    for one in asked:
        session.annotate(one, truth[one].split()[-1])
    return asked


def test_a_cluster_asks_as_one_process_does_though_a_worker_is_killed(
    table: pd.DataFrame, tmp_path: Path, client: Client
) -> None:
    path = as_parquet(table, tmp_path / "survey.parquet", 12)
    here, there = begun(path, "serial"), begun(path, client)
    assert there.whole.engine.name == "dask"
    assert answered(there, table, 15) == answered(here, table, 15)

    job = there.rank_job(10)
    for _ in range(4):
        next(job)
    pids = client.run(os.getpid)
    os.kill(next(iter(pids.values())), signal.SIGKILL)
    drain(job)

    following = here.query(10)
    assert there.query(10) == following
    there.bring(following)
    told, told_here = there.predict_to(tmp_path / "there"), here.predict_to(tmp_path / "here")
    assert (told.n_sources, told.classes) == (8_000, told_here.classes)
    for file in sorted((tmp_path / "here").iterdir()):
        own = pd.read_parquet(tmp_path / "there" / file.name)
        pd.testing.assert_frame_equal(own, pd.read_parquet(file))


def test_errors_of_workers_arrive_in_words(
    table: pd.DataFrame, tmp_path: Path, client: Client
) -> None:
    path = as_parquet(table, tmp_path / "survey.parquet", 4)
    session = begun(path, client)
    answered(session, table, 15)
    path.write_bytes(b"PAR1 gone")

    with pytest.raises(CatalogueError, match=r"survey\.parquet, row group \d.*skip_unreadable"):
        session.query(5)


def test_a_model_that_cannot_travel_is_refused(
    table: pd.DataFrame, tmp_path: Path, client: Client
) -> None:
    from sklearn.naive_bayes import GaussianNB

    class Own(GaussianNB):  # type: ignore[misc]
        pass

    path = as_parquet(table, tmp_path / "survey.parquet", 2)
    learner = aal.LearnerRecipe(model=Own(), strategy="margin", start_limit=0)
    session = begun(path, client, learner)
    answered(session, table, 15)

    with pytest.raises(LearnerError, match="cannot be stored"):
        session.query(5)
