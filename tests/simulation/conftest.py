"""A small sky with an answer: two blobs in colour space and a label column."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.simulation.setting import Setting


@pytest.fixture
def catalogue() -> aal.Catalogue:
    """Stars near (0, 0), galaxies near (2.8, 2.8), one in four a galaxy; ids 1000, 1001, ..."""
    rng = np.random.default_rng(0)
    galaxy = np.arange(200) % 4 == 0
    centre = np.where(galaxy, 2.8, 0.0)
    table = pd.DataFrame(
        {
            "source": np.arange(1000, 1200),
            "u": centre + rng.normal(size=200),
            "g": centre + rng.normal(size=200),
            "kind": np.where(galaxy, "GALAXY", "STAR").astype(object),
        }
    )
    return aal.Catalogue.from_table(table, id="source", label="kind", name="blobs")


@pytest.fixture
def session(catalogue: aal.Catalogue) -> aal.Session:
    """A session in memory with the label column's two classes."""
    return aal.Session(catalogue)


@pytest.fixture
def setting(catalogue: aal.Catalogue) -> Setting:
    """Three tenths held out, by seed 3."""
    return Setting.of(catalogue, seed=3)
