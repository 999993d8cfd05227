"""The session: one person's work on one catalogue, the one mutable thing that others hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from napari_astro_al.annotation import Chain, Ledger
from napari_astro_al.annotation.identity import Identity
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import ImageColumn
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import drain
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.learning.split import POOL
from napari_astro_al.session import folder
from napari_astro_al.session.answering import Answering
from napari_astro_al.session.looking import Looking
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.querying import Querying
from napari_astro_al.session.recipes import Recipes, named_learners, named_tasks
from napari_astro_al.session.starting import inherited_labels, starting_rows

if TYPE_CHECKING:
    from napari_astro_al.session.document import SessionDocument


class Session(Answering, Querying, Looking, Recipes):
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
        self.tasks = named_tasks(task, self.partition)
        self.learners = named_learners(learner, self.tasks)
        self.features = drain(self._features_job(features or FeatureRecipe()))
        self.path = None if path is None else folder.create(Path(path))
        self._begin(Ledger(folder.ledger_path(self.path), chain=_chain(annotator)))
        self._add_image_columns()
        self._inherit(start)
        if self.path is not None:
            self.save()

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
