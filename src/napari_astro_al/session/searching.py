"""A session's verb for search by example: the sources most like some, and unlike others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import as_ids
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.strategies import Candidates, Gather, top
from napari_astro_al.learning.strategies.examples import examples
from napari_astro_al.learning.strategies.places import SKETCH
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.session.interest import Interest
from napari_astro_al.session.marking import Marking
from napari_astro_al.session.sets import Sources

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Search:
    """Everything that a search needs, captured."""

    features: FeatureMatrix
    hashes: npt.NDArray[np.uint64]
    ids: npt.NDArray[np.generic]
    like: Rows
    unlike: Rows
    within: Rows | None
    n: int


class Searching(Interest, Marking):
    """Search by example."""

    def search(
        self,
        like: SourceId | Iterable[SourceId] | None = None,
        unlike: SourceId | Iterable[SourceId] | None = None,
        n: int = 50,
        *,
        within: Sources | None = None,
    ) -> pd.Series[float]:
        """The sources most like some examples, of all that have features, labelled or not.

        Parameters
        ----------
        like, unlike : int, str, or iterable of them, optional
            Examples, and sources that what is sought is not like; those that are marked (see
            `mark`) where neither is given.
        n : int
            How many at most; the examples themselves are not among them.
        within : iterable of int or str, Selection, or str, optional
            Search these only.

        Returns
        -------
        pandas.Series
            Likeness by source id, the most alike first: of two kinds of examples the difference,
            so that 1 is the same as an example and -1 as a counterexample (as the strategy
            "examples" has it).

        Raises
        ------
        SessionError
            If there is no example, or none of them has features.
        CatalogueError
            Naming sources that the catalogue does not have.
        """
        return drain(self.search_job(like, unlike, n, within=within))

    def search_job(
        self,
        like: SourceId | Iterable[SourceId] | None = None,
        unlike: SourceId | Iterable[SourceId] | None = None,
        n: int = 50,
        *,
        within: Sources | None = None,
    ) -> Job[pd.Series[float]]:
        """The work of `search`, captured now."""
        number = whole_number(n, "The number of sources to find", SessionError)
        if number < 1:
            raise SessionError(f"A search is for one source or more, not {number}.")
        if like is None and unlike is None:
            alike, others = self._marked_rows(True), self._marked_rows(False)
        else:
            alike, others = self._known_rows(like), self._known_rows(unlike)
        usable = self.features.usable
        alike, others = alike[usable[alike]], others[usable[others]]
        if not len(alike) + len(others):
            raise SessionError(
                "There is no example with features to search by. Give some, search(like=[...]), or "
                "mark some: session.mark(ids)."
            )
        request = _Search(
            features=self.features,
            hashes=self.partition.hashes,
            ids=self.catalogue.ids,
            like=alike,
            unlike=others,
            within=None if within is None else self.sets.resolve(within).rows,
            n=number,
        )
        return guarded(_search(request), "search by example")

    def _known_rows(self, ids: SourceId | Iterable[SourceId] | None) -> Rows:
        given = [] if ids is None else list(dict.fromkeys(as_ids(ids)))
        return self.catalogue.rows_of(given) if given else np.empty(0, dtype=np.int64)


def _search(request: _Search) -> Job[pd.Series[float]]:
    yield Progress("Searching for sources like the examples")
    usable = request.features.usable.copy()
    usable[request.like] = usable[request.unlike] = False
    rows = np.flatnonzero(usable)
    if request.within is not None:
        rows = np.sort(request.within[usable[request.within]])
    values, hashes = request.features.values, request.hashes[rows]
    sketch = top(np.zeros(len(rows)), hashes, SKETCH)
    candidates = Candidates(
        np.empty((len(rows), 0), dtype=np.float32),
        Gather(values, rows),
        like=values[request.like],
        unlike=values[request.unlike],
    )
    scores = np.empty(0)
    if len(rows):
        scores = examples(candidates.with_sketch(lambda: candidates.features_at(sketch)))
    order = top(scores, hashes, request.n)
    index = pd.Index(request.ids[rows[order]], name="source")
    return pd.Series(scores[order], index=index, name="likeness", dtype=np.float64)
