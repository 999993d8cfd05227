"""What a source must be like: criteria on columns, joined by and and or; values, and JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from napari_astro_al.errors import CatalogueError, listing

if TYPE_CHECKING:
    from napari_astro_al.catalogue.catalogue import Catalogue

Operator = Literal[">", ">=", "==", "!=", "<=", "<", "in", "contains", "is missing"]
Kind = Literal["number", "flag", "text", "date", "other"]
"""What a column holds."""

ORDER: tuple[Operator, ...] = (">", ">=", "==", "!=", "<=", "<")
OPERATORS: Mapping[Kind, tuple[Operator, ...]] = {
    "number": (*ORDER, "in", "is missing"),
    "flag": ("==", "!=", "is missing"),
    "text": ("==", "!=", "in", "contains", "is missing"),
    "date": (*ORDER, "is missing"),
    "other": ("is missing",),
}
"""What can be asked of a column of each kind."""

EXPECTED: Mapping[Kind, str] = {
    "number": "a finite number",
    "flag": "true or false",
    "text": "a text",
    "date": "a date such as 2026-01-31",
    "other": "nothing",
}
"""The value that each kind of column is compared with, in words."""

Value = bool | int | float | str | tuple[int | float | str, ...] | None


@dataclass(frozen=True)
class Criterion:
    """One column, compared with one value.

    A missing value fulfils ``is missing`` and nothing else, not even ``!=``.

    Parameters
    ----------
    column : str
    operator : {">", ">=", "==", "!=", "<=", "<", "in", "contains", "is missing"}
        Numbers and dates have an order; texts are equal, one of several (``in``), or have a part
        (``contains``, where capitals count); flags are equal or not.
    value : bool, int, float, str, or a sequence of numbers or texts
        None for ``is missing``; for ``in`` the sequence. Dates are texts as ISO 8601 has them.

    Raises
    ------
    CatalogueError
        If there is no such operator, or it cannot have such a value.

    Examples
    --------
    >>> Criterion("redshift", ">", 2)
    Criterion(column='redshift', operator='>', value=2)
    """

    column: str
    operator: Operator
    value: Value = None

    def __post_init__(self) -> None:
        if not isinstance(self.column, str):
            raise CatalogueError(f"A column is named by a text, not by {self.column!r}.")
        if self.operator not in get_args(Operator):
            raise CatalogueError(
                f"{self.column!r} cannot be compared by {self.operator!r}. The operators are "
                f"{listing(get_args(Operator))}."
            )
        value = self.value
        if self.operator == "is missing":
            if value is not None:
                raise CatalogueError(
                    f"{self.column!r} 'is missing' takes no value, and {value!r} was given."
                )
            return
        if self.operator == "in":
            if isinstance(value, str | bytes) or not isinstance(value, Iterable):
                raise CatalogueError(
                    f"{self.column!r} 'in' takes a list of numbers or texts, not {value!r}."
                )
            object.__setattr__(self, "value", tuple(self._plain(one) for one in value))
            if not self.value:
                raise CatalogueError(
                    f"{self.column!r} 'in' takes a list of numbers or texts, and this one is empty."
                )
            return
        object.__setattr__(self, "value", self._plain(value))

    def _plain(self, value: object) -> bool | int | float | str:
        """A value as JSON has it."""
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool | str):
            return value
        if isinstance(value, int | float) and abs(value) <= _LARGEST:
            return value
        raise CatalogueError(
            f"{self.column!r} {self.operator!r} cannot be compared with {value!r}: give a finite "
            "number, a text, or True or False. Missing values are found by 'is missing'."
        )

    def __iter__(self) -> Iterator[Criterion]:
        """Itself."""
        yield self

    @property
    def words(self) -> str:
        """For people: ``redshift > 2``."""
        value = self.value
        if self.operator == "is missing":
            return f"{self.column} is missing"
        told = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return f"{self.column} {self.operator} {told}"

    def check(self, catalogue: Catalogue) -> Kind:
        """See that a catalogue can be asked this; what its column holds.

        Raises
        ------
        CatalogueError
            Naming column, operator and the value that was expected.
        """
        kind = kind_of(catalogue.column(self.column))
        if self.operator not in OPERATORS[kind]:
            raise CatalogueError(
                f"The column {self.column!r} holds {_HOLDS[kind]}, and cannot be compared by "
                f"{self.operator!r}. Choose {listing(OPERATORS[kind])}."
            )
        values = self.value if isinstance(self.value, tuple) else (self.value,)
        odd = [one for one in values if not _fits(one, kind)]
        if odd and self.operator != "is missing":
            raise CatalogueError(
                f"{self.column!r} {self.operator!r} {odd[0]!r}: the column holds {_HOLDS[kind]}, "
                f"so that {EXPECTED[kind]} is expected."
            )
        return kind

    def to_json(self) -> dict[str, Any]:
        """Column, operator and value."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        told = {"column": self.column, "operator": self.operator, "value": value}
        return {key: one for key, one in told.items() if key != "value" or one is not None}


