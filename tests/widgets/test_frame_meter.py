"""How long a canvas takes to draw."""

from __future__ import annotations

from qtpy.QtGui import QColor
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_astro_al.widgets.frame_meter import FrameMeter


class SlowCanvas(QOpenGLWidget):
    """Takes 30 ms to draw."""

    def paintGL(self):
        from time import perf_counter

        start = perf_counter()
        while perf_counter() - start < 0.03:
            pass


def test_every_frame_of_the_canvas_within_is_told(qtbot):
    window, frames = QWidget(), []
    QVBoxLayout(window).addWidget(canvas := SlowCanvas())
    FrameMeter(window, frames.append)
    qtbot.addWidget(window)
    window.resize(120, 90)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: len(frames) > 0, timeout=5000)
    told = len(frames)
    canvas.update()
    qtbot.waitUntil(lambda: len(frames) == told + 1, timeout=5000)
    assert all(0.03 <= seconds < 5 for seconds in frames)


def test_a_window_without_a_canvas_tells_nothing(qtbot):
    window, frames = QWidget(), []
    FrameMeter(window, frames.append)
    qtbot.addWidget(window)
    palette = window.palette()
    palette.setColor(window.backgroundRole(), QColor("black"))
    with qtbot.waitExposed(window):
        window.show()
    window.setPalette(palette)
    qtbot.wait(50)
    assert frames == []
