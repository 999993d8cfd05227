"""A bar that moves now and then, not thirty times a second."""

from __future__ import annotations

import pytest

from napari_astro_al.widgets.busy_bar import EVERY, STEPS, BusyBar


class Counted(BusyBar):
    painted = 0

    def paintEvent(self, event):
        self.painted += 1
        super().paintEvent(event)


@pytest.fixture
def bar(qtbot):
    made = Counted(4)
    qtbot.addWidget(made)
    return made


def test_it_moves_while_it_is_in_sight_and_is_drawn_no_more_often(bar, qtbot):
    bar.show()
    seen = []
    bar.valueChanged.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) >= 3, timeout=20_000)
    assert seen[:3] == [2, 3, 4]
    assert bar.painted <= len(seen) + 3  # when it was shown, and once a step
    bar.hide()
    assert not bar._timer.isActive()


def test_it_goes_round(bar):
    for _ in range(STEPS):
        bar._step()
    assert bar.value() == 1


def test_it_is_empty_and_still_where_nothing_is_done(bar, qtbot):
    bar.set_busy(False)
    bar.show()
    assert bar.value() == 0
    qtbot.wait(3 * EVERY)
    assert bar.value() == 0
    bar.set_busy(True)
    assert bar.value() == 1
    qtbot.waitUntil(lambda: bar.value() == 2, timeout=20_000)
