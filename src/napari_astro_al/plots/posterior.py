"""The posterior of a redshift, or of anything else that each source has an array of."""

from __future__ import annotations

import math

import numpy as np

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import PlotError
from napari_astro_al.plots.fields import Field
from napari_astro_al.plots.figure import Figure, Mark, PlotAxis, Series, Span, Values
from napari_astro_al.plots.given import Given
from napari_astro_al.plots.spectrum import guess_redshift

INSIDE = 0.6827
"""Of the probability lies in the shaded range, as much outside on either side."""
_NAMES = ("pz", "pdf", "posterior", "zpdf", "pofz", "photoz")
_GRIDS = ("grid", "zgrid", "bins", "zbins", "zs")


def _guess_posterior(catalogue: Catalogue) -> str | None:
    return _array_called(catalogue, _NAMES, _GRIDS)


def _guess_grid(catalogue: Catalogue) -> str | None:
    return _array_called(catalogue, _GRIDS, ())


def _array_called(
    catalogue: Catalogue, parts: tuple[str, ...], others: tuple[str, ...]
) -> str | None:
    for name, array in catalogue.arrays.items():
        plain = "".join(one for one in name.lower() if one.isalnum())
        fits = any(one in plain for one in parts) and not any(one in plain for one in others)
        if len(array.shape) == 2 and fits:
            return name
    return None


class Posterior:
    """A curve of unit area, its median and 68 % range, and other estimates beside it."""

    title = "p(z)"
    requires = (
        Field(
            "density",
            "Density",
            "array column",
            "The probability density of each source along the grid",
            needed=True,
            guess=_guess_posterior,
        ),
        Field(
            "grid",
            "Grid",
            "text",
            "Where it is given: a column with an array a source, or first and last value with "
            "a colon between, 0:6",
            "such as 0:6, or a column",
            needed=True,
            guess=_guess_grid,
        ),
        Field(
            "spectroscopic",
            "Measured",
            "number column",
            "A redshift to compare with",
            guess=guess_redshift,
        ),
        Field("photometric", "Estimated", "number column", "Another estimate to compare with"),
    )

    def draw(self, given: Given) -> Figure:
        """The density on its grid."""
        density = given.array(str(given.setting("density"))).ravel()
        grid = grid_of(given, str(given.setting("grid")), len(density))
        good = np.isfinite(density) & np.isfinite(grid)
        grid, density = grid[good], np.maximum(density[good], 0.0)
        area = float(np.trapezoid(density, grid)) if len(grid) > 1 else 0.0
        if not area > 0:
            return Figure.empty(self.title, "The density of this source is zero everywhere.")
        density = density / area
        low, median, high = quantiles(grid, density, ((1 - INSIDE) / 2, 0.5, (1 + INSIDE) / 2))
        marks = [Mark("median", median, f"median {median:.5g}")]
        for setting in ("photometric", "spectroscopic"):
            column = given.setting(setting)
            value = given.number(column)
            if math.isfinite(value):
                strong = setting == "spectroscopic"
                marks.append(Mark(str(column), value, f"{column} = {value:.6g}", strong))
        notes = [f"median {median:.4g}, 68 % from {low:.4g} to {high:.4g}"]
        if not 0.98 < area < 1.02:
            notes.append(f"the array's area is {area:.3g}; it is drawn with an area of 1")
        return Figure(
            self.title,
            PlotAxis("z"),
            PlotAxis("p(z)"),
            (Series("", grid, density, "line"),),
            tuple(marks),
            (Span("68 %", low, high),),
            tuple(notes),
        )


def grid_of(given: Given, said: str, n: int) -> Values:
    """Where n densities are given.

    Parameters
    ----------
    given : Given
    said : str
        A column with an array a source, or ``first:last``, evenly.
    n : int

    Raises
    ------
    PlotError
        If it is neither, or has another length.
    """
    if said in given.catalogue.arrays:
        grid = given.array(said).ravel()
        if len(grid) != n:
            raise PlotError(f"The grid {said!r} has {len(grid)} places and the density {n} values.")
        return grid
    try:
        first, last = (float(one) for one in said.split(":"))
    except ValueError:
        raise PlotError(
            f"The grid {said!r} is neither a column with an array a source nor such as 0:6."
        ) from None
    if not (math.isfinite(first) and math.isfinite(last) and first < last):
        raise PlotError(f"The grid {said!r} does not ascend.")
    return np.linspace(first, last, n)


def quantiles(grid: Values, density: Values, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Where a density, straight between the places of its grid, reaches shares of its area.

    Parameters
    ----------
    grid : (n,) float64 ndarray
        Ascending.
    density : (n,) float64 ndarray
        Not negative, with an area.
    shares : tuple of float
        0 to 1.
    """
    pieces = np.diff(grid) * (density[1:] + density[:-1]) / 2
    reached = np.concatenate([[0.0], np.cumsum(pieces)])
    reached /= reached[-1]
    found = []
    for share in shares:
        place = min(int(np.searchsorted(reached, share, side="left")), len(grid) - 1)
        start = max(place - 1, 0)
        # within a piece the area is a parabola: (a/2) t² + d t, with t from 0 to its width
        width = grid[start + 1] - grid[start]
        left = (share - reached[start]) * float(pieces.sum())
        slope = (density[start + 1] - density[start]) / width if width > 0 else 0.0
        root = math.sqrt(max(density[start] ** 2 + 2 * slope * left, 0.0))
        step = 2 * left / (density[start] + root) if density[start] + root > 0 else 0.0
        found.append(float(grid[start] + min(max(step, 0.0), width)))
    return tuple(found)
