"""How far a pass over partitions is, and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from napari_astro_al.jobs import Job
from napari_astro_al.widgets.runner import JobRunner, Running
from napari_astro_al.widgets.style import small

STEPS = 1_000


class PassLine(QWidget):
    """A message, a bar that grows with the partitions, and a button that cancels; else nothing.

    Parameters
    ----------
    jobs : JobRunner
        Runs what is watched, one job at a time.
    """

    def __init__(self, jobs: JobRunner) -> None:
        super().__init__()
        self._jobs = jobs
        self._running: Running | None = None
        self._given_up: Callable[[], None] = _nothing
        self.message = small("")
        self.message.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop; everything is as it was before")
        self.cancel.clicked.connect(self.stop)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.bar, 1)
        line.addWidget(self.cancel)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 4, 0, 4)
        rows.setSpacing(4)
        rows.addWidget(self.message)
        rows.addLayout(line)
        self.hide()
        jobs.changed.connect(self._show)

    @property
    def busy(self) -> bool:
        """Whether a pass is on its way."""
        return self._running is not None

    def watch(
        self,
        job: Job[Any],
        *,
        title: str,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        discard: Callable[[Any], None] | None = None,
        given_up: Callable[[], None] | None = None,
    ) -> None:
        """Start a job, and show how far it is; `given_up` is called where the person stops it."""
        self.stop()
        self._given_up = given_up or _nothing

        def ended(then: Callable[[Any], None]) -> Callable[[Any], None]:
            def end(what: Any) -> None:
                self._running = None
                self._show()
                then(what)

            return end

        self._running = self._jobs.run(
            job, title=title, done=ended(done), failed=ended(failed), discard=discard
        )
        self._show()

    def stop(self) -> None:
        """Give up what is on its way."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            self._given_up()
        self._show()

    def _show(self) -> None:
        running = self._running
        if running is not None and running.cancelled:  # with all jobs of the window
            running = self._running = None
        self.setVisible(running is not None)
        if running is None:
            return
        if self.message.text() != running.message:
            self.message.setText(running.message)
        done, total = running.progress.done, running.progress.total
        value = round(STEPS * done / total) if total else 0
        if self.bar.value() != value:
            self.bar.setValue(value)


def _nothing() -> None:
    """Nobody wants to know."""
