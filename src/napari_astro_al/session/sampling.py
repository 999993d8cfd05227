"""How some sources are drawn among many: at random, by strata, or in proportion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue.criteria import kind_of
from napari_astro_al.errors import SessionError, listing
from napari_astro_al.learning.whole_numbers import whole_number

SamplingHow = Literal["random", "stratified", "proportional"]

PREDICTED = "(predicted)"
"""In place of a column: the class that the model predicts."""

MOST_STRATA = 100

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sampling:
    """How many sources are drawn, and how.

    Parameters
    ----------
    n : int or None
        None draws every source that may be drawn.
    how : {"random", "stratified", "proportional"}
        "random": every source is as likely as any other. "stratified": as many of each stratum, as
        far as there are so many, so that rare ones are not left to luck. "proportional": of each
        stratum the share that it has, but for rounding.
    by : str, optional
        What makes the strata: a column, or `PREDICTED` for the predicted class.
    bins : int
        Into how many bins a column of numbers is parted, of the same width between its 1st and 99th
        percentile; beyond them the outer ones are open. Numbers of no more distinct values than
        that are strata themselves.
    seed : int
        For another draw.

    Raises
    ------
    SessionError
        If these do not go together.
    """

    n: int | None = 100
    how: SamplingHow = "random"
    by: str | None = None
    bins: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if self.how not in get_args(SamplingHow):
            raise SessionError(
                f"Sources cannot be drawn {self.how!r}; how is one of "
                f"{listing(get_args(SamplingHow))}."
            )
        if self.n is not None:
            number = whole_number(self.n, "The number of sources to draw", SessionError)
            object.__setattr__(self, "n", number)
            if number < 1:
                raise SessionError(f"One source or more can be drawn, not {number}.")
        for name in ("bins", "seed"):
            object.__setattr__(self, name, whole_number(getattr(self, name), name, SessionError))
        if not 2 <= self.bins <= MOST_STRATA:
            raise SessionError(f"bins is from 2 to {MOST_STRATA}, not {self.bins}.")
        if (self.how == "random") != (self.by is None):
            raise SessionError(
                'how="stratified" and "proportional" need by, the column that makes the strata '
                f'(or "{PREDICTED}"); "random" takes none.'
            )

    @property
    def words(self) -> str:
        """For people: ``stratified by class``."""
        by = "predicted class" if self.by == PREDICTED else self.by
        return {
            "random": "at random",
            "stratified": f"stratified by {by}",
            "proportional": f"in proportion to {by}",
        }[self.how]

    def to_json(self) -> dict[str, Any]:
        """The parameters by name."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Sampling:
        """The sampling that `to_json` wrote."""
        return cls(**{one.name: content[one.name] for one in fields(cls)})


@dataclass(frozen=True, eq=False)
class Strata:
    """Which stratum each of some sources is in.

    Attributes
    ----------
    codes : (n,) int64 ndarray
        Index into `names`.
    names : tuple of str
        In an order that does not depend on that of the sources.
    """

    codes: Codes
    names: tuple[str, ...]

    @property
    def sizes(self) -> Codes:
        """How many sources each has."""
        return np.bincount(self.codes, minlength=len(self.names)).astype(np.int64)


def strata_of(column: pd.Series[Any], bins: int) -> Strata:
    """Strata by the values of a column.

    Parameters
    ----------
    column : (n,) pandas.Series
        Of the sources in question.
    bins : int
        As for `Sampling`.

    Returns
    -------
    Strata
        Missing values are a stratum of their own, the last one.

    Raises
    ------
    SessionError
        If a text has too many different values.
    """
    missing = column.isna().to_numpy(dtype=bool)
    known = column[~missing]
    distinct, inverse = np.unique(_plain(known), return_inverse=True)
    names = tuple(str(one) for one in distinct)
    if kind_of(column) == "number" and len(distinct) > bins:
        inverse, names = _binned(_plain(known).astype(np.float64), bins)
    elif len(distinct) > MOST_STRATA:
        raise SessionError(
            f"The column {column.name!r} has {len(distinct):,} different values, too many strata. "
            f"Choose one with at most {MOST_STRATA}."
        )
    codes = np.full(len(column), len(names), dtype=np.int64)
    codes[~missing] = inverse
    return Strata(codes, (*names, "missing") if missing.any() else names)


