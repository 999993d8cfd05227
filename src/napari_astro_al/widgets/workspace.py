"""One napari window's work: its session, its jobs, and what follows from a label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.utils.notifications import show_error
from qtpy.QtCore import QObject, QTimer, Signal

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.session import Session
from napari_astro_al.widgets.conductor import Conductor
from napari_astro_al.widgets.runner import JobRunner, Running

AUTOSAVE_AFTER = 1500  # milliseconds


class Workspace(QObject):
    """What the docks of one window share.

    Parameters
    ----------
    viewer : napari.Viewer
        The window's viewer, not a proxy of it.

    Attributes
    ----------
    session : Session or None
        What is worked on.
    conductor : Conductor or None
        What trains and asks after each label; there whenever a session is.
    """

    session_changed = Signal(object)
    """The new session, or None."""

    def __init__(self, viewer: Any) -> None:
        super().__init__()
        self.viewer = viewer
        self.jobs = JobRunner(self)
        self.session: Session | None = None
        self.conductor: Conductor | None = None
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(AUTOSAVE_AFTER)
        self._autosave.timeout.connect(self.save)
        self.before_save: list[Callable[[Session], None]] = []

    def take(self, session: Session) -> None:
        """Work on another session from now on; the one before is saved and closed."""
        self.release()
        self.session = session
        self.conductor = Conductor(session, self.jobs, self)
        for signal in (session.current_changed, session.projection_changed, session.trained):
            signal.connect(self._saved_soon)
        self.session_changed.emit(session)
        self.conductor.start()

    def _saved_soon(self, *_: object) -> None:
        if self.session is not None and self.session.path is not None:
            self._autosave.start()

    def save(self) -> None:
        """Write recipes, models and what is on show, where the session is kept on disk."""
        session = self.session
        if session is None or session.path is None:
            return
        for prepare in self.before_save:
            prepare(session)
        try:
            session.save()
        except AstroALError as error:
            show_error(str(error))

    def release(self) -> None:
        """Save and close the session, and give up its jobs."""
        if self.session is None:
            return
        self._autosave.stop()
        if self.conductor is not None:
            self.conductor.stop()
        self.jobs.cancel_all()
        self.save()
        session, self.session, self.conductor = self.session, None, None
        self.session_changed.emit(None)
        session.ledger.close()

    def run(
        self, job: Job[Any], *, title: str, done: Callable[[Any], None], shown: bool = True
    ) -> Running:
        """Start a job whose errors are shown to the person."""
        return self.jobs.run(job, title=title, done=done, failed=report, shown=shown)


def report(error: Exception) -> None:
    """Show an error: in words where it is ours, with its details where it is not."""
    if isinstance(error, AstroALError):
        show_error(str(error))
    else:
        raise error
