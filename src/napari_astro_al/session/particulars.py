"""What is known of one source, as lines of text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_astro_al.catalogue import SourceId

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session


@dataclass(frozen=True)
class Particular:
    """One line about a source.

    Attributes
    ----------
    name, value, unit, description : str
        Empty where there is none; a missing value is an en dash.
    group : {"session", "catalogue"}
        Who knows it.
    """

    name: str
    value: str
    unit: str = ""
    description: str = ""
    group: str = "catalogue"


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
        Particular("label", session.book.label_of(source) or "–", group="session"),
        Particular("part", session.partition.part_name(row), group="session"),
    ]
    names = catalogue.roles.info or tuple(str(name) for name in catalogue.table.columns)
    hidden = {catalogue.roles.label, catalogue.roles.id}
    values = catalogue.table.iloc[row]
    for name in names:
        if name in hidden:
            continue
        known = catalogue.columns.get(name)
        told.append(
            Particular(
                name,
                in_words(values[name]),
                (known.unit or "") if known else "",
                (known.description or "") if known else "",
            )
        )
    wanted = containing.strip().lower()
    return [line for line in told if wanted in line.name.lower()]


def in_words(value: Any) -> str:
    """A cell as text: seven significant digits, an en dash where it is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return "–" if not math.isfinite(value) else f"{value:.7g}"
    text = str(value)
    return "–" if text in ("<NA>", "nan", "NaT") else text