def _plain(known: pd.Series[Any]) -> npt.NDArray[Any]:
    if kind_of(known) == "text":
        return known.to_numpy(dtype=object).astype(np.str_)
    dtype: Any = getattr(known.dtype, "numpy_dtype", known.dtype)
    return known.to_numpy(dtype=dtype)


def _binned(values: npt.NDArray[np.float64], bins: int) -> tuple[Codes, tuple[str, ...]]:
    finite = values[np.isfinite(values)]
    low, high = np.percentile(finite, [1, 99]) if len(finite) else (0.0, 0.0)
    edges = np.linspace(low, high, bins + 1)
    names = tuple(f"{a:.4g} to {b:.4g}" for a, b in pairwise(edges))
    return np.searchsorted(edges[1:-1], values, side="right").astype(np.int64), names


def apportioned(n: int, weights: npt.NDArray[Any], sizes: Codes) -> Codes:
    """How many of `n` go to each stratum.

    By weight with the largest remainders, where a stratum has so many; what it lacks goes to the
    others by their weights, and where only strata without weight have any left, to those alike.

    Parameters
    ----------
    n : int
    weights : (k,) ndarray
        Not negative.
    sizes : (k,) int64 ndarray

    Returns
    -------
    (k,) int64 ndarray
        Its sum is `n`, or that of `sizes` where that is less. Of equal remainders the first counts.
    """
    given = np.zeros(len(sizes), dtype=np.int64)
    left = min(n, int(sizes.sum()))
    while left:
        room = sizes - given
        weight = np.where(room > 0, weights, 0).astype(np.float64)
        if not weight.any():
            weight = (room > 0).astype(np.float64)
        share = left * weight / weight.sum()
        full = (share >= room) & (weight > 0)
        if full.any():
            given[full] = sizes[full]
        else:
            whole = np.floor(share).astype(np.int64)
            rest = left - int(whole.sum())
            first = np.argsort(-(share - whole), kind="stable")[:rest]
            whole[first] += 1
            given += whole
        left = min(n, int(sizes.sum())) - int(given.sum())
    return given


def sampled(
    keys: npt.NDArray[np.uint64],
    sampling: Sampling,
    strata: Strata | None = None,
    weights: npt.NDArray[Any] | None = None,
) -> npt.NDArray[np.int64]:
    """Draw sources.

    Parameters
    ----------
    keys : (m,) uint64 ndarray
        A random number each, from the source's id: those of the smallest are drawn.
    sampling : Sampling
    strata : Strata, optional
        Of the m sources, unless how is "random".
    weights : (k,) ndarray, optional
        Of the strata, in place of equal ones, where how is "stratified".

    Returns
    -------
    (n,) int64 ndarray
        Places in `keys`, in a random order whatever the strata; fewer where there are fewer.
    """
    n = len(keys) if sampling.n is None else min(sampling.n, len(keys))
    order = np.argsort(keys, kind="stable")
    if strata is None:
        return order[:n]
    sizes = strata.sizes
    equal = np.ones(len(sizes)) if weights is None else weights
    quota = apportioned(n, sizes if sampling.how == "proportional" else equal, sizes)
    codes = strata.codes[order]
    # how many of its stratum come before each source
    grouped = np.argsort(codes, kind="stable")
    before = np.empty(len(order), dtype=np.int64)
    starts = np.cumsum(sizes) - sizes
    before[grouped] = np.arange(len(order)) - starts[codes[grouped]]
    return order[before < quota[codes]]
