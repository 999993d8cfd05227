"""A napari canvas inside a dock, that can be hidden, floated, and moved to another window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from napari.components import ViewerModel
from napari.qt import QtViewer
from napari.utils.events import disconnect_events
from qtpy.QtCore import QTimer, Signal
from qtpy.QtGui import QHideEvent, QShowEvent
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtWidgets import QVBoxLayout, QWidget


class EmbeddedCanvas(QWidget):
    """Shows a viewer model of its own.

    What a canvas has put on the graphics card belongs to the window that it is in. Painted in
    another window, as when its dock is floated, it would end the program. Qt hides a widget before
    it moves it to another window; so the canvas is there only while it is shown, and made anew from
    its model, with layers, camera and keys as they are, when it is shown again. An empty OpenGL
    widget stays, because a window that is shown before it has any would have to be made anew.

    Parameters
    ----------
    model : ViewerModel
        What it shows. Not that of the main canvas.
    controls : bool
        Whether napari's controls of its layers are wanted.

    Attributes
    ----------
    qt_viewer : QtViewer or None
        The present canvas; None while hidden.
    controls : QWidget or None
        napari's controls of the active layer, which belong to the present canvas.
    """

    made = Signal(QWidget)
    """A canvas has been made: the widget that is drawn on."""

    def __init__(self, model: ViewerModel, *, controls: bool = False) -> None:
        super().__init__()
        self.model = model
        self.qt_viewer: QtViewer | None = None
        self.controls: QWidget | None = None
        self._wants_controls = controls
        self._had_focus = False
        self._finished = False
        self._shown = QTimer(self)
        self._shown.setSingleShot(True)
        self._shown.timeout.connect(self._make)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        anchor = QOpenGLWidget(self)
        anchor.setGeometry(0, 0, 1, 1)

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        """Make a canvas, once the window is as it will be."""
        super().showEvent(event)
        if event is not None and not event.spontaneous() and not self._finished:
            self._shown.start(0)

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        """Let the canvas go while its window is still there."""
        super().hideEvent(event)
        if event is not None and not event.spontaneous():
            self._shown.stop()
            self._let_go()

    def _make(self) -> None:
        if self.qt_viewer is not None or not self.isVisible():
            return
        if self._wants_controls:
            # layers that are there before the controls would have none
            with self._without_layers():
                self.qt_viewer = QtViewer(self.model)
                self.controls = self.qt_viewer.controls
        else:
            self.qt_viewer = QtViewer(self.model)
        rows = self.layout()
        assert rows is not None
        rows.addWidget(self.qt_viewer)
        self.made.emit(self.qt_viewer.canvas.native)
        if self._had_focus:
            self.qt_viewer.canvas.native.setFocus()

    def _let_go(self) -> None:
        """Close the canvas.

        A canvas lets go of a layer only when the layer is taken out of the model; so all are taken
        out and put back. What they have on the graphics card is freed in whichever canvas is
        current, which must be this one.
        """
        gone, self.qt_viewer = self.qt_viewer, None
        if gone is None:
            return
        self._had_focus = bool(gone.canvas.native.hasFocus())
        gone.canvas.native.makeCurrent()
        with self._without_layers():
            for events in (self.model.layers.events, self.model.layers.selection.events):
                disconnect_events(events, gone)
                disconnect_events(events, gone.canvas)
                if self.controls is not None:
                    disconnect_events(events, self.controls)
            self._drop_controls()
            gone.hide()
            gone.setParent(None)
            gone.close()

    def _drop_controls(self) -> None:
        controls, self.controls = self.controls, None
        if controls is not None:
            disconnect_events(self.model.dims.events, controls)
            disconnect_events(self.model.events, controls)
            controls.setParent(None)
            controls.deleteLater()

    @contextmanager
    def _without_layers(self) -> Iterator[None]:
        """Take all layers out of the model for a while; they and the camera are put back."""
        camera, layers = self.model.scene.camera, self.model.layers
        center, zoom = camera.center, camera.zoom
        kept, selected = list(layers), set(layers.selection)
        locked = [layer.locked for layer in kept]
        for layer in kept:
            layer.locked = False
        if kept:
            layers.clear()
        yield
        layers.extend(kept)
        for layer, was_locked in zip(kept, locked, strict=True):
            layer.locked = was_locked
        layers.selection = selected
        camera.center, camera.zoom = center, zoom

    def finish(self) -> None:
        """Let go of the canvas for good."""
        self._finished = True
        self._shown.stop()
        self._let_go()
