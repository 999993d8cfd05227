"""What follows from a label: train, choose, show the next source, without anyone waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qtpy.QtCore import QObject, Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import NotEnoughLabels
from napari_astro_al.jobs import Job
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session import Query, Selection, Session
from napari_astro_al.session.ahead import Next
from napari_astro_al.widgets.foresight import DRAWN_AFTER, Foresight
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.runner import JobRunner, Running

AHEAD = 24
"""Sources chosen ahead, so that the next one is on screen while the model learns."""
LOOKS_AHEAD = True
"""Whether a session is looked ahead of, unless the person has chosen."""
STORED = "looking ahead"
"""Where a session's window keeps that."""


class Conductor(QObject):
    """Keeps models and queue up to date with the labels.

    While the person looks at a source, models of the likely answers are trained and their queries
    chosen (`Foresight`): the answer picks one. A sooner answer gets the next source of the queue;
    then the model is trained and the queue chosen anew, without a pass over the pool, and over
    again where answers arrive in between. The pool is scored behind all this, never waited for.

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
    looking_ahead : bool
        Whether likely answers are worked out before they are given. It changes how soon the next
        source follows from an answer, never what follows.
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
        self._scoring: Running | None = None
        self._choosing: Running | None = None
        # with a runner of its own: nobody is told to wait for what may never be used
        self._foresight = Foresight(session, JobRunner(self), self._pump)
        self._failed_at: dict[str, int] = {}
        self._told: tuple[str, int] | None = None
        self._chosen_at = -1
        self._wants_next = session.current is None
        self.learning = True
        self.looking_ahead = bool(session.window.get(STORED, LOOKS_AHEAD))
        self.moving = False
        self.exhausted = False
        self.query: Query | None = None
        self.queue: list[SourceId] = []
        self.within: Selection | None = None
        self.within_name = ""
        self._links = Links()
        self._links.tie(session.labels_changed, self._labels_changed)
        self._links.tie(session.classes_changed, self.begin_anew)
        self._links.tie(session.recipes_changed, self.begin_anew)
        self._links.tie(session.exclusions_changed, self._excluded)
        self._links.tie(session.marks_changed, self._marked)
        self._links.tie(session.interest_changed, self._marked)
        self._links.tie(session.current_changed, self._look_ahead)

    @property
    def busy(self) -> bool:
        """Whether a model is being trained or a queue chosen."""
        return self._scoring is not None or self._choosing is not None

    @property
    def coming(self) -> list[SourceId]:
        """Sources that may be next, the likeliest first."""
        return list(dict.fromkeys([*self._foresight.next_sources, *self.queue]))

    def start(self) -> None:
        """Begin with the session as it is."""
        self._pump()

    def stop(self) -> None:
        """Let go of the session."""
        self._links.cut()
        self._drop_scoring()
        self._drop_choosing()
        self._foresight.forget()

    def pause(self) -> None:
        """Stop training; sources are chosen with the models as they are."""
        self.learning = False
        self._drop_scoring()
        self._drop_choosing()
        self._foresight.forget()
        self._pump()

    def resume(self) -> None:
        """Train again."""
        self.learning = True
        self._failed_at.clear()
        self._pump()

    def look_ahead(self, wanted: bool) -> None:
        """Look ahead, or do not; the session keeps it."""
        self.looking_ahead = self._session.window[STORED] = wanted
        if not wanted:
            self._foresight.forget()
        self._pump()

    def _drop_scoring(self) -> None:
        if self._scoring is not None:
            self._scoring.cancel()
            self._scoring = None

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
        self._foresight.forget()
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
        with self.moves():
            session.show(source)
        self._pump()

    @contextmanager
    def moves(self) -> Iterator[None]:
        """What is shown within is the next source: answers that wait are for it."""
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
        if len(sources) == 1:
            self._take_foreseen(sources[0])
        self._foresight.forget()
        self._pump()

    def _take_foreseen(self, source: SourceId) -> None:
        """Use what was worked out for the answer that was just given."""
        label = self._session.book.label_of(source)
        found = self._foresight.of(source, label)
        query = None if found is None else self._session.accept_next(found)
        if query is not None:
            self._drop_choosing()
            self._take(query)

    def _take(self, query: Query) -> None:
        self._chosen_at = query.revision
        self.query = query
        self.queue = [source for source in query.sources if source != self._session.current]
        self.exhausted = not self.queue

    def _excluded(self, _: Selection) -> None:
        self.queue = [source for source in self.queue if self._is_open(source)]
        self._marked()

    def _marked(self, *_: object) -> None:
        self._foresight.forget()
        self._pump()

    def begin_anew(self) -> None:
        """Choose again: sources or recipes are others."""
        self.queue = []
        self._foresight.forget()
        self._drop_scoring()
        self._drop_choosing()
        self._pump()

    def _pump(self) -> None:
        """Start what is needed and not on its way."""
        if self._choosing is None and self._chosen_at != self._session.book.revision:
            self._choose()
        if self.learning and self._scoring is None and self._choosing is None:
            stale = next((name for name in self._session.tasks if self._can_train(name)), None)
            if stale is not None:
                self._score(stale)
        self._look_ahead()
        self.changed.emit()

    def _choose(self) -> None:
        session = self._session
        learns = self.learning and not any(
            self._failed_at.get(name) == session.book.training_revision for name in session.tasks
        )
        if learns:
            job: Job[Next | Query] = session.next_job(AHEAD, self.within)
        else:
            job = session.query_job(AHEAD, within=self.within)
        told = {"done": self._chosen, "failed": self._choosing_failed, "shown": False}
        after = DRAWN_AFTER if self.queue else 0.0
        self._choosing = self._jobs.run(job, title="Choosing", after=after, **told)

    def _look_ahead(self, *_: object) -> None:
        if self.learning and self.looking_ahead and self._choosing is None:
            self._foresight.look(AHEAD, self.within)

    def _score(self, task: str) -> None:
        self._scoring = self._jobs.run(
            self._session.train_job(task),
            title="Training",
            done=self._scored,
            failed=lambda error: self._scoring_failed(task, error),
            shown=False,
            after=DRAWN_AFTER,
        )

    def _can_train(self, task: str) -> bool:
        session = self._session
        if not session.is_stale(task):
            return False
        return self._failed_at.get(task) != session.book.training_revision and session.can_train(
            task
        )

    def _scored(self, result: TrainResult) -> None:
        self._scoring = None
        self._session.accept(result, late=True)
        self._pump()

    def _scoring_failed(self, task: str, error: Exception) -> None:
        self._scoring = None
        self._failed_at[task] = self._session.book.training_revision
        self._tell(error)
        self._pump()

    def _tell(self, error: Exception) -> None:
        """Report an error, once where it comes again at once."""
        told, self._told = self._told, (str(error), self._session.book.revision)
        if not isinstance(error, NotEnoughLabels) and told != self._told:
            self._report(error)

    def _chosen(self, found: Next | Query) -> None:
        self._choosing = None
        session = self._session
        if isinstance(found, Next):
            query = session.accept_next(found)
        else:
            fresh = found.revision == session.book.revision
            query = session.accept_query(found) if fresh else None
        if query is not None:
            self._take(query)
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
        session = self._session
        if self.learning and any(self._can_train(name) for name in session.tasks):
            # the model may be at fault: without it, sources are chosen all the same
            self._failed_at = dict.fromkeys(session.tasks, session.book.training_revision)
        else:
            self._chosen_at = session.book.revision
        self._tell(error)
        self._pump()
