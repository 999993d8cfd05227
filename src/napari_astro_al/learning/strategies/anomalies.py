"""Anomalies: sources unlike the others, of the kind that the person cares for.

Two strategies go by the features alone; the others learn from interest scores which oddities are
worth a look, and which are artefacts.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation.events import MOST_INTERESTING
from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.oddity import TREES, filled, oddities
from napari_astro_al.learning.strategies.places import Whitening

SEARCHED = 200_000
"""The most candidates that are looked at."""
COMPARED = 50_000
"""The most of them whose neighbours are looked for."""
NEIGHBOURS = 20
SUBSAMPLE = 256
"""Sources that each tree of coniferest's is grown on."""
INTERESTING = 3
"""The least interest score of an anomaly."""


def _anomalies(reason: str, limit: int = SEARCHED) -> About:
    return About(
        reason,
        Group.ANOMALIES,
        needs_model=False,
        learns_interest=True,
        diverse=False,
        limit=limit,
        shown="any",
    )


@STRATEGIES.provide(
    "isolation_forest",
    _anomalies("Few random cuts set it apart from the other sources"),
)
def isolation_forest(candidates: Candidates) -> Floats:
    """The oddest of all, by how few random cuts set a source apart; learns nothing.

    Isolation forest, Liu, Ting & Zhou 2008, "Isolation forest", ICDM, grown on a sketch of the
    candidates.
    """
    sketch = candidates.sketched()
    seed = int(candidates.generator().integers(2**31))
    return oddities(candidates.features, sketch, Whitening.of(sketch).middle, seed)


@STRATEGIES.provide(
    "local_outlier_factor",
    _anomalies("It lies in emptier space than its neighbours do", limit=COMPARED),
)
def local_outlier_factor(
    candidates: Candidates, *, neighbours: Annotated[int, {"min": 1, "max": 500}] = NEIGHBOURS
) -> Floats:
    """The oddest for its neighbourhood, by how much emptier its place is; learns nothing.

    Local outlier factor, Breunig et al. 2000, "LOF: identifying density-based local outliers",
    SIGMOD, among a sketch of the candidates, in whitened features.

    Parameters
    ----------
    neighbours : int
        How many sources make a neighbourhood: the smallest group that is not odd has more.
    """
    from sklearn.neighbors import LocalOutlierFactor

    from napari_astro_al.learning.learners import quietly

    whitening = Whitening.of(candidates.sketched())
    known = whitening.place(candidates.sketched())
    if len(known) < 3 or not known.shape[1]:
        return np.zeros(len(candidates))

    def told() -> Floats:
        near = min(neighbours, len(known) - 1)
        model = LocalOutlierFactor(n_neighbors=near, novelty=True).fit(known)
        scores: Floats = -model.score_samples(whitening.place(candidates.features))
        return scores

    return quietly(told, [])


@STRATEGIES.provide(
    "pine_forest",
    _anomalies("Random cuts that agree with the interest scores set it apart"),
)
def pine_forest(candidates: Candidates) -> Floats:
    """Trees of an isolation forest that find what was scored as interesting, and no others.

    Pine forest, Kornilov et al. 2025, "Coniferest: a complete active anomaly detection
    framework", Astronomy and Computing 52, 100960: of 500 trees those 100 are kept in which
    sources scored 3 and more are set apart soonest, and the others latest. Without scores it is
    an isolation forest. Needs the extra ``anomaly``.
    """
    return _by_forest(candidates, "pineforest", "PineForest")


@STRATEGIES.provide(
    "aad_forest",
    _anomalies("Cuts weighed by the interest scores set it apart"),
)
def aad_forest(candidates: Candidates) -> Floats:
    """An isolation forest whose leaves are weighed anew, so that what is interesting comes first.

    Active anomaly discovery, Das et al. 2017, "Incorporating feedback into tree-based anomaly
    detection", arXiv:1708.09441. Without scores it is an isolation forest. Needs the extra
    ``anomaly``.
    """
    return _by_forest(candidates, "aadforest", "AADForest")


