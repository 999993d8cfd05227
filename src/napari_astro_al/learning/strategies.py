"""Query strategies: which candidates would teach the classifier most.

A strategy of ours is a pure function of `Candidates`; modAL's query functions are taken as they
are (`modal_queries`). All formulas follow modAL's definitions and are tested against it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import AstroALError, LearnerError, listing
from napari_astro_al.registry import Registry

Strategy = Callable[..., Any]
Floats = npt.NDArray[np.floating[Any]]

STRATEGIES: Registry[Strategy] = Registry("query strategy")

_MODAL = "modAL."


class _Gathered:
    """A field that may be given as a function, which is called when somebody first looks."""

    def __get__(self, candidates: Candidates | None, owner: type[Candidates]) -> Floats:
        if candidates is None:
            raise AttributeError("features is a field without a default")
        given: Floats | Callable[[], Floats] = vars(candidates)["features"]
        if callable(given):
            given = vars(candidates)["features"] = given()
        return given

    def __set__(self, candidates: Candidates, given: Floats | Callable[[], Floats]) -> None:
        vars(candidates)["features"] = given


@dataclass(frozen=True)
class Candidates:
    """The sources that can be asked for, and what is known of them.

    Attributes
    ----------
    probabilities : (n, k) float ndarray
        Of each class; NaN rows where the model says nothing.
    features : (n, f) float ndarray
        May be given as a function that makes it, for most strategies never look at it.
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
        The trained learner, for modAL's query functions.
    """

    probabilities: Floats
    features: _Gathered = _Gathered()
    votes: Floats | None = None
    classes: tuple[str, ...] = ()
    labelled_features: Floats | None = None
    labels: npt.NDArray[np.str_] | None = None
    rng: np.random.Generator | None = None
    learner: Any = None

    def __len__(self) -> int:
        return len(self.probabilities)

    def take(self, rows: npt.NDArray[np.intp]) -> Candidates:
        """The candidates at these places, in this order."""
        from dataclasses import replace

        return replace(
            self,
            probabilities=self.probabilities[rows],
            features=lambda: self.features[rows],
            votes=None if self.votes is None else self.votes[:, rows],
        )


@STRATEGIES.provide("uncertainty")
def uncertainty(candidates: Candidates) -> Floats:
    """One less the probability of the likeliest class (Lewis & Gale 1994)."""
    scores: Floats = 1.0 - candidates.probabilities.max(axis=1)
    return scores


@STRATEGIES.provide("margin")
def margin(candidates: Candidates) -> Floats:
    """Minus the gap between the two likeliest classes (Scheffer et al. 2001)."""
    probabilities = candidates.probabilities
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    top = np.partition(probabilities, -2, axis=1)
    scores: Floats = top[:, -2] - top[:, -1]
    return scores


@STRATEGIES.provide("entropy")
def entropy(candidates: Candidates) -> Floats:
    """Shannon entropy of the class probabilities, in nats."""
    return _entropy(candidates.probabilities)


@STRATEGIES.provide("random")
def random(candidates: Candidates) -> Floats:
    """Every candidate alike; ties fall by a hash keyed by the seed and the number of labels."""
    return np.zeros(len(candidates))


@STRATEGIES.provide("vote_entropy")
def vote_entropy(candidates: Candidates) -> Floats:
    """Entropy of the members' votes for a class, in nats (Dagan & Engelson 1995)."""
    votes = _votes(candidates, "vote_entropy")
    n_models, _, n_classes = votes.shape
    chosen = votes.argmax(axis=2)
    shares = np.stack([(chosen == k).sum(axis=0) for k in range(n_classes)], axis=1) / n_models
    scores = _entropy(shares)
    scores[np.isnan(votes).any(axis=(0, 2))] = np.nan
    return scores


@STRATEGIES.provide("consensus_entropy")
def consensus_entropy(candidates: Candidates) -> Floats:
    """Entropy of the members' mean probabilities, in nats."""
    return _entropy(_votes(candidates, "consensus_entropy").mean(axis=0))


@STRATEGIES.provide("max_disagreement")
def max_disagreement(candidates: Candidates) -> Floats:
    """Largest Kullback-Leibler divergence of a member from the mean (McCallum & Nigam 1998)."""
    votes = _votes(candidates, "max_disagreement")
    mean = votes.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(
            votes > 0, votes * np.log(votes / mean), np.where(np.isnan(votes), votes, 0)
        )
    scores: Floats = terms.sum(axis=2).max(axis=0)
    return scores


