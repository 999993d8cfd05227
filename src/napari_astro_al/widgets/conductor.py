"""What follows from a label: train, choose, show the next source, without anyone waiting."""

from __future__ import annotations

from qtpy.QtCore import QObject, Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import NotEnoughLabels
from napari_astro_al.learning.training import TrainResult
from napari_astro_al.session import Query, Session
from napari_astro_al.widgets.runner import JobRunner, Running

AHEAD = 12
"""Sources chosen ahead, so that the next one is on screen while the model learns."""


class Conductor(QObject):
    """Keeps model and queue up to date with the labels, one job at a time.

    After an answer the next source of the queue is shown at once. Meanwhile the models are trained
    on the labels as they then are and the queue is chosen anew; answers that arrive in between
    make what is on its way stale, and it starts over.

    Attributes
    ----------
    queue : list of int or str
        Sources to be shown next, best first.
    learning : bool
        False after `pause`, until `resume`.
    """

    changed = Signal()
    """Queue, query or activity are others."""
    ran_out = Signal()
    """The pool has nothing left to ask for."""

    def __init__(self, session: Session, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._on_its_way: Running | None = None
        self._failed_at = -1
        self._chosen_at = -1
        self._wants_next = session.current is None
        self.learning = True
        self.query: Query | None = None
        self.queue: list[SourceId] = []
        session.labels_changed.connect(self._labels_changed)
        session.classes_changed.connect(self._recipes_changed)
        session.recipes_changed.connect(self._recipes_changed)

    @property
    def busy(self) -> bool:
        """Whether a model is being trained or a queue chosen."""
        return self._on_its_way is not None

    def start(self) -> None:
        """Begin with the session as it is."""
        self._pump()

    def stop(self) -> None:
        """Let go of the session."""
        self.learning = False
        self._session.labels_changed.disconnect(self._labels_changed)
        self._session.classes_changed.disconnect(self._recipes_changed)
        self._session.recipes_changed.disconnect(self._recipes_changed)
        if self._on_its_way is not None:
            self._on_its_way.cancel()
            self._on_its_way = None

    def pause(self) -> None:
        """Stop training and choosing; labels go on being recorded."""
        self.learning = False
        if self._on_its_way is not None:
            self._on_its_way.cancel()
            self._on_its_way = None
        self.changed.emit()

    def resume(self) -> None:
        """Train and choose again."""
        self.learning = True
        self._failed_at = -1
        self._pump()

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
        session.show(source)
        self.changed.emit()
        self._pump()

    def _is_open(self, source: SourceId) -> bool:
        return self._session.book.state_of(source) not in ("labelled", "unsure")

    def _labels_changed(self, sources: tuple[SourceId, ...]) -> None:
        gone = set(sources)
        self.queue = [source for source in self.queue if source not in gone]
        self._pump()

    def _recipes_changed(self) -> None:
        self.queue = []
        self._pump()

    def _pump(self) -> None:
        """Start what is most needed, unless something is on its way."""
        if self._on_its_way is not None or not self.learning:
            self.changed.emit()
            return
        session = self._session
        stale = next((name for name in session.tasks if self._can_train(name)), None)
        if stale is not None:
            self._on_its_way = self._jobs.run(
                session.train_job(stale),
                title="Training",
                done=self._trained,
                failed=self._training_failed,
                shown=False,
            )
        elif self._chosen_at != session.book.revision:
            self._on_its_way = self._jobs.run(
                session.query_job(AHEAD),
                title="Choosing",
                done=self._chosen,
                failed=self._choosing_failed,
                shown=False,
            )
        self.changed.emit()

    def _can_train(self, task: str) -> bool:
        session = self._session
        if not session.is_stale(task) or self._failed_at == session.book.training_revision:
            return False
        return session.can_train(task)

    def _trained(self, result: TrainResult) -> None:
        self._on_its_way = None
        if self._session.accept(result):
            self._chosen_at = -1
        self._pump()

    def _chosen(self, query: Query) -> None:
        self._on_its_way = None
        session = self._session
        if query.revision == session.book.revision:
            self._chosen_at = query.revision
            self.query = session.accept_query(query)
            self.queue = [source for source in query.sources if source != session.current]
            if self._wants_next:
                self._show_first()
        self._pump()

    def _show_first(self) -> None:
        if self.queue:
            self.next()
        else:
            self._wants_next = False
            self.ran_out.emit()

    def _training_failed(self, error: Exception) -> None:
        self._on_its_way = None
        self._failed_at = self._session.book.training_revision
        self._pump()
        if not isinstance(error, NotEnoughLabels):
            raise error

    def _choosing_failed(self, error: Exception) -> None:
        self._on_its_way = None
        self._chosen_at = self._session.book.revision
        self.changed.emit()
        raise error
