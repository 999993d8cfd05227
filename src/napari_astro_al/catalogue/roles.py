"""What the columns of a catalogue are for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal


class _Rows(Enum):
    ROWS = "rows"

    def __repr__(self) -> str:
        return "ROWS"


ROWS: Final = _Rows.ROWS
"""Given as ``id=``: number the rows from 0 instead of taking ids from a column."""

IdRole = str | tuple[str, ...] | Literal[_Rows.ROWS]
LabelUse = Literal["reference", "train"]


@dataclass(frozen=True)
class Column:
    """What is known of a column beside its values.

    Attributes
    ----------
    unit : str or None
        As the file wrote it, in the form that `astropy.units` gives where it can be parsed.
    description : str or None
        One line.
    ucd : str or None
        Unified Content Descriptor (IVOA UCD1+), such as ``pos.eq.ra;meta.main``.
    """

    unit: str | None = None
    description: str | None = None
    ucd: str | None = None


AboutColumns = Mapping[str, Column] | None
"""What is known of columns, by name."""


@dataclass(frozen=True)
class Roles:
    """Which column is what.

    Attributes
    ----------
    id : str, tuple of str, or ROWS
        The column of unique source ids; several are joined by "-"; `ROWS` numbers the rows.
    label : str or None
        The column of labels that the catalogue came with.
    ra, dec : str or None
        Right ascension and declination, ICRS, in degrees.
    info : tuple of str
        Columns shown for the current source; empty shows all.
    images : tuple of str
        Columns of image paths or URLs, and array columns that hold pictures.
    unknown : tuple of str
        Values of the label column, as text, that mean "not known". Missing and blank cells
        always do.
    label_use : {"reference", "train"}
        "reference": column labels score held-out sources and feed oracles, and never train.
        "train": those of pool sources train, as events of the annotator "catalogue".
    """

    id: IdRole = ROWS
    label: str | None = None
    ra: str | None = None
    dec: str | None = None
    info: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    label_use: LabelUse = "reference"
