"""From a strategy's scores to the sources that are asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.calls import calling
from napari_astro_al.errors import AstroALError, LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE, SHORTLIST, diversify
from napari_astro_al.learning.strategies.doubt import margin
from napari_astro_al.learning.strategies.highest import top
from napari_astro_al.learning.strategies.naming import (
    About,
    Strategy,
    about,
    chooses_batches,
    function_of,
    is_modal,
    strategy_name,
)
from napari_astro_al.learning.strategies.places import SKETCH, Whitening

Places = npt.NDArray[np.intp]
Hashes = npt.NDArray[np.uint64]


def rank(
    strategy: str | Strategy, candidates: Candidates, hashes: Hashes, n: int
) -> tuple[Places, Floats]:
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
        How many. One is that with the best score. More are a batch: a strategy that gives scores
        has it made diverse (see `diversify`), one with a keyword-only ``n`` chooses it.

    Returns
    -------
    order : (m,) intp ndarray
        Places among the candidates, best first; m <= n, without those scored NaN.
    scores : (m,) float ndarray
        Their scores, higher is better; what a modAL function reported, or NaN where order is all
        there is.

    Raises
    ------
    LearnerError
        If the strategy fails or its answer makes no sense; the message names the strategy.
    """
    name = strategy_name(strategy)
    if n <= 0 or len(candidates) == 0:
        return np.empty(0, dtype=np.intp), np.empty(0)
    function, known = function_of(strategy), about(strategy)
    if is_modal(function):
        from napari_astro_al.learning.strategies.modal_queries import ask

        return ask(function, name, candidates, hashes, n)
    if known.limit is None and not chooses_batches(function):
        return _by_score(function, name, known, candidates, hashes, n)
    preferred = _preferred(candidates, hashes, known, n)
    shown = preferred[: known.limit]
    shown = shown[np.argsort(hashes[shown])]
    some = candidates.take(shown).with_sketch(lambda: _sketch(candidates, hashes))
    if chooses_batches(function):
        order, scores = _batch(function, name, some, n)
    else:
        order, scores = _by_score(function, name, known, some, hashes[shown], n)
    rest = preferred[len(shown) :][: n - len(order)]
    scores = np.concatenate([scores, np.full(len(rest), np.nan)])
    return np.concatenate([shown[order], rest]), scores


def _sketch(candidates: Candidates, hashes: Hashes) -> Floats:
    """Features of the candidates with the smallest hashes."""
    if candidates.sketch is not None:
        return candidates.sketch()
    return candidates.features_at(_smallest(hashes, SKETCH))


def _smallest(hashes: Hashes, n: int) -> Places:
    return top(np.zeros(len(hashes)), hashes, n)


def _preferred(candidates: Candidates, hashes: Hashes, known: About, n: int) -> Places:
    """Which candidates a strategy is shown, and which follow when it has asked for all of these."""
    eligible = np.arange(len(candidates))
    if known.needs_model:
        eligible = np.flatnonzero(candidates.known())
    if known.limit is None:
        return eligible
    most = max(known.limit, n)
    by_hash = eligible[_smallest(hashes[eligible], most)]
    has_model = known.needs_model and candidates.probabilities.shape[1] > 0
    if known.shown == "any" or not has_model or len(by_hash) == len(eligible):
        return by_hash
    doubt = margin(candidates)
    by_doubt = eligible[top(doubt[eligible], hashes[eligible], most)]
    if known.shown == "doubtful":
        return by_doubt
    half = by_doubt[: known.limit // 2]
    others = by_hash[~np.isin(by_hash, half)]
    return np.concatenate([half, others])[:most]


def _by_score(
    function: Strategy, name: str, known: About, candidates: Candidates, hashes: Hashes, n: int
) -> tuple[Places, Floats]:
    answer = _answer(function, name, candidates)
    try:
        scores = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError):
        raise LearnerError(
            f"The query strategy {name!r} gave {str(answer)[:40]!r}; one score a candidate, "
            f"{len(candidates)} numbers, was expected."
        ) from None
    if scores.shape != (len(candidates),):
        raise LearnerError(
            f"The query strategy {name!r} gave scores of shape {scores.shape}; one score a "
            f"candidate, shape ({len(candidates)},), was expected."
        )
    if len(scores) and np.isnan(scores).all():
        raise LearnerError(
            f"The query strategy {name!r} scored none of {len(scores)} candidates: all its scores "
            "are NaN, which means never to ask."
        )
    if n == 1 or not known.diverse:
        order = top(scores, hashes, n)
        return order, scores[order]
    order = top(scores, hashes, max(n, SHORTLIST * min(n, MOST_DIVERSE)))
    best, rest = np.split(order, [SHORTLIST * MOST_DIVERSE])
    whitening = Whitening.of(_sketch(candidates, hashes))
    places = whitening.place(candidates.features_at(best))
    order = np.concatenate([diversify(best, scores[best], places, n), rest])[:n]
    return order, scores[order]


def _batch(function: Strategy, name: str, candidates: Candidates, n: int) -> tuple[Places, Floats]:
    n = min(n, len(candidates))
    if n == 0:
        return np.empty(0, dtype=np.intp), np.empty(0)
    answer = _answer(function, name, candidates, n=n)
    try:
        given, scores = answer
        order, scores = np.asarray(given), np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError):
        raise LearnerError(
            f"The query strategy {name!r} has a keyword-only n and gave {answer!r}; a pair, the "
            "places of the candidates it chooses and their scores, was expected."
        ) from None
    if order.size == 0:
        order = order.astype(np.intp)
    wrong = order.ndim != 1 or order.dtype.kind not in "iu" or scores.shape != order.shape
    if wrong or len(order) > n or len(np.unique(order)) < len(order):
        raise LearnerError(
            f"The query strategy {name!r} gave places of shape {order.shape} and type "
            f"{order.dtype} and scores of shape {scores.shape}; at most {n} different whole "
            "numbers and one score each were expected."
        )
    if len(order) and not (order.min() >= 0 and order.max() < len(candidates)):
        raise LearnerError(
            f"The query strategy {name!r} gave places from {order.min()} to {order.max()}, outside "
            f"the {len(candidates)} candidates that it was shown."
        )
    return order.astype(np.intp), scores


def _answer(function: Strategy, name: str, candidates: Candidates, **n: int) -> Any:
    try:
        with calling(f"query strategy {name!r}"):
            return function(candidates, **n)
    except AstroALError:
        raise
    except Exception as error:
        raise LearnerError(
            f"The query strategy {name!r} failed: {type(error).__name__}: {error}."
        ) from error
