"""Held-out sources with the labels to score against."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import napari_astro_al as aal
from napari_astro_al.session.pool import MOST_KEPT, Partition

VALUES = ["STAR", "GALAXY", "QSO", None]
TASKS = [
    aal.Task(["STAR", "GALAXY"]),
    aal.Task(["STAR"], others="rest"),
    aal.Task.one_vs_rest("QSO"),
    aal.Task({"STAR": "point", "GALAXY": "blob"}),
]


def small(labels, split):
    table = {"source": np.arange(len(labels)), "kind": np.array(labels, dtype=object)}
    catalogue = aal.Catalogue.from_table(table, id="source", label="kind", guess=False)
    return Partition.of(catalogue, split, 0)


def expected(partition, labels, task, part, corrections):
    """The same, source by source."""
    rows, said = [], []
    for row in np.flatnonzero(partition.part == part).tolist():
        raw = corrections[row] if row in corrections else labels[row]
        target = None if raw is None else task.target(raw)
        if target is not None:
            rows.append(row)
            said.append(target)
    return rows, said


answers = st.dictionaries(st.integers(0, 39), st.sampled_from([*VALUES, "~QSO"]))


@given(
    labels=st.lists(st.sampled_from(VALUES), min_size=40, max_size=40),
    task=st.sampled_from(TASKS),
    part=st.sampled_from([1, 2]),
    rounds=st.lists(answers, min_size=1, max_size=3),
)
def test_corrections_are_those_of_the_round_and_nothing_stays_of_the_one_before(
    labels, task, part, rounds
):
    split = aal.Split(validation=0.3, ids={"test": list(range(0, 40, 3))})
    partition = small(labels, split)
    for corrections in rounds:
        rows, said = partition.held_out(task, part, corrections)
        assert (rows.tolist(), said) == expected(partition, labels, task, part, corrections)


def test_what_is_given_out_may_be_changed():
    partition = small(["STAR"] * 40, aal.Split(validation=0.5, test=0))
    task = aal.Task(["STAR", "GALAXY"])
    _, first = partition.held_out(task, 1, {})
    first.clear()
    assert len(partition.held_out(task, 1, {})[1]) > 0


def test_tasks_that_are_many_do_not_pile_up():
    partition = small(["STAR"] * 40, aal.Split(validation=0.5, test=0))
    for number in range(3 * MOST_KEPT):
        partition.held_out(aal.Task(["STAR", f"class {number}"]), 1, {})
    assert len(partition._held_out) <= MOST_KEPT


@pytest.mark.parametrize(("n_values", "dtype"), [(0, "int8"), (3, "int8"), (60, "int8")])
def test_column_codes_take_no_more_memory_than_they_need(n_values, dtype):
    labels = [f"class {number % n_values}" if n_values else None for number in range(200)]
    partition = small(labels, aal.Split())
    assert partition.column_codes.dtype == dtype
    told = [partition.column_values[code] if code >= 0 else None for code in partition.column_codes]
    assert told == labels
