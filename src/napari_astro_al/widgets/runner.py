"""Jobs in worker threads, with their progress in napari's activity dock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.qt.threading import create_worker
from qtpy.QtCore import QObject, Signal

from napari_astro_al.errors import JobError
from napari_astro_al.jobs import Job


class Running:
    """A job on its way.

    Cancelling gives control back at once: whatever the job still computes is thrown away.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.cancelled = False
        self._worker: Any = None

    def cancel(self) -> None:
        """Give the job up; its result, if one comes, is dropped."""
        self.cancelled = True
        if self._worker is not None:
            self._worker.quit()


class JobRunner(QObject):
    """Starts jobs, keeps count of them, and hands results over on the main thread."""

    changed = Signal()
    """A job has begun, ended, or said how far it is."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: dict[Running, str] = {}

    @property
    def busy(self) -> bool:
        """Whether any job is on its way."""
        return bool(self._running)

    @property
    def message(self) -> str:
        """What the job begun last is doing; empty where there is none."""
        return next(reversed(self._running.values()), "")

    def run(
        self,
        job: Job[Any],
        *,
        title: str,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
        shown: bool = True,
    ) -> Running:
        """Start a job.

        Parameters
        ----------
        job : generator
            What to do; it must not touch anything of the window.
        title : str
            What it is, for the activity dock.
        done : callable
            Called with the result on the main thread, unless the job was cancelled.
        failed : callable, optional
            Called with the exception; by default napari shows it.
        shown : bool
            Whether it appears in napari's activity dock; quick jobs that follow every label
            should not.
        """
        running = Running(title)
        progress = {"total": 0, "desc": title} if shown else None
        worker = create_worker(_outcome, job, _start_thread=False, _progress=progress)
        running._worker = worker

        def said(progress: Any) -> None:
            if running in self._running:
                self._running[running] = progress.message
                self.changed.emit()

        def ended(outcome: tuple[str, Any] | None) -> None:
            self._running.pop(running, None)
            self.changed.emit()
            if running.cancelled or outcome is None:
                return
            kind, value = outcome
            if kind == "result":
                done(value)
            elif failed is not None:
                failed(value)
            else:
                raise value

        worker.yielded.connect(said)
        worker.returned.connect(ended)
        worker.aborted.connect(lambda: ended(None))
        self._running[running] = title
        self.changed.emit()
        worker.start()
        return running

    def cancel_all(self) -> None:
        """Give up every job."""
        for running in list(self._running):
            running.cancel()


def _outcome(job: Job[Any]) -> Job[tuple[str, Any]]:
    """The job's result or its error as a value: workers lose some kinds of exceptions."""
    try:
        result = yield from job
    except GeneratorExit:
        raise
    except Exception as error:
        if isinstance(error, RuntimeError):
            error = JobError(f"{type(error).__name__}: {error}")
        return "error", error
    return "result", result
