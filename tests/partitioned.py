"""One table of three blobs with a rare class, in memory and as Parquet in any partitions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from napari_astro_al.learning import split
from napari_astro_al.scale import sampling
from napari_astro_al.session import pool

N = 8_000
SMALL_SKETCH = 3_500


def survey(n: int = N) -> pd.DataFrame:
    """Stars near 0, galaxies near 2.8, one in 50 a quasar near (2.8, -2.8); half have labels."""
    rng = np.random.default_rng(5)
    kinds = rng.choice(["STAR", "GALAXY", "QSO"], size=n, p=[0.68, 0.3, 0.02])
    centre_u = pd.Series(kinds).map({"STAR": 0.0, "GALAXY": 2.8, "QSO": 2.8}).to_numpy()
    centre_g = pd.Series(kinds).map({"STAR": 0.0, "GALAXY": 2.8, "QSO": -2.8}).to_numpy()
    labels = kinds.astype(object)
    labels[rng.random(n) < 0.5] = None
    g = centre_g + rng.normal(size=n)
    g[17] = np.nan  # one gap, in one partition
    return pd.DataFrame(
        {
            "source_id": 2**60 + rng.permutation(10 * n)[:n],
            "u": centre_u + rng.normal(size=n),
            "g": g,
            "kind": labels,
            "truth": [f"it is a {kind}" for kind in kinds],
        }
    )


def as_parquet(table: pd.DataFrame, path: Path, n_groups: int) -> Path:
    """Write a table as one file of so many row groups."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pyarrow.parquet.write_table(arrow, path, row_group_size=-(-len(table) // n_groups))
    return path


def shrink_sketch(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sketch of 3,500 sources, so that a small table is larger than it."""
    for module in (split, sampling, pool):
        monkeypatch.setattr(module, "SKETCH_SIZE", SMALL_SKETCH)
