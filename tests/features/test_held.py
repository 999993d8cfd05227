from __future__ import annotations

import errno
import gc
import os

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.features import held
from napari_astro_al.features.held import room
from napari_astro_al.home import cache_folder


@pytest.fixture
def small_limit(monkeypatch):
    monkeypatch.setattr(held, "MAPPED_FROM", 1000)


def _is_mapped(array):
    return isinstance(array.base, np.memmap)


def test_a_large_array_is_mapped_and_leaves_no_file(small_limit):
    assert not _is_mapped(room((10, 10), np.float32))
    array = room((100, 7), np.float32, "F")
    array[:] = 3.5

    assert type(array) is np.ndarray
    assert _is_mapped(array)
    assert array.flags.f_contiguous
    assert array.shape == (100, 7)
    assert array.sum() == 2450
    del array
    gc.collect()
    assert list(cache_folder().iterdir()) == []


def test_without_room_on_the_disk_it_is_in_memory(small_limit, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    monkeypatch.setattr(os, "truncate", full)
    array = room((100, 7), np.float32)
    array[:] = 1.0

    assert not _is_mapped(array)
    assert array.sum() == 700


def test_a_session_on_mapped_features_is_the_same(small_limit, monkeypatch):
    def asked_and_said():
        survey = aal.samples.simulated_survey(600, seed=1)
        session = aal.Session(survey, features=aal.FeatureRecipe(columns=list("ugriz")))
        truth = np.array(survey.column_labels, dtype=str)
        for _ in range(12):
            (one,) = session.query()
            session.annotate(one, truth[survey.row_of(one)])
        return _is_mapped(session.features.values), session.query(3), session.predictions()

    mapped, asked, said = asked_and_said()
    monkeypatch.setattr(held, "MAPPED_FROM", 2**31)
    in_memory, asked_again, said_again = asked_and_said()

    assert mapped
    assert not in_memory
    assert asked == asked_again
    assert said.equals(said_again)
