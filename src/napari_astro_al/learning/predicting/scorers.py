"""What trained models say of many sources, by kernels of ours where these give the same.

Every scorer gives the probabilities of scikit-learn's own `predict_proba` on the same float32
features, to 1e-6; a model that no kernel is for is asked itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from napari_astro_al.features.bins import Bins
from napari_astro_al.features.coded import Coded
from napari_astro_al.learning.predicting.trees import TreeTable
from napari_astro_al.learning.stacking import LEAST
from napari_astro_al.learning.strategies.places import CLIP

Floats = npt.NDArray[np.floating[Any]]

_PLACED = 4_096
"""Sources whose places are in memory at a time."""


class Scorer(Protocol):
    """Probabilities of some of many sources.

    Attributes
    ----------
    compiled : bool
        Whether only kernels are run: then several threads may ask at once.
    """

    @property
    def compiled(self) -> bool:
        """See above."""

    def probabilities(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """Of rows `start` to `stop`, (stop - start, n_classes)."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A model that is asked itself."""

    predict_proba: Callable[[Floats], Floats]
    compiled: bool = False

    def probabilities(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        shown = np.array(sources.values[start:stop], order="F")  # a copy, which may be changed
        return np.asarray(self.predict_proba(shown), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Linear:
    """Decision values that are linear in the features, as probabilities.

    Attributes
    ----------
    weights : (k, f) float64 ndarray
        One row for two classes.
    intercepts : (k,) float64 ndarray
    """

    weights: npt.NDArray[np.float64]
    intercepts: npt.NDArray[np.float64]
    compiled: bool = True

    def probabilities(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        return _of_decisions(self.decisions(sources, start, stop))

    def decisions(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """Decision values of rows `start` to `stop`, (stop - start, k)."""
        from napari_astro_al.learning.predicting.linear_kernels import decide

        values = np.empty((stop - start, len(self.weights)))
        decide(sources.values.T, start, stop, self.weights, self.intercepts, values)
        return values


@dataclass(frozen=True, eq=False)
class NaiveBayes:
    """Naive Bayes at the whitened places of features rounded to bins, as `AutoVote` has it.

    Attributes
    ----------
    bins : Bins
    table : (f, 256) float64 ndarray
        What each code comes to before the axes (see `Whitening`).
    axes : (p, f) float64 ndarray
        Divided by the scale along each.
    middles, precisions : (k, p) float64 ndarray
    constants : (k,) float64 ndarray
    """

    bins: Bins
    table: npt.NDArray[np.float64]
    axes: npt.NDArray[np.float64]
    middles: npt.NDArray[np.float64]
    precisions: npt.NDArray[np.float64]
    constants: npt.NDArray[np.float64]
    compiled: bool = True

    def probabilities(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        from napari_astro_al.learning.predicting.bayes_kernels import likelihoods, look_up

        codes = sources.codes(self.bins, start, stop)
        values = np.empty((stop - start, len(self.constants)))
        for begin in range(start, stop, _PLACED):
            n = min(_PLACED, stop - begin)
            tame = np.empty((len(self.table), n))
            look_up(codes, begin, self.table, tame)
            out = values[begin - start : begin - start + n]
            model = (self.middles, self.precisions, self.constants)
            likelihoods(self.axes @ tame, CLIP, *model, out)
        return _of_decisions(values)


@dataclass(frozen=True, eq=False)
class Forest:
    """The mean of the trees' leaves.

    Attributes
    ----------
    table : TreeTable
    bins : Bins or None
        Where trees look at codes, of these.
    """

    table: TreeTable
    bins: Bins | None = None
    compiled: bool = True

    def probabilities(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        out = np.zeros((stop - start, self.table.values.shape[1]))
        X = _seen(sources, self.bins, start, stop)
        self.table.add(X, start, stop, 1.0 / self.table.n_trees, out)
        return out


@dataclass(frozen=True, eq=False)
class Boosted:
    """Sums of leaves, one sum a class or one for two classes."""

    tables: tuple[TreeTable, ...]
    baseline: npt.NDArray[np.float64]
    bins: Bins | None = None
    compiled: bool = True

    def probabilities(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        X = _seen(sources, self.bins, start, stop)
        values = np.empty((stop - start, len(self.tables)))
        for k, table in enumerate(self.tables):
            column = np.full((stop - start, 1), self.baseline[k])
            table.add(X, start, stop, 1.0, column)
            values[:, k] = column[:, 0]
        return _of_decisions(values)


@dataclass(frozen=True, eq=False)
class Vote:
    """The weighted vote of `AutoVote`.

    Attributes
    ----------
    members : tuple of (weight, columns, Scorer)
        Of models that are not linear, and which classes theirs are.
    linear : Linear or None
        All linear models as one, so that they read the features once.
    parts : tuple of (weight, columns, slice)
        Of each linear model, and which decision values are its own.
    n_classes : int
    temperature : float
    """

    members: tuple[tuple[float, npt.NDArray[np.intp], Scorer], ...]
    linear: Linear | None
    parts: tuple[tuple[float, npt.NDArray[np.intp], slice], ...]
    n_classes: int
    temperature: float

    @property
    def compiled(self) -> bool:
        """See `Scorer`."""
        return all(member.compiled for _, _, member in self.members)

    def probabilities(self, sources: Coded, start: int, stop: int) -> npt.NDArray[np.float64]:
        """See `Scorer`."""
        from napari_astro_al.learning.predicting.linear_kernels import sharpen

        total = np.zeros((stop - start, self.n_classes))
        for weight, columns, member in self.members:
            _add(weight, member.probabilities(sources, start, stop), columns, total)
        if self.linear is not None:
            values = self.linear.decisions(sources, start, stop)
            for weight, columns, own in self.parts:
                said = _of_decisions(np.ascontiguousarray(values[:, own]))
                _add(weight, said, columns, total)
        sharpen(total, LEAST, 1.0 / self.temperature)
        return total


def _add(weight: float, said: Floats, columns: npt.NDArray[np.intp], total: Floats) -> None:
    said *= weight
    if said.shape == total.shape:
        total += said  # several times as fast as by columns
    else:
        total[:, columns] += said


def _of_decisions(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Probabilities of decision values: two classes of one column, else one a column."""
    from napari_astro_al.learning.predicting.linear_kernels import soften

    shares = np.empty((len(values), max(2, values.shape[1])))
    soften(values, shares)
    return shares


def _seen(sources: Coded, bins: Bins | None, start: int, stop: int) -> Any:
    """What trees look at: features or codes, (n_sources, f)."""
    return sources.values if bins is None else sources.codes(bins, start, stop).T
