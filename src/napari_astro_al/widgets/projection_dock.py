"""A further view of feature space, in a dock: another projection of the same sources."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.components import ViewerModel
from qtpy.QtCore import QEvent, QSize, Qt, Signal
from qtpy.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from napari_astro_al.jobs import Job
from napari_astro_al.session import Session
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.keys import bind_keys
from napari_astro_al.widgets.busy_bar import BusyBar
from napari_astro_al.widgets.embedded_canvas import EmbeddedCanvas
from napari_astro_al.widgets.frame_meter import FrameMeter
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.view_panel import ViewPanel
from napari_astro_al.widgets.views import FurtherView
from napari_astro_al.widgets.workbench import REST_AFTER, Workbench

PANEL_WIDTH = 300


class ProjectionDock(QWidget):
    """A canvas of its own, linked to the others by current source, selection, labels and model.

    Parameters
    ----------
    bench : Workbench
        The window's.
    session : Session
        Whose sources are shown.

    Attributes
    ----------
    model : ViewerModel
        The canvas's.
    space : FeatureSpace
        What draws on it.
    view : FurtherView
        Its projection and appearance.
    panel : QDialog
        Chooses both; shown by the button "Adjust".
    """

    closed = Signal()
    """The person has closed the dock; it has let go of everything."""

    def __init__(self, bench: Workbench, session: Session) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(180, 140)
        self._bench = bench
        self._links = Links()
        self.finished = False
        self.model = ViewerModel(title="view")
        self.model.theme = bench.viewer.theme
        self.canvas = EmbeddedCanvas(self.model)
        self._rest = Rest(self, REST_AFTER)
        self.space = FeatureSpace(
            self.model, session, run=self._run, later=self._rest, own=True, elsewhere=bench.viewer
        )
        self.space.image_shown.connect(self._bind)
        self.canvas.made.connect(self._time_frames)
        self.view = FurtherView(bench.workspace, session, self.space)
        self._bind()
        self._title = QElidingLabel("")
        self.adjust = _button("Adjust", "Layout, axes, colours and image of this view")
        self.adjust.setCheckable(True)
        self.whole = _button("Whole", "Show all sources again")
        self._bar = BusyBar(4)
        self._lay_out()
        self.panel = self._make_panel()
        self.adjust.toggled.connect(self._show_panel)
        self.whole.clicked.connect(lambda _: self.space.fit())
        self.view.changed.connect(self._name)
        self.view.working.connect(self._show_work)
        self.model.mouse_move_callbacks.append(self._say_where)
        self._links.tie(bench.viewer.events.theme, self._theme_is_new)
        self._name()

    def _time_frames(self, canvas: QWidget) -> None:
        FrameMeter(canvas, self.space.note_frame)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self._title, 1)
        top.addWidget(self.whole)
        top.addWidget(self.adjust)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(4, 4, 4, 4)
        rows.setSpacing(2)
        rows.addLayout(top)
        rows.addWidget(self._bar)
        rows.addWidget(self.canvas, 1)

    def _bind(self) -> None:
        """Let the keys act on every layer, an image that has joined them included."""
        bind_keys(self.model, self._bench.labelling.actions())

    def _make_panel(self) -> QDialog:
        dialog = QDialog(self, Qt.WindowType.Tool)
        panel = ViewPanel()
        panel.take(self.view)
        rows = QVBoxLayout(dialog)
        rows.setContentsMargins(12, 10, 12, 10)
        rows.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinAndMaxSize)
        panel.setFixedWidth(PANEL_WIDTH)
        rows.addWidget(panel)
        rows.addStretch(1)
        dialog.finished.connect(lambda _: self.adjust.setChecked(False))
        return dialog

    def _show_panel(self, shown: bool) -> None:
        """Open the panel below its button, within the screen."""
        if not shown:
            self.panel.hide()
            return
        self.panel.adjustSize()
        corner = self.adjust.mapToGlobal(self.adjust.rect().bottomRight())
        screen = self.screen()
        x, y = corner.x() - self.panel.width(), corner.y() + 4
        if screen is not None:
            room = screen.availableGeometry()
            x = max(room.left(), min(x, room.right() - self.panel.width()))
            y = max(room.top(), min(y, room.bottom() - self.panel.height() - 30))
        self.panel.move(x, y)
        self.panel.show()

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._bench.workspace.jobs.run(
            job, title="Drawing", done=done, failed=self._drawing_failed, shown=False
        )

    def _drawing_failed(self, error: Exception) -> None:
        self.view.drawing_failed(error)

    def _name(self) -> None:
        recipe = self.view.recipe
        title = "" if recipe is None else recipe.title
        self._title.setText(title)
        self._title.setToolTip(title)
        self.panel.setWindowTitle(f"View: {title}")

    def _show_work(self) -> None:
        self._bar.set_busy(self.view.busy)
        self._bar.setToolTip(self.view.message)

    def _say_where(self, model: ViewerModel, event: Any) -> None:
        """What is under the mouse, in the window's status bar."""
        layer = self.space.layers.get("axes")
        if layer is not None:
            status = layer.get_status(event.position, view_direction=None, dims_displayed=[0, 1])
            self._bench.viewer.status = status["value"]

    def _theme_is_new(self, _: object = None) -> None:
        self.model.theme = self._bench.viewer.theme

    def sizeHint(self) -> QSize:  # noqa: N802
        """Square, and not small."""
        return QSize(420, 360)

    def event(self, event: QEvent | None) -> bool:
        """Notice that the dock around it has been closed for good."""
        handled = bool(super().event(event))
        taken_out = (
            event is not None
            and event.type() == QEvent.Type.ParentChange
            and self.parentWidget() is None
        )
        if taken_out and not self.finished:
            self.finish()
            self.closed.emit()
        return handled

    def finish(self) -> None:
        """Let go of session, canvas and window; it cannot be used any more."""
        if self.finished:
            return
        self.finished = True
        self._links.cut()
        self._rest.forget()
        self.model.mouse_move_callbacks.clear()
        self.panel.findChild(ViewPanel).take(None)
        self.panel.close()
        self.view.finish()
        self.canvas.finish()
        self.space.close()
        self.deleteLater()


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setStyleSheet("padding: 2px 8px;")
    button.setToolTip(tip)
    return button
