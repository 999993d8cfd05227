"""From what a person types to a criterion that suits its column."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from napari_astro_al.catalogue.criteria import EXPECTED, Criterion, Kind, Operator, kind_of
from napari_astro_al.errors import CatalogueError

if TYPE_CHECKING:
    from napari_astro_al.catalogue.catalogue import Catalogue


_VALUE = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,]+?))\s*(?:,|\Z)""")


def criterion_from_text(
    catalogue: Catalogue, column: str, operator: Operator, text: str
) -> Criterion:
    """The criterion that a person has typed, checked.

    Parameters
    ----------
    catalogue : Catalogue
        Its column says whether the text is a number, a flag, a date or a text.
    column, operator : str
    text : str
        For ``in`` with commas between the values, a value that has some between quotes; nothing
        for ``is missing``.

    Raises
    ------
    CatalogueError
        Naming column, operator and the value that was expected.
    """
    if operator == "is missing":
        criterion = Criterion(column, operator)
    else:
        kind = kind_of(catalogue.column(column))
        parts = _listed(text) if operator == "in" else [text]
        values = tuple(_read(part.strip(), kind) for part in parts if part.strip())
        if not values:
            raise CatalogueError(
                f"{column!r} {operator!r} needs a value: {EXPECTED[kind]} is expected."
            )
        criterion = Criterion(column, operator, values if operator == "in" else values[0])
    criterion.check(catalogue)
    return criterion


def _listed(text: str) -> list[str]:
    """Values between commas, without the quotes around any of them."""
    return [found[1] or found[2] or found[3].strip() for found in _VALUE.finditer(text)]


def _read(text: str, kind: Kind) -> bool | int | float | str:
    """What a text means for a column; the text itself where it means nothing."""
    if kind == "flag":
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
            text.lower(), text
        )
    if kind != "number":
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text
