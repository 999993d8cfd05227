"""How long passes over a catalogue on disk take, and what memory they need.

    python benchmarks/partitioned.py --rows 100000000

Simulated sources with 10 features in Parquet files of a million rows, written to a temporary
folder first (49 bytes a row) and removed at the end. They are labelled through the API in a
process of its own, whose memory is measured; then the same pass is made by one and by two workers
of a Dask cluster on this machine. Writes its section of docs/benchmarks.md and exits with 1 above
4 GiB.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal
from napari_astro_al.jobs import drain

HEADING = "Catalogues on disk"
FILE = 1_000_000
"""Rows of a file, which is one partition."""
FEATURES = [f"f{k}" for k in range(10)]
CLASSES = np.array(["GALAXY", "STAR", "QSO"])
LIMIT = 4 * 2**30
LEARNER = aal.LearnerRecipe(model=("random_forest", {"n_estimators": 100}))


def write(folder: Path, n_rows: int) -> None:
    """Write the catalogue."""
    folder.mkdir()
    slopes = np.random.default_rng(0).normal(0, 1.5, (3, len(FEATURES))).astype(np.float32)
    for number, first in enumerate(range(0, n_rows, FILE)):
        n = min(FILE, n_rows - first)
        rng = np.random.default_rng([1, number])
        kind = rng.choice(3, n, p=[0.55, 0.445, 0.005]).astype(np.int32)
        columns = {"source_id": pa.array(2**60 + 7 * np.arange(first, first + n))}
        for k, name in enumerate(FEATURES):
            values = rng.standard_normal(n, dtype=np.float32) + slopes[kind, k]
            columns[name] = pa.array(values)
        named = pa.DictionaryArray.from_arrays(pa.array(kind), pa.array(CLASSES))
        known = pa.array(rng.random(n) > 0.002)  # 2 in 1,000 have a label
        columns["kind"] = pa.DictionaryArray.from_arrays(
            pa.array(kind, mask=np.asarray(known)), pa.array(CLASSES)
        )
        columns["truth"] = named
        table = pa.table(columns)
        pa.parquet.write_table(table, folder / f"part-{number:05}.parquet", compression="NONE")


def answer(session: Any, n: int, times: int, **how: Any) -> float:
    """Seconds for so many queries whose answers are true."""
    start = perf_counter()
    for _ in range(times):
        for one in session.query(n, **how):
            row = session.catalogue.row_of(one)
            session.annotate(one, session.catalogue.table["truth"].iloc[row])
    return perf_counter() - start


def labelled(folder: Path, engine: str) -> dict[str, float]:
    """Label the catalogue; seconds of each step, and bytes of this process at most."""
    found: dict[str, float] = {}

    def lap(name: str, start: float) -> None:
        found[name] = perf_counter() - start
        print(name, round(found[name], 1), file=sys.stderr, flush=True)

    start = perf_counter()
    catalogue = aal.PartitionedCatalogue.open(folder, label="kind", engine=engine)
    lap("opening", start)
    start = perf_counter()
    session = aal.Session(catalogue, aal.FeatureRecipe(columns=FEATURES), learner=LEARNER)
    lap("beginning a session: sketch, held-out sources, gaps", start)
    found["a query of the automatic strategy and its answer"] = answer(session, 1, 30) / 30
    start = perf_counter()
    session.train()
    drain(session.rank_job(20, strategy="margin"))
    lap("ranking all by margin", start)
    found["20 labels of that query"] = answer(session, 20, 1, strategy="margin")
    session.project(x=FEATURES[0], y=FEATURES[1])
    start = perf_counter()
    session.count_all()
    lap("counting all in a projection", start)
    start = perf_counter()
    session.predict_to(folder.parent / "predicted")
    lap("predicting all, written to disk", start)
    shutil.rmtree(folder.parent / "predicted")
    found["f1"] = float(session.scores["f1"].iloc[-1])
    found["in memory"] = len(session.catalogue)
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return found


def on_workers(folder: Path, n_workers: int) -> float:
    """Seconds for one ranking pass, when the workers are warm."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=n_workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
        Client(cluster) as client,
    ):
        catalogue = aal.PartitionedCatalogue.open(folder, label="kind", engine=client)
        session = aal.Session(catalogue, aal.FeatureRecipe(columns=FEATURES), learner=LEARNER)
        answer(session, 1, 30)
        session.train()
        drain(session.rank_job(1, strategy="margin"))  # workers import and compile
        start = perf_counter()
        deque(session.rank_job(1, strategy="entropy"), maxlen=0)
        return perf_counter() - start


def main() -> int:
    """Measure, write the section, and compare with the limit."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--cluster-rows", type=int, default=10_000_000)
    parser.add_argument("--engine", default="threads")
    parser.add_argument("--label", type=Path, help="used by the benchmark itself")
    options = parser.parse_args()
    if options.label:
        print(json.dumps(labelled(options.label, options.engine)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "survey"
        write(folder, options.rows)
        print("written", file=sys.stderr, flush=True)
        own = [sys.executable, __file__, "--label", str(folder), "--engine", options.engine]
        told = json.loads(subprocess.run(own, check=True, stdout=subprocess.PIPE).stdout)
        some = Path(name) / "some"
        some.mkdir()
        for file in sorted(folder.iterdir())[: -(-options.cluster_rows // FILE)]:
            (some / file.name).symlink_to(file)
        n_some = min(options.cluster_rows, options.rows)
        workers = {n: on_workers(some, n) for n in (1, 2)}
        size = sum(one.stat().st_size for one in folder.iterdir())
    above = told["peak"] > LIMIT
    text = report(options, told, workers, n_some, size)
    put_section(HEADING, text)
    print(text)
    return int(above)


def report(
    options: Any, told: dict[str, float], workers: dict[int, float], n_some: int, size: int
) -> str:
    """The section."""
    peak, f1, n_at_hand = (told.pop(name) for name in ("peak", "f1", "in memory"))
    whole = ("beginning", "ranking", "counting", "predicting")
    rows = [
        [
            name,
            f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s",
            f"{options.rows / seconds / 1e6:.2f} million" if name.startswith(whole) else "",
        ]
        for name, seconds in told.items()
    ]
    ratio = workers[1] / workers[2]
    return (
        f"Written by `benchmarks/partitioned.py --rows {options.rows}`; {MACHINE}. "
        f"{options.rows:,} simulated sources x {len(FEATURES)} float32 features, "
        f"{size / 2**30:.1f} GiB of Parquet in {-(-options.rows // FILE)} partitions, a forest of "
        f"100 trees, engine {options.engine!r}. The session's process took {peak / 2**30:.2f} GiB "
        f"at most, all passes and predictions included, and had {n_at_hand:,.0f} sources in "
        f"memory at the end; macro-F1 on held-out sources {f1:.3f} after 50 labels.\n\n"
        f"{markdown_table(['', 'time', 'rows a second'], rows)}\n\n"
        f"One ranking pass over {n_some:,} rows by workers of a Dask cluster, one thread each: "
        f"{workers[1]:.1f} s by one ({n_some / workers[1] / 1e6:.2f} million rows a second a "
        f"core), {workers[2]:.1f} s by two: {ratio:.2f} times as fast."
    )


if __name__ == "__main__":
    sys.exit(main())
