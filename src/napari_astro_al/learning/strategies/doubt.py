"""What a single model hesitates about."""

from __future__ import annotations

from collections import Counter

import numpy as np

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group


@STRATEGIES.provide(
    "margin", About("The model hesitates most between its two likeliest classes", Group.DOUBT)
)
def margin(candidates: Candidates) -> Floats:
    """Minus the gap between the two likeliest classes (Scheffer et al. 2001)."""
    probabilities = candidates.probabilities
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    first = np.maximum(probabilities[:, 0], probabilities[:, 1])
    second = np.minimum(probabilities[:, 0], probabilities[:, 1])
    for column in probabilities.T[2:]:  # many times faster than sorting every row
        np.maximum(second, np.minimum(first, column), out=second)
        np.maximum(first, column, out=first)
    scores: Floats = second - first
    return scores


@STRATEGIES.provide(
    "uncertainty", About("The model is least sure of its likeliest class", Group.DOUBT)
)
def uncertainty(candidates: Candidates) -> Floats:
    """One less the probability of the likeliest class (Lewis & Gale 1994)."""
    scores: Floats = 1.0 - candidates.probabilities.max(axis=1)
    return scores


@STRATEGIES.provide("entropy", About("The model's probabilities are the most even", Group.DOUBT))
def entropy(candidates: Candidates) -> Floats:
    """Shannon entropy of the class probabilities, in nats."""
    return entropy_of(candidates.probabilities)


@STRATEGIES.provide(
    "class_balanced",
    About("The model hesitates, and it may be of a class with few labels", Group.DOUBT),
)
def class_balanced(candidates: Candidates) -> Floats:
    """Hesitation, weighted towards classes with few labels.

    One less the gap between the two likeliest classes, times the mean weight of the source's
    classes by their probabilities; a class with l labels has the weight 1 / (l + 1), so that the
    labelled set becomes more even (as Bengar et al. 2022, "Class-balanced active learning for
    image classification", WACV, have it as a constraint).
    """
    scores: Floats = (1.0 + margin(candidates)) * rarity(candidates)
    return scores


def rarity(candidates: Candidates) -> Floats:
    """The mean of 1 / (l + 1) over each candidate's classes by their probabilities.

    l is the number of labels of a class.
    """
    counts = Counter(() if candidates.labels is None else map(str, candidates.labels))
    names = candidates.classes or [""] * candidates.probabilities.shape[1]
    weights = np.array([1.0 / (counts[name] + 1) for name in names])
    means: Floats = candidates.probabilities @ weights
    return means


@STRATEGIES.provide(
    "rarest",
    About("The model finds it the likeliest to be of the class with the fewest labels", Group.RARE),
)
def rarest(candidates: Candidates) -> Floats:
    """The probability of the class with the fewest labels.

    Active search one step ahead (Garnett et al. 2012, "Bayesian optimal active search and
    surveying", ICML): it collects members of a rare class instead of sharpening its edges. Of
    classes with equally few labels the first counts; classes without labels do not.
    """
    counts = Counter(() if candidates.labels is None else map(str, candidates.labels))
    there = [place for place, name in enumerate(candidates.classes) if counts[name]]
    if not there:
        return np.zeros(len(candidates))
    fewest = min(there, key=lambda place: counts[candidates.classes[place]])
    return candidates.probabilities[:, fewest]


def entropy_of(shares: Floats) -> Floats:
    """Shannon entropy along the last axis, in nats; NaN stays NaN."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = shares * np.log(shares)
    terms[shares == 0] = 0.0
    total: Floats = -terms.sum(axis=-1)
    return total