def _entropy(shares: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(
            shares > 0, -shares * np.log(shares), np.where(np.isnan(shares), shares, 0)
        )
    total: Floats = terms.sum(axis=1)
    return total


def _votes(candidates: Candidates, name: str) -> Floats:
    if candidates.votes is None:
        raise LearnerError(
            f"The strategy {name!r} compares the members of a committee, and there is one model. "
            "Give LearnerRecipe(models=[...]) several, or choose uncertainty, margin or entropy."
        )
    return np.asarray(candidates.votes, dtype=np.float64)


def checked_strategy(strategy: str | Strategy) -> str | Strategy:
    """A strategy in its one spelling.

    Parameters
    ----------
    strategy : str or callable
        "auto", a registered name ("vote entropy" too), the dotted path of one of modAL's query
        functions, or a function.

    Returns
    -------
    str or callable

    Raises
    ------
    LearnerError
        If there is no such strategy.
    """
    if callable(strategy):
        return STRATEGIES.name_of(strategy) or strategy
    name = str(strategy)
    if name == "auto" or name in STRATEGIES:
        return name
    if name.startswith(_MODAL):
        _modal_function(name)
        return name
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    if plain in STRATEGIES or plain == "auto":
        return plain
    raise LearnerError(
        f"There is no query strategy called {name!r}. Known: "
        f"{listing(sorted(STRATEGIES), most=20)}; or give one of modAL's query functions, or "
        "register one: aal.register.strategy(name)."
    )


def strategy_name(strategy: str | Strategy) -> str:
    """A short name for messages and tables."""
    if isinstance(strategy, str):
        return strategy
    registered = STRATEGIES.name_of(strategy)
    return registered or str(getattr(strategy, "__name__", type(strategy).__name__))


def strategy_to_json(strategy: str | Strategy) -> str:
    """A strategy's name, or the dotted path of one of modAL's functions.

    Raises
    ------
    LearnerError
        If the function is neither registered nor modAL's.
    """
    checked = checked_strategy(strategy)
    if isinstance(checked, str):
        return checked
    path = f"{getattr(checked, '__module__', '')}.{getattr(checked, '__qualname__', '')}"
    if path.startswith(_MODAL) and "<" not in path and _modal_function(path) is checked:
        return path
    raise LearnerError(
        f"The query strategy {strategy_name(checked)!r} cannot be written to a file: it is a "
        "function of yours. Register it under a name, aal.register.strategy(name), and use the "
        "name."
    )


def _modal_function(path: str) -> Strategy:
    module, _, name = path.rpartition(".")
    function: Any = None
    try:
        function = getattr(import_module(module), name, None)
    except ImportError as error:
        raise LearnerError(f"modAL has no {path!r} that works here: {error}.") from error
    if not callable(function) or not str(function.__module__).startswith(_MODAL):
        raise LearnerError(f"modAL has no query function {path!r}.")
    found: Strategy = function
    return found


def function_of(strategy: str | Strategy) -> Strategy:
    """The function behind a strategy's name."""
    checked = checked_strategy(strategy)
    if not isinstance(checked, str):
        return checked
    return _modal_function(checked) if checked.startswith(_MODAL) else STRATEGIES[checked]


def is_modal(function: Strategy) -> bool:
    """Whether a function asks modAL's way: two parameters and more, the classifier and the pool."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [one for one in parameters if one.kind in positional and one.default is one.empty]
    return len(needed) >= 2 or any(one.kind is one.VAR_POSITIONAL for one in parameters)


def rank(
    strategy: str | Strategy,
    candidates: Candidates,
    hashes: npt.NDArray[np.uint64],
    n: int,
) -> tuple[npt.NDArray[np.intp], Floats]:
    """The candidates to ask for.

    Parameters
    ----------
    strategy : str or callable
        A name or function; not "auto", which a recipe resolves.
    candidates : Candidates
        Those that may be asked.
    hashes : (n_candidates,) uint64 ndarray
        Seeded id hashes, one a candidate: ties fall in their order, so that the order of rows
        changes nothing.
    n : int
        How many.

    Returns
    -------
    order : (m,) intp ndarray
        Places among the candidates, best first; m <= n, without those scored NaN.
    scores : (m,) float ndarray
        Their scores, higher is better; what a modAL function reported, or NaN where it did not.

    Raises
    ------
    LearnerError
        If the strategy fails or its answer makes no sense; the message names the strategy.
    """
    name = strategy_name(strategy)
    if n <= 0 or len(candidates) == 0:
        return np.empty(0, dtype=np.intp), np.empty(0)
    function = function_of(strategy)
    if is_modal(function):
        from napari_astro_al.learning.modal_queries import ask

        return ask(function, name, candidates, hashes, n)
    try:
        scores = np.asarray(function(candidates), dtype=np.float64)
    except AstroALError:
        raise
    except Exception as error:
        raise LearnerError(
            f"The query strategy {name!r} failed: {type(error).__name__}: {error}."
        ) from error
    if scores.shape != (len(candidates),):
        raise LearnerError(
            f"The query strategy {name!r} gave scores of shape {scores.shape}; one score a "
            f"candidate, shape ({len(candidates)},), was expected."
        )
    order = top(scores, hashes, n)
    return order, scores[order]


def top(scores: Floats, hashes: npt.NDArray[np.uint64], n: int) -> npt.NDArray[np.intp]:
    """Places of the n highest scores, ties by rising hash, NaN never.

    Parameters
    ----------
    scores : (k,) float ndarray
    hashes : (k,) uint64 ndarray
    n : int

    Returns
    -------
    (m,) intp ndarray
        Best first; m = min(n, number of scores that are not NaN).
    """
    valid = np.flatnonzero(~np.isnan(scores))
    if len(valid) > n:
        threshold = np.partition(scores[valid], len(valid) - n)[len(valid) - n]
        valid = valid[scores[valid] >= threshold]
    order = valid[np.lexsort((hashes[valid], -scores[valid]))]
    return order[:n]
