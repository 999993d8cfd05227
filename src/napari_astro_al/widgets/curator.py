"""The labelling mode: the current source follows a curated set, and not the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from napari.utils.notifications import show_info
from qtpy.QtCore import QObject, Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.session import Sampling, Session
from napari_astro_al.session.curated import CuratedSet, Part
from napari_astro_al.session.curation import Curation
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.workspace import Workspace, report

AHEAD = 24
"""Sources that may be next: more pictures are never read ahead."""
ALL_ANSWERED = "Every source of the {} set has an answer. Draw a new one (D), or go on learning."
AT_THE_BEGINNING = "This is the first source of the set."
AT_THE_END = "This is the last source of the set. Draw a new one with D."
CHANGED_MEANWHILE = "Something else was changed while sources were drawn. Draw again."
MODE_IS_OFF = "This key is for the labelling mode: “Label the set” in the Test set dock."


class Curator(QObject):
    """Leads through a curated set, in the order in which its sources were drawn.

    Answers go as always. Leaving gives the lead back to the model.

    Parameters
    ----------
    workspace : Workspace
        Whose session is curated.
    labelling : Labelling
        Whose guide it becomes.

    Attributes
    ----------
    part : {"test", "validation"}
        Which set.
    moving : bool
        Whether it is changing the current source just now.
    """

    changed = Signal()
    """The mode, the set or the part is another; or sources are being drawn, or not any more."""

    def __init__(self, workspace: Workspace, labelling: Labelling) -> None:
        super().__init__()
        self._workspace = workspace
        self._labelling = labelling
        self._links = Links()
        self._running: Running | None = None
        self._places: tuple[tuple[SourceId, ...], dict[SourceId, int]] = ((), {})
        self.part: Part = "test"
        self.moving = False
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._running = None
        if session is not None:
            self._links.tie(session.curated_changed, self._sets_changed)
            self._links.tie(session.recipes_changed, self._sets_changed)
        self.changed.emit()

    def _sets_changed(self) -> None:
        if self.active and self.set is None:
            self.leave()
        self.changed.emit()

    @property
    def active(self) -> bool:
        """Whether the set leads."""
        return self._labelling.guide is self

    @property
    def busy(self) -> bool:
        """Whether sources are being drawn."""
        return self._running is not None

    @property
    def set(self) -> CuratedSet | None:
        """The set, where sources were drawn."""
        session = self._workspace.session
        return None if session is None else session.curated.get(self.part)

    def choose(self, part: Part) -> None:
        """Go over to the other set; the mode ends."""
        if part != self.part:
            if self.active:
                self.leave()
            self.part = part
            self.changed.emit()

    def enter(self) -> None:
        """Label the set: its first source without an answer is shown."""
        known = self.set
        if known is None:
            return
        self._labelling.follow(self)
        source = next(iter(known.open), known.sources[0])
        self._show(source)
        self.changed.emit()

    def leave(self) -> None:
        """Go back to what the model asks."""
        self._labelling.follow(None)
        self._labelling.next()
        self.changed.emit()

    @property
    def coming(self) -> list[SourceId]:
        """Sources of the set that may be next."""
        return [source for source, _ in zip(self._open_after_current(), range(AHEAD), strict=False)]

    def _sources(self) -> tuple[SourceId, ...]:
        known = self.set
        return () if known is None else known.sources

    def _place(self) -> int | None:
        """The place of the current source in the set."""
        session, sources = self._workspace.session, self._sources()
        if self._places[0] is not sources:
            self._places = (sources, {one: place for place, one in enumerate(sources)})
        current = None if session is None else session.current
        return None if current is None else self._places[1].get(current)

    def _open_after_current(self) -> Iterator[SourceId]:
        known, place = self.set, self._place()
        if known is None:
            return
        start = 0 if place is None else place + 1
        rest = known.sources[start:] + known.sources[: 0 if place is None else place]
        yield from (source for source in rest if known.is_open(source))

    def next(self) -> None:
        """Show the next source of the set without an answer."""
        source = next(self._open_after_current(), None)
        if source is None:
            self._labelling.come_to_an_end(ALL_ANSWERED.format(self.part))
        else:
            self._show(source)

    def first(self) -> None:
        """Show the first source of the set."""
        sources = self._sources()
        if not self.active:
            show_info(MODE_IS_OFF)
        elif sources:
            self._show(sources[0])

    def back(self) -> None:
        """Show the source of the set before the current one, answered or not."""
        self._step(-1, AT_THE_BEGINNING)

    def forward(self) -> None:
        """Show the source of the set after the current one, answered or not."""
        self._step(1, AT_THE_END)

    def _step(self, by: int, nothing: str) -> None:
        sources, place = self._sources(), self._place()
        there = (0 if place is None else place + by) if sources else -1
        if 0 <= there < len(sources):
            self._show(sources[there])
        else:
            show_info(nothing)

    def _show(self, source: SourceId) -> None:
        session = self._workspace.session
        if session is not None and session.current != source:
            with self._moves():
                session.show(source)

    @contextmanager
    def _moves(self) -> Iterator[None]:
        self.moving = True
        try:
            yield
        finally:
            self.moving = False

    def new(self) -> None:
        """Draw one more source, by the criteria of the last draw and at random, and show it."""
        session, known = self._workspace.session, self.set
        if not self.active or session is None or known is None:
            show_info(MODE_IS_OFF)
            return
        plan = known.plan
        sampling = Sampling(1, seed=0 if plan is None else plan.sampling.seed)
        where = None if plan is None else plan.where
        begin = lambda: session.curate_job(sampling, where, part=self.part)  # noqa: E731
        self.run(begin, "Drawing a source", self._show_new)

    def _show_new(self, ready: Curation) -> None:
        self._show(ready.request.catalogue.ids_at(ready.drawn)[0])

    def run(
        self,
        begin: Callable[[], Job[Curation]],
        title: str,
        done: Callable[[Curation], Any],
    ) -> None:
        """Draw, or drop the set, out of the way of the window; one thing at a time."""

        def finished(ready: Curation) -> None:
            self._running = None
            session = self._workspace.session
            try:
                if session is not None and session.accept_curation(ready):
                    done(ready)
                else:
                    show_info(CHANGED_MEANWHILE)
            except AstroALError as error:
                report(error)
            self.changed.emit()

        def failed(error: Exception) -> None:
            self._running = None
            self.changed.emit()
            report(error)

        if self._running is not None:
            return
        try:
            job = begin()
        except AstroALError as error:
            report(error)
            return
        self._running = self._workspace.jobs.run(job, title=title, done=finished, failed=failed)
        self.changed.emit()

    def keys(self) -> dict[str, Callable[[], None]]:
        """Its own keys, beside those that lead in any case: space and the arrows."""
        return {"Home": self.first, "D": self.new}
