"""Estimates as the cells of a small table: a row a class, beside each number the naive one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from napari_astro_al.jobs import Job
from napari_astro_al.learning.catalogue_estimates import DIFFERENCE, NAIVE
from napari_astro_al.session.headline import in_percent

SHOWN = ("purity", "completeness", "fraction")
ALL_CLASSES = "all classes"


@dataclass(frozen=True)
class Cell:
    """One number of the catalogue.

    Attributes
    ----------
    value, low, high : float
        0 to 1, with the 95 % interval; NaN where nothing is known.
    naive : float
        What the other labels would say; NaN where they say nothing.
    told : str
        All of it in words, for a tool tip.
    """

    value: float
    low: float
    high: float
    naive: float
    told: str

    @property
    def words(self) -> str:
        """``94 % (91–96)``."""
        return in_percent(self.value, self.low, self.high)


@dataclass(frozen=True)
class Row:
    """One class.

    Attributes
    ----------
    name : str
        The class, or `ALL_CLASSES` with the accuracy alone.
    cells : dict of str to Cell
        By quantity.
    """

    name: str
    cells: dict[str, Cell]


EstimateRows = dict[tuple[str, str], list[Row]]
"""By task and estimator, the one to go by first."""


def estimate_rows_job(table: Job[pd.DataFrame]) -> Job[EstimateRows]:
    """The rows of everything that `Session.estimate_job` finds."""
    found = yield from table
    return {
        (task, estimator): cells_of(found, task, estimator)
        for estimator in estimators_of(found)
        for task in found["task"].unique().tolist()
    }


def estimators_of(table: pd.DataFrame) -> list[str]:
    """The estimators of a table of `Session.estimate`, the one to go by first."""
    there = [one for one in table["estimator"].unique() if one != NAIVE]
    return sorted(there, key=lambda one: one != DIFFERENCE)


def cells_of(table: pd.DataFrame, task: str, estimator: str) -> list[Row]:
    """What an estimator says of a task.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `Session.estimate`.
    task, estimator : str

    Returns
    -------
    list of Row
        A row a class; last the accuracy over all classes, where there is a model.
    """
    of_task = table[table["task"] == task]
    mine = of_task[of_task["estimator"] == estimator]
    naive = of_task[of_task["estimator"] == NAIVE]
    beside = _values(naive)
    rows: dict[str, Row] = {}
    for quantity, name, value, low, high, n in zip(
        mine["quantity"],
        mine["class"],
        mine["value"],
        mine["low"],
        mine["high"],
        mine["n"],
        strict=True,
    ):
        row = rows.setdefault(name or ALL_CLASSES, Row(name or ALL_CLASSES, {}))
        other = beside.get((quantity, name), math.nan)
        cell = Cell(value, low, high, other, "")
        row.cells[quantity] = Cell(value, low, high, other, _told(quantity, name, cell, n))
    return sorted(rows.values(), key=lambda row: row.name == ALL_CLASSES)


def table_of(rows: Sequence[Row]) -> pd.DataFrame:
    """A row a number: ``class``, ``quantity``, ``value``, ``low``, ``high``, ``naive``."""
    return pd.DataFrame(
        [
            (row.name, quantity, cell.value, cell.low, cell.high, cell.naive)
            for row in rows
            for quantity, cell in row.cells.items()
        ],
        columns=["class", "quantity", "value", "low", "high", "naive"],
    )


def _values(table: pd.DataFrame) -> dict[tuple[str, str], float]:
    pairs = zip(table["quantity"], table["class"], strict=True)
    return {pair: float(value) for pair, value in zip(pairs, table["value"], strict=True)}


def _told(quantity: str, name: str, cell: Cell, n: int) -> str:
    about = {
        "purity": f"Of the sources taken for {name}, so many are",
        "completeness": f"Of all {name}, so many are found",
        "fraction": f"So much of the catalogue is {name}",
        "accuracy": "So many sources are taken for what they are",
    }[quantity]
    if not math.isfinite(cell.value):
        return f"{about}: unknown. No answer to the survey sample tells."
    exact = (
        f"{100 * cell.value:.2f} % (95 % interval {100 * cell.low:.2f} to {100 * cell.high:.2f})"
    )
    words = f"{about}: {exact}, from {n:,} answers."
    if math.isfinite(cell.naive):
        words += f"\nThe labels that were asked for would say {100 * cell.naive:.1f} %."
    return words