@STRATEGIES.provide(
    "interest_forest",
    _anomalies("It is like what was scored as interesting, or odd in a way not seen yet"),
)
def interest_forest(
    candidates: Candidates, *, oddity: Annotated[float, {"min": 0, "max": 10}] = 0.5
) -> Floats:
    """The interest that a random forest expects of a source, and half of its oddity.

    The forest learns the interest scores, as a number from 0 to 1. Oddity is that of
    isolation_forest, from 0 for the least odd candidate to 1 for the oddest: it decides while
    nothing was scored, and among sources that the forest takes for alike. That learnt interest
    and oddity are weighed together is the idea of Lochner & Bassett 2021, "Astronomaly:
    personalised active anomaly detection in astronomical data", Astronomy and Computing 36, 100481.

    Parameters
    ----------
    oddity : float
        The weight of oddity beside the expected interest: with 0 only what was scored counts.
    """
    from sklearn.ensemble import RandomForestRegressor

    from napari_astro_al.learning.learners import quietly

    odd = isolation_forest(candidates)
    spread = float(np.ptp(odd)) if len(odd) else 0.0
    odd = (odd - odd.min()) / spread if spread > 0 else np.zeros(len(odd))
    rated, interest = candidates.rated_features, candidates.interest
    if rated is None or interest is None or not len(interest):
        return odd
    middle = Whitening.of(candidates.sketched()).middle
    seed = int(candidates.generator().integers(2**31))

    def told() -> Floats:
        forest = RandomForestRegressor(TREES, max_features="sqrt", random_state=seed)
        forest.fit(filled(rated, middle), interest / MOST_INTERESTING)
        expected: Floats = forest.predict(filled(candidates.features, middle))
        return expected

    return quietly(told, []) + oddity * odd


def _by_forest(candidates: Candidates, module: str, kind: str) -> Floats:
    """Anomaly scores of one of coniferest's forests, grown on a sketch of the candidates."""
    try:
        forest_of = getattr(import_module(f"coniferest.{module}"), kind)
    except ImportError as error:
        raise LearnerError(
            f"The strategies pine_forest and aad_forest need the package coniferest ({error}). "
            "Install it with: pip install 'napari-astro-al[anomaly]'; or choose interest_forest, "
            "which needs none."
        ) from error
    sketch = candidates.sketched()
    if len(sketch) < 2:
        return np.zeros(len(candidates))
    middle = Whitening.of(sketch).middle
    seed = int(candidates.generator().integers(2**31))
    drawn = min(SUBSAMPLE, len(sketch))
    forest = forest_of(n_trees=TREES, n_subsamples=drawn, random_seed=seed, n_jobs=1)
    known, labels = feedback(candidates)
    if len(known):
        forest.fit_known(filled(sketch, middle), filled(known, middle), labels)
    else:
        forest.fit_known(filled(sketch, middle))
    scores: Floats = -forest.score_samples(filled(candidates.features, middle))
    return scores


def feedback(candidates: Candidates) -> tuple[Floats, npt.NDArray[np.int64]]:
    """What the interest scores say, as yes and no; clear words count for more.

    Returns
    -------
    features : (m, f) float ndarray
        Of the sources that have a score: one of 0 or 5 thrice, one of 1 or 4 twice, the others
        once, which weighs them.
    labels : (m,) int64 ndarray
        -1 for the interesting, 1 for the others, as coniferest has it.
    """
    rated, interest = candidates.rated_features, candidates.interest
    if rated is None or interest is None or not len(interest):
        return np.empty((0, 0)), np.empty(0, dtype=np.int64)
    times = (np.abs(2 * interest - 2 * INTERESTING + 1) + 1) // 2
    labels = np.where(interest >= INTERESTING, -1, 1).astype(np.int64)
    return np.repeat(rated, times, axis=0), np.repeat(labels, times)
