"""How many points this machine draws in time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.viewer.budget import FEWEST, PATIENCE, TARGET, PointBudget


def test_it_begins_with_some_while_moving_and_with_all_at_rest():
    budget = PointBudget(20_000)
    assert (budget.moving, budget.resting) == (4_000, 20_000)
    small = PointBudget(300)
    assert (small.moving, small.resting) == (300, 300)


def test_a_slow_frame_lowers_it_in_proportion():
    budget = PointBudget(20_000)
    budget.note(TARGET / 0.75, 4_000, moving=True)
    assert budget.moving == pytest.approx(3_000, abs=1)
    assert budget.resting == 20_000


def test_one_very_slow_frame_only_halves_it():
    budget = PointBudget(20_000)
    budget.note(60.0, 20_000, moving=False)
    assert (budget.moving, budget.resting) == (4_000, 10_000)


def test_what_counts_is_how_many_were_drawn():
    """12,000 of 20,000 allowed took twice too long: 6,000 would have been in time."""
    budget = PointBudget(20_000)
    budget.note(2 * PATIENCE, 12_000, moving=False)
    assert budget.resting == 6_000


def test_a_slow_frame_of_few_points_says_nothing_of_points():
    budget = PointBudget(20_000)
    for drawn in (0, 400):
        budget.note(5.0, drawn, moving=True)
        budget.note(5.0, drawn, moving=False)
    assert (budget.moving, budget.resting) == (4_000, 20_000)


def test_a_quick_frame_raises_it_by_a_quarter_where_it_was_used():
    budget = PointBudget(20_000)
    budget.note(0.001, 3_000, moving=True)
    assert budget.moving == 4_000
    budget.note(0.001, 4_000, moving=True)
    assert budget.moving == 5_001


def test_a_frame_in_time_changes_nothing():
    budget = PointBudget(20_000)
    budget.note(TARGET, 4_000, moving=True)
    budget.note(PATIENCE, 20_000, moving=False)
    assert (budget.moving, budget.resting) == (4_000, 20_000)


frames = st.tuples(st.floats(0, 100), st.floats(0, 1), st.booleans())


@given(st.integers(1, 30_000), st.lists(frames, max_size=60))
def test_it_is_never_more_than_allowed_nor_fewer_than_worth_looking_at(most, seen):
    budget = PointBudget(most)
    for seconds, share, moving in seen:
        drawn = int(share * (budget.moving if moving else budget.resting))
        budget.note(seconds, drawn, moving=moving)
        assert min(FEWEST, most) <= budget.moving <= most
        assert min(4_000, most) <= budget.resting <= most


@given(st.floats(2e-6, 1e-5), st.floats(0.0, 0.01))
def test_frames_come_to_take_the_time_that_they_may(a_point, always):
    budget = PointBudget(200_000)
    for _ in range(60):
        budget.note(always + a_point * budget.moving, budget.moving, moving=True)
    assert 0.7 * TARGET < always + a_point * budget.moving < 1.3 * TARGET
