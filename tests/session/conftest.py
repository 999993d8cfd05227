"""A small sky with an answer: two blobs in colour space and a label column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal


def blobs(n: int = 200, *, seed: int = 0, unlabelled: int = 0) -> pd.DataFrame:
    """Stars near (0, 0), galaxies near (2.8, 2.8), one in four a galaxy; ids 1000, 1001, ..."""
    rng = np.random.default_rng(seed)
    galaxy = np.arange(n) % 4 == 0
    centre = np.where(galaxy, 2.8, 0.0)
    labels = np.where(galaxy, "GALAXY", "STAR").astype(object)
    labels[:unlabelled] = None
    return pd.DataFrame(
        {
            "source": np.arange(1000, 1000 + n),
            "u": centre + rng.normal(size=n),
            "g": centre + rng.normal(size=n),
            "kind": labels,
        }
    )


@pytest.fixture
def catalogue() -> aal.Catalogue:
    return aal.Catalogue.from_table(blobs(), id="source", label="kind", name="blobs")


@pytest.fixture
def session(catalogue: aal.Catalogue) -> aal.Session:
    """A session in memory with the label column's two classes."""
    return aal.Session(catalogue)


@pytest.fixture
def pool(session: aal.Session) -> dict[str, list[int]]:
    """Ids of pool sources by their true class."""
    rows = np.flatnonzero(session.partition.part == 0)
    truth = session.catalogue.column_labels
    return {
        name: [int(i) for i in session.catalogue.ids[rows] if truth[i - 1000] == name]
        for name in ("STAR", "GALAXY")
    }
