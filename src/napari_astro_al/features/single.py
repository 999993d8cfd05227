"""One column, feature or expression by its name, as it is in the table: for plots."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.naming import near_names
from napari_astro_al.errors import FeatureError
from napari_astro_al.features.columns import has_values, is_numeric, read_exactly, read_values
from napari_astro_al.features.expression import (
    CHUNK,
    CONSTANTS,
    Expression,
    looks_like_expression,
    parse_expression,
)
from napari_astro_al.features.generators import OPERATORS
from napari_astro_al.features.not_measured import reason
from napari_astro_al.features.plan import Made, plan_features, run_generator
from napari_astro_al.features.recipe import FeatureRecipe

_COLOUR_UCD = "phot.color"


def raw_feature(
    catalogue: Catalogue, name: str, recipe: FeatureRecipe | None = None
) -> npt.NDArray[np.float32]:
    """One feature before any imputation or scaling, for plots.

    Parameters
    ----------
    catalogue : Catalogue
    name : str
        The first that fits: a numeric column; an element ``name[i]`` of an array column; a
        generated feature of the recipe; numeric columns joined by one of the signs - + * /
        ("u-g"); an expression of all these ("log10(w3 / w2)"), as `parse_expression` has it,
        computed in float64.
    recipe : FeatureRecipe, optional
        Where generated features and sentinels come from.

    Returns
    -------
    (n_sources,) float32 ndarray
        NaN where missing, infinite or not defined.

    Raises
    ------
    FeatureError
        If there is no such column or feature, or the expression is not understood or names what
        there is not.
    """
    recipe = recipe or FeatureRecipe()
    if has_values(catalogue, name):
        return read_values(catalogue, name, recipe.sentinels)
    made = find_made(catalogue, name, recipe)
    if made is not None:
        return _made_values(catalogue, made, recipe)
    if not _is_expression(catalogue, name):
        return read_values(catalogue, name, recipe.sentinels)
    return _expressed(catalogue, _understood(catalogue, name, recipe), recipe)


def columns_of(catalogue: Catalogue, name: str, recipe: FeatureRecipe) -> tuple[str, ...]:
    """The columns that `raw_feature` reads for a name."""
    if has_values(catalogue, name):
        return (name,)
    made = find_made(catalogue, name, recipe)
    if made is not None:
        return (made.name,) if made.generator is None else made.parts
    parts = _understood(catalogue, name, recipe).names
    known = (columns_of(catalogue, part, recipe) for part in parts if part not in CONSTANTS)
    return tuple(dict.fromkeys(one for several in known for one in several))


def find_made(catalogue: Catalogue, name: str, recipe: FeatureRecipe) -> Made | None:
    """What a name that is no column is made of; None where nothing makes it."""
    if recipe.generators:
        for made in plan_features(recipe, catalogue).made:
            if made.name == name:
                return made
    for sign, generator in OPERATORS.items():
        parts = tuple(part.strip() for part in name.split(sign))
        if len(parts) > 1 and all(has_values(catalogue, part) for part in parts):
            return Made(name, generator, parts)
    return None


def feature_unit(catalogue: Catalogue, name: str, recipe: FeatureRecipe | None = None) -> str:
    """The unit of a column, feature or expression; empty where it has none or none that is known.

    Sums and differences of columns with one unit keep it.
    """
    recipe = recipe or FeatureRecipe()
    if has_values(catalogue, name):
        return catalogue.unit(name)
    made = find_made(catalogue, name, recipe)
    if made is None and _is_expression(catalogue, name):
        expression = _understood(catalogue, name, recipe)
        return expression.unit(lambda part: feature_unit(catalogue, part, recipe))
    if made is None or made.generator not in ("subtract", "add"):
        return ""
    units = {catalogue.unit(part) for part in made.parts}
    return units.pop() if len(units) == 1 else ""


def is_magnitude(catalogue: Catalogue, name: str) -> bool:
    """Whether a name is that of a column of magnitudes, which are drawn upside down.

    Its unit is mag or its UCD phot.mag, and neither name nor UCD says that it is a difference of
    magnitudes or an error.
    """
    if name not in catalogue.table.columns or not is_numeric(catalogue.table[name]):
        return False
    known = catalogue.columns.get(name)
    if known is None or reason(catalogue, name) is not None:
        return False
    if known.ucd:
        first = known.ucd.lower().partition(";")[0]
        return first.startswith("phot.mag") and _COLOUR_UCD not in known.ucd.lower()
    words = name.lower()
    difference = "-" in words or "colo" in words or "minus" in words or "diff" in words
    return known.unit == "mag" and not difference


def _made_values(
    catalogue: Catalogue, made: Made, recipe: FeatureRecipe
) -> npt.NDArray[np.float32]:
    if made.generator is None:
        return read_values(catalogue, made.name, recipe.sentinels)
    parts = [(part, read_values(catalogue, part, recipe.sentinels)) for part in made.parts]
    values = run_generator(made.generator, parts)[1]
    values[np.isinf(values)] = np.nan
    return values


def _is_expression(catalogue: Catalogue, name: str) -> bool:
    there = name in catalogue.table.columns or name in catalogue.arrays
    return not there and looks_like_expression(name)


def _understood(catalogue: Catalogue, text: str, recipe: FeatureRecipe) -> Expression:
    """An expression whose names all exist."""
    expression = parse_expression(text)
    for name in expression.names:
        numeric = has_values(catalogue, name)
        if numeric or find_made(catalogue, name, recipe) or name in CONSTANTS:
            continue
        numbers = [one for one in catalogue.table.columns if is_numeric(catalogue.table[one])]
        what = (
            f"{name!r} is not numeric"
            if name in catalogue.table.columns or name in catalogue.arrays
            else f"{catalogue.name!r} has no column {name!r}"
        )
        raise FeatureError(
            f"The expression {text!r} cannot be computed: {what}. {near_names(name, numbers)}"
        )
    return expression


def _expressed(
    catalogue: Catalogue, expression: Expression, recipe: FeatureRecipe
) -> npt.NDArray[np.float32]:
    made: dict[str, npt.NDArray[Any]] = {}
    for name in expression.names:
        if not has_values(catalogue, name):
            found = find_made(catalogue, name, recipe)
            if found is not None:
                made[name] = _made_values(catalogue, found, recipe)
    values = np.empty(len(catalogue), dtype=np.float32)
    for start in range(0, len(values), CHUNK):
        rows = slice(start, start + CHUNK)
        columns: dict[str, npt.NDArray[Any]] = {}
        for name in expression.names:
            if has_values(catalogue, name):
                columns[name] = read_exactly(catalogue, name, rows, recipe.sentinels)
            else:
                columns[name] = made[name][rows] if name in made else np.asarray(CONSTANTS[name])
        with np.errstate(over="ignore"):
            values[rows] = expression.evaluate(columns)
    values[np.isinf(values)] = np.nan
    return values
