"""Diagnostic planes: two quantities, published curves, and the regions between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import FeatureError, ProjectionError, listing
from napari_astro_al.features.columns import has_values
from napari_astro_al.features.expression import parse_expression, quoted
from napari_astro_al.features.not_measured import words
from napari_astro_al.projection.recipe import ProjectionRecipe
from napari_astro_al.registry import Registry

Values = npt.NDArray[np.floating[Any]]
Codes = npt.NDArray[np.int8]
NOWHERE = -1
"""Stands for a source without a place in a plane."""


@dataclass(frozen=True)
class PlaneColumn:
    """One quantity that a plane is made of.

    Attributes
    ----------
    name : str
        The keyword.
    title : str
        For a form.
    spelled : tuple of str
        How catalogues call it, in small letters and digits, the most likely first; with a minus
        where it is the negative that a catalogue holds.
    unit : str
        What it must be in; empty where only ratios matter.
    """

    name: str
    title: str
    spelled: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Plane:
    """A diagnostic plane.

    Attributes
    ----------
    name, title : str
        The keyword; for a chooser.
    columns : tuple of PlaneColumn
    x, y : str
        Expressions of the columns' names in braces: ``log10({nii} / {halpha})``.
    curves : tuple of mapping
        As `read_curves` takes them, in values of x and y.
    regions : tuple of str
        Names, in the order of codes.
    region_of : callable
        ``region_of(x, y)`` gives the code of each place; only for finite x and y.
    edge : tuple of str
        Names of the curves from which distances count.
    inside : tuple of str
        Regions in which distances are positive.
    reference : str
        The papers, and the formulas in them.
    x_reversed, y_reversed : bool
    """

    name: str
    title: str
    columns: tuple[PlaneColumn, ...]
    x: str
    y: str
    curves: tuple[Mapping[str, Any], ...]
    regions: tuple[str, ...]
    region_of: Callable[[Values, Values], Codes]
    edge: tuple[str, ...]
    inside: tuple[str, ...]
    reference: str
    x_reversed: bool = False
    y_reversed: bool = False

    def guess(self, catalogue: Catalogue) -> dict[str, str]:
        """The columns that seem meant, by their names; without those that none seems to be."""
        plain: dict[str, str] = {}
        for name in catalogue.table.columns:
            if has_values(catalogue, str(name)):
                plain.setdefault("".join(words(str(name))), str(name))
        found: dict[str, str] = {}
        for column in self.columns:
            for spelled in column.spelled:
                parts = [plain.get(part.lstrip("-")) for part in spelled.split("+")]
                if all(parts):
                    named = " + ".join(quoted(str(part)) for part in parts)
                    sign = "-" if spelled.startswith("-") else ""
                    found[column.name] = (
                        f"{sign}{named}" if sign or len(parts) > 1 else str(parts[0])
                    )
                    break
        return found

    def expressions(self, catalogue: Catalogue, columns: Mapping[str, str]) -> tuple[str, str]:
        """Both axes as expressions of a catalogue's columns.

        Parameters
        ----------
        catalogue : Catalogue
        columns : mapping of str to str
            From the plane's columns to columns or expressions of the catalogue; what is left out is
            guessed.

        Raises
        ------
        ProjectionError
            If a column is not known, or nothing says which one is meant.
        """
        strangers = sorted(set(columns) - {one.name for one in self.columns})
        if strangers:
            raise ProjectionError(
                f"{self.title} has no {listing(strangers)}. It is made of "
                f"{listing(one.name for one in self.columns)}."
            )
        said = {**self.guess(catalogue), **{k: v for k, v in columns.items() if v}}
        lacking = [one.title for one in self.columns if one.name not in said]
        if lacking:
            raise ProjectionError(
                f"{self.title} needs {listing(lacking)}, and no column of {catalogue.name!r} is "
                f"called so. Say which they are: "
                f"{', '.join(f'{one.name}=...' for one in self.columns)}."
            )
        terms = {one.name: _term(catalogue, said[one.name]) for one in self.columns}
        return self.x.format(**terms), self.y.format(**terms)

    def recipe(self, catalogue: Catalogue, columns: Mapping[str, str]) -> ProjectionRecipe:
        """The projection of a catalogue onto the plane, with its curves.

        Raises
        ------
        ProjectionError
            As `expressions`.
        """
        x, y = self.expressions(catalogue, columns)
        return ProjectionRecipe(
            "columns",
            x=x,
            y=y,
            x_scale="linear",
            y_scale="linear",
            x_reversed=self.x_reversed,
            y_reversed=self.y_reversed,
            curves={"name": self.title, "curves": [dict(one) for one in self.curves]},
        )

    def codes(self, x: Values, y: Values) -> Codes:
        """The region of each place.

        Parameters
        ----------
        x, y : (n,) ndarray

        Returns
        -------
        (n,) int8 ndarray
            Places in `regions`; `NOWHERE` where x or y is missing.
        """
        known = np.isfinite(x) & np.isfinite(y)
        codes = np.full(len(x), NOWHERE, dtype=np.int8)
        with np.errstate(all="ignore"):
            codes[known] = self.region_of(
                np.asarray(x[known], dtype=np.float64), np.asarray(y[known], dtype=np.float64)
            )
        return codes


PLANES: Registry[Plane] = Registry("diagnostic plane")
"""Every plane by name."""


def plane_named(name: str) -> Plane:
    """The plane of a name.

    Raises
    ------
    ProjectionError
        If there is none.
    """
    if name not in PLANES:
        raise ProjectionError(
            f"There is no diagnostic plane {name!r}. Known: {listing(PLANES, most=20)}."
        )
    return PLANES[name]


def _term(catalogue: Catalogue, said: str) -> str:
    """A column or an expression as a part of a longer one."""
    if said in catalogue.table.columns:
        return quoted(said)
    try:
        parse_expression(said)
    except FeatureError as error:
        raise ProjectionError(f"{said!r} is neither a column nor an expression: {error}") from error
    return said if said.isidentifier() else f"({said})"
