"""A session's verbs for sources unlike any class: how strange one is, and which are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import NotEnoughLabels
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning import Task
from napari_astro_al.learning.familiar import FEWEST, LEVEL, Familiar, by_group
from napari_astro_al.learning.split import POOL
from napari_astro_al.learning.strategies.places import SKETCH
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.sets import Sources
from napari_astro_al.session.state import State

MOST_LABELLED = 4000
"""Of more labelled sources, those with the smallest hashes stand for all."""
CHUNK = 16_384
"""Sources at a time."""

Rows = npt.NDArray[np.int64]


class _Basis(NamedTuple):
    """What is known of the labels follows from this."""

    revision: int
    tasks: dict[str, Task]
    features: FeatureMatrix
    partition: Partition
    off_limits: Selection

    def same(self, other: _Basis) -> bool:
        return self.revision == other.revision and all(
            mine is theirs for mine, theirs in zip(self[1:], other[1:], strict=True)
        )


@dataclass(frozen=True, eq=False)
class Known:
    """The labelled sources that others are compared with.

    Attributes
    ----------
    familiar : Familiar or None
        None where nothing is labelled.
    rows : (l,) int64 ndarray
    labels : (l,) str ndarray
    usual : float
        The part of a sample of all sources that is unlike any class; NaN where nothing can be
        told.
    """

    familiar: Familiar | None
    rows: Rows
    labels: npt.NDArray[np.str_]
    usual: float


@dataclass(frozen=True)
class Strangeness:
    """How a source compares with what is labelled.

    Attributes
    ----------
    source : int or str
    chance : float
        The part of sources of the classes, at most, that lie as far from their own class; NaN
        where nothing can be told.
    distance : float
        To the nearest labelled source, in units of the root of the number of whitened features.
    nearest : int, str or None
        That source.
    nearest_class : str
    n_labels : int
        How many labelled sources it was compared with.
    usual : float
        The part of all sources that is unlike any class, from a sample.
    known : Known or None
        What `Strangers.accept_strangeness` keeps.
    """

    source: SourceId
    chance: float = np.nan
    distance: float = np.nan
    nearest: SourceId | None = None
    nearest_class: str = ""
    n_labels: int = 0
    usual: float = np.nan
    known: tuple[Any, Known] | None = field(default=None, repr=False, compare=False)

    @property
    def strange(self) -> bool:
        """Whether it is unlike any class."""
        return self.chance <= LEVEL

    @property
    def words(self) -> str:
        """In a few words; empty where it is not strange."""
        if not self.strange:
            return ""
        return f"Unlike any class: {_of_hundred(self.chance)} lie so far from their own"

    @property
    def particulars(self) -> str:
        """What the words mean, as sentences; empty where it is not strange."""
        if not self.strange:
            return ""
        nearest = f"{self.nearest} ({Task.words(self.nearest_class)})"
        return (
            f"The nearest labelled source, {nearest}, is {self.distance:.2g} away in whitened "
            f"features. Of sources of the classes so far, {_of_hundred(self.chance)} are as far "
            f"from the nearest of their own class, by the {self.n_labels:,} labelled ones. "
            f"{usual_words(self.usual)}"
        )


def _of_hundred(chance: float) -> str:
    return f"at most {max(100 * chance, 0.1):.2g} in 100"


def usual_words(usual: float) -> str:
    """How many sources are unlike any class, against how many would be by chance."""
    return (
        f"Of all sources {100 * usual:.2g} % are unlike any class; up to {100 * LEVEL:.0f} % would "
        "be if each was of one. Labels that were asked for lie far apart, which makes it fewer."
    )


@dataclass(frozen=True, eq=False)
class _Request:
    """Everything that comparing needs, captured."""

    basis: _Basis
    catalogue: Catalogue
    rows: Rows
    labels: list[str]
    classes: frozenset[str]
    known: Known | None

    @property
    def features(self) -> FeatureMatrix:
        return self.basis.features

    @property
    def hashes(self) -> npt.NDArray[np.uint64]:
        return self.basis.partition.hashes


class Strangers(State):
    """Sources of a session that are unlike any class so far."""

    _known_labels: tuple[_Basis, Known] | None = None

    def strangeness(self, source: SourceId) -> Strangeness:
        """Whether a source is unlike everything that is labelled, by a measure that holds.

        It is called strange where at most one in twenty sources of the classes so far lies as far
        from its own class. That is promised for sources drawn like the labelled ones. Labels that
        were asked for lie farther apart than others, so that fewer are called strange.

        Parameters
        ----------
        source : int or str

        Returns
        -------
        Strangeness
            With `strange` False where it is labelled or has no features, and while fewer than 19
            sources are labelled.

        Raises
        ------
        CatalogueError
            If there is no such source.
        """
        return self.accept_strangeness(drain(self.strangeness_job(source)))

    def strangeness_job(self, source: SourceId) -> Job[Strangeness]:
        """The work of `strangeness`, captured now; it takes as long for any number of sources."""
        row = self.catalogue.row_of(source)
        answered = self.book.label_of(source) is not None
        return guarded(_strangeness(self._strangers_request(), row, answered), "compare the source")

    def accept_strangeness(self, told: Strangeness) -> Strangeness:
        """Keep what was worked out of the labels, for the sources that follow."""
        if told.known is not None:
            self._known_labels = told.known
        return told

    def strangers(self, n: int | None = None, *, within: Sources | None = None) -> pd.DataFrame:
        """The sources to be asked for that are unlike any class, groups of them first.

        Held-out, excluded and answered ones are not among them.

        Parameters
        ----------
        n : int, optional
            How many at most.
        within : iterable of int or str, Selection, or str, optional
            Look among these only.

        Returns
        -------
        pandas.DataFrame
            Index the source id; `chance`, `distance`, `nearest` and `nearest_class` as
            `Strangeness` has them, and `group`: how much nearer the tenth nearest of them is than
            anything labelled, which is what they are sorted by. ``attrs["looked_at"]`` says among
            how many it was looked.

        Raises
        ------
        NotEnoughLabels
            With fewer than 19 labelled sources with features.
        """
        return drain(self.strangers_job(n, within=within))

    def strangers_job(
        self, n: int | None = None, *, within: Sources | None = None
    ) -> Job[pd.DataFrame]:
        """The work of `strangers`, captured now."""
        some = None if within is None else self.sets.resolve(within).rows
        taken = (self.book.taken.copy(), self.off_limits.rows)
        return guarded(_strangers(self._strangers_request(), taken, some, n), "look for strangers")

    def _strangers_request(self) -> _Request:
        basis = _Basis(
            self.book.revision, self.tasks, self.features, self.partition, self.off_limits
        )
        kept = self._known_labels
        known = kept[1] if kept is not None and kept[0].same(basis) else None
        rows, labels = self.book.labelled()
        classes = frozenset(name for task in self.tasks.values() for name in task.classes)
        return _Request(basis, self.catalogue, rows, labels, classes, known)


def _known(request: _Request) -> Job[Known]:
    if request.known is not None:
        return request.known
    yield Progress("Comparing labelled sources")
    part, usable = request.basis.partition.part, request.features.usable
    labels = np.array(request.labels, dtype=np.str_)
    fit = np.isin(labels, list(request.classes)) & usable[request.rows]
    fit &= (part[request.rows] == POOL) & ~request.basis.off_limits.contains(request.rows)
    rows, labels = request.rows[fit], labels[fit]
    if len(rows) > MOST_LABELLED:
        some = np.sort(np.argsort(request.hashes[rows], kind="stable")[:MOST_LABELLED])
        rows, labels = rows[some], labels[some]
    sketch = request.basis.partition.sketch_rows()
    sketch = sketch[usable[sketch]][:SKETCH]
    if not len(rows) or not len(sketch):
        return Known(None, rows, labels, np.nan)
    values = request.features.values
    familiar = Familiar.of(values[sketch], values[rows], labels)
    yield Progress("Comparing a sample with them")
    others = values[sketch[~np.isin(sketch, rows)]]
    usual = float(familiar.farness(others).strange.mean()) if len(others) else np.nan
    return Known(familiar, rows, labels, usual if familiar.tells else np.nan)


def _strangeness(request: _Request, row: int, answered: bool) -> Job[Strangeness]:
    source = request.catalogue.ids_at([row])[0]
    yield Progress("Comparing the source")
    if request.features.is_empty:
        return Strangeness(source)
    known = yield from _known(request)
    kept = (request.basis, known)
    familiar = known.familiar
    if familiar is None or answered or not request.features.usable[row]:
        return Strangeness(source, n_labels=len(known.rows), known=kept)
    far = familiar.farness(request.features.values[row : row + 1])
    nearest = int(far.nearest[0])
    return Strangeness(
        source=source,
        chance=float(far.chances[0]) if familiar.tells else np.nan,
        distance=float(far.distances[0]) / _unit(familiar),
        nearest=request.catalogue.ids_at([known.rows[nearest]])[0],
        nearest_class=str(known.labels[nearest]),
        n_labels=len(known.rows),
        usual=known.usual,
        known=kept,
    )


def _unit(familiar: Familiar) -> float:
    return float(np.sqrt(max(len(familiar.whitening.axes), 1)))


def _strangers(
    request: _Request, taken: tuple[npt.NDArray[np.bool_], Rows], within: Rows | None, n: int | None
) -> Job[pd.DataFrame]:
    yield Progress("Looking for what is unlike any class")
    known = yield from _known(request)
    familiar = known.familiar
    if familiar is None or not familiar.tells:
        raise NotEnoughLabels(
            f"What is unlike any class can be told from {FEWEST} labelled sources with features "
            f"on; there are {len(known.rows)}. Label more of them first."
        )
    free = request.features.usable & ~taken[0] & (request.basis.partition.part == POOL)
    free[taken[1]] = False
    rows = np.flatnonzero(free) if within is None else np.sort(within[free[within]])
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), CHUNK):
        yield Progress("Looking for what is unlike any class", start, len(rows))
        some = rows[start : start + CHUNK]
        far = familiar.farness(request.features.values[some])
        odd = far.strange
        found.append((some[odd], far.distances[odd], far.nearest[odd], far.chances[odd]))
    columns = [np.concatenate(one) for one in zip(*found, strict=True)] if found else None
    if columns is None:
        columns = [np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0)]
    strange, distances, nearest, chances = columns
    yield Progress("Looking for groups")
    places = familiar.whitening.place(request.features.values[strange])
    groups = by_group(places, distances, request.hashes[strange]) if len(strange) else distances
    order = np.lexsort((request.hashes[strange], -groups))[:n]
    ids = request.catalogue.ids
    table = pd.DataFrame(
        {
            "chance": chances[order],
            "distance": distances[order] / _unit(familiar),
            "nearest": ids[known.rows[nearest[order]]],
            "nearest_class": known.labels[nearest[order]].astype(object),
            "group": groups[order],
        },
        index=pd.Index(ids[strange[order]], name="source"),
    )
    table.attrs["looked_at"] = len(rows)
    table.attrs["strange"] = len(strange)
    return table
