"""Jobs in worker threads, with their progress in napari's activity dock."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread, get_native_id
from typing import Any

from napari.utils import progress
from qtpy.compat import isalive
from qtpy.QtCore import QObject, QTimer, Signal

from napari_astro_al.calls import given_up_by
from napari_astro_al.errors import AstroALError, JobError
from napari_astro_al.jobs import Job, Progress, wanted_while
from napari_astro_al.widgets.garbage import collected_by_the_window, sweep_here
from napari_astro_al.widgets.patience import Patience
from napari_astro_al.widgets.post import Door, tell

Outcome = tuple[str, Any]

BARS_EVERY = 1_000
"""Milliseconds between two looks at what napari's activity dock should show."""
WORDS_EVERY = 250
"""Milliseconds between two words of how far jobs are: each has the whole window composed anew."""
NICENESS = 3
"""Of the threads that work, where the window's has 0."""


class Running:
    """A job on its way.

    Cancelling gives control back at once: whatever the job still computes is thrown away.

    Attributes
    ----------
    title : str
        What it is, for a person.
    message : str
        What it is doing now.
    progress : Progress
        How far it is.
    """

    def __init__(
        self,
        title: str,
        forget: Callable[[Running], None],
        refuse: Callable[[Running, Exception], None],
    ) -> None:
        self.title = title
        self.message = title
        self.progress = Progress(title)
        self._cancelled = Event()
        self._forget = forget
        self._refuse = refuse
        self._lock = Lock()
        self._untold = False
        self._thread: Thread | None = None

    def begin(self, thread: Thread) -> None:
        """Start the thread that does it."""
        self._thread = thread
        thread.start()

    @property
    def at_work(self) -> bool:
        """Whether its thread goes on, given up or not."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """Whether it was given up."""
        return self._cancelled.is_set()

    def say(self, message: str) -> bool:
        """Say what it is doing now; whether the window must be told, which reads the latest."""
        with self._lock:
            self.message, was_untold = message, self._untold
            self._untold = True
        return not was_untold

    def told(self) -> None:
        """The window has read it."""
        with self._lock:
            self._untold = False

    def wait(self, seconds: float) -> None:
        """Wait, or until it is given up."""
        self._cancelled.wait(seconds)

    def cancel(self) -> None:
        """Give the job up; its result, if one comes, is dropped."""
        self._cancelled.set()
        self._forget(self)

    def give_up(self, why: str) -> None:
        """Cancel it, and let whoever began it hear that it failed."""
        self._cancelled.set()
        self._refuse(self, JobError(why))


class JobRunner(QObject):
    """Starts jobs, keeps count of them, and hands results over on the main thread.

    Several run side by side. What napari's activity dock shows follows a timer: a bar appears for
    what takes a while, and words change once a second at most. Each change lets napari
    handle events and draw, in the middle of whatever it came from.

    superqt's workers, which napari offers, exchange
    ``warnings.showwarning`` while they run and do not put it back when they overlap; these leave
    it alone.
    """

    changed = Signal()
    """A job has begun, ended, or said how far it is."""
    lingers = Signal(str)
    """A job was given up some time ago and goes on; what it was doing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sweep_here()
        self._running: dict[Running, _Ends] = {}
        self._door = Door(self)
        self._bars = QTimer(self)
        self._bars.setSingleShot(True)
        self._bars.setInterval(BARS_EVERY)
        self._bars.timeout.connect(self._tend_bars)
        self._news = False
        self._words = QTimer(self)
        self._words.setSingleShot(True)
        self._words.setInterval(WORDS_EVERY)
        self._words.timeout.connect(self._tell)
        self.patience = Patience(self)
        self.patience.lingers.connect(self.lingers)

    @property
    def busy(self) -> bool:
        """Whether any job is on its way."""
        return bool(self._running)

    @property
    def message(self) -> str:
        """What the job begun last is doing; empty where there is none."""
        newest = next(reversed(self._running), None)
        return "" if newest is None else newest.message

    def run(
        self,
        job: Job[Any],
        *,
        title: str,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
        discard: Callable[[Any], None] | None = None,
        shown: bool = True,
        after: float = 0.0,
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
        discard : callable, optional
            Called, in the worker's thread, with a result that came after the job was cancelled.
        shown : bool
            Whether it appears in napari's activity dock; quick jobs that follow every label
            should not.
        after : float
            Seconds that its thread waits first: the window draws what is urgent meanwhile, and
            does not share the interpreter.
        """
        running = Running(title, self._forget, self._refuse)
        self._running[running] = _Ends(done, failed, shown)
        if shown and not self._bars.isActive():
            self._bars.start()
        running.begin(_Work(job, running, self._door, discard, after))
        self.changed.emit()
        return running

    def take_progress(self, running: Running) -> None:
        """A job has said how far it is."""
        running.told()
        if running in self._running and not running.cancelled:
            self._news = True
            if not self._words.isActive():
                self._tell()

    def _tell(self) -> None:
        if self._news:
            self._news = False
            self._words.start()
            self.changed.emit()

    def _tend_bars(self) -> None:
        """Let the activity dock show the jobs that are on their way, and what they are doing."""
        for running, ends in list(self._running.items()):
            if running not in self._running or not ends.shown:
                continue  # it ended while napari drew the bar of another
            if ends.bar is None:
                ends.words = running.message
                ends.bar = progress(total=0, desc=ends.words)
                if running not in self._running:
                    ends.bar.close()
            elif ends.words != running.message:
                ends.words = running.message
                ends.bar.set_description(running.message)
        if any(ends.shown for ends in self._running.values()):
            self._bars.start()

    def take_outcome(self, running: Running, outcome: Outcome | None) -> None:
        """A job has come to its end, or was given up."""
        ends = self._running.pop(running, None)
        if ends is None:
            return
        if ends.bar is not None:
            ends.bar.close()
        self.changed.emit()
        if running.cancelled or outcome is None:
            return
        kind, value = outcome
        if kind == "result":
            ends.done(value)
        elif ends.failed is not None:
            ends.failed(value)
        else:
            raise value

    def _forget(self, running: Running) -> None:
        """A cancelled job no longer counts, whenever its thread comes to an end."""
        self.take_outcome(running, None)
        if running.at_work and isalive(self.patience):
            self.patience.watch(running)

    def _refuse(self, running: Running, why: Exception) -> None:
        """A person gave a job up: that is as if it had failed."""
        ends = self._running.get(running)
        self._forget(running)
        if ends is None:
            return
        if ends.failed is None:
            raise why
        ends.failed(why)

    def cancel_all(self) -> None:
        """Give up every job."""
        for running in list(self._running):
            running.cancel()


def or_words(job: Job[Any]) -> Job[Any]:
    """The job; where it cannot be done, why, for a dock that says so in place of its result."""
    try:
        return (yield from job)
    except AstroALError as error:
        return str(error)


class _Ends:
    """What to do when a job ends."""

    def __init__(
        self,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None,
        shown: bool,
    ) -> None:
        self.done, self.failed, self.shown = done, failed, shown
        self.bar: Any = None
        self.words = ""


class _Work(Thread):
    """One job in one thread, which nothing waits for: neither the window nor the interpreter.

    A ``QThreadPool`` waits for its threads when it is destroyed. Where Python's garbage collector
    destroys it, it does so with the interpreter locked, and the threads never end.
    """

    def __init__(
        self,
        job: Job[Any],
        running: Running,
        door: Door,
        discard: Callable[[Any], None] | None,
        after: float,
    ) -> None:
        super().__init__(name=f"astro-al: {running.title}", daemon=True)
        self._job, self._running, self._discard = job, running, discard
        self._door = door
        self._after = after

    def run(self) -> None:
        """Drive the job to its end, its failure, or its cancellation."""
        with collected_by_the_window():
            self._drive()

    def _drive(self) -> None:
        outcome: Outcome | None = None
        stand_back()
        if self._after:
            self._running.wait(self._after)
        try:
            with (
                wanted_while(lambda: not self._running.cancelled),
                given_up_by(self._running.give_up),
            ):
                while not self._running.cancelled:
                    self._running.progress = progress = next(self._job)
                    if self._running.say(progress.message):
                        tell(self._door.post.said, self._door, self._running)
                self._job.close()
        except StopIteration as stop:
            outcome = ("result", stop.value)
        except Exception as error:  # a job's failure belongs to whoever started it
            outcome = ("error", error)
        if self._running.cancelled:
            if outcome is not None and outcome[0] == "result" and self._discard is not None:
                self._discard(outcome[1])
            return
        tell(self._door.post.ended, self._door, self._running, outcome)


def stand_back() -> None:
    """Let the window go first where both want a core; only Linux has it for single threads."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), NICENESS)
