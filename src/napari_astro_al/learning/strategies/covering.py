"""Strategies that go by places alone: no model is asked."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.candidates import Candidates, Floats
from napari_astro_al.learning.strategies.density import NEIGHBOURS, typicality
from napari_astro_al.learning.strategies.diversity import MOST_DIVERSE, farthest_first
from napari_astro_al.learning.strategies.naming import STRATEGIES, About, Group
from napari_astro_al.learning.strategies.places import Whitening, gaps

COVERED = 5_000
"""The most candidates that these strategies look at."""
MOST_CLUSTERS = 500
SMALLEST_CLUSTER = 5

Batch = tuple[npt.NDArray[np.intp], Floats]


@STRATEGIES.provide(
    "k_centre",
    About(
        "It is the farthest from all that is labelled",
        Group.SPREAD,
        needs_model=False,
        limit=COVERED,
        shown="any",
    ),
)
def k_centre(candidates: Candidates, *, n: int) -> Batch:
    """The source farthest from all labelled ones (core-set).

    The greedy k-centre of Sener & Savarese 2018, "Active learning for convolutional neural
    networks: a core-set approach", ICLR, algorithm 1. It begins at the most typical source and
    then goes for the edges, outliers too.
    """
    places, labelled = _places(candidates)
    gap = gaps(places, labelled)
    if not len(labelled):
        first = places[[int(typicality(places).argmax())]]
        gap = gaps(places, first)
        gap[gap.argmin()] = np.inf
    chosen, distance = farthest_first(places, gap, min(n, MOST_DIVERSE))
    left = np.setdiff1d(np.argsort(-gap, kind="stable"), chosen, assume_unique=True)
    rest = left[: n - len(chosen)]
    return np.concatenate([chosen, rest]), np.concatenate([distance, np.full(len(rest), np.nan)])


@STRATEGIES.provide(
    "typicality",
    About(
        "It is typical of a group of sources without labels",
        Group.SPREAD,
        needs_model=False,
        limit=COVERED,
        shown="any",
    ),
)
def typical(candidates: Candidates, *, n: int) -> Batch:
    """The most typical source of the largest group without labels (TypiClust).

    Hacohen, Dekel & Weinshall 2022, "Active learning on a budget: opposite strategies suit high
    and low budgets", ICML, algorithm 1: as many k-means clusters as there will be labels, at most
    `MOST_CLUSTERS`; of those with the fewest labels the largest; of this the source with the
    smallest mean distance to its neighbours. Clusters of fewer than `SMALLEST_CLUSTER` come last.
    """
    places, labelled = _places(candidates)
    everything = np.concatenate([places, labelled])
    n_clusters = min(len(labelled) + n, MOST_CLUSTERS, len(np.unique(everything, axis=0)))
    cluster = _clusters(everything, n_clusters, candidates.generator())
    queue: list[tuple[bool, int, int, int]] = []
    members: dict[int, list[int]] = {}
    for one in range(n_clusters):
        rows = np.flatnonzero(cluster[: len(places)] == one)
        if not len(rows):
            continue
        near = min(NEIGHBOURS, len(rows))
        by_typicality = np.argsort(-typicality(places[rows], n_neighbours=near), kind="stable")
        members[one] = rows[by_typicality].tolist()[::-1]
        covered = int((cluster[len(places) :] == one).sum())
        queue.append((len(rows) < SMALLEST_CLUSTER, covered, -len(rows), one))
    heapify(queue)
    chosen: list[int] = []
    while queue and len(chosen) < n:
        small, covered, size, one = heappop(queue)
        chosen.append(members[one].pop())
        if members[one]:
            heappush(queue, (small, covered + 1, size, one))
    return np.array(chosen, dtype=np.intp), np.full(len(chosen), np.nan)


def _places(candidates: Candidates) -> tuple[Floats, Floats]:
    whitening = Whitening.of(candidates.features)
    labelled = candidates.labelled_features
    if labelled is None or not len(labelled):
        return whitening.place(candidates.features), np.empty((0, len(whitening.axes)))
    return whitening.place(candidates.features), whitening.place(labelled)


def _clusters(places: Floats, n: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    """Which of n clusters each place is in."""
    if n <= 1 or places.shape[1] == 0:
        return np.zeros(len(places), dtype=np.intp)
    from sklearn.cluster import KMeans

    from napari_astro_al.learning.learners import quietly

    model = KMeans(n, n_init=1, max_iter=50, random_state=int(rng.integers(2**31)))
    found: npt.NDArray[np.intp] = quietly(lambda: model.fit_predict(places), []).astype(np.intp)
    return found
