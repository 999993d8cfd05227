"""What to compute from a catalogue's columns, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from napari_astro_al.errors import FeatureError, check_fields, listing

Missing = Literal["indicator", "median", "native"]
Scale = Literal["robust", "none"]
Tails = Literal["log", "keep"]

MOST_COMBINED = 5
"""How many base features one generated feature may combine."""


@dataclass(frozen=True)
class FeatureRecipe:
    """Which features a model sees and how they are prepared.

    Attributes
    ----------
    columns : tuple of str, or None
        Base features, in order: numeric columns, array columns (every element becomes a feature
        ``name[0]``, ``name[1]``, ...) or single elements of them. None takes the columns that
        `default_columns` finds.
    generators : tuple of (str, int or tuple of str)
        ``(generator, n)``: the generator applied to every combination of n base features, in
        order; ``(generator, (name, ...))``: to these base features alone. Generators see base
        features only, they do not chain.
    missing : {"indicator", "median", "native"}
        What becomes of missing values: the median of the sketch with one more feature
        ``missing(name)`` for each base feature that has some (1 where missing, else 0); the median
        alone; or NaN, for models that take it.
    sentinels : tuple of float
        Numbers that mean "missing", such as -99 and -999. NaN, infinities and numbers beyond the
        float32 range always do.
    scale : {"robust", "none"}
        "robust" subtracts the median and divides by the interquartile range (see
        `PreprocessingFit`), "none" leaves values as they are.
    tails : {"log", "keep"}
        With robust scaling, whether what lies beyond 3 interquartile ranges is compressed
        logarithmically, which keeps the order, or kept as it is.
    """

    columns: Sequence[str] | None = None
    generators: Sequence[tuple[str, int | Sequence[str]]] = ()
    missing: Missing = "indicator"
    sentinels: Sequence[float] = ()
    scale: Scale = "robust"
    tails: Tails = "log"

    def __post_init__(self) -> None:
        if isinstance(self.columns, str):
            raise FeatureError(
                f"columns is the text {self.columns!r}; give a list of names, such as "
                f"[{self.columns!r}]."
            )
        if self.columns is not None:
            names = tuple(str(name) for name in self.columns)
            if not names:
                raise FeatureError(
                    "columns is empty. Name at least one column, or leave it out to take those "
                    "that look like measurements."
                )
            repeated = sorted({name for name in names if names.count(name) > 1})
            if repeated:
                raise FeatureError(f"columns names {listing(repeated)} more than once.")
            object.__setattr__(self, "columns", names)
        object.__setattr__(self, "generators", tuple(map(_generator, self.generators)))
        object.__setattr__(self, "sentinels", tuple(float(one) for one in self.sentinels))
        for field, allowed in (("missing", Missing), ("scale", Scale), ("tails", Tails)):
            if getattr(self, field) not in get_args(allowed):
                raise FeatureError(
                    f"{field}={getattr(self, field)!r} is not one of {listing(get_args(allowed))}."
                )

    def with_columns(self, columns: Sequence[str]) -> FeatureRecipe:
        """The same recipe for other base features."""
        return replace(self, columns=tuple(columns))

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain dicts, lists, text and numbers."""
        return {
            "columns": None if self.columns is None else list(self.columns),
            "generators": [
                [name, n if isinstance(n, int) else list(n)] for name, n in self.generators
            ],
            "missing": self.missing,
            "sentinels": list(self.sentinels),
            "scale": self.scale,
            "tails": self.tails,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> FeatureRecipe:
        """The inverse of `to_json`; fields that are absent take their defaults.

        Raises
        ------
        FeatureError
            If a field is unknown or has a value that is not allowed.
        """
        check_fields(stored, cls.__dataclass_fields__, "A feature recipe", FeatureError)
        return cls(**stored)


def _generator(entry: Any) -> tuple[str, int | tuple[str, ...]]:
    try:
        name, n = entry
    except (TypeError, ValueError):
        raise FeatureError(
            f"generators has {entry!r} where a pair (generator, n) is expected, such as "
            '("subtract", 2).'
        ) from None
    if isinstance(n, (list, tuple)) and 1 <= len(n) <= MOST_COMBINED and _are_texts(n):
        return str(name), tuple(n)
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 1 <= n <= MOST_COMBINED:
        raise FeatureError(
            f"The generator {name!r} is to combine {n!r} features; a whole number from 1 to "
            f"{MOST_COMBINED} is possible, or as many names of base features."
        )
    return str(name), int(n)


def _are_texts(names: Sequence[Any]) -> bool:
    return all(isinstance(one, str) for one in names) and len(set(names)) == len(names)
