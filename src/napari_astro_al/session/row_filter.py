"""Which rows a table shows, from what a person types: ``g < 18 and class = QSO``."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import get_args

from napari_astro_al.catalogue import AllOf, Catalogue
from napari_astro_al.catalogue.criteria import Criterion, Operator
from napari_astro_al.catalogue.matching import matching_job
from napari_astro_al.catalogue.naming import near_names
from napari_astro_al.catalogue.typed_criteria import criterion_from_text
from napari_astro_al.errors import CatalogueError
from napari_astro_al.jobs import Job
from napari_astro_al.session.selection import Selection

_PART = re.compile(
    r"\s*(?:`(?P<quoted>(?:[^`]|``)+)`|(?P<name>.+?))\s*"
    r"(?P<sign>>=|<=|!=|==|=|>|<|\bcontains\b|\bis missing\b|\bin\b)\s*(?P<value>.*?)\s*",
    re.DOTALL,
)
_QUOTED = re.compile(r"`(?:[^`]|``)+`|(?<=[=<>\s,])(?:\"[^\"]*\"|'[^']*')(?=\s|[,;]|\Z)")
_AND = re.compile(r"\s+and\s+|\s*;\s*", re.IGNORECASE)


def condition_from_text(catalogue: Catalogue, text: str) -> AllOf:
    """What rows must be like.

    Parameters
    ----------
    catalogue : Catalogue
    text : str
        Comparisons of columns with values, joined by ``and``: ``g < 18``, ``type = II``,
        ``name contains NGC``, ``type in I, II``, ``z is missing``. A column whose name has signs
        in it stands between backquotes, a backquote in it written twice; a value with commas or
        ``and`` in it between quotes.

    Raises
    ------
    CatalogueError
        Saying which part was not understood, and what would be; or that labels, which a table does
        not show, cannot be asked for.
    """
    return AllOf(*(_criterion(catalogue, part) for part in _parts(text.strip()) if part))


def _parts(text: str) -> list[str]:
    """What stands between ``and`` and semicolons, those within quotes apart."""
    masked = _QUOTED.sub(lambda found: "\0" * len(found[0]), text)
    ends = [(0, 0), *(found.span() for found in _AND.finditer(masked)), (len(text), len(text))]
    return [text[before[1] : after[0]] for before, after in pairwise(ends)]


def _criterion(catalogue: Catalogue, part: str) -> Criterion:
    found = _PART.fullmatch(part)
    if found is None:
        raise CatalogueError(
            f"{part!r} was not understood. Write such as g < 18 and type = II; other signs are "
            ">, >=, <=, !=, contains, in, is missing."
        )
    quoted = found["quoted"]
    column = quoted.replace("``", "`") if quoted else found["name"]
    sign = "==" if found["sign"] == "=" else found["sign"]
    if column == catalogue.roles.label:
        raise CatalogueError(
            f"{column!r} holds the labels of held-out sources, which a table does not tell."
        )
    if column not in catalogue.table.columns:
        raise CatalogueError(
            f"{catalogue.name!r} has no column {column!r}. "
            f"{near_names(column, [str(one) for one in catalogue.table.columns])}"
        )
    operator: Operator = next(one for one in get_args(Operator) if one == sign)
    value = found["value"]
    if operator != "in" and len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    return criterion_from_text(catalogue, column, operator, value)


def filtered_job(catalogue: Catalogue, condition: AllOf, base: Selection | None) -> Job[Selection]:
    """The sources of a table that fulfil a condition.

    Parameters
    ----------
    catalogue : Catalogue
    condition : AllOf
    base : Selection or None
        Among which; None for all.
    """
    rows = yield from matching_job(catalogue, condition)
    found = Selection(catalogue, rows)
    return found if base is None else base.combined(found, "intersect")
