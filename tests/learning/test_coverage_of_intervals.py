"""A shorter form of benchmarks/interval_coverage.py: 95 % intervals cover in 95 % of cases."""

from __future__ import annotations

import importlib
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
N_SESSIONS = 60


@pytest.fixture(scope="module")
def covered():
    """By estimator and quantity: the share of intervals that cover the truth, over all designs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        rows = list(importlib.import_module("interval_coverage").coverage(N_SESSIONS))
    found = defaultdict(list)
    for _, estimator, quantity, _, share, _, _ in rows:
        found[estimator, quantity].append(share)
    return {key: float(np.mean(shares)) for key, shares in found.items()}


@pytest.mark.parametrize("estimator", ["Horvitz-Thompson", "LURE", "difference"])
@pytest.mark.parametrize("quantity", ["accuracy", "purity", "completeness", "fraction"])
def test_intervals_cover_the_truth(covered, estimator, quantity):
    # some 1,500 intervals of a kind, LURE 180 of accuracy: 95 % give or take
    assert 0.91 <= covered[estimator, quantity] <= 0.99


@pytest.mark.parametrize("quantity", ["accuracy", "purity", "completeness", "fraction"])
def test_naive_ones_do_not(covered, quantity):
    assert covered["naive", quantity] < 0.85
