from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from napari_astro_al.features import coded
from napari_astro_al.features.bins import Bins
from napari_astro_al.features.coded import Coded


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(1000, 3)).astype(np.float32)


@pytest.fixture
def found(monkeypatch):
    """Where pieces of a hundred sources were found from."""
    from napari_astro_al.features import bin_kernels

    monkeypatch.setattr(coded, "PIECE", 100)
    starts, encode = [], bin_kernels.encode
    monkeypatch.setattr(
        bin_kernels, "encode", lambda *args: (starts.append(args[1]), encode(*args))
    )
    return starts


def test_are_found_where_they_are_needed_and_once(X, found):
    bins, sources = Bins.of(X), Coded(X)
    expected = bins.codes(X)
    found.clear()

    codes = sources.codes(bins, 250, 410)
    sources.codes(bins, 300, 400)

    assert found == [200, 300, 400]
    assert np.array_equal(codes[:, 250:410], expected[:, 250:410])
    assert np.array_equal(sources.codes(bins), expected)
    assert sorted(found) == list(range(0, 1000, 100))


def test_equal_bins_are_the_same_bins(X, found):
    sources = Coded(X)
    sources.codes(Bins.of(X))
    before = len(found)
    sources.codes(Bins.of(X.copy()))
    assert len(found) == before


def test_other_bins_are_other_codes(X):
    sources, other = Coded(X), Bins.of(X[:5])
    sources.codes(Bins.of(X))
    assert np.array_equal(sources.codes(other), other.codes(X))


def test_some_sources_take_theirs_along(X, found):
    bins, sources, rows = Bins.of(X), Coded(X), np.array([900, 3, 3])
    assert np.array_equal(sources.some(rows).codes(bins), bins.codes(X[rows]))

    sources.codes(bins)
    found.clear()
    assert np.array_equal(sources.some(rows).codes(bins)[:, 0], sources.codes(bins)[:, 900])
    assert found == []


def test_several_threads_may_ask_at_once(X, found):
    bins, sources = Bins.of(X), Coded(X)
    with ThreadPoolExecutor(4) as crew:
        list(crew.map(lambda start: sources.codes(bins, start, start + 250), range(0, 750, 50)))
    assert np.array_equal(sources.codes(bins), bins.codes(X))
