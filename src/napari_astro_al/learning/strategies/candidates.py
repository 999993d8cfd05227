"""The sources that can be asked for, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]


def read_only(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same values, which nobody can change through what is returned."""
    view = values.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, eq=False)
class Gather:
    """Some rows of a matrix, copied when somebody looks at them.

    Attributes
    ----------
    values : (n_sources, f) float ndarray
    rows : (n,) integer ndarray
    """

    values: Floats
    rows: npt.NDArray[np.integer[Any]]

    def __call__(self) -> Floats:
        """The rows, (n, f)."""
        rows: Floats = self.values[self.rows]
        return rows

    def take(self, places: npt.NDArray[np.integer[Any]]) -> Gather:
        """The rows at these places among them."""
        return Gather(self.values, self.rows[places])


class Noise(Protocol):
    """What the candidates' features could have been."""

    def take(self, places: npt.NDArray[np.integer[Any]]) -> Noise:
        """That of the candidates at these places."""

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """Draw features n times, (n, n_candidates, f)."""


class _Gathered:
    """A field that may be given as a function, which is called when somebody first looks."""

    def __get__(self, candidates: Candidates | None, owner: type[Candidates]) -> Floats:
        if candidates is None:
            raise AttributeError("features is a field without a default")
        given: Floats | Callable[[], Floats] = vars(candidates)["features"]
        if callable(given):
            given = vars(candidates)["features"] = read_only(given())
        return given

    def __set__(self, candidates: Candidates, given: Floats | Callable[[], Floats]) -> None:
        vars(candidates)["features"] = given if callable(given) else read_only(given)


@dataclass(frozen=True)
class Candidates:
    """The sources that can be asked for, and what is known of them.

    Attributes
    ----------
    probabilities : (n, k) float ndarray
        Of each class; NaN rows where the model says nothing. No columns where there is no model.
    features : (n, f) float ndarray
        May be given as a `Gather` or another function that makes it, for most strategies never
        look at it.
    votes : (m, n, k) float ndarray or None
        Each committee member's probabilities; None for a single model.
    classes : tuple of str
        Of the columns of `probabilities`.
    labelled_features : (l, f) float ndarray
        Training rows, in event order.
    labels : (l,) str ndarray
        Their classes.
    rng : numpy.random.Generator
        Keyed by the seed and the number of labels.
    learner : modAL learner or None
        The trained learner, for strategies that predict or fit anew.
    sketch : callable or None
        Gives the features of a sample of all candidates, where these are a part of them.
    like, unlike : (e, f) float ndarray or None
        Features of the sources that are marked as examples and as counterexamples.
    rated_features : (r, f) float ndarray or None
        Features of the sources that have an interest score, in the order of their hashes.
    interest : (r,) int ndarray or None
        The scores, 0 to 5.
    noise : Noise or None
        Draws what the features could have been, within the errors of measurement.
    """

    probabilities: Floats
    features: _Gathered = _Gathered()
    votes: Floats | None = None
    classes: tuple[str, ...] = ()
    labelled_features: Floats | None = None
    labels: npt.NDArray[np.str_] | None = None
    rng: np.random.Generator | None = None
    learner: Any = None
    sketch: Callable[[], Floats] | None = None
    like: Floats | None = None
    unlike: Floats | None = None
    rated_features: Floats | None = None
    interest: npt.NDArray[np.integer[Any]] | None = None
    noise: Noise | None = None

    def __post_init__(self) -> None:
        # a strategy may be anyone's code, and what it is shown is what models are trained on
        for name in ("probabilities", "votes", "labelled_features", "labels", "like", "unlike"):
            values = getattr(self, name)
            if isinstance(values, np.ndarray):
                object.__setattr__(self, name, read_only(values))

    def __len__(self) -> int:
        return len(self.probabilities)

    def take(self, places: npt.NDArray[np.intp]) -> Candidates:
        """The candidates at these places, in this order."""
        given = vars(self)["features"]
        gathers = isinstance(given, Gather)
        return replace(
            self,
            probabilities=np.take(self.probabilities, places, axis=0),
            features=given.take(places) if gathers else lambda: self.features[places],
            votes=None if self.votes is None else np.take(self.votes, places, axis=1),
            noise=None if self.noise is None else self.noise.take(places),
        )

    def with_sketch(self, sketch: Callable[[], Floats]) -> Candidates:
        """The same candidates as a part of more."""
        return replace(self, features=vars(self)["features"], sketch=sketch)

    def sketched(self) -> Floats:
        """Features that stand for all candidates, (s, f)."""
        return self.features if self.sketch is None else self.sketch()

    def generator(self) -> np.random.Generator:
        """A copy of `rng`, so that strategies are pure."""
        return np.random.default_rng(0) if self.rng is None else deepcopy(self.rng)

    def features_at(self, places: npt.NDArray[np.intp]) -> Floats:
        """Features of some candidates, (len(places), f), without looking at the others'."""
        given = vars(self)["features"]
        return given.take(places)() if isinstance(given, Gather) else self.features[places]

    def known(self) -> npt.NDArray[np.bool_]:
        """Which candidates the model says something of; all of them where there is no model."""
        finite: npt.NDArray[np.bool_] = np.isfinite(self.probabilities.sum(axis=1))
        return finite
