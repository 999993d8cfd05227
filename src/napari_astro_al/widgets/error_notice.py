"""Errors as napari's notifications, with their details and a report that can be copied."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from napari.utils.notifications import (
    ErrorNotification,
    Notification,
    NotificationSeverity,
    notification_manager,
)
from qtpy.QtWidgets import QApplication

from napari_astro_al.errors import AstroALError
from napari_astro_al.widgets.error_report import is_of_the_program, lines_of, report_of

DETAILS, COPY = "Details", "Copy report"
FAULT = (
    "This is a fault of the program and not yours: {error}\n"
    "Answers that you gave before are kept. If it comes again, “Copy report” and send it to the "
    "developers: no data, names or paths are in it."
)


@dataclass(frozen=True)
class Problem:
    """An error that a person was told of.

    Attributes
    ----------
    at : datetime
        When, by the clock of the machine.
    words : str
        What was said.
    lines : tuple of str
        What a report tells of it.
    """

    at: datetime
    words: str
    lines: tuple[str, ...]

    @property
    def report(self) -> str:
        """What can be sent to somebody else."""
        return report_of(self.lines)


PROBLEMS: deque[Problem] = deque(maxlen=30)
"""What went wrong since the program was started, the newest last."""


def tell_error(error: AstroALError) -> None:
    """Show an error of ours in words, with its details one click away."""
    problem = _noted(error, str(error))
    notice = Notification(problem.words, NotificationSeverity.ERROR, actions=_actions(problem))
    notification_manager.dispatch(notice)


@cache
def watch_for_faults() -> None:
    """Let napari's notifications of unexpected errors that came through our code have a report.

    napari itself shows them, with a button for the traceback. What is connected last is told
    first, so that the buttons are there when napari draws the notification.
    """
    notification_manager.notification_ready.connect(_add_report)


def _add_report(notice: Notification) -> None:
    if isinstance(notice, ErrorNotification) and is_of_the_program(notice.exception):
        error = notice.exception
        said = f"{type(error).__name__}: {error}"
        words = str(error) if isinstance(error, AstroALError) else FAULT.format(error=said)
        problem = _noted(error, words)
        notice.message = words
        notice.actions = (*notice.actions, *_actions(problem))


def _noted(error: BaseException, words: str) -> Problem:
    problem = Problem(datetime.now(), words, lines_of(error))
    PROBLEMS.append(problem)
    return problem


def _actions(problem: Problem) -> tuple[tuple[str, Callable[[Any], None]], ...]:
    def show(notice: Any) -> None:
        from napari_astro_al.widgets.error_dialog import show_problems

        show_problems(notice.parentWidget().window(), problem)

    return (DETAILS, show), (COPY, lambda _: copy_report(problem))


def copy_report(problem: Problem) -> None:
    """Put a report on the clipboard."""
    clipboard = QApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(problem.report)
