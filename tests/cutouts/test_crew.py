"""Things that wait, done side by side."""

import threading
import time

import pytest

from napari_astro_al.cutouts.crew import side_by_side
from napari_astro_al.jobs import drain


def test_everything_is_done_and_no_more_than_so_many_at_once():
    lock, now, most, taken = threading.Lock(), [0], [0], {}

    def task(number):
        def run(wanted):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            time.sleep(0.01)
            with lock:
                now[0] -= 1
            return number * number

        return run

    drain(side_by_side([task(n) for n in range(12)], taken.__setitem__, at_once=3, message=""))
    assert taken == {n: n * n for n in range(12)}
    assert most[0] == 3


def test_nothing_to_do_is_done_at_once():
    drain(side_by_side([], lambda *_: None, at_once=4, message=""))


def test_a_job_that_is_closed_waits_for_nothing_and_begins_nothing():
    begun, told = [], threading.Event()

    def run(wanted):
        begun.append(1)
        while wanted():
            time.sleep(0.005)
        told.set()

    job = side_by_side([run] * 9, lambda *_: None, at_once=2, message="waiting")
    assert [next(job).message, next(job).message] == ["waiting"] * 2
    job.close()
    assert told.wait(5)
    assert len(begun) == 2


def test_what_a_task_raises_ends_the_job():
    def run(wanted):
        raise ZeroDivisionError("no beam")

    with pytest.raises(ZeroDivisionError, match="no beam"):
        drain(side_by_side([run], lambda *_: None, at_once=2, message=""))
