"""The cells of a table of sources: a few at a time, as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.particulars import in_words
from napari_astro_al.session.row_order import best_of

if TYPE_CHECKING:
    from napari_astro_al.session.blindness import Blindness

MISSING = "–"
COPIED_AT_ONCE = 1_000
OWN = {
    "id": "The source's id",
    "label": "Your label",
    "predicted": "The class that the model takes it for",
    "confidence": "The probability that the model gives that class; not calibrated",
}
"""Columns that the session knows, and what they mean."""


@dataclass(frozen=True)
class CellColumn:
    """A column of a table of sources.

    Attributes
    ----------
    name : str
        One of `OWN`, or a column of the catalogue.
    own : bool
        Whether the session knows it, and not the catalogue.
    numeric : bool
        Whether its cells are quantities; an id is a name, though it be a number.
    unit, description : str
        Empty where there is none.
    """

    name: str
    own: bool
    numeric: bool
    unit: str = ""
    description: str = ""

    @property
    def title(self) -> str:
        """The name, with the unit in brackets where there is one."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


def columns_of(catalogue: Catalogue) -> tuple[CellColumn, ...]:
    """Columns from left to right: the session's own, those that the roles call info, the others.

    The label column is not among them: held-out labels would give the answer away. Columns with
    an array a source are not either.
    """
    own = [
        CellColumn(name, True, name == "confidence", "", meaning) for name, meaning in OWN.items()
    ]
    hidden = {catalogue.roles.label, catalogue.roles.id}
    names = dict.fromkeys([*catalogue.roles.info, *catalogue.table.columns])
    return (
        *own,
        *(_of_catalogue(catalogue, name) for name in names if _shown(catalogue, name, hidden)),
    )


def _shown(catalogue: Catalogue, name: str, hidden: set[Any]) -> bool:
    return name not in hidden and name in catalogue.table.columns


def _of_catalogue(catalogue: Catalogue, name: str) -> CellColumn:
    known = catalogue.columns.get(name)
    numeric = pd.api.types.is_numeric_dtype(catalogue.table[name].dtype)
    if known is None:
        return CellColumn(name, False, numeric)
    return CellColumn(name, False, numeric, known.unit or "", known.description or "")


@dataclass(frozen=True, eq=False)
class CellSource:
    """Where cells come from, as it was at one moment.

    Attributes
    ----------
    catalogue : Catalogue
    labels : mapping of str to str
        By id as text; may grow while it is read.
    result : TrainResult or None
        Whose predictions are shown: of the first task that has a model.
    """

    catalogue: Catalogue
    labels: Mapping[int, str]
    result: TrainResult | None
    unlabelled: SourceId | None = None
    unpredicted: SourceId | None = None

    @classmethod
    def of(cls, session: Blindness) -> CellSource:
        """That of a session as it is now."""
        result = next(iter(session.results.values()), None)
        current = session.current
        return cls(
            session.catalogue,
            session.shown_labels.labels,
            result,
            current if session.hides_label(current) else None,
            current if session.hides_predictions(current) else None,
        )

    def values(self, column: CellColumn, rows: npt.NDArray[np.int64]) -> list[Any]:
        """The cells of a column at some rows; None or NaN is missing."""
        if not column.own:
            return list(self.catalogue.table[column.name].array[rows])
        if column.name == "id":
            return list(self.catalogue.ids_at(rows))
        if column.name == "label":
            hidden = None if self.unlabelled is None else self.catalogue.row_of(self.unlabelled)
            return [None if row == hidden else self.labels.get(row) for row in rows.tolist()]
        if self.result is None:
            return [None] * len(rows)
        best, confidence = best_of(self.result.probabilities[rows])
        if self.unpredicted is not None:
            secret = rows == self.catalogue.row_of(self.unpredicted)
            best, confidence = np.where(secret, -1, best), np.where(secret, np.nan, confidence)
        if column.name == "confidence":
            return list(confidence)
        return [self.result.classes[place] if place >= 0 else None for place in best.tolist()]

    def texts(self, column: CellColumn, rows: npt.NDArray[np.int64]) -> list[str]:
        """The cells of a column as they are shown, to seven digits; an en dash is missing."""
        if column.own and column.name == "confidence":
            shares = self.values(column, rows)
            return [MISSING if math.isnan(one or math.nan) else f"{one:.3f}" for one in shares]
        return [in_words(value) for value in self.values(column, rows)]


def copied_job(
    cells: CellSource, columns: Sequence[CellColumn], rows: npt.NDArray[np.int64]
) -> Job[str]:
    """Sources as tab-separated text, with a line of column names.

    Numbers keep all digits, missing cells are empty, and a tab or a line's end within a text
    becomes a space.

    Parameters
    ----------
    cells : CellSource
    columns : sequence of CellColumn
        From left to right.
    rows : (n,) int64 ndarray
        From top to bottom.
    """
    return guarded(_copied(cells, columns, rows), "copy the rows")


def _copied(
    cells: CellSource, columns: Sequence[CellColumn], rows: npt.NDArray[np.int64]
) -> Job[str]:
    lines = ["\t".join(_plain(column.name) for column in columns)]
    for start in range(0, len(rows), COPIED_AT_ONCE):
        yield Progress("Copying rows", start, len(rows))
        some = rows[start : start + COPIED_AT_ONCE]
        told = [[_exact(value) for value in cells.values(column, some)] for column in columns]
        lines += ["\t".join(line) for line in zip(*told, strict=True)]
    return "\n".join(lines) + "\n"


def _exact(value: Any) -> str:
    if in_words(value) == MISSING and value != MISSING:
        return ""
    return _plain(str(value))


def _plain(text: str) -> str:
    return " ".join(text.replace("\t", " ").splitlines()) if text else text
