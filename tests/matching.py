"""A small HATS catalogue, and a table of which some sources lie near its."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

N = 600
ARCSEC = 1 / 3600


def as_hats(table: pd.DataFrame, path: Path, margin: float = -1.0) -> Path:
    """Written by LSDB, as catalogues are published."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lsdb

        made = lsdb.from_dataframe(
            table, ra_column="ra", dec_column="dec", margin_threshold=margin if margin > 0 else None
        )
        made.write_catalog(
            path, catalog_name=path.name, progress_bar=False, as_collection=margin > 0
        )
    return path


def sources() -> pd.DataFrame:
    """Sources at the vernal equinox, within one base cell of HEALPix."""
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "source_id": 2**60 + np.arange(N),
            "ra": rng.uniform(1, 5, N),
            "dec": rng.uniform(1, 5, N),
            "g": rng.normal(size=N),
            "kind": rng.choice(["STAR", "QSO"], N),
        }
    )


def nearby(table: pd.DataFrame) -> pd.DataFrame:
    """The first hundred, half an arcsecond further north, and one that is 3 arcsec off."""
    some = table[:101]
    dec = some["dec"] + 0.5 * ARCSEC
    dec[100] += 2.5 * ARCSEC
    return pd.DataFrame(
        {"wise": np.arange(101), "ra": some["ra"], "dec": dec, "w1": np.arange(101.0)}
    )
