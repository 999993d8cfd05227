"""A session's verbs for sources that shall play no part: exclude, include."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALWarning, LabelError, SessionError, listing
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.setfiles import Draft, read_set, remove_file, set_bytes
from napari_astro_al.session.sets import Sources
from napari_astro_al.session.state import State

FILE = "excluded.parquet"
NAME = "excluded"
"""Of the set, and the kind of the events that tell of changes."""
MOST_NAMED = 1_000


@dataclass(frozen=True, eq=False)
class Exclusion:
    """Which sources are to be excluded, and were when that was worked out."""

    before: Selection
    after: Selection
    draft: Draft | None

    def drop(self) -> None:
        """Take away what was written."""
        if self.draft is not None:
            self.draft.drop()


class Excluding(State):
    """Sources that are never asked for and not trained on.

    Their labels stay in the ledger and count again once they are included. Held-out sources that
    are excluded are scored all the same: leaving hard ones out would flatter the model.
    """

    @property
    def excluded(self) -> Selection:
        """The excluded sources."""
        return self.kept_out

    def excludes(self, source: SourceId) -> bool:
        """Whether a source is excluded."""
        row = self.catalogue.row_of(source)
        return bool(self.kept_out.contains(np.array([row]))[0])

    def exclude(self, sources: Sources) -> None:
        """Never ask for sources, nor train on them, until they are included again.

        Parameters
        ----------
        sources : int, str, iterable of them, or Selection
            Ids, a selection, or the name of a set.

        Raises
        ------
        CatalogueError
            Naming sources that the catalogue does not have.
        SessionError
            If the folder cannot be written to. In each case nothing has changed.
        """
        self.accept_exclusion(drain(self.exclusion_job(sources, "add")))

    def exclude_labels(self, labels: Sequence[object]) -> None:
        """Never ask for sources whose label in the label column is one of these, nor train on them.

        Parameters
        ----------
        labels : sequence
            Labels as the column has them, or as a task calls them. They are included again like
            any other sources.

        Raises
        ------
        LabelError
            Naming every label that the column does not have.
        """
        self.exclude(Selection(self.catalogue, self.rows_labelled(labels)))

    def rows_labelled(self, labels: Sequence[object]) -> npt.NDArray[np.int64]:
        """The sources with these labels in the label column, ascending."""
        wanted = [str(one) for one in labels]
        names = {
            raw: {raw, *(task.alias(raw) for task in self.tasks.values())}
            for raw in self.partition.column_values
        }
        strangers = [one for one in wanted if not any(one in known for known in names.values())]
        if strangers:
            raise LabelError(
                f"No source has the label {listing(strangers)} in the label column. It has "
                f"{listing(self.partition.column_values)}."
            )
        codes = [code for code, known in enumerate(names.values()) if known & set(wanted)]
        return np.flatnonzero(np.isin(self.partition.column_codes, codes))

    def include(self, sources: Sources | None = None) -> None:
        """Take excluded sources back into the pool and into training; all of them by default."""
        chosen = self.kept_out if sources is None else sources
        self.accept_exclusion(drain(self.exclusion_job(chosen, "subtract")))

    def exclusion_job(self, sources: Sources, how: Literal["add", "subtract"]) -> Job[Exclusion]:
        """The work of `exclude` ("add") or `include` ("subtract"), captured now.

        Hand its result to `accept_exclusion`.
        """
        self.check_open()
        chosen = self.sets.resolve(sources)
        file = None if self.path is None else self.path / FILE
        return guarded(_work_out(self.kept_out, chosen, how, file), f"{_VERBS[how]} the sources")

    def accept_exclusion(self, exclusion: Exclusion) -> bool:
        """Exclude what was worked out, unless others were excluded or included since.

        Returns
        -------
        bool
            False for a stale result, which is dropped.
        """
        if exclusion.before is not self.kept_out:
            exclusion.drop()
            return False
        if exclusion.after.count == exclusion.before.count:
            return True
        self.check_open()
        self.book.note(NAME, told_of(exclusion.after, self))
        if exclusion.draft is not None:
            exclusion.draft.put()
        elif self.path is not None:
            remove_file(self.path / FILE)
        self.kept_out = exclusion.after
        self.book.revision += 1
        self.book.training_revision += 1
        self._tell(self.exclusions_changed, exclusion.after)
        return True


def told_of(excluded: Selection, session: State) -> dict[str, Any]:
    """What the ledger says of the excluded sources: which, where they are few, or a sum of them."""
    few = excluded.count <= MOST_NAMED
    ids = [str(one) for one in session.catalogue.ids_at(excluded.rows)] if few else None
    return {"sources": ids, "digest": session.partition.digest(excluded.rows)}


_VERBS = {"add": "exclude", "subtract": "include"}


def _work_out(
    before: Selection, chosen: Selection, how: Literal["add", "subtract"], file: Path | None
) -> Job[Exclusion]:
    yield Progress("Gathering sources")
    after = before.combined(chosen, how)
    if file is None or after.count in (0, before.count):
        return Exclusion(before, after, None)
    yield Progress(f"Writing {file.name}")
    return Exclusion(before, after, Draft(file, set_bytes(NAME, after)))


def restored_exclusions(session: State, root: Path) -> Selection:
    """The excluded sources in a session's folder; where they cannot be read, a warning says so."""
    if (root / FILE).exists():
        try:
            return read_set(root / FILE, session.catalogue)[1]
        except SessionError as error:
            warnings.warn(
                f"The excluded sources of {root.name} could not be brought back, and may be asked "
                f"for: {error}",
                AstroALWarning,
                stacklevel=5,
            )
    return Selection.none(session.catalogue)
