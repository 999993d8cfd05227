"""How long a canvas takes to draw."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from qtpy.QtCore import QEvent, QObject, QTimer
from qtpy.QtWidgets import QWidget


class FrameMeter(QObject):
    """Tells how long each frame of a canvas takes, from its paint event until control is back.

    Qt composes and shows the window between the two, which is most of the time where graphics are
    drawn in software.

    Parameters
    ----------
    within : QWidget
        The canvas, or what it is in: the first widget that draws with OpenGL is watched. Also the
        meter's parent.
    note : callable
        Called with seconds.
    """

    def __init__(self, within: QWidget, note: Callable[[float], None]) -> None:
        super().__init__(within)
        self._note = note
        self._began: float | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._done)
        for widget in [within, *within.findChildren(QWidget)]:
            if widget.inherits("QOpenGLWidget"):
                widget.installEventFilter(self)
                break

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """See when painting begins."""
        if event is not None and event.type() == QEvent.Type.Paint:
            self._began = perf_counter()
            self._timer.start(0)
        return False

    def _done(self) -> None:
        if self._began is not None:
            self._note(perf_counter() - self._began)
            self._began = None
