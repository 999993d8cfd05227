"""What features could have been, had the sources been measured again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features.columns import is_numeric, read_values
from napari_astro_al.features.errors import ErrorColumns, error_columns
from napari_astro_al.features.matrix import MEMORY_ORDER, FeatureMatrix, fill_chunk
from napari_astro_al.features.plan import plan_features
from napari_astro_al.features.single import is_magnitude

STEPS = 201
"""Quantiles by which values of the pool are drawn."""

Values = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class MeasurementNoise:
    """Draws the features of sources within the errors of their measurement.

    A value is drawn from a normal distribution, of two halves where upper and lower errors differ;
    one without an error stays as it is. A limit is drawn from the catalogue's values beyond it. A
    magnitude without an error, where others have one, is a limit too: the source is fainter. A
    missing value is drawn from the catalogue's. Features are made of the drawn values as the
    recipe says, so that the colours of one source share the error of a magnitude.

    Attributes
    ----------
    catalogue : Catalogue
    features : FeatureMatrix
        Whose recipe and fitted preprocessing are used.
    rows : (n,) integer ndarray
        Of the sources.
    """

    catalogue: Catalogue
    features: FeatureMatrix
    rows: npt.NDArray[np.integer[Any]]

    def take(self, places: npt.NDArray[np.integer[Any]]) -> MeasurementNoise:
        """That of the sources at these places."""
        return replace(self, rows=self.rows[places])

    def draw(self, n: int, rng: np.random.Generator) -> Values:
        """Draw n times.

        Returns
        -------
        (n, n_sources, n_features) float32 ndarray
            Features as models see them. Indicators of missing values are 0, for none is missing
            in a draw.
        """
        plan = plan_features(self.features.recipe, self.catalogue)
        errors = error_columns(self.catalogue, plan.base)
        sentinels = self.features.recipe.sentinels
        width = len(self.features.names)
        flat = np.zeros((n * len(self.rows), width), dtype=np.float32, order=MEMORY_ORDER)
        for place, name in enumerate(plan.base):
            drawn = self._drawn(name, errors.get(name, ErrorColumns()), n, rng)
            flat[:, place] = drawn.ravel()
        for place, made in enumerate(plan.made, start=len(plan.base)):
            if made.generator is None:
                values = read_values(self.catalogue, made.name, sentinels)[self.rows]
                flat[:, place] = np.tile(values, n)
        fill_chunk(plan, self.features.fit, flat)
        return flat.reshape(n, len(self.rows), width)

    def _drawn(self, name: str, known: ErrorColumns, n: int, rng: np.random.Generator) -> Values:
        column = read_values(self.catalogue, name, self.features.recipe.sentinels)
        values = column[self.rows]
        all_lower = self._error(known.lower)
        lower, upper = all_lower[self.rows], self._error(known.upper)[self.rows]
        deviate = rng.normal(size=(n, len(values)))
        scale = np.where(deviate < 0, np.nan_to_num(lower), np.nan_to_num(upper))
        drawn = values + deviate * scale
        below, above = self._limits(known.limit)
        if not np.isnan(all_lower).all() and is_magnitude(self.catalogue, name):
            above |= np.isnan(lower) & np.isnan(upper) & ~below
        missing = np.isnan(values)
        beyond = (below | above) & ~missing
        share = rng.random(size=drawn.shape)
        if (missing | beyond).any():
            sides = (below & beyond, above & beyond)
            drawn = _from_pool(column, values, *sides, missing, share, drawn)
        result: Values = drawn.astype(np.float32)
        return result

    def _error(self, column: str | None) -> npt.NDArray[np.float64]:
        """Sizes of all errors, whose signs say nothing; NaN where there is none."""
        if column is None:
            return np.full(len(self.catalogue), np.nan)
        size = read_values(self.catalogue, column, self.features.recipe.sentinels)
        return np.where(size == 0, np.nan, np.abs(size)).astype(np.float64)

    def _limits(self, column: str | None) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Where the true value lies below, and where above."""
        if column is None or is_numeric(self.catalogue.table[column]):
            nowhere = np.zeros(len(self.rows), dtype=bool)
            return nowhere, nowhere.copy()
        signs = self.catalogue.table[column].iloc[self.rows].astype(str).str.strip()
        return (signs == "<").to_numpy(dtype=bool), (signs == ">").to_numpy(dtype=bool)


def _from_pool(
    column: Values,
    values: Values,
    below: npt.NDArray[np.bool_],
    above: npt.NDArray[np.bool_],
    missing: npt.NDArray[np.bool_],
    share: npt.NDArray[np.float64],
    drawn: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Values drawn from the catalogue's where they are missing, or beyond the limit."""
    measured = column[~np.isnan(column)]
    if len(measured) == 0:
        return drawn
    steps = np.linspace(0, 1, STEPS)
    quantiles = np.quantile(measured.astype(np.float64), steps)
    reached = np.interp(values, quantiles, steps, left=0.0, right=1.0)
    low = np.where(above, reached, 0.0)
    high = np.where(below, reached, 1.0)
    pooled = np.interp(low + share * (high - low), steps, quantiles)
    pooled = np.where(below, np.minimum(pooled, values), pooled)
    pooled = np.where(above, np.maximum(pooled, values), pooled)
    return np.where(missing | below | above, pooled, drawn)
