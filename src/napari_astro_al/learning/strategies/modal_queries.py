"""modAL's query functions as strategies: what they see, and what their answers mean."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats


class StoredLearner:
    """A trained learner that already knows its probabilities for the candidates.

    Query functions get it in the learner's place: asked about the candidate matrix it hands out
    the stored probabilities, asked about anything else it predicts; whatever else they want of
    it comes from the learner.

    Parameters
    ----------
    candidates : Candidates
        `classes` gives the meaning of the columns.
    X : (n, f) ndarray
        The very matrix that the query function is given.
    """

    def __init__(self, candidates: Candidates, X: Floats) -> None:
        self._candidates = candidates
        self._X = X
        self._learner = candidates.learner
        self.classes_ = np.array(candidates.classes)
        self.n_classes_ = candidates.probabilities.shape[1]
        self.X_training = candidates.labelled_features
        self.y_training = candidates.labels
        self.on_transformed = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self._learner is None:
            raise AttributeError(name)
        return getattr(self._learner, name)

    def __len__(self) -> int:
        return 1 if self._candidates.votes is None else len(self._candidates.votes)

    def __iter__(self) -> Iterator[Any]:
        return iter(getattr(self._learner, "learner_list", [self._learner]))

    def predict_proba(self, X: Floats, **_: Any) -> Floats:
        """Class probabilities, ``(n, n_classes)``."""
        if X is self._X:
            return np.asarray(self._candidates.probabilities, dtype=np.float64)
        mean: Floats = self.vote_proba(X).mean(axis=1)
        return mean

    def predict(self, X: Floats, **_: Any) -> npt.NDArray[Any]:
        """The likeliest class of each row."""
        best: npt.NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return best

    def vote_proba(self, X: Floats, **_: Any) -> Floats:
        """Each member's class probabilities, ``(n, n_members, n_classes)``."""
        from napari_astro_al.learning.learners import class_probabilities

        if X is not self._X:
            votes = class_probabilities(self._learner, X, self._candidates.classes)
        elif self._candidates.votes is None:
            votes = self._candidates.probabilities[None]
        else:
            votes = self._candidates.votes
        return np.moveaxis(votes, 0, 1).astype(np.float64)

    def vote(self, X: Floats, **_: Any) -> npt.NDArray[Any]:
        """The class that each member votes for, ``(n, n_members)``."""
        best: npt.NDArray[Any] = self.classes_[self.vote_proba(X).argmax(axis=2)]
        return best


def ask(
    function: Callable[..., Any],
    name: str,
    candidates: Candidates,
    hashes: npt.NDArray[np.uint64],
    n: int,
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Ask a modAL query function for candidates.

    It sees them in id-hash order, without those whose probabilities are missing, and draws from
    a numpy generator that is seeded for the purpose. A function without `n_instances` is asked
    again until there are enough.

    Parameters
    ----------
    function : callable
        ``f(classifier, X, n_instances=..., ...)`` to indices, or to (indices, metrics).
    name : str
        For messages.
    candidates, hashes, n
        As for `rank`.

    Returns
    -------
    order : (m,) intp ndarray
        Places among the candidates, in the order that the function gave.
    scores : (m,) float ndarray
        The metrics that it reported, else NaN.

    Raises
    ------
    LearnerError
        If the function fails, or its indices are not integers, out of range or repeated.
    """
    known = np.isfinite(candidates.probabilities.sum(axis=1))
    places = np.argsort(hashes, kind="stable")
    places = places[known[places]]
    takes_n = "n_instances" in inspect.signature(function).parameters
    state = 0 if candidates.rng is None else int(candidates.rng.integers(2**32))
    chosen: list[int] = []
    scores: list[float] = []
    while len(chosen) < n and len(places):
        want = min(n - len(chosen), len(places)) if takes_n else 1
        shown = candidates.take(places)
        X = np.ascontiguousarray(shown.features, dtype=np.float64)
        arguments = {"n_instances": want} if takes_n else {}
        try:
            with _numpy_seeded((state + len(chosen)) % 2**32):
                answer = function(StoredLearner(shown, X), X, **arguments)
        except Exception as error:
            raise LearnerError(
                f"The query strategy {name!r} failed: {type(error).__name__}: {error}"
            ) from error
        indices, metrics = _understood(answer, want, len(places), name)
        taken = indices[: n - len(chosen)]
        chosen.extend(int(one) for one in places[taken])
        scores.extend(float(one) for one in metrics[: len(taken)])
        if takes_n or not len(taken):
            break
        places = np.delete(places, taken)
    return np.array(chosen, dtype=np.intp), np.array(scores)


def _understood(
    answer: Any, want: int, n_shown: int, name: str
) -> tuple[npt.NDArray[np.intp], Floats]:
    metrics: Any = None
    if isinstance(answer, tuple) and len(answer) == 2 and not _are_two_indices(answer, want):
        answer, metrics = answer
    indices = np.atleast_1d(np.asarray(answer)).ravel()
    if indices.size and indices.dtype.kind not in "iu":
        raise LearnerError(
            f"The query strategy {name!r} gave {answer!r}; integer indices into the pool that it "
            "was shown were expected."
        )
    outside = [int(one) for one in indices if not 0 <= one < n_shown]
    if outside:
        raise LearnerError(
            f"The query strategy {name!r} gave the indices {outside[:8]}, outside the pool of "
            f"{n_shown} candidates."
        )
    if len(np.unique(indices)) < len(indices):
        raise LearnerError(f"The query strategy {name!r} gave an index more than once: {indices}.")
    values = np.full(len(indices), np.nan)
    reported = np.atleast_1d(np.asarray(metrics)) if metrics is not None else values
    if reported.shape == values.shape and reported.dtype.kind in "fiu":
        values = reported.astype(np.float64)
    return indices.astype(np.intp), values


def _are_two_indices(answer: tuple[Any, Any], want: int) -> bool:
    return want == 2 and all(isinstance(one, (int, np.integer)) for one in answer)


@contextmanager
def _numpy_seeded(seed: int) -> Iterator[None]:
    """Seed numpy's global generator, which modAL breaks ties with, and put it back after."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002
