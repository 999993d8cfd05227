from __future__ import annotations

import pytest

from napari_astro_al.widgets.pace import Pace


def at(*times):
    pace = Pace()
    pace.begin(0.0)
    for time in times:
        pace.note(time)
    return pace


def test_nothing_is_told_before_the_first_answer():
    assert at().words == ""


def test_the_rate_needs_three_answers():
    assert at(2.0, 4.0).per_minute is None
    assert at(2.0, 4.0, 6.0).per_minute == pytest.approx(30.0)


def test_a_pause_counts_neither_as_work_nor_in_the_rate():
    pace = at(3.0, 6.0, 9.0, 600.0, 603.0)
    assert pace.at_work == pytest.approx(12.0)
    assert pace.per_minute == pytest.approx(20.0)
    assert pace.words == "20 / min · 0:12"


def test_the_rate_is_that_of_the_last_twenty():
    slow = [10.0 * n for n in range(1, 11)]
    quick = [100.0 + n for n in range(1, 21)]
    assert at(*slow, *quick).per_minute == pytest.approx(60.0)


def test_hours_are_told_where_there_are_any():
    assert at(*[50.0 * n for n in range(1, 75)]).words.endswith("1:01:40")
