"""What is known of one source, as lines of text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_astro_al.annotation.events import MOST_INTERESTING
from napari_astro_al.catalogue import Catalogue, Column, SourceId
from napari_astro_al.catalogue.cells import EXACT_BELOW

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

MISSING = "–"


@dataclass(frozen=True)
class Particular:
    """One line about a source.

    Attributes
    ----------
    name, value, unit, description : str
        Empty where there is none; a missing value is an en dash.
    group : {"session", "catalogue"}
        Who knows it.
    exact : str
        The value with all its digits, where fewer are shown.
    """

    name: str
    value: str
    unit: str = ""
    description: str = ""
    group: str = "catalogue"
    exact: str = ""

    @property
    def missing(self) -> bool:
        """Whether the catalogue has no value of this source."""
        return self.group == "catalogue" and self.value == MISSING

    @property
    def digits(self) -> str:
        """The value as it is copied: with all digits, empty where it is missing."""
        return "" if self.value == MISSING else self.exact or self.value


def particulars_of(
    session: Session, source: SourceId | None, *, containing: str = ""
) -> list[Particular]:
    """Lines about a source: what the session knows, then the columns that the roles name.

    Parameters
    ----------
    session : Session
        Held-out labels of the column are not told: they would give the answer away.
    source : int, str or None
        None gives no lines.
    containing : str
        Only columns whose name contains this, in any case.
    """
    if source is None:
        return []
    catalogue = session.catalogue
    row = catalogue.row_of(source)
    told = [
        Particular("id", str(source), group="session"),
        Particular("label", _label(session, source), group="session"),
        *_marks(session, source),
        *_interest(session, source),
        Particular("part", _part(session, source, row), group="session"),
    ]
    names = catalogue.roles.info or tuple(str(name) for name in catalogue.table.columns)
    hidden = {catalogue.roles.label, catalogue.roles.id}
    wanted = containing.strip().lower()
    return [line for line in told if wanted in line.name.lower()] + [
        _line(catalogue, name, row)
        for name in names
        if name not in hidden and wanted in name.lower()
    ]


def _label(session: Session, source: SourceId) -> str:
    hidden = session.hides_label(source)
    return MISSING if hidden else session.shown_labels.label_of(source) or MISSING


def _marks(session: Session, source: SourceId) -> list[Particular]:
    like = session.marked.get(source)
    words = "★ more like this" if like else "☆ not like this"
    return [] if like is None else [Particular("mark", words, group="session")]


def _interest(session: Session, source: SourceId) -> list[Particular]:
    score = session.interest_of(source)
    words = f"{score} of {MOST_INTERESTING}"
    return [] if score is None else [Particular("interest", words, group="session")]


def _part(session: Session, source: SourceId, row: int) -> str:
    part = session.partition.part_name(row)
    return f"{part}, excluded" if session.excludes(source) else part


def _line(catalogue: Catalogue, name: str, row: int) -> Particular:
    exact = ""
    if name in catalogue.table.columns:
        cell = catalogue.table[name].iat[row]
        value = in_words(cell)
        if isinstance(cell, (float, np.floating)) and value != MISSING and value != str(cell):
            exact = str(cell)
        if name in (catalogue.roles.ra, catalogue.roles.dec) and exact:
            value = f"{cell:.7f}"  # a third of a milliarcsecond
    else:
        value = f"array of {' x '.join(map(str, catalogue.arrays[name].shape[1:]))}"
    known = catalogue.columns.get(name, Column())
    return Particular(name, value, known.unit or "", known.description or "", exact=exact)


def in_words(value: Any) -> str:
    """A cell as text.

    Integers with all digits, also those that a column with gaps holds as float64, where they are
    exact; other numbers with seven significant digits; an en dash where the cell is missing.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_BELOW:
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return MISSING if not math.isfinite(value) else f"{value:.7g}"
    text = str(value)
    return MISSING if text in ("<NA>", "nan", "NaT") else text
