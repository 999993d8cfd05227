"""What a session holds, and what it tells when that changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from napari_astro_al.annotation import Ledger
from napari_astro_al.annotation.events import CATALOGUE
from napari_astro_al.annotation.merging import own_events
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts import Cutouts
from napari_astro_al.errors import (
    LabelError,
    LedgerError,
    SessionError,
    listing,
)
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.learning.class_changes import shared_renames
from napari_astro_al.learning.split import POOL
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.projection import Projection, ProjectionRecipe
from napari_astro_al.session import folder
from napari_astro_al.session.columnfiles import ColumnGroup
from napari_astro_al.session.curated import Plan
from napari_astro_al.session.document import CatalogueReference
from napari_astro_al.session.history import LOOKED, History
from napari_astro_al.session.labelbook import LabelBook
from napari_astro_al.session.marks import MARK, marks_of
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.provenance import Origins
from napari_astro_al.session.recipe_changes import RECIPES, change_of
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.sets import KeptSet, NamedSets
from napari_astro_al.session.starting import inherited_labels
from napari_astro_al.session.survey import SURVEY, Survey, survey_of
from napari_astro_al.session.time_machine import TimeMachine
from napari_astro_al.session.visits import Visits


class State(TimeMachine):
    """The state and the signals of a session; its verbs are in the classes made from it.

    Attributes
    ----------
    catalogue : Catalogue
    features : FeatureMatrix
        What models see.
    tasks : dict of str to Task
    learners : dict of str to LearnerRecipe
        One a task.
    split : Split
    partition : Partition
        The split as it falls on this catalogue.
    book : LabelBook
        The labels.
    history : History
        Scores of the models trained so far.
    results : dict of str to TrainResult
        The newest model of each task that has one.
    cutouts : Cutouts
        Where pictures of sources come from.
    projection : Projection or None
    projection_recipe : ProjectionRecipe or None
        How it was made.
    seed : int
        Keys everything random.
    annotator : str or None
        Who labels, as was said when the session was made.
    path : Path or None
        The folder; None in memory.
    window : dict
        What the window wants to find again, as JSON values.
    kept_sets : dict of str to KeptSet
        What `sets` shows.
    kept_out : Selection
        The excluded sources.
    drawn_survey : Survey or None
        The probability sample that says what is true of the catalogue.
    marks : dict of {int or str: bool}
        Sources that are marked as examples, or as the opposite.
    plans : dict of {"test" or "validation": Plan}
        How curated sets came about.
    column_groups : dict of str to ColumnGroup
        Columns that the catalogue's file does not have, by the name they were added under.
    """

    catalogue: Catalogue
    features: FeatureMatrix
    tasks: dict[str, Task]
    learners: dict[str, LearnerRecipe]
    split: Split
    partition: Partition
    pool: Literal["all", "labelled"]
    seed: int
    annotator: str | None
    going_on: set[str]
    plans: dict[str, Plan]
    path: Path | None
    column_groups: dict[str, ColumnGroup]

    _off_limits: tuple[tuple[Selection, Survey], Selection] | None = None

    density_of_all: Any = None
    """The `WholeDensity` that views show, of a catalogue on disk whose sources were counted."""

    on_screen: Callable[[], Mapping[str, Any]] | None = None
    """Tells what is shown of the current source; set by a window, and kept with its answers."""

    labels_changed = Signal(object)
    """The source ids whose label, or unsure or skipped state, changed (tuple)."""
    current_changed = Signal(object)
    """The current source id, or None."""
    selection_changed = Signal(object)
    """The new `Selection`."""
    projection_changed = Signal(object)
    """The new `Projection`."""
    trained = Signal(str)
    """The name of the task whose model is new."""
    classes_changed = Signal()
    """Tasks or their classes are others."""
    recipes_changed = Signal()
    """Features, learner or split are others; models are gone."""
    cutouts_changed = Signal()
    """Cutout providers are others."""
    sets_changed = Signal()
    """Named sets are others."""
    exclusions_changed = Signal(object)
    """The new `Selection` of excluded sources."""
    survey_changed = Signal()
    """The survey sample, or how often it is asked about, is another."""
    marks_changed = Signal(object)
    """The source ids whose mark as an example changed (tuple)."""
    interest_changed = Signal(object)
    """The source ids whose interest score changed (tuple)."""
    blind_changed = Signal()
    """What views hide of sources is something else."""
    curated_changed = Signal()
    """Curated sets, or their targets, are others."""
    checkpoints_changed = Signal()
    """There is another checkpoint, or one was gone back to."""
    density_changed = Signal()
    """Counts of all sources on disk are others, or are not shown any more."""
    columns_changed = Signal()
    """The catalogue has other columns; its sources are the same."""

    def _begin(self, ledger: Ledger) -> None:
        self.ledger = ledger
        names = shared_renames(self.tasks.values())
        self.book = LabelBook(self.catalogue, ledger, names)
        looks = ledger.events(kind=LOOKED)  # of everybody
        self.history = History.of(chain(own_events(ledger, "trained"), looks))
        self.history.rename(names)
        self.marks = marks_of(own_events(ledger, MARK), self.catalogue)
        self.results: dict[str, TrainResult] = {}
        self.projection: Projection | None = None
        self.projection_recipe: ProjectionRecipe | None = None
        self.origins = Origins()
        self.selection = Selection.none(self.catalogue)
        self.kept_sets: dict[str, KeptSet] = {}
        self.kept_out = Selection.none(self.catalogue)
        self.drawn_survey = survey_of(own_events(ledger, SURVEY), self.catalogue)
        self.visits = Visits()
        self.cutouts = Cutouts(self.catalogue)
        self.window: dict[str, Any] = {}
        self.reshown: SourceId | None = None
        self._reshown_at = -1
        self._seen_predicted: set[SourceId] = set()
        self._asked: dict[SourceId, dict[str, object]] = {}

    @property
    def sets(self) -> NamedSets:
        """Named sets of sources: ``session.sets["quasars"]`` is a `Selection`."""
        return NamedSets(self)

    @property
    def off_limits(self) -> Selection:
        """Sources that models neither ask for nor learn from: excluded, or of the survey sample."""
        if self.drawn_survey is None:
            return self.kept_out
        made_of = (self.kept_out, self.drawn_survey)
        if self._off_limits is None or self._off_limits[0] != made_of:
            together = self.kept_out.combined(self.drawn_survey.selection, "add")
            self._off_limits = (made_of, together)
        return self._off_limits[1]

    @property
    def sources_called(self) -> str:
        """What views call all that they can show."""
        return "sources"

    @property
    def brought_rows(self) -> npt.NDArray[np.int64]:
        """Rows of sources that have come into memory since the session began, the newest ones."""
        return np.empty(0, dtype=np.int64)

    def why_not(self, verb: str) -> str:
        """Why something cannot be done with this session; empty where it can.

        Parameters
        ----------
        verb : {"survey", "curate", "columns", "share", "export all", "split"}
        """
        return ""

    def tell_sets(self) -> None:
        """Say that named sets are others."""
        self._tell(self.sets_changed)

    def catalogue_reference(self, path: Path) -> CatalogueReference:
        """How a session in a folder names its catalogue."""
        return folder.reference_to(self.catalogue, path)

    @property
    def position(self) -> int:
        """How many events the ledger has; 0 of one that is closed."""
        return 0 if self.ledger.closed else self.ledger.head

    def check_open(self) -> None:
        """Refuse to write for a session that is closed: another may have its folder by now.

        Raises
        ------
        SessionError
            If the session has a folder and was closed, or opened again, or is open for reading
            only.
        """
        if self.ledger.read_only:
            raise SessionError(
                f"{self.path} is open read-only, so that nothing was changed. Close it where it is "
                "open to write, or make the folder writable; then open it again."
            )
        if self.path is not None and self.ledger.closed:
            raise SessionError(
                f"This session of {self.path} was closed, or opened again, so that nothing is "
                f"written. Go on with Session.open({str(self.path)!r}, catalogue)."
            )

    def _task_name(self, task: str | None) -> str:
        if task is None:
            return next(iter(self.tasks))
        if task not in self.tasks:
            raise LabelError(f"There is no task {task!r}. The tasks are {listing(self.tasks)}.")
        return task

    def _write_document(self) -> None:
        if self.path is not None:
            folder.write(self.path, self)

    def _adopt(self, **changes: Any) -> None:
        """Write other values of attributes, then take them: a failure changes nothing."""
        change = change_of(self, changes)
        self._take_noting(changes, None if change is None else (RECIPES, change))

    def _adopt_tasks(self, said: Mapping[str, Any], **changes: Any) -> None:
        """Take other tasks, and note what became of classes; a failure changes nothing."""
        change = change_of(self, changes)
        classes = {name: list(task.classes) for name, task in changes["tasks"].items()}
        self._take_noting(changes, ("classes", {**said, "classes": classes, RECIPES: change}))

    def _take_noting(
        self, changes: Mapping[str, Any], note: tuple[str, Mapping[str, Any]] | None
    ) -> None:
        if self.path is not None:
            folder.write(self.path, self, changes)
        if note is not None:
            try:
                self.book.note(*note)
            except LedgerError:
                self._write_document()
                raise
        for name, value in changes.items():
            setattr(self, name, value)

    def _tell_classes(self) -> None:
        """Read labels and scores under the names of now, and say that classes are others."""
        names = shared_renames(self.tasks.values())
        renamed = self.book.rename(names)
        self.history.rename(names)
        self._tell(self.classes_changed)
        self._tell_labels(renamed)

    def _inherit(self) -> None:
        """Where column labels train, take those of pool sources without any answer."""
        if self.catalogue.roles.label_use != "train":
            return
        pool = (self.partition.part == POOL) & self.features.usable & ~self.book.taken
        self._tell_labels(self._take_column_labels(np.flatnonzero(pool), {}))

    def _take_column_labels(
        self, rows: npt.NDArray[Any], how: Mapping[str, Any]
    ) -> tuple[SourceId, ...]:
        sources, labels = inherited_labels(self.catalogue, self.partition, rows, self.tasks)
        payloads = [{"label": label, **how} for label in labels]
        return self.book.record("label", sources, payloads, CATALOGUE) if sources else ()

    def _tell_labels(self, sources: tuple[SourceId, ...]) -> None:
        if sources:
            self._tell(self.labels_changed, sources)
