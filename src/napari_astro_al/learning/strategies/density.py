"""How typical sources are: density in a space where distances mean something."""

from __future__ import annotations

import numpy as np

from napari_astro_al.learning.strategies.places import Floats, distance_blocks

NEIGHBOURS = 20
"""Neighbours that a source is compared with (Hacohen et al. 2022, section 4)."""

_SAME = 1e-6


def typicality(
    places: Floats, reference: Floats | None = None, *, n_neighbours: int = NEIGHBOURS
) -> Floats:
    """The inverse of the mean distance to the nearest neighbours.

    Hacohen, Dekel & Weinshall 2022, "Active learning on a budget: opposite strategies suit high
    and low budgets", ICML, equation 4.

    Parameters
    ----------
    places : (n, p) float ndarray
        See `Whitening`.
    reference : (m, p) float ndarray, optional
        Whose density counts; the places themselves by default. A source may be among them: a
        neighbour at no distance is left out once.
    n_neighbours : int
        Fewer where there are fewer.

    Returns
    -------
    (n,) float64 ndarray
        Positive and finite, higher is more typical; 1 where there is no neighbour. It takes n x m
        distances, so give a sketch of a large catalogue.
    """
    others = places if reference is None else reference
    near = min(n_neighbours + 1, len(others))
    if near == 0 or (reference is None and near == 1):
        return np.ones(len(places))
    typical = np.empty(len(places))
    for rows, distances in distance_blocks(places, others):
        distances.partition(near - 1, axis=1)
        nearest = np.sort(distances[:, :near], axis=1)
        nearest[nearest < _SAME] = 0.0
        itself = nearest[:, 0] == 0 if reference is not None else np.ones(len(nearest), dtype=bool)
        ours = np.where(itself[:, None], nearest[:, 1:], nearest[:, :-1])
        mean = ours.mean(axis=1) if near > 1 else nearest[:, 0]
        typical[rows] = 1.0 / np.maximum(mean, _SAME)
    return typical
