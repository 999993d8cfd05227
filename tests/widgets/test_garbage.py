"""With PySide6, garbage of the window is collected on the window's thread alone."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from qtpy.QtCore import QObject

from napari_astro_al.widgets import garbage
from napari_astro_al.widgets.garbage import Sweeper, collected_by_the_window


class Knot:
    """Garbage that only a collector finds; says in which thread it was found."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def sweeper(qapp, monkeypatch):
    parent = QObject()
    made = Sweeper(parent)
    monkeypatch.setattr(garbage, "_sweepers", [made])
    yield made
    made.wake()
    assert gc.isenabled()


def in_a_thread(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_it_is_found_by_the_window_while_a_thread_works(sweeper, qtbot):
    found, go_on = [], threading.Event()

    def work() -> None:
        with collected_by_the_window():
            weakref.finalize(Knot(), lambda: found.append(threading.current_thread()))
            many = [[one] for one in range(200_000)]  # enough for Python to collect by itself
            assert len(many) == 200_000
            go_on.wait(60)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        qtbot.waitUntil(lambda: bool(found), timeout=30_000)
    finally:
        go_on.set()
        thread.join()
    assert found == [threading.main_thread()]


def test_python_collects_again_once_nobody_works(sweeper, qtbot):
    def work() -> None:
        with collected_by_the_window():
            assert not gc.isenabled()

    in_a_thread(work)
    assert not gc.isenabled()  # not in that thread, whose end has garbage too
    qtbot.waitUntil(gc.isenabled, timeout=20_000)


def test_what_somebody_else_put_to_rest_stays_so(sweeper):
    gc.disable()
    try:
        in_a_thread(lambda: collected_by_the_window().__enter__())
        sweeper.end()
        sweeper.sweep()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_without_a_sweeper_nothing_is_changed(monkeypatch):
    monkeypatch.setattr(garbage, "_sweepers", [])
    with collected_by_the_window():
        assert gc.isenabled()
