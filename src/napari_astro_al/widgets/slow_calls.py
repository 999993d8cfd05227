"""Models, strategies and functions that take long: a person hears which, and can go on without."""

from __future__ import annotations

from functools import partial

from napari.utils.notifications import Notification, NotificationSeverity, notification_manager
from qtpy.QtCore import QObject, QTimer

from napari_astro_al.calls import Call, on_their_way

SLOW_AFTER = 15.0
"""Seconds of one call after which it is spoken of."""
LOOK_EVERY = 2_000
"""Milliseconds between two looks."""


_told: list[Call] = []


class SlowCalls(QObject):
    """Looks from time to time for calls of other people's code that have not come back.

    The window goes on meanwhile, for they work in threads. Each is spoken of once, in whichever
    window, with a button that gives it up: whoever waits for it then goes on as after an error.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        calls = on_their_way()
        _told[:] = [one for one in _told if one in calls]
        slow = [one for one in calls if one.can_be_given_up and one.seconds > SLOW_AFTER]
        for call in slow:
            if call not in _told:
                _told.append(call)
                _tell(call)


def _tell(call: Call) -> None:
    words = (
        f"The {call.what} has been at work for {call.seconds:.0f} s. Everything else goes on. "
        "Give it up to go on without what it would give; then choose another, or mend it."
    )
    notification_manager.dispatch(
        Notification(
            words,
            NotificationSeverity.WARNING,
            actions=(("Give up", partial(_give_up, call)),),
        )
    )


def _give_up(call: Call, *_: object) -> None:
    call.give_up()
