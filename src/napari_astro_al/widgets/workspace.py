"""One napari window's work: its session, its jobs, and what follows from a label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.utils.notifications import show_warning
from qtpy.QtCore import QObject, QTimer, Signal

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.session import Session, folder
from napari_astro_al.session.known_catalogue import AT_ONCE, keep_print_job, lacks_print
from napari_astro_al.widgets.conductor import Conductor
from napari_astro_al.widgets.error_notice import tell_error, watch_for_faults
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.preferences import begin_as_preferred
from napari_astro_al.widgets.runner import JobRunner, Running
from napari_astro_al.widgets.slow_calls import SlowCalls

AFTER_THE_PICTURE = 5.0  # seconds that what nobody waits for stands back when a session begins
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
    table_wanted = Signal()
    """The selected sources are to be shown in a table."""
    why_wanted = Signal()
    """Why the current source was asked for is to be shown."""
    group_wanted = Signal()
    """A class is to be made of the selected sources, or of the current one."""
    triage_wanted = Signal()
    """The contact sheet is to be shown, and to have the keyboard."""

    def __init__(self, viewer: Any) -> None:
        super().__init__()
        self.viewer = viewer
        watch_for_faults()
        self.jobs = JobRunner(self)
        self.jobs.lingers.connect(tell_of_lingering)
        self.slow_calls = SlowCalls(self)
        self.session: Session | None = None
        self.conductor: Conductor | None = None
        self._owned = False
        self._links = Links()
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(AUTOSAVE_AFTER)
        self._autosave.timeout.connect(self.note_what_is_shown)

    def take(self, session: Session, *, owned: bool = True) -> None:
        """Work on another session from now on; the one before is saved.

        Parameters
        ----------
        session : Session
            Taking the present one again changes nothing.
        owned : bool
            Whether the window closes it when it lets go of it. False for a session that a script
            has made and may go on with.
        """
        if session is self.session:
            return
        self.release()
        begin_as_preferred(session)
        self.session, self._owned = session, owned
        self.conductor = Conductor(session, self.jobs, report, self)
        for signal in (
            session.current_changed,
            session.projection_changed,
            session.trained,
            session.blind_changed,
            session.cutouts.changed,
        ):
            self._links.tie(signal, self._saved_soon)
        self.session_changed.emit(session)
        self.conductor.start()
        if len(session.catalogue) > AT_ONCE and session.writable and lacks_print(session):
            job = keep_print_job(session)
            kept = {"done": _kept, "failed": report, "shown": False}
            self.jobs.run(job, title="Fingerprint", **kept, after=AFTER_THE_PICTURE)

    def show_anew(self) -> None:
        """Let everything that shows the session begin once more, as after opening it."""
        session = self.session
        if session is not None:
            self.session_changed.emit(None)
            self.session_changed.emit(session)

    def _saved_soon(self, *_: object) -> None:
        if self.session is not None and self.session.path is not None:
            self._autosave.start()

    def note_what_is_shown(self) -> None:
        """Write recipes and what is on show; models wait until the session is let go."""
        session = self.session
        if session is not None and session.path is not None and session.writable:
            try:
                folder.write(session.path, session)
            except AstroALError as error:
                tell_error(error)

    def release(self) -> None:
        """Give up all jobs; save the session, and close it where it is the window's own."""
        self._autosave.stop()
        self._links.cut()
        if self.conductor is not None:
            self.conductor.stop()
            self.conductor.deleteLater()  # this workspace would own it, and its session, for good
        self.jobs.cancel_all()
        session, self.session, self.conductor = self.session, None, None
        if session is None:
            return
        self.session_changed.emit(None)
        try:
            if self._owned:
                session.close()
            elif session.path is not None and session.writable:
                session.save()
        except AstroALError as error:
            tell_error(error)

    def open(self, job: Job[Session], *, title: str) -> Running:
        """Run a job that opens a session, and work on that; given up, it is closed again."""
        return self.jobs.run(
            job, title=title, done=self.take, failed=report, discard=lambda late: late.close()
        )

    def run(
        self, job: Job[Any], *, title: str, done: Callable[[Any], None], shown: bool = True
    ) -> Running:
        """Start a job whose errors are shown to the person."""
        return self.jobs.run(job, title=title, done=done, failed=report, shown=shown)


def _kept(_: object) -> None:
    """The fingerprint is in the session's folder: nobody waits for it."""


def report(error: Exception) -> None:
    """Show an error: in words where it is ours; as a fault of the program where it is not."""
    if isinstance(error, AstroALError):
        tell_error(error)
    else:
        raise error


def tell_of_lingering(message: str) -> None:
    """Say that something was given up and goes on."""
    show_warning(
        f"Given up, and still at work: {message}. What comes of it is thrown away, and everything "
        "else goes on. If it never ends, choose another model, strategy or function, and mend "
        "that one; until the window is closed it uses one core."
    )
