"""What follows from a label: train, choose, show the next source, without anyone waiting."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import NotEnoughLabels
from napari_astro_al.learning.training import TrainResult
from napari_astro_al.session import Query, Selection, Session
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.runner import JobRunner, Running

if TYPE_CHECKING:
    from collections.abc import Iterator

AHEAD = 24
"""Sources chosen ahead, so that the next one is on screen while the model learns."""


class Conductor(QObject):
    """Keeps models and queue up to date with the labels.

    After an answer the next source of the queue is shown at once. Meanwhile the models are trained
    on the labels as they then are and the queue is chosen anew; answers that arrive in between
    make what is on its way stale, and it starts over. One model is trained at a time; choosing
    waits for it, unless the queue is empty and somebody waits for a source.

    Parameters
    ----------
    session : Session
        Whose labels are followed.
    jobs : JobRunner
        Where the work is done.
    report : callable
        Told of errors.

    Attributes
    ----------
    queue : list of int or str
        Sources to be shown next, best first.
    learning : bool
        False after `pause`, until `resume`: sources are chosen with the models as they are.
    moving : bool
        Whether the conductor itself is changing the current source just now.
    exhausted : bool
        Whether the last choice found nothing to ask for.
    within : Selection or None
        The sources that are asked for; None for all.
    within_name : str
        What they are called, where they are a named set.
    """

    changed = Signal()
    """Queue, query or activity are others."""
    ran_out = Signal()
    """The pool has nothing left to ask for."""

    def __init__(
        self,
        session: Session,
        jobs: JobRunner,
        report: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._report = report
        self._training: Running | None = None
        self._choosing: Running | None = None
        self._failed_at: dict[str, int] = {}
        self._chosen_at = -1
        self._wants_next = session.current is None
        self.learning = True
        self.moving = False
        self.exhausted = False
        self.query: Query | None = None
        self.queue: list[SourceId] = []
        self.within: Selection | None = None
        self.within_name = ""
        self._links = Links()
        self._links.tie(session.labels_changed, self._labels_changed)
        self._links.tie(session.classes_changed, self._recipes_changed)
        self._links.tie(session.recipes_changed, self._recipes_changed)
        self._links.tie(session.exclusions_changed, self._excluded)
        self._links.tie(session.marks_changed, self._marked)

    @property
    def busy(self) -> bool:
        """Whether a model is being trained or a queue chosen."""
        return self._training is not None or self._choosing is not None

    def start(self) -> None:
        """Begin with the session as it is."""
        self._pump()

    def stop(self) -> None:
        """Let go of the session."""
        self._links.cut()
        self._drop_training()
        self._drop_choosing()

    def pause(self) -> None:
        """Stop training; sources are chosen with the models as they are."""
        self.learning = False
        self._drop_training()
        self._pump()

    def resume(self) -> None:
        """Train again."""
        self.learning = True
        self._failed_at.clear()
        self._pump()

    def _drop_training(self) -> None:
        if self._training is not None:
            self._training.cancel()
            self._training = None

    def ask_within(self, some: Selection | None, name: str = "") -> None:
        """Ask for some sources only; None asks for all again.

        The next of them is shown, unless the current source is an unanswered one of them.

        Parameters
        ----------
        some : Selection or None
            Stays as it is, whatever is selected later.
        name : str
            What they are called, where they are a named set.
        """
        self.within, self.within_name = some, name
        self.queue = []
        self._drop_choosing()
        self._wants_next = not self.asks_for_current
        self._pump()

    @property
    def asks_for_current(self) -> bool:
        """Whether the source on show is one that is asked for and not answered."""
        session = self._session
        if session.current is None or not self._is_open(session.current):
            return False
        row = session.catalogue.row_of(session.current)
        return self.within is None or bool(self.within.contains([row])[0])

    def _drop_choosing(self) -> None:
        self._chosen_at = -1
        if self._choosing is not None:
            self._choosing.cancel()
            self._choosing = None

    def next(self) -> None:
        """Show the next source of the queue, or the first that is chosen when it is empty."""
        session = self._session
        open_ones = (s for s in self.queue if s != session.current and self._is_open(s))
        source = next(open_ones, None)
        if source is None:
            self._wants_next = True
            self._chosen_at = -1
            self._pump()
            return
        self._wants_next = False
        self.queue = self.queue[self.queue.index(source) + 1 :]
        with self._moves():
            session.show(source)
        self._pump()

    @contextmanager
    def _moves(self) -> Iterator[None]:
        self.moving = True
        try:
            yield
        finally:
            self.moving = False

    def _is_open(self, source: SourceId) -> bool:
        session = self._session
        answered = session.book.state_of(source) in ("labelled", "unsure")
        return not answered and not session.excludes(source)

    def _labels_changed(self, sources: tuple[SourceId, ...]) -> None:
        gone = set(sources)
        self.queue = [source for source in self.queue if source not in gone]
        self._pump()

    def _excluded(self, _: Selection) -> None:
        self.queue = [source for source in self.queue if self._is_open(source)]
        self._pump()

    def _marked(self, _: tuple[SourceId, ...]) -> None:
        self._pump()

    def _recipes_changed(self) -> None:
        self.queue = []
        self._pump()

    def _pump(self) -> None:
        """Start what is needed and not on its way."""
        if self.learning and self._training is None:
            stale = next((name for name in self._session.tasks if self._can_train(name)), None)
            if stale is not None:
                self._train(stale)
        waited_for = self._wants_next and not self.queue
        if (
            self._choosing is None
            and (self._training is None or waited_for)
            and self._chosen_at != self._session.book.revision
        ):
            self._choosing = self._jobs.run(
                self._session.query_job(AHEAD, within=self.within),
                title="Choosing",
                done=self._chosen,
                failed=self._choosing_failed,
                shown=False,
            )
        self.changed.emit()

    def _train(self, task: str) -> None:
        self._training = self._jobs.run(
            self._session.train_job(task),
            title="Training",
            done=self._trained,
            failed=lambda error: self._training_failed(task, error),
            shown=False,
        )

    def _can_train(self, task: str) -> bool:
        session = self._session
        if not session.is_stale(task):
            return False
        return self._failed_at.get(task) != session.book.training_revision and session.can_train(
            task
        )

    def _trained(self, result: TrainResult) -> None:
        self._training = None
        if self._session.accept(result):
            self._chosen_at = -1
        self._pump()

    def _training_failed(self, task: str, error: Exception) -> None:
        self._training = None
        self._failed_at[task] = self._session.book.training_revision
        if not isinstance(error, NotEnoughLabels):
            self._report(error)
        self._pump()

    def _chosen(self, query: Query) -> None:
        self._choosing = None
        session = self._session
        if query.revision == session.book.revision:
            self._chosen_at = query.revision
            self.query = session.accept_query(query)
            self.queue = [source for source in query.sources if source != session.current]
            self.exhausted = not self.queue
            if self._wants_next:
                self._show_first()
                return
        self._pump()

    def _show_first(self) -> None:
        if self.queue:
            self.next()
            return
        self._wants_next = False
        self.changed.emit()
        self.ran_out.emit()

    def _choosing_failed(self, error: Exception) -> None:
        self._choosing = None
        self._chosen_at = self._session.book.revision
        self._report(error)
        self.changed.emit()
