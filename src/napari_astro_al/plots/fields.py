"""What a plot has to be told, and how that is guessed from a catalogue."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from weakref import WeakKeyDictionary

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import PlotError, listing
from napari_astro_al.features.columns import is_numeric
from napari_astro_al.features.not_measured import words

Kind = Literal[
    "number column", "column", "array column", "file", "folder", "choice", "text", "bands"
]


@dataclass(frozen=True, eq=False)
class Field:
    """One thing that a plot has to be told.

    Attributes
    ----------
    name : str
        The keyword.
    title : str
        For a form.
    kind : str
        "number column", "column" and "array column" name one of the catalogue; "file" is a column
        of paths, a path, or a path with columns in braces; "folder" and "text" are free;
        "choice" is one of `choices`; "bands" is a list of bands (see `Band`).
    tip : str
        For a tooltip.
    hint : str
        What stands in an empty field.
    needed : bool
        Whether there is no plot without it.
    choices : tuple of str
    default : JSON value
        Where nothing was said and nothing can be guessed.
    guess : callable or None
        From a catalogue to a value, or None where it sees none.
    """

    name: str
    title: str
    kind: Kind = "number column"
    tip: str = ""
    hint: str = ""
    needed: bool = False
    choices: tuple[str, ...] = ()
    default: Any = None
    guess: Callable[[Catalogue], Any] | None = None

    def guessed(self, catalogue: Catalogue) -> Any:
        """What a catalogue suggests, or else the default."""
        if self.guess is None:
            return self.default
        kept = _GUESSED.setdefault(catalogue, {})
        if self not in kept:
            kept[self] = self.guess(catalogue)
        return self.default if kept[self] is None else kept[self]

    def offered(self, catalogue: Catalogue) -> list[str]:
        """Columns, or choices, that fit."""
        if self.kind == "choice":
            return list(self.choices)
        if self.kind == "array column":
            return [name for name, one in catalogue.arrays.items() if one.dtype.kind in "fiu"]
        numbers = self.kind == "number column"
        return [
            str(name)
            for name in catalogue.table.columns
            if not numbers or is_numeric(catalogue.table[name])
        ]

    def check(self, catalogue: Catalogue, value: Any) -> None:
        """Refuse what does not fit.

        Raises
        ------
        PlotError
            Saying what does.
        """
        if value in (None, ""):
            return
        if self.kind == "choice" and value not in self.choices:
            raise PlotError(f"{self.name}={value!r} is not one of {listing(self.choices)}.")
        if self.kind in ("number column", "column", "array column"):
            offered = self.offered(catalogue)
            if value not in offered:
                raise PlotError(
                    f"{self.title}: {catalogue.name!r} has no such column {value!r}. "
                    f"There are: {listing(offered, most=12)}."
                )


_GUESSED: WeakKeyDictionary[Catalogue, dict[Field, Any]] = WeakKeyDictionary()
"""Guesses look at every column, and each source on show needs them."""


def called(*names: str) -> Callable[[Catalogue], str | None]:
    """A guess: the first column of numbers with one of these names, in any case and spelling."""
    return lambda catalogue: column_called(catalogue, names)


def column_called(
    catalogue: Catalogue, names: Collection[str], *, numbers: bool = True
) -> str | None:
    """The first column whose name, in small letters and digits alone, is one of these."""
    plain: dict[str, str] = {}
    for name in catalogue.table.columns:
        if not numbers or is_numeric(catalogue.table[name]):
            plain.setdefault("".join(words(str(name))), str(name))
    return next((plain[name] for name in names if name in plain), None)


def settings_for(
    fields: Collection[Field], catalogue: Catalogue, said: Mapping[str, Any]
) -> dict[str, Any]:
    """A value for each field: what was said, or else what the catalogue suggests.

    Raises
    ------
    PlotError
        If something was said of what is no field, or what does not fit.
    """
    names = {one.name for one in fields}
    strangers = sorted(set(said) - names)
    if strangers:
        raise PlotError(f"The plot has no {listing(strangers)}. It takes {listing(sorted(names))}.")
    for one in fields:
        one.check(catalogue, said.get(one.name))
    return {
        one.name: said[one.name] if one.name in said else one.guessed(catalogue) for one in fields
    }


def lacking(
    fields: Collection[Field], catalogue: Catalogue, settings: Mapping[str, Any]
) -> list[str]:
    """Titles of the fields that are needed and about which nothing is known."""
    return [
        one.title for one in fields if one.needed and settings.get(one.name) in (None, "", [], {})
    ]
