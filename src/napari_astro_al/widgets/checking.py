"""Going through labels that may be wrong, or that people do not agree about, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from napari.utils.notifications import show_info
from qtpy.QtCore import QObject, Signal

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.session.audit import LabelAudit
from napari_astro_al.session.disputes import Dispute
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.workspace import Workspace, report


class Doubt(Protocol):
    """Why a source is looked at again."""

    @property
    def source(self) -> SourceId: ...  # noqa: D102

    @property
    def words(self) -> str: ...  # noqa: D102


class Checking(QObject):
    """A queue of doubtful labels, or of disagreements, in place of the questions.

    An answer to one of them shows the next. The label that a doubtful one has, given again,
    confirms it; the answer to a disagreement is one's vote.

    Parameters
    ----------
    workspace : Workspace
    labelling : Labelling
        Whose next source is taken from this queue while there is one.

    Attributes
    ----------
    audit : LabelAudit or None
        The last one.
    """

    changed = Signal()
    """The queue, or the place in it, is another."""

    def __init__(self, workspace: Workspace, labelling: Labelling) -> None:
        super().__init__()
        self._workspace = workspace
        self._labelling = labelling
        self.audit: LabelAudit | None = None
        self._queue: Sequence[Doubt] = ()
        self._place = 0
        self._noun = ""
        workspace.session_changed.connect(self._forget)

    def _forget(self, _: Session | None) -> None:
        self.audit = None
        self._end()

    @property
    def active(self) -> bool:
        """Whether labels are gone through."""
        return bool(self._queue)

    @property
    def words(self) -> str:
        """How far one is."""
        return f"{self._noun} {self._place + 1} of {len(self._queue)}" if self.active else ""

    def doubt_of(self, source: SourceId | None) -> Doubt | None:
        """The doubt about a source of the queue."""
        return next((one for one in self._queue if one.source == source), None)

    def start(self) -> None:
        """Look for doubtful labels, as a job, and begin with the most doubtful one."""
        session = self._workspace.session
        if session is None:
            return
        task = session.asking_task(session.current)
        try:
            job = session.audit_job(task)
        except AstroALError as error:
            report(error)
            return
        self._workspace.run(job, title="Checking labels", done=self._take)

    def _take(self, audit: LabelAudit) -> None:
        self.audit = audit
        show_info(audit.words)
        self._begin(audit.suspects, "Doubtful label", confirms=True)

    def settle(self) -> None:
        """Look for sources that people do not agree about, as a job, and begin with the first."""
        session = self._workspace.session
        if session is not None:
            job = session.disputes_job()
            self._workspace.run(job, title="Looking for disagreements", done=self._take_disputes)

    def _take_disputes(self, disputes: tuple[Dispute, ...]) -> None:
        n = len(disputes)
        show_info(f"{n} disagreement{'' if n == 1 else 's'}." if n else "Everybody agrees.")
        self._begin(disputes, "Disagreement", confirms=False)

    def _begin(self, queue: Sequence[Doubt], noun: str, *, confirms: bool) -> None:
        if queue:
            self._queue, self._place, self._noun = queue, 0, noun
            self._labelling.detour = self._next
            self._labelling.confirms = confirms
            self._show()
        self.changed.emit()

    def _next(self) -> bool:
        if self._place + 1 >= len(self._queue):
            self.stop()
            return False
        self.step(1)
        return True

    def step(self, by: int) -> None:
        """Go on, or back; not beyond the ends."""
        self._place = min(max(self._place + by, 0), len(self._queue) - 1)
        self._show()
        self.changed.emit()

    def keep(self) -> None:
        """Give the source on show the label that it has, and go on."""
        session = self._workspace.session
        if session is None or self.doubt_of(session.current) is None:
            return
        label = session.book.label_of(session.current)
        if label is None:
            show_info("The votes are tied, so that there is no label to keep. Give yours.")
        else:
            self._labelling.say(label)

    def stop(self) -> None:
        """Go on with questions."""
        self._end()

    def _end(self) -> None:
        self._queue, self._place = (), 0
        self._labelling.detour = None
        self._labelling.confirms = False
        self.changed.emit()

    def _show(self) -> None:
        session, conductor = self._workspace.session, self._workspace.conductor
        if session is not None and conductor is not None:
            with conductor.moves():
                session.show(self._queue[self._place].source)
