"""The Cutouts dock: every picture there is of the current source, in a napari canvas of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.components import ViewerModel
from qtpy.QtCore import QEvent, Qt, QTimer
from qtpy.QtGui import QCursor
from qtpy.QtWidgets import (
    QDialog,
    QScrollArea,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import SourceId
from napari_astro_al.jobs import Job
from napari_astro_al.session import Session
from napari_astro_al.viewer.cutout_canvas import CutoutCanvas
from napari_astro_al.viewer.cutout_pictures import as_angle
from napari_astro_al.viewer.keys import bind_keys
from napari_astro_al.viewer.late_pictures import LatePictures, ahead_job
from napari_astro_al.widgets.composite_form import CompositeForm
from napari_astro_al.widgets.cutouts_bar import CutoutsBar
from napari_astro_al.widgets.cutouts_memory import STORED, noted_of, restored
from napari_astro_al.widgets.embedded_canvas import EmbeddedCanvas
from napari_astro_al.widgets.foresight import DRAWN_AFTER
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.picture_bar import PictureBar
from napari_astro_al.widgets.picture_panel import PicturePanel
from napari_astro_al.widgets.pictures_dialog import pictures_button
from napari_astro_al.widgets.preferences import preferences
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.runner import JobRunner, Running
from napari_astro_al.widgets.style import EmptyState
from napari_astro_al.widgets.workbench import Workbench
from napari_astro_al.widgets.workspace import report

NOTED_AFTER = 400  # milliseconds
PANEL = (390, 520)
"""Width and height of the panel that adjusts pictures."""


class CutoutsDock(QWidget):
    """One Image layer a survey or band, side by side or one above the other.

    Parameters
    ----------
    bench : Workbench
        Whose current source is pictured. Answers wait until its pictures are painted.

    Attributes
    ----------
    model : ViewerModel
        The canvas's.
    embedded : EmbeddedCanvas
        Shows the model.
    canvas : CutoutCanvas or None
        What draws on it; there whenever a session is.
    bar : PictureBar
        What keeps pictures away, and the way out.
    tools : CutoutsBar
    panel : PicturePanel
        In the dialog that "Adjust" opens.
    composite : CompositeForm
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._bench = bench
        self._coming: tuple[SourceId, ...] = ()
        # a host that does not answer must not look as if the program were at work
        self._network = JobRunner(self)
        self._ahead: Running | None = None
        self._late: LatePictures | None = None
        self._links = Links()
        self._noted = Rest(self, NOTED_AFTER)
        self.model = ViewerModel(title="cutouts")
        self.model.theme = "dark"  # pictures of the sky, and what is written beside them
        self.embedded = EmbeddedCanvas(self.model, controls=True)
        self.canvas: CutoutCanvas | None = None
        self.bar = PictureBar()
        add = pictures_button(bench.workspace, prominent=True)
        add.setText("Pictures…")
        self.tools = CutoutsBar(add)
        self.panel = PicturePanel()
        self.composite = CompositeForm(self)
        self._dialog = self._make_dialog()
        self._closed = EmptyState(
            "No pictures yet", "Open a catalogue first: pictures of its sources are shown here."
        )
        self._empty = EmptyState(
            "No pictures",
            "Show files, images of the sky or surveys of each source.",
            pictures_button(bench.workspace, prominent=True),
        )
        rows = QVBoxLayout(self)
        rows.setContentsMargins(4, 4, 4, 4)
        rows.setSpacing(4)
        rows.addWidget(self.tools)
        rows.addWidget(self.bar)
        rows.addWidget(self.embedded, 1)
        rows.addWidget(self._empty, 1)
        rows.addWidget(self._closed, 1)
        self.embedded.setMinimumHeight(70)
        self.embedded.made.connect(lambda _: self.panel.take_controls(self.embedded.controls))
        self.tools.adjust.toggled.connect(self._show_dialog)
        self.tools.colour_wanted.connect(self._choose_colour)
        self.model.mouse_move_callbacks.append(self._say_where)
        self.model.layers.selection.events.active.connect(lambda _: self.panel.refresh())
        bench.add_keys(self._actions())
        bench.workspace.session_changed.connect(self._take)
        bench.attach(self)
        self._take(bench.workspace.session)

    def _make_dialog(self) -> QDialog:
        dialog = QDialog(self, Qt.WindowType.Tool)
        dialog.setWindowTitle("Adjust pictures")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.panel)
        rows = QVBoxLayout(dialog)
        rows.setContentsMargins(12, 10, 12, 10)
        rows.addWidget(area)
        dialog.resize(*PANEL)
        dialog.finished.connect(lambda _: self.tools.adjust.setChecked(False))
        return dialog

    def _show_dialog(self, shown: bool) -> None:
        if not shown:
            self._dialog.hide()
            return
        self.panel.refresh()
        self._place(self._dialog)
        self._dialog.show()

    def _place(self, dialog: QDialog) -> None:
        """Left of the pictures, so that one sees what is changed, and within the screen."""
        corner = self.mapToGlobal(self.rect().topLeft())
        screen = self.screen()
        x, y = corner.x() - dialog.width() - 12, corner.y()
        if screen is not None:
            room = screen.availableGeometry()
            x = max(room.left(), min(x, room.right() - dialog.width()))
            y = max(room.top(), min(y, room.bottom() - dialog.height() - 30))
        dialog.move(x, y)

    def _choose_colour(self) -> None:
        if self.canvas is not None:
            self.composite.adjustSize()
            self._place(self.composite)
            self.composite.open_for(self.canvas)

    def _actions(self) -> dict[str, Callable[[], None]]:
        """Keys for how pictures are shown."""
        return {
            "+": lambda: self._step(larger=False),
            "=": lambda: self._step(larger=False),
            "-": lambda: self._step(larger=True),
            "0": self._whole,
        }

    def _step(self, *, larger: bool) -> None:
        if self.canvas is not None:
            self.canvas.resize(larger=larger)

    def _whole(self) -> None:
        if self.canvas is not None:
            self.canvas.whole()

    def _take(self, session: Session | None) -> None:
        if self.canvas is not None:
            self.note()
            self.canvas.close()
            self.canvas = None
        if self._late is not None:
            self._late.close()
            self._late = None
        self._network.cancel_all()
        self._noted.forget()
        self._coming, self._ahead = (), None
        self._links.cut()
        self.bar.take(None if session is None else session.cutouts)
        if session is not None:
            arrangement = restored(session)
            self.canvas = CutoutCanvas(
                self.model,
                session,
                run=self._run,
                run_beside=self._index,
                arrangement=arrangement,
            )
            bind_keys(self.model, {**self._bench.labelling.actions(), **self._actions()})
            self._late = LatePictures(
                session.cutouts, run=self._run_beside, arrived=self.canvas.refresh
            )
            self._links.tie(session.current_changed, self._name_source, self._forget_late)
            self._links.tie(session.cutouts.changed, self._providers_changed)
            self._links.tie(session.cutouts.restretched, self._note_soon)
            self._links.tie(self.canvas.arrangement_changed, self._note_soon, self._refresh)
            self._links.tie(self.canvas.shown, self._follow, self._refresh)
            conductor = self._bench.workspace.conductor
            if conductor is not None:
                conductor.changed.connect(self._read_ahead)
        for part in (self.tools, self.panel, self.composite):
            part.take(self.canvas)
        self._providers_changed()

    def _refresh(self, *_: object) -> None:
        self.tools.refresh()
        if self._dialog.isVisible():
            self.panel.refresh()

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        labelling = self._bench.labelling

        def shown(pictures: Any) -> None:
            try:
                done(pictures)
            finally:
                QTimer.singleShot(0, labelling.painted)

        def failed(error: Exception) -> None:
            QTimer.singleShot(0, labelling.painted)
            report(error)

        try:
            next(job)
        except StopIteration as ready:  # made ready ahead
            shown(ready.value)
            return None
        return self._bench.workspace.jobs.run(
            job, title="Reading pictures", done=shown, failed=failed, shown=False
        )

    def _index(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._bench.workspace.run(job, title="Indexing positions", done=done, shown=False)

    def _run_beside(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._network.run(
            job, title="Fetching pictures", done=done, failed=report, shown=False
        )

    def _follow(self) -> None:
        """Fetch what the pictures on show lack, and offer what the person can do about the rest."""
        session, canvas = self._bench.workspace.session, self.canvas
        if session is None or canvas is None or self._late is None:
            return
        pictures = [one.picture.cutout for one in canvas.panels if one.picture is not None]
        self._late.follow(session.current, pictures)
        self.bar.offer(pictures)
        self._read_ahead()  # only now: what is looked at asks first

    def _forget_late(self, _: object) -> None:
        if self._late is not None:
            self._late.close()

    def _providers_changed(self) -> None:
        session = self._bench.workspace.session
        some = session is not None and len(session.cutouts) > 0
        self._bench.labelling.waits_for_paint = some
        for part in (self.embedded, self.tools):
            part.setVisible(some)
        if not some:
            self._dialog.hide()
        self._closed.setVisible(session is None)
        self._empty.setVisible(session is not None and not some)
        self._name_source()
        self._coming = ()

    def _name_source(self, *_: object) -> None:
        session = self._bench.workspace.session
        current = None if session is None else session.current
        self.tools.name("" if current is None else f"Source {current}")

    def _say_where(self, _: ViewerModel, event: Any) -> None:
        """What is under the mouse: in the window's status bar, and beside it for other sources."""
        if self.canvas is None:
            return
        y, x = (float(one) for one in tuple(event.position)[-2:])
        pointing = self.canvas.pointing
        self._bench.viewer.status = pointing.describe(event.viewbox, x, y)
        source = pointing.describe_source(event.viewbox, x, y)
        if source:
            QToolTip.showText(QCursor.pos(), source, self.embedded)
        else:
            QToolTip.hideText()

    def _read_ahead(self) -> None:
        session = self._bench.workspace.session
        if session is None or len(session.cutouts) == 0:
            return
        coming = tuple(self._bench.labelling.coming[: preferences().read_ahead])
        if coming and coming != self._coming and self.canvas is not None:
            self._coming = coming
            if self._ahead is not None:
                self._ahead.cancel()
            self._ahead = self._network.run(
                _ahead(self.canvas, coming),
                title="Reading ahead",
                done=lambda _: None,
                failed=report,
                shown=False,
                after=DRAWN_AFTER,
            )

    def _note_soon(self, *_: object) -> None:
        self._noted(self.note)

    def note(self) -> None:
        """Write down in the session's window how its pictures are shown."""
        if self.canvas is None:
            return
        session, noted = self.canvas.session, noted_of(self.canvas)
        if noted != session.window.get(STORED):
            session.window[STORED] = noted
            self._bench.workspace.note_what_is_shown()

    def event(self, event: QEvent | None) -> bool:
        """Close what floats beside the dock when the dock goes."""
        if event is not None and event.type() == QEvent.Type.Hide and not event.spontaneous():
            self._dialog.hide()
            self.composite.hide()
            self.tools.adjust.setChecked(False)
        return bool(super().event(event))


def _ahead(canvas: CutoutCanvas, sources: tuple[SourceId, ...]) -> Job[Any]:
    size = as_angle(canvas.arrangement.size)
    yield from ahead_job(canvas.session.cutouts, sources, size)
    for source in sources:
        yield from canvas.job(source)
