"""Drawing the sources of a contact sheet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.ids import derived_seed, splitmix64
from napari_astro_al.errors import LabelError, listing
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning import Task
from napari_astro_al.learning.split import POOL
from napari_astro_al.learning.strategies.highest import top
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.asking import Query
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.predictions import combined_probabilities
from napari_astro_al.session.sheets import BATCH, BY_MODEL, Draw, Sheet

MOST = 10_000
"""Most sources on one sheet; a selection or set is shown whole."""

MOST_ASKED = 900
"""Most sources of a batch: four pages of the largest size. Models learn in between."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DrawRequest:
    """Everything that drawing a sheet needs, captured.

    Attributes
    ----------
    usable : (n_sources,) bool ndarray
        Which sources have features.
    labelled_only : bool
        Whether sources without a column label are left out.
    of : (n,) int64 ndarray or None
        Rows of the selection or set that is drawn from.
    within : (n,) int64 ndarray or None
        Rows to draw from otherwise, if not any.
    answered, excluded : (n,) int64 ndarray
        Rows that are labelled or unsure, and that play no part.
    skipped : (n,) int64 ndarray
        Rows that come last, in this order.
    results : tuple of TrainResult
        The models, where the draw goes by what they say.
    query : Job or None
        What chooses a batch.
    most : int
        How many sources.
    """

    draw: Draw
    catalogue: Catalogue
    partition: Partition
    usable: npt.NDArray[np.bool_]
    labelled_only: bool
    of: Rows | None
    within: Rows | None
    answered: Rows
    excluded: Rows
    skipped: Rows
    results: tuple[TrainResult, ...]
    tasks: dict[str, Task]
    query: Job[Query] | None
    seed: int
    most: int

    def eligible(self) -> npt.NDArray[np.bool_]:
        """Which sources may be shown."""
        draw, n = self.draw, len(self.catalogue)
        free = np.ones(n, dtype=bool)
        if not draw.held_out:
            free &= self.partition.part == POOL
        if self.labelled_only:
            free &= self.partition.has_column_label
        if self.of is None:
            free &= self.usable
        for some in (self.of, self.within):
            if some is not None:
                inside = np.zeros(n, dtype=bool)
                inside[some] = True
                free &= inside
        if not draw.answered:
            free[self.answered] = False
        free[self.excluded] = False
        return free


def sheet_job(request: DrawRequest) -> Job[Sheet]:
    """Draw a sheet.

    Returns
    -------
    Sheet
        Without sources, where none may be shown. What was skipped comes last.
    """
    draw, catalogue = request.draw, request.catalogue
    yield Progress("Drawing a contact sheet")
    if draw.kind == BATCH and request.query is not None:
        query = yield from request.query
        return Sheet(catalogue, draw, catalogue.rows_of(list(query.sources)), query=query)
    free = request.eligible()
    late = request.skipped[free[request.skipped]]
    free[late] = False
    yield Progress("Drawing a contact sheet")
    if draw.kind in BY_MODEL:
        return _by_model(request, free, late)
    rows = np.flatnonzero(free)
    key = np.uint64(derived_seed(request.seed, "sheet", draw.seed))
    hashes = splitmix64(request.partition.hashes[rows] ^ key)
    most = request.most if request.of is None else len(rows) + len(late)
    chosen = rows[top(np.zeros(len(rows)), hashes, most)]
    return Sheet(catalogue, draw, np.concatenate([chosen, late])[:most])


def _by_model(request: DrawRequest, free: npt.NDArray[np.bool_], late: Rows) -> Sheet:
    draw = request.draw
    classes, probabilities = combined_probabilities(request.results, request.tasks)
    if draw.of and draw.of not in classes:
        raise LabelError(f"The model knows no class {draw.of!r}. It knows {listing(classes)}.")
    free[late] = True
    rows = np.flatnonzero(free)
    said = probabilities[rows]
    known = np.isfinite(said).all(axis=1)
    rows, said = rows[known], said[known]
    best, sure = said.argmax(axis=1), said.max(axis=1)
    if draw.of:
        meant = best == classes.index(draw.of)
        rows, best, sure = rows[meant], best[meant], sure[meant]
    scores = sure if draw.kind == "confident" else -sure
    order = top(scores, request.partition.hashes[rows], request.most)
    put_off = np.isin(rows[order], late)
    order = np.concatenate([order[~put_off], order[put_off]])
    names = np.array(classes, dtype=object)
    return Sheet(request.catalogue, draw, rows[order], names[best[order]], sure[order])
