"""The feature matrix: float32, one row a source, built in chunks into its final memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import FeatureError, listing
from napari_astro_al.features.coded import Coded
from napari_astro_al.features.columns import read_values
from napari_astro_al.features.generators import GENERATORS
from napari_astro_al.features.held import room
from napari_astro_al.features.plan import FeaturePlan, plan_features, run_generator
from napari_astro_al.features.preprocessing import PreprocessingFit, fit_feature
from napari_astro_al.features.recipe import FeatureRecipe
from napari_astro_al.jobs import Job, Progress, drain
from napari_astro_al.registry import BUILT_IN

MEMORY_ORDER: Literal["C", "F"] = "F"
"""Memory order of every feature matrix: forests predict twice as fast from Fortran order."""

CHUNK = 32_768
"""Sources a chunk: a dozen float32 columns of it stay in the second-level cache."""


@dataclass(frozen=True, eq=False)
class FeatureMatrix:
    """What models see of a catalogue.

    Attributes
    ----------
    values : (n_sources, n_features) float32 ndarray
        In the order of the catalogue, read-only, in `MEMORY_ORDER`. NaN only where the recipe says
        ``missing="native"``. A large matrix is mapped from disk (see `features.held`).
    names : tuple of str
        Features: base, generated, then indicators ``missing(name)``.
    usable : (n_sources,) bool ndarray
        Whether at least one base feature is present; everywhere, where there are no features.
        Read-only.
    recipe : FeatureRecipe
        With the columns that were taken.
    fit : PreprocessingFit
        What was fitted to the sketch.
    """

    values: npt.NDArray[np.float32]
    names: tuple[str, ...]
    usable: npt.NDArray[np.bool_]
    recipe: FeatureRecipe
    fit: PreprocessingFit

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def coded(self) -> Coded:
        """The features as models look at them."""
        return Coded(self.values)

    @property
    def is_empty(self) -> bool:
        """Whether there are no features yet, as of a catalogue of pictures alone."""
        return not self.names

    def __repr__(self) -> str:
        return f"<FeatureMatrix {len(self):,} sources x {len(self.names)}: {listing(self.names)}>"


def build_features(
    recipe: FeatureRecipe, catalogue: Catalogue, sketch_rows: npt.NDArray[np.integer[Any]]
) -> FeatureMatrix:
    """Fit preprocessing to the sketch and make the features of every source.

    Parameters
    ----------
    recipe : FeatureRecipe
    catalogue : Catalogue
    sketch_rows : (m,) integer ndarray
        Row numbers of the sources that medians and ranges are fitted to.

    Raises
    ------
    FeatureError
        As `plan_features`.
    """
    return drain(build_features_job(recipe, catalogue, sketch_rows))


def build_features_job(
    recipe: FeatureRecipe, catalogue: Catalogue, sketch_rows: npt.NDArray[np.integer[Any]]
) -> Job[FeatureMatrix]:
    """`build_features` as a job."""
    plan = plan_features(recipe, catalogue)
    fit = yield from _fit(plan, catalogue, np.asarray(sketch_rows))
    return (yield from _fill(plan, fit, catalogue))


def apply_features(
    recipe: FeatureRecipe, fit: PreprocessingFit, catalogue: Catalogue
) -> FeatureMatrix:
    """Make the features of another catalogue with preprocessing that is fitted already.

    Raises
    ------
    FeatureError
        If the recipe does not make the features that were fitted.
    """
    return drain(apply_features_job(recipe, fit, catalogue))


def apply_features_job(
    recipe: FeatureRecipe, fit: PreprocessingFit, catalogue: Catalogue
) -> Job[FeatureMatrix]:
    """`apply_features` as a job."""
    plan = plan_features(recipe, catalogue)
    if plan.names != fit.names:
        odd = [
            name
            for name in (*plan.names, *fit.names)
            if (name in plan.names) != (name in fit.names)
        ]
        raise FeatureError(
            f"The recipe makes {len(plan.names)} features of {catalogue.name!r} and "
            f"{len(fit.names)} were fitted; they differ in "
            f"{listing(odd) if odd else 'their order'}. Use the recipe of the matrix that the fit "
            "belongs to."
        )
    return (yield from _fill(plan, fit, catalogue))


def _fit(
    plan: FeaturePlan, catalogue: Catalogue, sketch: npt.NDArray[np.integer[Any]]
) -> Job[PreprocessingFit]:
    recipe = plan.recipe
    native = recipe.missing == "native"
    base: dict[str, npt.NDArray[np.float32]] = {}
    gaps: list[str] = []
    fitted: list[tuple[float, float, float]] = []
    for done, name in enumerate(plan.names):
        yield Progress(f"fitting {name}", done, len(plan.names))
        if done < len(plan.base):
            column = read_values(catalogue, name, recipe.sentinels)
            if np.isnan(column).any():
                gaps.append(name)
            values = base[name] = column[sketch]
        else:
            made = plan.made[done - len(plan.base)]
            if made.generator is None:
                values = read_values(catalogue, name, recipe.sentinels)[sketch]
            else:
                parts = [(part, base[part]) for part in made.parts]
                values = run_generator(made.generator, parts)[1]
                _check_has_values(made.generator, name, values, [base[part] for part in made.parts])
        fitted.append(fit_feature(values, recipe.scale, native=native))
    centre, spread, fill = zip(*fitted, strict=True) if fitted else ((), (), ())
    return PreprocessingFit(
        names=plan.names,
        centre=centre,
        spread=spread,
        fill=fill,
        indicators=tuple(gaps) if recipe.missing == "indicator" else (),
        tails=recipe.tails if recipe.scale == "robust" else "keep",
    )


def _check_has_values(
    generator: str, name: str, values: npt.NDArray[np.float32], parts: Sequence[npt.NDArray[Any]]
) -> None:
    """Refuse what a generator of somebody's own makes of values that are there: none at all."""
    if GENERATORS.origin_of(generator) == BUILT_IN or np.isfinite(values).any():
        return
    n = int(np.isfinite(np.stack(parts)).all(axis=0).sum())
    if n:
        raise FeatureError(
            f"The feature generator {generator!r} gave no finite value of {name!r} for any of "
            f"{n:,} sources whose columns have values."
        )


