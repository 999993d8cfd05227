from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.partitioned import as_parquet as written
from tests.partitioned import survey


@pytest.fixture(scope="session")
def table() -> pd.DataFrame:
    return survey()


@pytest.fixture
def as_parquet(tmp_path: Path) -> Callable[[pd.DataFrame, int], Path]:
    """Writes a table as one file of so many row groups."""

    def write(table: pd.DataFrame, n_groups: int) -> Path:
        return written(table, tmp_path / f"survey-{n_groups}.parquet", n_groups)

    return write
