"""Jobs in threads: what the window hears of them, and what napari's activity dock shows."""

from __future__ import annotations

from threading import Event

import pytest
from napari.utils import progress

from napari_astro_al.jobs import Progress
from napari_astro_al.widgets.runner import BARS_EVERY, JobRunner

SOON = 20_000


@pytest.fixture
def runner(qtbot):
    made = JobRunner()
    yield made
    made.cancel_all()


@pytest.fixture
def bars():
    """The words of napari's bars, as it draws them."""
    return lambda: [one.desc.rstrip(": ") for one in progress._all_instances]


def talkative(n, go_on):
    for k in range(n):
        yield Progress(f"step {k}")
    go_on.wait(30)
    return n


def test_the_window_hears_the_latest_word_and_not_each(runner, qtbot):
    go_on, done, heard = Event(), [], []
    runner.changed.connect(lambda: heard.append(runner.message))
    running = runner.run(talkative(5_000, go_on), title="Counting", done=done.append, shown=False)
    qtbot.waitUntil(lambda: running.message == "step 4999", timeout=SOON)
    qtbot.waitUntil(lambda: heard[-1] == "step 4999", timeout=SOON)
    assert len(heard) < 2_500
    go_on.set()
    qtbot.waitUntil(lambda: done == [5_000], timeout=SOON)
    assert not runner.busy


def test_a_bar_appears_for_what_takes_a_while_and_says_what_is_done(runner, qtbot, bars):
    go_on, done = Event(), []
    runner.run(talkative(3, go_on), title="Counting", done=done.append)
    assert bars() == []
    qtbot.waitUntil(lambda: bars() == ["step 2"], timeout=SOON)
    go_on.set()
    qtbot.waitUntil(lambda: done == [3], timeout=SOON)
    assert bars() == []


def test_no_bar_is_drawn_for_what_is_quick(runner, qtbot, bars):
    seen, done, go_on = [], [], Event()
    go_on.set()
    runner.changed.connect(lambda: seen.extend(bars()))
    runner.run(talkative(3, go_on), title="Counting", done=done.append)
    qtbot.waitUntil(lambda: done == [3], timeout=SOON)
    qtbot.wait(2 * BARS_EVERY)
    assert seen == []
    assert bars() == []


def test_a_job_given_up_takes_its_bar_with_it(runner, qtbot, bars):
    go_on, late = Event(), []
    running = runner.run(
        talkative(1, go_on), title="Counting", done=pytest.fail, discard=late.append
    )
    qtbot.waitUntil(lambda: len(bars()) == 1, timeout=SOON)
    running.cancel()
    assert bars() == []
    assert not runner.busy
    go_on.set()
    qtbot.waitUntil(lambda: late == [1], timeout=SOON)


def test_a_failure_goes_to_whoever_asked(runner, qtbot):
    def failing():
        yield Progress("trying")
        raise ValueError("no")

    told = []
    runner.run(failing(), title="Trying", done=pytest.fail, failed=told.append, shown=False)
    qtbot.waitUntil(lambda: len(told) == 1, timeout=SOON)
    assert str(told[0]) == "no"