def _fill(plan: FeaturePlan, fit: PreprocessingFit, catalogue: Catalogue) -> Job[FeatureMatrix]:
    n, width = len(catalogue), len(fit.names)
    values = room((n, width + len(fit.indicators)), np.float32, MEMORY_ORDER)
    usable = np.full(n, not plan.base)
    indicator = {name: width + place for place, name in enumerate(fit.indicators)}
    for place, name in enumerate(plan.base):
        yield Progress(f"reading {name}", place, len(plan.base))
        values[:, place] = read_values(catalogue, name, plan.recipe.sentinels)
        missing = np.isnan(values[:, place])
        usable |= ~missing
        if name in indicator:
            values[:, indicator[name]] = missing
    for place, made in enumerate(plan.made, start=len(plan.base)):
        if made.generator is None:
            values[:, place] = read_values(catalogue, made.name, plan.recipe.sentinels)
    makers = dict.fromkeys(made.generator for made in plan.made if made.generator is not None)
    doing = f"making features by {listing(makers)}" if makers else "making features"
    for start in range(0, n, CHUNK):
        yield Progress(doing, start, n)
        fill_chunk(plan, fit, values[start : start + CHUNK])
    values.flags.writeable = False
    usable.flags.writeable = False
    return FeatureMatrix(values, fit.all_names, usable, plan.recipe, fit)


def fill_chunk(plan: FeaturePlan, fit: PreprocessingFit, chunk: npt.NDArray[np.float32]) -> None:
    """Make features of raw base values, in place.

    Parameters
    ----------
    plan : FeaturePlan
    fit : PreprocessingFit
    chunk : (n, n_features) float32 ndarray
        Base features and those that are columns of the catalogue are raw values, NaN for missing;
        indicators are what they shall be; the others are written.
    """
    base = {name: chunk[:, place] for place, name in enumerate(plan.base)}
    for place, made in enumerate(plan.made, start=len(plan.base)):
        if made.generator is not None:
            parts = [(part, base[part]) for part in made.parts]
            chunk[:, place] = run_generator(made.generator, parts)[1]
        fit.apply(place, chunk[:, place])
    for place in range(len(plan.base)):
        fit.apply(place, chunk[:, place])
