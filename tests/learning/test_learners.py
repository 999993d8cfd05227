"""Warnings and native threads, while several threads of ours learn and predict."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import numpy as np
import pytest
import scipy.linalg  # noqa: F401 (loads BLAS)
from threadpoolctl import threadpool_info

from napari_astro_al.learning.learners import one_thread, quietly


def blas_threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


class TestQuietly:
    def test_threads_note_their_own_warnings_and_leave_the_filters_alone(self):
        def work(number: int) -> list[str]:
            def warn() -> None:
                sleep(0.002 * (number % 3))
                warnings.warn(f"told {number}", UserWarning, stacklevel=1)

            notes: list[str] = []
            quietly(warn, notes)
            return notes

        before = list(warnings.filters)
        with ThreadPoolExecutor(6) as crew:
            told = list(crew.map(work, range(24)))

        assert told == [[f"told {number}"] for number in range(24)]
        assert warnings.filters == before

    def test_within_itself(self):
        notes: list[str] = []

        assert quietly(lambda: quietly(lambda: 7, notes), notes) == 7

    def test_failures_come_through(self):
        with pytest.raises(ZeroDivisionError, match="division by zero"):
            quietly(lambda: 1 / 0, [])
        assert quietly(lambda: 1, []) == 1


class TestOneThread:
    def test_is_put_back_by_the_last_in_whatever_order(self):
        before = blas_threads()
        first, second = one_thread(), one_thread()
        first.__enter__()
        second.__enter__()
        assert blas_threads() == {1}
        first.__exit__(None, None, None)
        assert blas_threads() == {1}
        second.__exit__(None, None, None)

        assert blas_threads() == before