@dataclass(frozen=True, init=False)
class _Several:
    """Several conditions, joined by a word."""

    key: ClassVar[str]
    word: ClassVar[str]
    without_any: ClassVar[str]

    conditions: tuple[Condition, ...]

    def __init__(self, *conditions: Condition) -> None:
        object.__setattr__(self, "conditions", tuple(map(as_condition, conditions)))

    def __iter__(self) -> Iterator[Criterion]:
        """Every criterion in it."""
        for one in self.conditions:
            yield from one

    @property
    def words(self) -> str:
        """For people: ``redshift > 2 and class == QSO``."""
        return _joined(self.conditions, f" {self.word} ") or self.without_any

    def to_json(self) -> dict[str, Any]:
        """The conditions, as ``all`` or ``any``."""
        return {self.key: [one.to_json() for one in self.conditions]}


class AllOf(_Several):
    """All of some conditions; without any, every source fulfils it."""

    key, word, without_any = "all", "and", "every source"


class AnyOf(_Several):
    """At least one of some conditions; without any, no source fulfils it."""

    key, word, without_any = "any", "or", "no source"


Condition = Criterion | AllOf | AnyOf

_HOLDS: Mapping[Kind, str] = {
    "number": "numbers",
    "flag": "flags",
    "text": "texts",
    "date": "dates",
    "other": "values that have no order and no text",
}
_LARGEST = sys.float_info.max
_DEEPEST = 50
"""Conditions within conditions that a file may have."""


def _joined(conditions: tuple[Condition, ...], word: str) -> str:
    several = len(conditions) > 1
    return word.join(
        f"({one.words})" if several and not isinstance(one, Criterion) else one.words
        for one in conditions
    )


def kind_of(column: pd.Series[Any]) -> Kind:
    """What a scalar column of a catalogue holds."""
    dtype = column.dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "flag"
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "date"
    if pd.api.types.is_complex_dtype(dtype):
        return "other"
    return "number" if pd.api.types.is_numeric_dtype(dtype) else "text"


def _fits(value: object, kind: Kind) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, str) and as_date(value) is not None
    return isinstance(value, str)


def as_date(text: str) -> np.datetime64 | None:
    """A date as ISO 8601 writes it; None where it is none."""
    if not text[:4].isdecimal():  # numpy would take "now", which is another date tomorrow
        return None
    try:
        return np.datetime64(text, "us")
    except ValueError:
        return None


def as_condition(given: object) -> Condition:
    """A condition in its short forms.

    Parameters
    ----------
    given : None, Condition, tuple, or iterable of them
        None is any source; ``("redshift", ">", 2)`` is a criterion; several are joined by and.

    Raises
    ------
    CatalogueError
        If it is something else.
    """
    if given is None:
        return AllOf()
    if isinstance(given, Criterion | AllOf | AnyOf):
        return given
    if (
        isinstance(given, tuple)
        and 2 <= len(given) <= 3
        and all(isinstance(one, str) for one in given[:2])
    ):
        return Criterion(*given)
    if isinstance(given, list | tuple):
        return AllOf(*(as_condition(one) for one in given))
    raise CatalogueError(
        f"{given!r} is no condition. Give (column, operator, value), a list of them, "
        "or Criterion, AllOf, AnyOf."
    )


def condition_from_json(content: object, deep: int = 0) -> Condition:
    """The condition that ``to_json`` wrote.

    Raises
    ------
    CatalogueError
        If it is none.
    """
    if isinstance(content, Mapping) and deep < _DEEPEST:
        for key, kind in (("all", AllOf), ("any", AnyOf)):
            if set(content) == {key} and isinstance(content[key], list):
                return kind(*(condition_from_json(one, deep + 1) for one in content[key]))
        named = {"column", "operator"} <= set(content) <= {"column", "operator", "value"}
        if named and isinstance(content["column"], str):
            return Criterion(content["column"], content["operator"], content.get("value"))
    raise CatalogueError(
        f"{content!r} is no condition. It has column, operator and value, or a list as "
        "'all' or 'any'."
    )
