"""A session's verb for groups that were found: a class is made of them, as one step."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import numpy as np

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError, LabelError
from napari_astro_al.learning.split import POOL
from napari_astro_al.session.answering import Answering, finite_number
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.sets import Sources

FOUNDED = "founded"
"""Where a label's event says that its class was made with it."""


class Group(NamedTuple):
    """Sources that a class may be made of.

    Attributes
    ----------
    free : Selection
        Those that would be labelled.
    n_answered : int
        Those that have an answer, which they keep.
    n_apart : int
        Those that stay as they are because they are held out, of the survey sample, or excluded.
    """

    free: Selection
    n_answered: int
    n_apart: int


class Founding(Answering):
    """Classes of a session that are made of sources."""

    def group(self, sources: Sources | None = None) -> Group:
        """Which of some sources a new class would be made of; by default of the selected ones."""
        chosen = self.selection if sources is None else self.sets.resolve(sources)
        rows = chosen.rows
        answered = self.book.taken[rows]
        apart = (self.partition.part[rows] != POOL) | self.off_limits.contains(rows)
        free = Selection.of_rows(self.catalogue, rows[~answered & ~apart])
        n_answered = int(np.count_nonzero(answered))
        return Group(free, n_answered, len(rows) - n_answered - free.count)

    def found_class(
        self,
        name: str,
        sources: Sources | None = None,
        *,
        task: str | None = None,
        seconds: float | None = None,
    ) -> Selection:
        """Make a new class of sources that were found, as one step: `undo` takes back both.

        Sources that have an answer keep it. Held-out ones, those of the survey sample and
        excluded ones stay as they are: they are looked at one by one, or not at all.

        Parameters
        ----------
        name : str
            Of the class; its key is the next digit.
        sources : int, str, iterable of them, or Selection, optional
            The selected ones by default. How these were found (see `select`) is kept with the
            class.
        task : str, optional
            The task that gets the class; the first one by default.
        seconds : float, optional
            How long it took.

        Returns
        -------
        Selection
            The sources that were labelled.

        Raises
        ------
        LabelError
            If the name is empty, taken, or starts with "~"; if no source is left to be labelled.
        CatalogueError
            Naming sources that the catalogue does not have.
        SessionError, LedgerError
            If it could not be written. In each case nothing has changed.
        """
        self.check_present()
        fresh, chosen = str(name).strip(), self._task_name(task)
        self._check_name_is_free(fresh, chosen)
        number = finite_number(seconds, "seconds")
        found_by = dict(self.found_by) if sources is None else {}
        group = self.group(sources)
        if not group.free.count:
            raise LabelError(
                f"No source is left to make {fresh!r} of: {group.n_answered:,} have an answer, and "
                f"{group.n_apart:,} are held out, of the survey sample, or excluded. Select others."
            )
        about = {**found_by, "n": group.free.count}
        changed = {**self.tasks, chosen: self.tasks[chosen].with_class(fresh)}
        self._take_classes(changed, {"what": "added", "names": [fresh], "group": about})
        ids = self.catalogue.ids_at(group.free.rows)
        try:
            self._record("label", ids, {"label": fresh, FOUNDED: fresh, "seconds": number})
        except AstroALError:
            self.remove_class(fresh)
            raise
        self._inherit()
        return group.free

    def _take_back(self) -> tuple[SourceId, ...]:
        step = self.book.undoable
        sources = super()._take_back()
        name = self._founded_in(step, sources)
        if name in self.classes:
            with suppress(LabelError):  # where somebody has used it since, it stays
                self.remove_class(name)
        return sources

    def _bring_back(self) -> tuple[SourceId, ...]:
        step = self.book.redoable
        sources = super()._bring_back()
        name = self._founded_in(step, sources)
        if name and name not in self.classes:
            self.add_class(name)
        return sources

    def _founded_in(self, step: str | None, sources: tuple[SourceId, ...]) -> str:
        """The class that was made in a step; empty where none was."""
        if step is None or not sources:
            return ""
        for event in reversed(self.book.history_of(sources[0])):
            if event.payload.get("step") == step:
                return str(event.payload.get(FOUNDED, ""))
        return ""
