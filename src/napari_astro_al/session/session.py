"""The session: one person's work on one catalogue, the one mutable thing that others hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from psygnal import Signal

from napari_astro_al.annotation import Chain, Ledger
from napari_astro_al.annotation.identity import Identity
from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts import Cutouts, ImageColumn
from napari_astro_al.errors import LabelError, SessionError, listing
from napari_astro_al.features import FeatureMatrix, FeatureRecipe, build_features_job
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.learning.recipe import ResolvedLearner
from napari_astro_al.learning.split import POOL, TEST, VALIDATION
from napari_astro_al.learning.training import TrainRequest, TrainResult, train_job
from napari_astro_al.projection import Projection, ProjectionRecipe, project_job
from napari_astro_al.session import folder
from napari_astro_al.session.asking import Query, QueryRequest, query_job
from napari_astro_al.session.history import History
from napari_astro_al.session.labelbook import LabelBook
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.predictions import prediction_table
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.starting import inherited_labels, starting_rows
from napari_astro_al.session.visits import Visits

if TYPE_CHECKING:
    from napari_astro_al.session.document import SessionDocument

DEFAULT_TASK = "classes"


class Session:
    """Labels, models and scores of one catalogue.

    Parameters
    ----------
    catalogue : Catalogue
        The sources.
    features : FeatureRecipe, optional
        What a model sees; float columns without coordinates, errors and give-aways by default.
    task : Task or dict of str to Task, optional
        The question; by default the classes of the label column, or none yet.
    learner : LearnerRecipe or dict of str to LearnerRecipe, optional
        Model and query strategy; "auto" by default. One recipe serves all tasks.
    split : Split, optional
        What is held out of the sources with a column label: a fifth for validation, a fifth for
        testing.
    path : path-like, optional
        Folder to make and keep everything in, usually ``NAME.astroal``. None: in memory.
    pool : {"all", "labelled"}
        Whether sources without a column label may be asked for.
    start : int
        Column labels of that many pool sources are revealed at random, covering every class.
    seed : int
        Keys everything random.
    annotator : str, optional
        Who labels; a random id kept in the user's settings by default.

    Raises
    ------
    SessionError
        If `path` exists.
    """

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

    def __init__(
        self,
        catalogue: Catalogue,
        features: FeatureRecipe | None = None,
        task: Task | Mapping[str, Task] | None = None,
        learner: LearnerRecipe | Mapping[str, LearnerRecipe] | None = None,
        split: Split | None = None,
        path: str | PathLike[str] | None = None,
        *,
        pool: Literal["all", "labelled"] = "all",
        start: int = 0,
        seed: int = 0,
        annotator: str | None = None,
    ) -> None:
        if pool not in ("all", "labelled"):
            raise SessionError(f'pool is "all" or "labelled", not {pool!r}.')
        self.catalogue = catalogue
        self.pool: Literal["all", "labelled"] = pool
        self.seed = seed
        self.split = split if split is not None else Split(seed=seed)
        self.partition = Partition.of(catalogue, self.split, seed)
        self.tasks = _named_tasks(task, self.partition)
        self.learners = _named_learners(learner, self.tasks)
        self.features: FeatureMatrix = drain(self._features_job(features or FeatureRecipe()))
        self.path = None if path is None else folder.create(Path(path))
        self._begin(Ledger(folder.ledger_path(self.path), chain=_chain(annotator)))
        self._add_image_columns()
        self._inherit(start)
        if self.path is not None:
            self.save()

    def _begin(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.book = LabelBook(self.catalogue, ledger)
        self.history = History.of(ledger.events())
        self.results: dict[str, TrainResult] = {}
        self.projection: Projection | None = None
        self.projection_recipe: ProjectionRecipe | None = None
        self.selection = Selection.of_rows(self.catalogue, np.empty(0, dtype=np.int64))
        self.visits = Visits()
        self.cutouts = Cutouts(self.catalogue)
        self.window: dict[str, Any] = {}
        self.going_on: set[str] = set()
        self._asked: dict[SourceId, dict[str, object]] = {}

    @classmethod
    def open(cls, path: str | PathLike[str], catalogue: Catalogue | None = None) -> Session:
        """Open a session folder and go on where it was left.

        Parameters
        ----------
        path : path-like
            The folder.
        catalogue : Catalogue, optional
            Its catalogue; read again from the file that the session names where not given.

        Raises
        ------
        SessionError
            If the folder is not a session, or the catalogue is another one; the message says how
            they differ.
        """
        root = Path(path)
        document = folder.read(root)
        catalogue = folder.matching_catalogue(root, document, catalogue)
        session = cls.__new__(cls)
        folder.restore(session, root, document, catalogue)
        return session

    def _restore(self, root: Path, document: SessionDocument, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.pool, self.seed = document.pool, document.seed
        self.split = Split.from_json(document.split)
        self.partition = Partition.of(catalogue, self.split, self.seed)
        self.tasks = {name: Task.from_json(task) for name, task in document.tasks.items()}
        self.learners = {
            name: LearnerRecipe.from_json(recipe) for name, recipe in document.learners.items()
        }
        self.features = drain(self._features_job(FeatureRecipe.from_json(document.features)))
        self.path = root
        self._begin(Ledger(folder.ledger_path(root), chain=_chain(None)))

    # Labelling

    def annotate(
        self,
        ids: SourceId | Iterable[SourceId],
        label: object,
        *,
        comment: str | None = None,
        confidence: float | None = None,
        annotator: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """Label one source or several, as one step. Durable when it returns; never trains.

        Parameters
        ----------
        ids : int, str, or iterable of them
            Sources.
        label : str
            A class of a task, a raw value of the label column that stands for one, or a coarse
            label: ``"~QSO"`` says "anything but QSO".
        comment : str, optional
            Kept with the label.
        confidence : float, optional
            0 to 1.
        annotator : str, optional
            Who says so, where it is not this session's annotator.
        seconds : float, optional
            How long it took.

        Raises
        ------
        LabelError
            If no task knows the label.
        CatalogueError
            Naming sources that the catalogue does not have.
        LedgerError
            If it could not be written. In each case nothing has changed.
        """
        name = self._class_name(label)
        if confidence is not None and not 0 <= confidence <= 1:
            raise LabelError(f"confidence goes from 0 to 1; {confidence!r} does not.")
        said = {
            "label": name,
            "comment": comment,
            "confidence": confidence,
            "seconds": seconds,
        }
        self._record("label", ids, said, annotator)

    def unsure(self, ids: SourceId | Iterable[SourceId], *, comment: str | None = None) -> None:
        """Say that one cannot tell: the source leaves the pool and is not trained on."""
        self._record("unsure", ids, {"comment": comment})

    def skip(self, ids: SourceId | Iterable[SourceId]) -> None:
        """Put a source off: it is asked for again when the others are done."""
        self._record("skip", ids, {})

    def _record(
        self,
        kind: str,
        ids: SourceId | Iterable[SourceId],
        said: dict[str, Any],
        annotator: str | None = None,
    ) -> None:
        sources = [ids] if isinstance(ids, (int, str, np.integer)) else list(ids)
        if not sources:
            return
        rows = self.catalogue.rows_of(sources)
        sources = self.catalogue.ids_at(rows)
        words = {key: value for key, value in said.items() if value is not None}
        payloads = [
            {**words, **({"asked": self._asked[one]} if one in self._asked else {})}
            for one in sources
        ]
        self._changed(self.book.record(kind, sources, payloads, annotator))

    def undo(self) -> tuple[SourceId, ...]:
        """Take back the last step of one's own.

        Returns
        -------
        tuple of int or str
            Its sources; empty where there is nothing to take back.
        """
        return self._changed(self.book.undo())

    def redo(self) -> tuple[SourceId, ...]:
        """Bring back the step taken back last; returns its sources as `undo` does."""
        return self._changed(self.book.redo())

    def _changed(self, sources: tuple[SourceId, ...]) -> tuple[SourceId, ...]:
        if sources:
            self.labels_changed.emit(sources)
        return sources

    @property
    def labels(self) -> pd.Series[Any]:
        """Labels by source id, in the order given; unsure and skipped are not labels."""
        return self.book.series()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that annotators choose from, over all tasks, in the order of their keys."""
        return tuple(
            dict.fromkeys(
                name
                for task in self.tasks.values()
                for name in (task.classes if len(task.classes) > 1 else task.names)
            )
        )

    def add_class(self, name: str, *, task: str | None = None) -> None:
        """Add a class to a task.

        Raises
        ------
        LabelError
            If the name is empty or taken, or the task has fixed classes.
        """
        chosen = self._task_name(task)
        self.tasks = {**self.tasks, chosen: self.tasks[chosen].with_class(name)}
        self.book.training_revision += 1
        self._write_document()
        self.classes_changed.emit()

    def _class_name(self, label: object) -> str:
        text = str(label)
        for task in self.tasks.values():
            name = task.alias(text)
            if task.accepts(name):
                return name
        raise LabelError(
            f"No task of this session knows the class {text!r}. Its classes are "
            f"{listing(self.classes)}. Choose one, or add it: session.add_class({text!r})."
        )

    def _task_name(self, task: str | None) -> str:
        if task is None:
            return next(iter(self.tasks))
        if task not in self.tasks:
            raise LabelError(f"There is no task {task!r}. The tasks are {listing(self.tasks)}.")
        return task

    # Training

    def labelled_for(self, task: str) -> tuple[np.ndarray[Any, Any], list[str]]:
        """Pool sources whose label says something about a task, in event order.

        Returns
        -------
        rows : (n,) int64 ndarray
        labels : list of str
            Classes of the task.
        """
        rows, labels = self.book.labelled()
        usable = (self.partition.part[rows] == POOL) & self.features.usable[rows]
        targets = [self.tasks[task].target(label) for label in labels]
        keep = np.array([t is not None for t in targets], dtype=bool) & usable
        return rows[keep], [str(t) for t, k in zip(targets, keep, strict=True) if k]

    def train_request(self, task: str | None = None, *, test: bool = False) -> TrainRequest:
        """Everything that training a task needs, as it is now."""
        name = self._task_name(task)
        rows, labels = self.labelled_for(name)
        corrections = self.book.corrections()
        parts = {"validation": VALIDATION, **({"test": TEST} if test else {})}
        held_out = {
            split: self.partition.held_out(self.tasks[name], part, corrections)
            for split, part in parts.items()
        }
        return TrainRequest(
            task_name=name,
            task=self.tasks[name],
            recipe=self.learners[name],
            features=self.features,
            labelled_rows=rows,
            labels=tuple(labels),
            heldout={split: pair for split, pair in held_out.items() if len(pair[0])},
            seed=self.seed,
            revision=self.book.training_revision,
            id_hashes=self.partition.hashes,
        )

    def train_job(self, task: str | None = None) -> Job[TrainResult]:
        """The work of `train`, captured now; hand its result to `accept`."""
        return train_job(self.train_request(task))

    def accept(self, result: TrainResult) -> bool:
        """Take a trained model as the current one, unless labels have changed since.

        Returns
        -------
        bool
            False for a stale result, which is dropped.
        """
        if result.revision != self.book.training_revision:
            return False
        self.results[result.task_name] = result
        self.book.note("trained", self.history.add(result))
        self.trained.emit(result.task_name)
        return True

    def train(self, task: str | None = None) -> None:
        """Train the models of one task, or of all.

        Raises
        ------
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        for name in self.tasks if task is None else [task]:
            self.accept(drain(self.train_job(name)))

    def is_stale(self, task: str | None = None) -> bool:
        """Whether labels or recipes have changed since the task's model was trained."""
        result = self.results.get(self._task_name(task))
        return result is None or result.revision != self.book.training_revision

    @property
    def scores(self) -> pd.DataFrame:
        """Scores of every model trained, one row a model and split, oldest first."""
        return self.history.table()

    def test_scores(self, *, reason: str) -> pd.DataFrame:
        """Scores of the current models on the test set; the look is recorded with its reason."""
        rows: list[dict[str, Any]] = []
        for name in self.tasks:
            result = drain(train_job(self.train_request(name, test=True)))
            rows += [{"task": name, **row} for row in result.scores if row["split"] == "test"]
        self.book.note("test-looked-at", {"reason": reason})
        return History.frame(rows)

    def predictions(self, task: str | None = None) -> pd.DataFrame:
        """Predictions for every source; trains first if a model is stale.

        Parameters
        ----------
        task : str, optional
            By default the only task, or the normalised positive classes of all one-vs-rest tasks.

        Returns
        -------
        pandas.DataFrame
            Index the source id, in the order of the catalogue: predicted, confidence (0 to 1),
            p_<class> columns, uncertainty (1 - confidence). Sources without features are missing.

        Raises
        ------
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        names = list(self.tasks) if task is None else [self._task_name(task)]
        for name in names:
            if self.is_stale(name):
                self.train(name)
        return prediction_table(self.catalogue, [self.results[n] for n in names], self.tasks)

    def probabilities_of(self, source: SourceId, task: str | None = None) -> dict[str, float]:
        """Class probabilities of one source by the current model, the likeliest first.

        Returns
        -------
        dict of str to float
            Empty without a model, or where the source has no features.
        """
        result = self.results.get(self._task_name(task))
        if result is None:
            return {}
        values = result.probabilities[self.catalogue.row_of(source)]
        if not np.isfinite(values).all():
            return {}
        order = np.argsort(-values, kind="stable")
        return {result.classes[place]: float(values[place]) for place in order}

    # Asking

    def query(
        self, n: int = 1, task: str | None = None, within: Iterable[SourceId] | None = None
    ) -> list[SourceId]:
        """Sources whose labels would teach most, best first.

        Parameters
        ----------
        n : int
            How many.
        task : str, optional
            Which task asks; by default the one with the fewest labels.
        within : iterable of int or str, optional
            Ask for these only.

        Returns
        -------
        list of int or str
            Fewer, or none, when the pool runs short. The same until something is recorded.
        """
        name = self.next_task() if task is None else self._task_name(task)
        if self.is_stale(name) and not self.is_covering(name) and self.can_train(name):
            self.train(name)
        return list(self.accept_query(drain(self.query_job(n, name, within))).sources)

    def next_task(self) -> str:
        """The task with the fewest labels."""
        return min(self.tasks, key=lambda name: len(self.labelled_for(name)[1]))

    def can_train(self, task: str | None = None) -> bool:
        """Whether a task has labels of two classes."""
        return len(set(self.labelled_for(self._task_name(task))[1])) > 1

    def is_covering(self, task: str | None = None) -> bool:
        """Whether queries still spread over feature space instead of asking a model."""
        name = self._task_name(task)
        return self._resolved(name, self.labelled_for(name)[1]).covers

    def _resolved(self, task: str, labels: Sequence[str]) -> ResolvedLearner:
        return self.learners[task].resolve(
            len(labels),
            Counter(labels),
            named=self.tasks[task].names,
            go_on=task in self.going_on,
        )

    def go_on_without(self, task: str | None = None) -> None:
        """Stop covering feature space for classes of which there are no two examples yet."""
        self.going_on.add(self._task_name(task))
        self.book.revision += 1
        self._write_document()
        self.classes_changed.emit()

    def query_job(
        self, n: int = 1, task: str | None = None, within: Iterable[SourceId] | None = None
    ) -> Job[Query]:
        """The work of `query`, captured now, with the models as they are; never trains."""
        if n < 1:
            raise SessionError(f"A query is for one source or more, not {n!r}.")
        name = self.next_task() if task is None else self._task_name(task)
        available = (self.partition.part == POOL) & self.features.usable & ~self.book.taken
        if self.pool == "labelled":
            available &= self.partition.has_column_label
        if within is not None:
            inside = np.zeros(len(available), dtype=bool)
            inside[self.catalogue.rows_of(within)] = True
            available &= inside
        rows, labels = self.labelled_for(name)
        skipped = self.book.skipped_rows()
        request = QueryRequest(
            catalogue=self.catalogue,
            features=self.features,
            hashes=self.partition.hashes,
            available=available,
            skipped=skipped,
            seen=np.concatenate([self.book.labelled()[0], self.book.unsure_rows(), skipped]),
            labelled=rows,
            labels=tuple(labels),
            result=self.results.get(name),
            chosen=self._resolved(name, labels),
            task=name,
            n=n,
            seed=self.seed,
            revision=self.book.revision,
        )
        return guarded(query_job(request), "choose the next sources")

    def accept_query(self, query: Query) -> Query:
        """Remember why sources were asked for, so that their labels can say so."""
        self._asked.update({one: query.provenance(one) for one in query.sources})
        return query

    def asked(self, source: SourceId) -> Mapping[str, object]:
        """How a source was last asked for; empty if it never was."""
        return self._asked.get(source, {})

    # Looking

    @property
    def current(self) -> SourceId | None:
        """The source that every view shows and a key labels."""
        return self.visits.current

    def show(self, source: SourceId) -> None:
        """Make a source the current one."""
        row = self.catalogue.row_of(source)
        self._go(self.visits.visit(self.catalogue.ids_at([row])[0]))

    def back(self) -> None:
        """Show the source before the current one in the history of those shown."""
        self._go(self.visits.back())

    def forward(self) -> None:
        """Show the source after the current one in the history of those shown."""
        self._go(self.visits.forward())

    def _go(self, moved: bool) -> None:
        if moved:
            self.current_changed.emit(self.current)

    @property
    def selected(self) -> set[SourceId]:
        """The selected sources."""
        return set(self.selection.ids)

    def select(self, ids: Iterable[SourceId]) -> None:
        """Select sources; an empty iterable selects none."""
        self.select_rows(self.catalogue.rows_of(ids))

    def select_rows(self, rows: np.ndarray[Any, Any]) -> None:
        """Select by row numbers: for views that have them at hand."""
        self.selection = Selection.of_rows(self.catalogue, rows)
        self.selection_changed.emit(self.selection)

    def project(
        self,
        kind: str | ProjectionRecipe | None = None,
        *,
        x: str | None = None,
        y: str | None = None,
    ) -> Projection:
        """Make a projection the current one.

        Parameters
        ----------
        kind : {"pca", "columns"} or ProjectionRecipe, optional
            "columns", which is meant where `x` and `y` are given, takes two columns or features.
        x, y : str, optional
            Column or feature names, such as ``"u-g"``.

        Raises
        ------
        ProjectionError
            If it cannot be made; the current one stays.
        """
        if isinstance(kind, ProjectionRecipe):
            recipe = kind
        else:
            chosen = kind or ("columns" if x is not None or y is not None else "pca")
            recipe = ProjectionRecipe(kind=chosen, x=x, y=y)
        return self.accept_projection(recipe, drain(self.project_job(recipe)))

    def project_job(self, recipe: ProjectionRecipe) -> Job[Projection]:
        """The work of `project`; hand its result to `accept_projection`."""
        return guarded(
            project_job(recipe, self.catalogue, self.features, self.partition.sketch_rows()),
            "make the projection",
        )

    def accept_projection(self, recipe: ProjectionRecipe, projection: Projection) -> Projection:
        """Make a finished projection the current one."""
        self.projection, self.projection_recipe = projection, recipe
        self.projection_changed.emit(projection)
        return projection

    # Changing recipes

    def _features_job(self, recipe: FeatureRecipe) -> Job[FeatureMatrix]:
        return guarded(
            build_features_job(recipe, self.catalogue, self.partition.sketch_rows()),
            "build the features",
        )

    def features_job(self, recipe: FeatureRecipe) -> Job[FeatureMatrix]:
        """The work of changing features; hand its result to `accept_features`."""
        return self._features_job(recipe)

    def set_features(self, recipe: FeatureRecipe) -> None:
        """Give the models other features.

        Raises
        ------
        FeatureError
            If the recipe does not fit the catalogue; then nothing has changed.
        """
        self.accept_features(drain(self.features_job(recipe)))

    def accept_features(self, features: FeatureMatrix) -> None:
        """Take finished features; models are trained anew when next needed."""
        self.features = features
        self._recipes_are_new()

    def set_learner(self, recipe: LearnerRecipe, *, task: str | None = None) -> None:
        """Give one task, or all, another model and query strategy."""
        if self.path is not None:
            recipe.to_json()
        names = list(self.tasks) if task is None else [self._task_name(task)]
        self.learners = {**self.learners, **dict.fromkeys(names, recipe)}
        self._recipes_are_new()

    def set_tasks(self, task: Task | Mapping[str, Task]) -> None:
        """Ask other questions. Labels stay; those that a task does not know wait for one."""
        tasks = _named_tasks(task, self.partition)
        fallback = next(iter(self.learners.values()))
        self.tasks = tasks
        self.learners = {name: self.learners.get(name, fallback) for name in tasks}
        self.classes_changed.emit()
        self._recipes_are_new()

    def set_split(self, split: Split) -> None:
        """Hold other sources out; what is fitted to the pool is fitted anew."""
        self.split = split
        self.partition = Partition.of(self.catalogue, split, self.seed)
        self.set_features(self.features.recipe)

    def _recipes_are_new(self) -> None:
        self.results.clear()
        self.book.revision += 1
        self.book.training_revision += 1
        self._write_document()
        self.recipes_changed.emit()

    # Keeping

    @property
    def name(self) -> str:
        """For titles: the folder's name, or the catalogue's."""
        return self.catalogue.name if self.path is None else self.path.stem

    def save(self) -> None:
        """Write recipes, models and what is on show. Labels are on disk already.

        Raises
        ------
        SessionError
            If the session is in memory, or the folder cannot be written to.
        """
        if self.path is None:
            raise SessionError(
                "This session is in memory. Make one that is kept: Session(catalogue, path=...)."
            )
        self._write_document()
        folder.write_models(self.path, self.results)

    def _write_document(self) -> None:
        if self.path is not None:
            folder.write(self.path, self)

    def close(self) -> None:
        """Write what `save` does and let go of the ledger."""
        if self.path is not None:
            self.save()
        self.ledger.close()

    def export(self, path: str | PathLike[str], *, columns: Sequence[str] = ()) -> Path:
        """Write the labelled sources as a table.

        Parameters
        ----------
        path : path-like
            The suffix says the format: .fits, .vot or .xml, .ecsv, .csv, .parquet.
        columns : sequence of str
            Columns of the catalogue to write beside id, label, split and who said so.

        Returns
        -------
        Path

        Raises
        ------
        SessionError
            If the suffix is not known or the file cannot be written.
        """
        from napari_astro_al.session.export import export_labels

        return export_labels(self, Path(path), columns)

    # Beginning

    def _add_image_columns(self) -> None:
        for column in self.catalogue.roles.images:
            self.cutouts.add(ImageColumn(column))

    def _inherit(self, start: int) -> None:
        pool = (self.partition.part == POOL) & self.features.usable
        if self.catalogue.roles.label_use == "train":
            self._take_column_labels(np.flatnonzero(pool & self.partition.has_column_label), {})
        elif start:
            task = next(iter(self.tasks.values()))
            rows = starting_rows(self.partition, task, pool, start)
            self._take_column_labels(rows, {"asked": {"strategy": "start"}})

    def _take_column_labels(self, rows: np.ndarray[Any, Any], how: dict[str, Any]) -> None:
        sources, labels = inherited_labels(self.catalogue, rows, self.tasks)
        payloads = [{"label": label, **how} for label in labels]
        if sources:
            self.book.record("label", sources, payloads, "catalogue")


def _chain(annotator: str | None) -> Chain:
    own = Identity.load().chain
    return own if annotator is None else Chain(annotator, own.device)


def _named_tasks(task: Task | Mapping[str, Task] | None, partition: Partition) -> dict[str, Task]:
    tasks = {DEFAULT_TASK: task or Task()} if not isinstance(task, Mapping) else dict(task)
    if not tasks:
        raise LabelError("A session needs a task: Task(), or a dict of tasks by name.")
    return {name: _with_column_classes(one, partition) for name, one in tasks.items()}


def _with_column_classes(task: Task, partition: Partition) -> Task:
    """The task with the label column's classes, where it names none of its own."""
    known = partition.column_values
    if task.classes or not known or (task.positive is not None and task.positive not in known):
        return task
    return Task(known, colours=task.colours, others=task.others, positive=task.positive)


def _named_learners(
    learner: LearnerRecipe | Mapping[str, LearnerRecipe] | None, tasks: Mapping[str, Task]
) -> dict[str, LearnerRecipe]:
    if not isinstance(learner, Mapping):
        return dict.fromkeys(tasks, learner or LearnerRecipe())
    strangers = [name for name in learner if name not in tasks]
    if strangers:
        raise LabelError(
            f"learner names tasks that there are not: {listing(strangers)}. The tasks are "
            f"{listing(tasks)}."
        )
    return {name: learner.get(name) or LearnerRecipe() for name in tasks}
