"""A recipe spelled out for one catalogue: every feature with what it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

from napari_astro_al.calls import calling
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import FeatureError, JobError, listing
from napari_astro_al.features.columns import base_names, has_values
from napari_astro_al.features.defaults import default_columns
from napari_astro_al.features.generators import GENERATORS, Named
from napari_astro_al.features.recipe import FeatureRecipe

MOST_FEATURES = 10_000
"""A recipe that makes more features than this is refused."""


@dataclass(frozen=True)
class Made:
    """One generated feature.

    Attributes
    ----------
    name : str
    generator : str or None
        The generator's name; None where the catalogue has a column of this name, which is kept.
    parts : tuple of str
        The base features that it combines, in order.
    """

    name: str
    generator: str | None
    parts: tuple[str, ...]


@dataclass(frozen=True)
class FeaturePlan:
    """The features of a recipe in the order of the matrix: base first, then generated."""

    recipe: FeatureRecipe
    base: tuple[str, ...]
    made: tuple[Made, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return self.base + tuple(one.name for one in self.made)


def plan_features(recipe: FeatureRecipe, catalogue: Catalogue) -> FeaturePlan:
    """Spell a recipe out.

    For each ``(generator, n)`` every combination of n base features, in the order of the base
    features, or those that are named. A name that exists already, as a feature or as a column of
    the catalogue, is kept and not made a second time.

    Where no columns are named, none looks like a measurement, and there are pictures to measure,
    the plan is empty, and its recipe names none still.

    Raises
    ------
    FeatureError
        If columns are missing or not numeric, a generator fails, nothing is left to be a feature,
        or there are more than `MOST_FEATURES`.
    """
    columns = recipe.columns if recipe.columns is not None else default_columns(catalogue)
    if not columns and can_be_measured(catalogue):
        return FeaturePlan(recipe, (), ())
    if not columns:
        raise FeatureError(
            f"No column of {catalogue.name!r} looks like a measurement. Name the columns to use: "
            "FeatureRecipe(columns=[...]); or columns that hold pictures, which can be measured: "
            "catalogue.with_roles(images=[...])."
        )
    base = base_names(catalogue, columns)
    total = len(base) + sum(
        comb(len(base), n) if isinstance(n, int) else 1 for _, n in recipe.generators
    )
    if total > MOST_FEATURES:
        raise FeatureError(
            f"The generators {listing(f'{name} {n}' for name, n in recipe.generators)} on "
            f"{len(base)} columns would make {total:,} features; at most {MOST_FEATURES:,} are "
            "possible. Name fewer columns or combine fewer at a time."
        )
    taken = set(base)
    made: list[Made] = []
    for generator, n in recipe.generators:
        for parts in combinations(base, n) if isinstance(n, int) else [_named(generator, n, base)]:
            name = made_name(generator, parts)
            if name in taken:
                continue
            taken.add(name)
            made.append(Made(name, None if has_values(catalogue, name) else generator, parts))
    return FeaturePlan(recipe.with_columns(columns), base, tuple(made))


def _named(generator: str, names: Sequence[str], base: tuple[str, ...]) -> tuple[str, ...]:
    """The base features that a generator is applied to by name."""
    absent = [name for name in names if name not in base]
    if absent:
        raise FeatureError(
            f"The generator {generator!r} is to combine {listing(absent)}, which the recipe's "
            "columns do not have. Add them to columns=[...]."
        )
    return tuple(names)


def can_be_measured(catalogue: Catalogue) -> bool:
    """Whether a catalogue has pictures, or positions by which pictures can be found."""
    roles = catalogue.roles
    return bool(roles.images) or (roles.ra is not None and roles.dec is not None)


def made_name(generator: str, parts: tuple[str, ...]) -> str:
    """The name that a generator gives to one combination."""
    nothing = np.empty(0, dtype=np.float32)
    return run_generator(generator, [(part, nothing) for part in parts])[0]


def run_generator(generator: str, columns: list[Named]) -> Named:
    """Make one feature for a chunk of sources; what is not finite becomes missing.

    Raises
    ------
    FeatureError
        If the generator fails or gives something else than a name and one number a source.
    """
    function = GENERATORS[generator]
    n = len(columns[0][1])
    guarded = [(name, _read_only(values)) for name, values in columns]
    try:
        with calling(f"feature generator {generator!r}"):
            name, values = function(guarded)
        result = np.asarray(values, dtype=np.float32)
    except JobError:
        raise
    except Exception as error:
        raise FeatureError(
            f"The feature generator {generator!r} failed on {listing(part for part, _ in columns)} "
            f"({n} sources): {type(error).__name__}: {error}. It is given chunks of sources, "
            "an empty one too, and returns (name, values)."
        ) from error
    if result.shape != (n,):
        raise FeatureError(
            f"The feature generator {generator!r} gave values of shape {result.shape} for {n} "
            f"sources; shape ({n},) is expected."
        )
    return name, result


def _read_only(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    view = values.view()
    view.flags.writeable = False
    return view


def feature_names(recipe: FeatureRecipe, catalogue: Catalogue) -> list[str]:
    """Names of the features of a recipe, base first, then generated, without indicators.

    Raises
    ------
    FeatureError
        As `plan_features`.
    """
    return list(plan_features(recipe, catalogue).names)
