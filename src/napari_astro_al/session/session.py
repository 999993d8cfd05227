"""The session: one person's work on one catalogue, the one mutable thing that others hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, cast

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation import Chain, Ledger
from napari_astro_al.annotation.events import CATALOGUE
from napari_astro_al.annotation.identity import Identity
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import ImageColumn
from napari_astro_al.errors import CatalogueError, SessionError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import drain
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.session import folder
from napari_astro_al.session.access import access, note_opening
from napari_astro_al.session.columns import with_kept_columns
from napari_astro_al.session.excluding import restored_exclusions
from napari_astro_al.session.lock import FolderLock
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.recipes import named_learners, named_tasks
from napari_astro_al.session.reopening import (
    matching_catalogue,
    restore_views,
    stored_recipes,
    usable,
    whole_ledger,
)
from napari_astro_al.session.sets import restored_sets
from napari_astro_al.session.starting import revealed_rows
from napari_astro_al.session.verbs import Verbs

if TYPE_CHECKING:
    from napari_astro_al.session.document import SessionDocument


class Session(Verbs):
    """Labels, models and scores of one catalogue.

    Parameters
    ----------
    catalogue : Catalogue or PartitionedCatalogue
        The sources. Of a partitioned one, a part is in memory (see `PartitionedSession`).
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
        Folder to make and keep everything in, usually ``NAME.astroal``; ``~`` is the home folder.
        None: in memory.
    pool : {"all", "labelled"}
        Whether sources without a column label may be asked for.
    start : int
        Column labels of that many pool sources are revealed at random, covering every class. Not
        for a catalogue whose column labels train anyway.
    exclude_labels : sequence of str
        Sources with these labels in the label column play no part (see `exclude_labels`).
    seed : int
        Keys everything random.
    annotator : str, optional
        Who labels, kept with the session; a random id kept in the user's settings by default.

    Raises
    ------
    SessionError
        If `path` exists, or parameters do not go together. Whatever fails, no folder is left.

    Examples
    --------
    >>> with Session(catalogue, path="survey.astroal") as session:  # doctest: +SKIP
    ...     session.annotate(session.query(), "STAR")
    """

    def __new__(cls, catalogue: object = None, *_: object, **__: object) -> Self:
        """A session of the kind that the catalogue needs."""
        if cls is Session and isinstance(catalogue, PartitionedCatalogue):
            from napari_astro_al.session.partitioned import PartitionedSession

            return cast(Self, object.__new__(PartitionedSession))
        return object.__new__(cls)

    def __init__(
        self,
        catalogue: Catalogue | PartitionedCatalogue,
        features: FeatureRecipe | None = None,
        task: Task | Mapping[str, Task] | None = None,
        learner: LearnerRecipe | Mapping[str, LearnerRecipe] | None = None,
        split: Split | None = None,
        path: str | PathLike[str] | None = None,
        *,
        pool: Literal["all", "labelled"] = "all",
        start: int = 0,
        exclude_labels: Sequence[str] = (),
        seed: int = 0,
        annotator: str | None = None,
    ) -> None:
        if pool not in ("all", "labelled"):
            raise SessionError(f'pool is "all" or "labelled", not {pool!r}.')
        assert isinstance(catalogue, Catalogue)
        self.catalogue = catalogue
        self.pool: Literal["all", "labelled"] = pool
        self.seed = whole_number(seed, "seed", SessionError)
        self.annotator = annotator
        chain = chain_of(annotator)
        self.split = split if split is not None else Split(seed=self.seed)
        self.partition = Partition.of(catalogue, self.split, self.seed)
        self.tasks = named_tasks(task, self.partition)
        self.learners = named_learners(learner, self.tasks)
        self.going_on = set()
        self.plans = {}
        self.column_groups = {}
        self.features = drain(self._features_job(features or FeatureRecipe(), self.partition))
        revealed = revealed_rows(self, whole_number(start, "start", SessionError), exclude_labels)
        self.path = None
        if path is not None:
            folder.recipes_of(self, {})
            self.path = folder.create(_absolute(path))
        try:
            self._begin_anew(chain, revealed, exclude_labels)
        except BaseException:
            if self.path is not None:
                folder.discard(self.path)
            raise

    _lock: FolderLock | None

    def _begin_anew(
        self, chain: Chain, revealed: npt.NDArray[np.int64], left_out: Sequence[str]
    ) -> None:
        with self._ledger(chain, False) as ledger:
            self._begin(ledger)
            if left_out:
                self.exclude_labels(left_out)
            for column in self.catalogue.roles.images:
                self.cutouts.add(ImageColumn(column))
            self._take_column_labels(revealed, {"asked": {"strategy": "start"}})
            self._inherit()
            if self.path is not None:
                self.save()
            note_opening(self, anew=True)

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        catalogue: Catalogue | PartitionedCatalogue | None = None,
        *,
        annotator: str | None = None,
        read_only: bool = False,
    ) -> Session:
        """Open a session folder and go on where it was left.

        One that this program has open already is closed by it, without saving what is on show;
        its labels and recipes are on disk.

        Parameters
        ----------
        path : path-like
            The folder.
        catalogue : Catalogue or PartitionedCatalogue, optional
            Its catalogue, with any roles: the session's own are used. Read again from the file
            that the session names where not given; one that stays on disk is read by threads.
        annotator : str, optional
            Who labels from now on, until the session is closed. By default who was named when it
            was made, or else the random id in the user's settings.
        read_only : bool
            Look, and leave everything as it is: what would write raises an error, models that
            are trained and what is on show are not kept. Another program, or this one, may have
            it open to write at the same time.

        Raises
        ------
        SessionError
            If the folder is not a session or is damaged, or the catalogue is another one; the
            message says how they differ.

        Warns
        -----
        AstroALWarning
            Where the session could be opened for reading only, because another program has it
            open or nobody may write there; where something that was on show cannot be brought
            back.
        """
        root = _absolute(path)
        document = folder.read(root)
        on_disk = catalogue is None and document.catalogue.partitions is not None
        if on_disk or isinstance(catalogue, PartitionedCatalogue):
            from napari_astro_al.session.partitioned import PartitionedSession

            return PartitionedSession.open(
                path, catalogue, annotator=annotator, read_only=read_only
            )
        assert not isinstance(catalogue, PartitionedCatalogue)
        catalogue = matching_catalogue(root, document.catalogue, catalogue)
        catalogue, groups = with_kept_columns(root, catalogue)
        with usable(root, "annotator"):
            chain = chain_of(document.annotator if annotator is None else annotator)
        session = cls.__new__(cls)
        session.column_groups = groups
        session._restore(root, document, catalogue, chain, read_only)
        return session

    def _restore(
        self,
        root: Path,
        document: SessionDocument,
        catalogue: Catalogue,
        chain: Chain,
        read_only: bool,
    ) -> None:
        recipes = stored_recipes(root, document, catalogue)
        self.catalogue, self.path = catalogue, root
        self.pool, self.seed = document.pool, document.seed
        self.annotator = document.annotator
        self.split, self.partition = recipes.split, recipes.partition
        self.tasks, self.learners, self.plans = recipes.tasks, recipes.learners, recipes.plans
        with usable(root, "features"):
            self.features = drain(self._features_job(recipes.features, self.partition))
        with whole_ledger(root), self._ledger(chain, read_only or None) as ledger:
            try:
                self._begin(ledger)
            except CatalogueError as error:
                raise SessionError(
                    f"The ledger of {root.name} is that of another catalogue: {error}"
                ) from error
            self.kept_sets = restored_sets(self, root)
            self.kept_out = restored_exclusions(self, root)
            self.note_curated()
            self.note_survey()
            restore_views(self, root, document)
            note_opening(self, anew=False)

    @contextmanager
    def _ledger(self, chain: Chain, read_only: bool | None) -> Iterator[Ledger]:
        """The ledger, closed again if the session cannot be begun with it."""
        kind = self.catalogue.id_kind
        with access(self.path, chain, kind, read_only=read_only) as (ledger, self._lock):
            yield ledger

    @property
    def name(self) -> str:
        """For titles: the folder's name, or the catalogue's."""
        return self.catalogue.name if self.path is None else self.path.stem

    def save(self) -> None:
        """Write recipes, models and what is on show. Labels are on disk already.

        Raises
        ------
        SessionError
            If the session is in memory, closed or open for reading only, or the folder cannot be
            written to.
        """
        if self.path is None:
            raise SessionError(
                "This session is in memory. Make one that is kept: Session(catalogue, path=...)."
            )
        self._write_document()
        folder.write_models(self.path, self.results, self.tasks)

    def close(self) -> None:
        """Write what `save` does and let go of the folder. Closing again does nothing."""
        try:
            if self.path is not None and self.writable:
                self.save()
        finally:
            self.release_folder()

    def release_folder(self) -> None:
        """Let go of the folder, and write nothing more."""
        self.ledger.close()
        if self._lock is not None:
            self._lock.release()

    def give_up(self) -> None:
        """Let go of a session that could not be begun, and leave no folder."""
        self.release_folder()
        if self.path is not None:
            folder.discard(self.path)

    @property
    def closed(self) -> bool:
        """Whether it was closed, or opened again: then nothing can be recorded or written."""
        return self.ledger.closed

    @property
    def read_only(self) -> bool:
        """Whether it is open for reading only."""
        return self.ledger.read_only

    @property
    def writable(self) -> bool:
        """Whether answers and recipes can be written: neither closed nor for reading only."""
        return not (self.closed or self.read_only)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _absolute(path: str | PathLike[str]) -> Path:
    return Path(path).expanduser().absolute()


def chain_of(annotator: str | None) -> Chain:
    """Who labels, on this device: somebody by name, or the random id in the user's settings."""
    own = Identity.load().chain
    if annotator is None:
        return own
    if not isinstance(annotator, str) or annotator == CATALOGUE:
        raise SessionError(
            f"annotator={annotator!r} cannot be: give a name as text, other than {CATALOGUE!r}, "
            "which is whom labels of the column are from."
        )
    return Chain(annotator, own.device)
