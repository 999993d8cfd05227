"""When further labels would change little: criteria that advise and never decide.

A criterion is a function of a `Course` that gives a `Verdict`, or None while it cannot say. Those
registered in `CRITERIA` are asked; `advise` puts their answers together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import listing
from napari_astro_al.learning.forecast import Forecast
from napari_astro_al.registry import Registry

Floats = npt.NDArray[np.float64]

STABLE = 0.97
"""Mean kappa from which predictions count as stable."""
WINDOW = 10
"""Models that kappa is averaged over; half as many are enough."""
LEVEL = 0.1
"""By what part uncertainty may have changed since half the labels, to have levelled off."""
SURE = 0.02
"""Mean uncertainty below which it counts as nothing."""
ENOUGH_TO_LEVEL = 30
AHEAD = 50
"""Labels whose gain is asked about."""
LITTLE, AT_MOST = 0.01, 0.03
"""Expected gain, and its upper end, below which `AHEAD` labels are not worth it."""
OF_EACH = 5
"""Labels that every class needs before any advice to stop: a rare class is learnt late."""


@dataclass(frozen=True, eq=False)
class Course:
    """How learning has gone so far.

    Attributes
    ----------
    n_labels : (m,) int64 ndarray
        Labels of each model that led to the present one, strictly ascending.
    kappa : (m,) float64 ndarray
        Agreement with an earlier model on the pool (`settling`); NaN where there is none.
    changed : (m,) float64 ndarray
        Share of the pool whose predicted class is another; NaN where there is none.
    uncertainty : (m,) float64 ndarray
        Mean uncertainty over the pool, 0 to 1; NaN where it is not known.
    counts : mapping of str to int
        Labels of each class.
    forecast : Forecast or None
        Of the score; None where nothing honest can be said.
    """

    n_labels: npt.NDArray[np.int64]
    kappa: Floats
    changed: Floats
    uncertainty: Floats
    counts: Mapping[str, int]
    forecast: Forecast | None = None


@dataclass(frozen=True)
class Verdict:
    """What one criterion says.

    Attributes
    ----------
    stop : bool
        Whether further labels would change little.
    words : str
        Why, as part of a sentence: "1 % of predictions changed with a fifth more labels".
    """

    stop: bool
    words: str


Criterion = Callable[[Course], Verdict | None]

CRITERIA: Registry[Criterion] = Registry("stopping criterion", "napari_astro_al.stopping")


@CRITERIA.provide("stable_predictions")
def stable_predictions(course: Course) -> Verdict | None:
    """Predictions for the pool no longer change (Bloodgood & Vijay-Shanker 2009, CoNLL, p. 39).

    The mean kappa over the last `WINDOW` models is `STABLE` or more. They compare models some ten
    labels apart or more, for models of neighbouring numbers of labels always agree.
    """
    recent = course.kappa[-WINDOW:]
    known = np.isfinite(recent)
    if known.sum() < WINDOW // 2 or not known[-1]:
        return None
    changed = float(np.nanmean(course.changed[-WINDOW:]))
    words = f"{_percent(changed)} of predictions changed with a fifth more labels"
    return Verdict(float(np.nanmean(recent)) >= STABLE, words)


@CRITERIA.provide("overall_uncertainty")
def overall_uncertainty(course: Course) -> Verdict | None:
    """The model's mean uncertainty over the pool falls no more (Zhu et al. 2010, ACM TSLP 6, 3).

    They compare the mean entropy with a fixed threshold; where classes overlap it never gets
    there, so here it counts when it has changed by less than a tenth since half the labels.
    """
    n, value = course.n_labels, course.uncertainty
    if not len(n) or n[-1] < ENOUGH_TO_LEVEL:
        return None
    before = value[(n > 0.4 * n[-1]) & (n <= 0.6 * n[-1]) & np.isfinite(value)]
    now = value[(n > 0.8 * n[-1]) & np.isfinite(value)]
    if not len(before) or not len(now):
        return None
    then, since = float(before.mean()), float(now.mean())
    level = abs(since - then) < LEVEL * max(then, SURE)
    words = "the uncertainty over the pool is " + (
        "as at half the labels" if level else f"{_percent(since)}, and was {_percent(then)}"
    )
    return Verdict(level, words)


@CRITERIA.provide("expected_gain")
def expected_gain(course: Course) -> Verdict | None:
    """The learning curve is nearly flat: `AHEAD` more labels would add below one per cent.

    Nothing is said without a forecast.
    """
    if course.forecast is None:
        return None
    expected, _, high = course.forecast.gain(AHEAD)
    worth = "less than 1 %" if expected < LITTLE else f"about {_percent(expected)}"
    return Verdict(
        expected < LITTLE and high < AT_MOST, f"{AHEAD} more labels would add {worth} to the score"
    )


@dataclass(frozen=True)
class Advice:
    """Whether to go on, for a person to take or leave.

    Attributes
    ----------
    stop : bool
        Whether more labels would probably change little.
    words : str
        One sentence; empty while nothing can be said.
    verdicts : dict of str to Verdict
        By the name of the criterion, those that have one.
    forecast : Forecast or None
        Of the score.
    """

    stop: bool = False
    words: str = ""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    forecast: Forecast | None = None


def advise(course: Course) -> Advice:
    """Put the criteria's verdicts together.

    Stopping is advised where two criteria or more say so and they are the majority, and every
    class has at least `OF_EACH` labels.

    Parameters
    ----------
    course : Course

    Returns
    -------
    Advice
    """
    asked = {name: CRITERIA[name](course) for name in CRITERIA}
    verdicts = {name: verdict for name, verdict in asked.items() if verdict is not None}
    if not verdicts:
        return Advice(forecast=course.forecast)
    settled = [one.words for one in verdicts.values() if one.stop]
    moving = [one.words for one in verdicts.values() if not one.stop]
    few = [name for name, count in course.counts.items() if count < OF_EACH]
    stop = len(settled) >= 2 and len(settled) > len(moving) and not few
    if stop:
        words = f"Perhaps enough: {' and '.join(settled[:2])}."
    elif moving:
        words = f"Worth going on: {moving[0]}."
    elif few:
        words = f"Worth going on: there are fewer than {OF_EACH} labels of {listing(few)}."
    else:
        words = ""
    return Advice(stop, words, verdicts, course.forecast)


def _percent(share: float) -> str:
    return "less than 1 %" if share < 0.005 else f"{100 * share:.0f} %"
