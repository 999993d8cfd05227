"""Turns at asking one host."""

from __future__ import annotations

import threading
import time

import pytest

from napari_astro_al.cutouts.online.pace import Limits, Pace, Unwanted
from napari_astro_al.errors import NetworkError

FREE = Limits(at_once=1, per_second=1000.0)


def turn(pace, *, urgent=True, wanted=True, patience=5.0):
    return pace.turn(urgent=lambda: urgent, wanted=lambda: wanted, patience=patience)


def test_the_stricter_of_two_limits_holds():
    assert Limits(4, 2.0).stricter(Limits(2, 5.0)) == Limits(2, 2.0)


def test_a_turn_that_nobody_wants_is_not_given():
    pace = Pace("a.example", FREE)
    with pytest.raises(Unwanted), turn(pace, wanted=False):
        pass
    with turn(pace):
        pass  # the place was not taken


def test_a_turn_that_failed_is_given_back():
    pace = Pace("a.example", FREE)
    with pytest.raises(ZeroDivisionError), turn(pace):
        raise ZeroDivisionError
    with turn(pace, patience=0.5):
        pass


def test_patience_ends():
    pace = Pace("a.example", FREE)
    with turn(pace), pytest.raises(NetworkError, match="is busy"), turn(pace, patience=0):
        pass


def test_a_pause_holds_for_everyone():
    pace = Pace("a.example", Limits(4, per_second=1000.0))
    pace.pause(0.3)
    pace.pause(0.1)  # the longer holds
    began = time.monotonic()
    with turn(pace):
        assert time.monotonic() - began >= 0.3
    pace.pause(100.0)
    with pytest.raises(NetworkError, match="asks for a pause of 100 s"), turn(pace):
        pass


def test_of_those_waited_for_the_newest_goes_first_and_the_rest_in_order():
    pace = Pace("a.example", FREE)
    order: list[str] = []

    def ask(name, urgent):
        with turn(pace, urgent=urgent):
            order.append(name)

    with turn(pace):
        threads = []
        for name, urgent in [("1", False), ("2", False), ("old", True), ("new", True)]:
            threads.append(threading.Thread(target=ask, args=(name, urgent)))
            threads[-1].start()
            while len(pace._waiting) < len(threads):
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert order == ["new", "old", "1", "2"]
