"""What planning needs and tells: thresholds, label sets, how labelled sources differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.conformal import label_sets, set_threshold
from napari_astro_al.learning.shift import Shift, shift_of
from napari_astro_al.learning.thresholds import Cut, cut_for
from napari_astro_al.session.known import KnownRequest
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.survey import Population

Rows = npt.NDArray[np.int64]

UNLIKE = "none: unlike anything labelled"
"""The empty set of labels."""
NOT_KNOWN = "no prediction"
COMPARED = 20_000
"""Sources without a label that labelled ones are compared with."""


@dataclass(frozen=True, eq=False)
class Threshold:
    """A threshold for a class, and what the sample above it is like.

    Attributes
    ----------
    name : str
        The class.
    wanted : str
        For example "purity of 95 %".
    cut : Cut
        Threshold, purity and completeness with intervals.
    selection : Selection
        The catalogue's sources above it.
    basis : str
        What it was measured on.
    """

    name: str
    wanted: str
    cut: Cut
    selection: Selection
    basis: str

    @property
    def n_sources(self) -> int:
        """Sources of the catalogue above the threshold."""
        return self.selection.count

    @property
    def words(self) -> str:
        """For people."""
        purity, completeness = (_percent(*one) for one in (self.cut.purity, self.cut.completeness))
        if not self.cut.found:
            best = f"purity {purity}" if "purity" in self.wanted else f"completeness {completeness}"
            return f"No threshold gives {self.name} a {self.wanted}. The best has {best}."
        return (
            f"{self.name} at a probability of {self.cut.threshold:.3f} or more: "
            f"{self.n_sources:,} sources, purity {purity}, completeness {completeness}."
        )


def _percent(value: float, low: float, high: float) -> str:
    if not np.isfinite(value):
        return "unknown"
    return f"{100 * value:.0f} % ({100 * low:.0f}–{100 * high:.0f})"


@dataclass(frozen=True, eq=False)
class Shifts:
    """How the sources that train differ from the rest of the catalogue.

    Attributes
    ----------
    found : tuple of Shift
        The largest first.
    n_labelled : int
    """

    found: tuple[Shift, ...]
    n_labelled: int

    @property
    def mattering(self) -> tuple[Shift, ...]:
        """Those that are large and no accident."""
        return tuple(one for one in self.found if one.matters(len(self.found)))

    @property
    def warning(self) -> str:
        """In words; empty where the labelled sources are like the others."""
        if not self.mattering:
            return ""
        worst = "; ".join(one.words for one in self.mattering[:3])
        return (
            f"The {self.n_labelled:,} labelled sources are not like the others. {worst}. Scores "
            "of these labels say little about the catalogue: go by held-out sources drawn by "
            "chance, or a survey sample."
        )

    def table(self) -> pd.DataFrame:
        """One row a column, the largest difference first."""
        rows = [
            (one.column, one.distance, one.chance, one.by, one.n, one in self.mattering)
            for one in self.found
        ]
        names = ["column", "distance", "chance", "by", "n", "matters"]
        return pd.DataFrame(rows, columns=names)


def threshold_job(
    request: KnownRequest,
    place: int,
    catalogue: Catalogue,
    population: Population,
    wanted: tuple[str, str, float | None, float | None],
) -> Job[Threshold]:
    """Find a threshold, and the sources above it.

    Parameters
    ----------
    request : KnownRequest
    place : int
        Of the class.
    catalogue : Catalogue
    population : Population
        The sources that count.
    wanted : tuple
        The class's name, what is wanted in words, and purity or completeness.
    """
    yield Progress("Looking for a threshold")
    name, words, purity, completeness = wanted
    known, probabilities = request.known(), request.result.probabilities
    said = probabilities[known.rows, place]
    cut = cut_for(known.sample, known.true == place, said, purity=purity, completeness=completeness)
    yield Progress("Counting the sources above it")
    above = population.mask() & (probabilities[:, place] >= np.float32(cut.threshold))
    rows = np.flatnonzero(above) if cut.found else np.empty(0, dtype=np.int64)
    return Threshold(name, words, cut, Selection(catalogue, rows), known.basis)


def sets_job(
    request: KnownRequest,
    catalogue: Catalogue,
    how: tuple[float, bool],
) -> Job[pd.DataFrame]:
    """The label set of every source; `how` is the error, and whether it holds class by class."""
    error, by_class = how
    yield Progress("Calibrating label sets")
    known, probabilities = request.known(), request.result.probabilities
    names = request.result.classes
    is_one = known.true >= 0
    thresholds = set_threshold(
        known.true[is_one], probabilities[known.rows[is_one]], error, by_class=by_class
    )
    yield Progress("Putting sets together")
    codes = label_sets(probabilities, thresholds)
    there, places = np.unique(codes, return_inverse=True)
    words = [_set_words(int(code), names) for code in there]
    sizes = np.array([max(0, int(code)).bit_count() for code in there])
    return pd.DataFrame(
        {
            "labels": pd.Categorical.from_codes(places, categories=pd.Index(words)),
            "size": sizes[places],
        },
        index=pd.Index(catalogue.ids, name="source"),
    )


@dataclass(frozen=True, eq=False)
class SetSizes:
    """How many sources have how many labels in their sets.

    Attributes
    ----------
    one, several : int
    strange : Selection
        Those with none: unlike anything labelled.
    """

    one: int
    several: int
    strange: Selection

    @property
    def words(self) -> str:
        """For people."""
        return (
            f"{self.one:,} sources have one label, {self.several:,} several, "
            f"{self.strange.count:,} none: these are unlike anything labelled."
        )


def set_sizes_job(sets: Job[pd.DataFrame], catalogue: Catalogue) -> Job[SetSizes]:
    """Count the sets of `sets_job`."""
    table = yield from sets
    yield Progress("Counting label sets")
    sizes = table["size"].to_numpy()
    strange = np.flatnonzero((table["labels"] == UNLIKE).to_numpy())
    one, several = (int(np.count_nonzero(some)) for some in (sizes == 1, sizes > 1))
    return SetSizes(one, several, Selection(catalogue, strange))


def _set_words(code: int, names: Sequence[str]) -> str:
    if code <= 0:
        return NOT_KNOWN if code < 0 else UNLIKE
    return " or ".join(name for place, name in enumerate(names) if code >> place & 1)


def shifts_job(
    catalogue: Catalogue, features: FeatureMatrix, labelled: Rows, others: Rows
) -> Job[Shifts]:
    """Compare labelled sources with others, in every feature and in their places on the sky."""
    found = []
    places = [name for name in (catalogue.roles.ra, catalogue.roles.dec) if name not in (None, "")]
    total = len(features.names) + len(places)
    for column, name in enumerate(features.names):
        yield Progress("Comparing labelled sources with the others", column, total)
        values = features.values
        found.append(shift_of(name, values[labelled, column], values[others, column]))
    for name in places:
        yield Progress("Comparing places on the sky", total - 1, total)
        column_values = catalogue.column(str(name)).to_numpy(dtype=np.float64, na_value=np.nan)
        found.append(shift_of(str(name), column_values[labelled], column_values[others]))
    known = [one for one in found if one is not None]
    ordered = sorted(known, key=lambda one: -one.distance)
    return Shifts(tuple(ordered), len(labelled))
