"""Looking ahead: what follows from each likely answer, worked out while the person looks."""

from __future__ import annotations

from collections.abc import Callable

from napari_astro_al.catalogue import SourceId
from napari_astro_al.session import Selection, Session
from napari_astro_al.session.ahead import Answer, Next
from napari_astro_al.widgets.runner import JobRunner, Running

DRAWN_AFTER = 0.3
"""Seconds in which the window shows a source; work that nobody waits for begins after them."""
MOST = 4
"""Answers that are looked ahead of: the likeliest classes."""


class Foresight:
    """Models and queries for the likely answers about the current source.

    They are worked out one after another, the likeliest answer first, and kept until the labels or
    the source are others. What is used of them is decided by the session, which takes only what
    follows from the labels as they have become.

    Parameters
    ----------
    session : Session
    jobs : JobRunner
        Where the work is done.
    found : callable
        Called when another answer is foreseen.
    """

    def __init__(self, session: Session, jobs: JobRunner, found: Callable[[], None]) -> None:
        self._session = session
        self._jobs = jobs
        self._found = found
        self._source: SourceId | None = None
        self._revision = -1
        self._open: list[Answer] = []
        self._known: dict[Answer, Next] = {}
        self._running: Running | None = None
        self._of: Answer | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is being looked ahead of."""
        return self._running is not None

    @property
    def next_sources(self) -> list[SourceId]:
        """The source that follows each answer, as far as is known."""
        firsts = [next(iter(one.query.sources), None) for one in self._known.values()]
        return list(dict.fromkeys(source for source in firsts if source is not None))

    def look(self, n: int, within: Selection | None) -> None:
        """Work out the next answer that is not known yet, if there is one.

        Parameters
        ----------
        n : int
            How many sources a query is for.
        within : Selection or None
            What is asked for.
        """
        if self._running is not None:
            return
        session, revision = self._session, self._session.book.revision
        if (session.current, revision) != (self._source, self._revision):
            self.forget()
            self._source, self._revision = session.current, revision
            if session.current is not None:
                answers = session.likely_answers(session.current)
                self._open = [*answers[:-1][:MOST], *answers[-1:]]
        if not self._open:
            return
        self._of = self._open.pop(0)
        self._running = self._jobs.run(
            session.next_job(n, within, given=self._of),
            title="Looking ahead",
            done=self._done,
            failed=self._failed,
            shown=False,
            after=0.0 if self._known else DRAWN_AFTER,
        )

    def _done(self, found: Next) -> None:
        answer = self._of
        self._running = self._of = None
        if answer is not None:
            self._known[answer] = found
        self._found()

    def _failed(self, _: Exception) -> None:
        """Whoever gives this answer is told when the model is trained for it."""
        self._running = self._of = None
        self._found()

    def of(self, source: SourceId, label: str | None) -> Next | None:
        """What follows from an answer, if it is known."""
        return self._known.get(Answer(self._session.catalogue.row_of(source), label))

    def forget(self) -> None:
        """Drop what is known and what is on its way."""
        if self._running is not None:
            self._running.cancel()
        self._running = self._of = None
        self._source, self._revision = None, -1
        self._open = []
        self._known = {}
