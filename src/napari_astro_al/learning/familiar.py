"""How far a source is from all that is labelled, and whether that is too far for any class.

A class is ruled out where a source lies farther from its labelled members than nearly all of these
lie from each other: conformal prediction (Vovk, Gammerman & Shafer 2005, Algorithmic Learning in a
Random World, chapter 2) with the distance to the nearest neighbour of the class as nonconformity,
and one calibration for all classes. The set of classes that are left is empty exactly if the
nearest labelled source of any class is too far. Of sources that are of one of the classes, drawn
like the labelled ones, at most the level have an empty set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.strategies.places import Floats, Whitening, distance_blocks

LEVEL = 0.05
"""The most that are unlike any class by chance, of sources that are of one."""
FEWEST = 19
"""With fewer labelled sources nothing can be told at this level: 1 / (n + 1) is above it."""
ALIKE = 10
"""A group is told by how near a source's tenth neighbour is."""
MOST_COMPARED = 3000
"""Of more sources, as many stand for all where groups among them are looked for."""


class Farness(NamedTuple):
    """How far sources are from what is labelled.

    Attributes
    ----------
    distances : (n,) float64 ndarray
        To the nearest labelled source, in whitened features.
    nearest : (n,) int64 ndarray
        Its place among the labelled ones.
    chances : (n,) float64 ndarray
        The part of sources of the classes, at most, that lie as far from their own class.
    """

    distances: Floats
    nearest: npt.NDArray[np.int64]
    chances: Floats

    @property
    def strange(self) -> npt.NDArray[np.bool_]:
        """Which are unlike any class."""
        strange: npt.NDArray[np.bool_] = self.chances <= LEVEL
        return strange


@dataclass(frozen=True, eq=False)
class Familiar:
    """What is labelled, as places, and how far its sources are from others of their class.

    Attributes
    ----------
    whitening : Whitening
    places : (l, p) float64 ndarray
    own : (l,) float64 ndarray
        Distances to the nearest other labelled source of the same class, ascending; infinite for
        the only one of a class.
    """

    whitening: Whitening
    places: Floats
    own: Floats

    @classmethod
    def of(cls, sketch: Floats, features: Floats, labels: npt.NDArray[np.str_]) -> Familiar:
        """Of labelled sources, in a space whitened by a sketch of all.

        Parameters
        ----------
        sketch : (m, f) float ndarray
            Scaled features, of which some may be missing.
        features : (l, f) float ndarray
            Of the labelled sources.
        labels : (l,) str ndarray
        """
        whitening = Whitening.of(sketch)
        places = whitening.place(features)
        own = np.full(len(places), np.inf)
        for name in np.unique(labels):
            members = np.flatnonzero(labels == name)
            for rows, distances in distance_blocks(places[members], places[members]):
                at = np.arange(*rows.indices(len(members)))
                distances[np.arange(len(at)), at] = np.inf
                own[members[at]] = distances.min(axis=1)
        return cls(whitening, places, np.sort(own))

    @property
    def tells(self) -> bool:
        """Whether there are labels enough to call anything strange."""
        return len(self.own) >= FEWEST

    def farness(self, features: Floats) -> Farness:
        """How far sources with these (n, f) features are from what is labelled; one is needed."""
        places = self.whitening.place(features)
        distances = np.full(len(places), np.inf)
        nearest = np.zeros(len(places), dtype=np.int64)
        for rows, apart in distance_blocks(places, self.places):
            nearest[rows] = apart.argmin(axis=1)
            distances[rows] = apart.min(axis=1)
        as_far = len(self.own) - np.searchsorted(self.own, distances, side="left")
        return Farness(distances, nearest, (as_far + 1) / (len(self.own) + 1))


def by_group(places: Floats, distances: Floats, hashes: npt.NDArray[np.uint64]) -> Floats:
    """How much of a group each strange source is in; higher is more.

    The distance to what is labelled over that to the tenth nearest of the strange ones: sources of
    an unknown class have each other near, and artefacts have nobody.

    Parameters
    ----------
    places : (n, p) float64 ndarray
        Of the strange sources.
    distances : (n,) float64 ndarray
        To the nearest labelled source.
    hashes : (n,) uint64 ndarray
        Of many sources, those with the smallest stand for all.

    Returns
    -------
    (n,) float64 ndarray
    """
    ratio = np.zeros(len(places))
    others = np.sort(np.argsort(hashes, kind="stable")[:MOST_COMPARED])
    at = min(ALIKE, len(others) - 1)
    for rows, apart in distance_blocks(places, places[others]):
        near = np.partition(apart, at, axis=1)[:, at]
        ratio[rows] = distances[rows] / np.maximum(near, 1e-9)
    return ratio
