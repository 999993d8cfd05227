"""The Triage dock: a contact sheet of many sources, answered together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from napari.components import ViewerModel
from qtpy.QtCore import QSize, Qt, QTimer
from qtpy.QtOpenGLWidgets import QOpenGLWidget
from qtpy.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QWidget,
)

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.session import Session
from napari_astro_al.session.sheets import LARGEST, SMALLEST, Draw
from napari_astro_al.viewer.contact_sheet import ZOOMS, ContactSheet
from napari_astro_al.viewer.keys import bind_keys
from napari_astro_al.viewer.sheet_mouse import SheetMouse
from napari_astro_al.widgets.embedded_canvas import EmbeddedCanvas
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.sheet_keys import SheetKeys
from napari_astro_al.widgets.sight import Sight
from napari_astro_al.widgets.style import EmptyState
from napari_astro_al.widgets.triage_panel import TriagePanel
from napari_astro_al.widgets.triaging import Triaging
from napari_astro_al.widgets.workbench import Workbench
from napari_astro_al.widgets.workspace import report

STORED = "triage"
"""Where a session's window keeps what is shown."""
STILL_AFTER = 150  # milliseconds
FOCUS_AFTER = 20  # milliseconds
SCROLL_BAR = 10
FIRST = Draw("batch")


class TriageDock(QWidget):
    """A contact sheet in a canvas of its own, and the answers beside it.

    Canvas and sheet are made when the dock first comes into sight. The current source does not
    follow the cursor: every view would draw at each step, and what is on show elsewhere would be
    lost.

    Parameters
    ----------
    bench : Workbench
        The window's.

    Attributes
    ----------
    model : ViewerModel
        The canvas's.
    sheet : ContactSheet or None
        There whenever a session is.
    triaging : Triaging or None
        The verbs; there whenever a session is.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._bench = bench
        self._links = Links()
        self.model = ViewerModel(title="triage")
        self.model.theme = bench.viewer.theme
        self.canvas = EmbeddedCanvas(self.model)
        self.canvas.setMinimumSize(160, 120)
        self.panel = TriagePanel()
        self.sheet: ContactSheet | None = None
        self.triaging: Triaging | None = None
        self._mouse: SheetMouse | None = None
        self._keys: SheetKeys | None = None
        self._wants_keys = False
        self._seen = False
        self._still = Rest(self, STILL_AFTER)
        self._no_session = EmptyState(
            "No catalogue is open", "Open one in the Catalogue dock, or drop a file on the canvas."
        )
        self._no_pictures = EmptyState(
            "No pictures",
            "A contact sheet shows pictures side by side, and this catalogue has none. Give a "
            "column of images its role when you open it, or add one from the console:\n"
            'session.cutouts.add(aal.cutouts.ImageColumn("column", root="folder"))',
        )
        body = QWidget()
        halves = QHBoxLayout(body)
        halves.setContentsMargins(4, 4, 4, 4)
        halves.setSpacing(4)
        halves.addWidget(self.canvas, 1)
        halves.addWidget(self._scrolled(self.panel))
        self._body = body
        self._unseen = QWidget()
        self._pages = QStackedLayout(self)
        for page in (self._no_session, self._no_pictures, self._unseen, body):
            self._pages.addWidget(page)
        self.canvas.made.connect(self._canvas_made)
        self.panel.draw_wanted.connect(self._draw)
        self.panel.size_wanted.connect(self._resize)
        self.panel.zoom_wanted.connect(self._zoom)
        self.panel.size.lineEdit().returnPressed.connect(self.take_keys)
        bench.workspace.session_changed.connect(self._take)
        bench.workspace.triage_wanted.connect(self.take_keys)
        bench.attach(self)
        self._sight = Sight(self)
        self._sight.came.connect(self.come_into_sight)
        self._take(bench.workspace.session)

    def _scrolled(self, panel: TriagePanel) -> QScrollArea:
        """The panel as high as the dock: its own height would be the least of the whole row."""
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(panel)
        area.setFixedWidth(panel.width() + SCROLL_BAR)
        return area

    def _take(self, session: Session | None) -> None:
        self._links.cut()
        self._still.forget()
        if self._mouse is not None and self.triaging is not None and self.sheet is not None:
            self._mouse.close()
            self.triaging.close()
            self.sheet.close()
        self._mouse = self.triaging = self.sheet = self._keys = None
        self.panel.take(None, None)
        if session is not None:
            self._begin(session)
        self._choose_page()

    def _begin(self, session: Session) -> None:
        workspace = self._bench.workspace
        self.sheet = ContactSheet(self.model, session, run=self._run, later=self._still)
        bind_keys(self.model, {})
        self.triaging = Triaging(workspace, session, self.sheet)
        self._mouse = SheetMouse(self.sheet, self._hover)
        draw, size, self.sheet.zoom = stored_choice(session.window.get(STORED))
        self.triaging.draw, self.triaging.size = draw, size
        self.panel.take(session, self.triaging)
        self.panel.choose(draw, size)
        self.panel.show_zoom(self.sheet.zoom)
        self.sheet.changed_zoom.connect(self._zoomed)
        self.triaging.changed.connect(self._show_state)
        self._links.tie(session.labels_changed, self._show_state)
        self._links.tie(session.classes_changed, self._classes_changed)
        self._links.tie(session.sets_changed, self._classes_changed)
        self._links.tie(session.selection_changed, self._selection_changed)
        self._links.tie(session.cutouts.changed, self._choose_page)
        self._links.tie(session.trained, self._trained)
        self._links.tie(self._bench.viewer.events.theme, self._theme_is_new)
        native = self._native()
        if native is not None:
            self._listen(native)

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._bench.workspace.jobs.run(
            job, title="Reading pictures", done=done, failed=report, shown=False
        )

    def come_into_sight(self) -> None:
        """Make canvas and sheet the first time."""
        if not self._seen:
            self._seen = True
            self._choose_page()

    def _draw_if_needed(self) -> None:
        """Draw, where the canvas is there and nothing is on it."""
        triaging = self.triaging
        if triaging is None or self.canvas.qt_viewer is None:
            return
        if triaging.drawn is None and not triaging.drawing and not triaging.empty:
            self._draw()

    @property
    def _has_pictures(self) -> bool:
        session = self._bench.workspace.session
        return session is not None and len(session.cutouts) > 0

    def _choose_page(self, *_: object) -> None:
        if self._bench.workspace.session is None:
            page = self._no_session
        elif not self._has_pictures:
            page = self._no_pictures
        else:
            page = self._body if self._seen else self._unseen
        self._pages.setCurrentWidget(page)
        self._show_state()

    def _native(self) -> QWidget | None:
        made = self.canvas.qt_viewer
        return None if made is None else made.canvas.native

    def _canvas_made(self, native: QWidget) -> None:
        """The canvas is there: it takes keys, and what it is to show is drawn."""
        self._listen(native)
        self._draw_if_needed()
        if self._wants_keys:  # once the canvas is laid out: what is not yet on screen has no keys
            QTimer.singleShot(FOCUS_AFTER, self.take_keys)

    def _listen(self, native: QWidget) -> None:
        if self.triaging is None or self.sheet is None:
            return
        if self._keys is not None:
            native.removeEventFilter(self._keys)
            self._keys.deleteLater()
        actions = {**self.triaging.actions(), "T": self._give_keys_back}
        self._keys = SheetKeys(actions, self)
        self._keys.focused.connect(self.sheet.has_keys)
        native.installEventFilter(self._keys)

    def take_keys(self) -> None:
        """Bring the dock to the front and give its sheet the keyboard."""
        dock = dock_of(self)
        if dock is not None:
            dock.show()
            dock.raise_()
        self.come_into_sight()
        native = self._native()
        self._wants_keys = native is None and self._has_pictures
        if native is not None:
            native.window().activateWindow()
            native.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _give_keys_back(self) -> None:
        """Give the keyboard to the main canvas."""
        dock = dock_of(self)
        main = None if dock is None else dock.parentWidget()
        centre = main.centralWidget() if isinstance(main, QMainWindow) else None
        canvas = None if centre is None else centre.findChild(QOpenGLWidget)
        if canvas is not None:
            canvas.window().activateWindow()
            canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _draw(self) -> None:
        draw = self.panel.draw()
        if self.triaging is None:
            return
        if draw is None:
            self.triaging.show_nothing(_nothing_to_name(self.panel.kind.currentData()))
        else:
            self.triaging.draw_anew(draw, self.panel.size.value())
        self._note()

    def _resize(self, size: int) -> None:
        if self.triaging is not None:
            self.triaging.resize(size)
            self._note()

    def _zoom(self, zoom: float) -> None:
        if self.sheet is not None:
            self.sheet.zoom_to(zoom)

    def _zoomed(self, zoom: float) -> None:
        self.panel.show_zoom(zoom)
        self._note()

    def _note(self) -> None:
        """Write down what is shown, for the next time."""
        session, triaging = self._bench.workspace.session, self.triaging
        if session is not None and triaging is not None:
            draw = triaging.draw
            session.window[STORED] = {
                "kind": draw.kind,
                "of": draw.of,
                "answered": draw.answered,
                "held_out": draw.held_out,
                "size": triaging.size,
                "zoom": triaging.sheet.zoom,
            }

    def _classes_changed(self, *_: object) -> None:
        session, triaging = self._bench.workspace.session, self.triaging
        if session is None or triaging is None:
            return
        self.panel.offer(session)
        if triaging.empty or self.panel.draw() != triaging.draw:
            self._draw_if_seen()
        self._show_state()

    def _selection_changed(self, _: object) -> None:
        if self.panel.kind.currentData() == "selection":
            self._draw_if_seen()

    def _trained(self, _: object) -> None:
        """There is a model now: what could not be drawn without one can be."""
        if self.triaging is not None and self.triaging.empty:
            self._draw_if_seen()

    def _draw_if_seen(self) -> None:
        """Draw what the panel says; out of sight, once the dock is looked at again."""
        if self.canvas.qt_viewer is not None:
            self._draw()
        elif self.triaging is not None:
            self.triaging.forget()

    def _hover(self, cell: int | None) -> None:
        if self.sheet is not None:
            self.panel.say_cell(self.sheet.choice.cursor if cell is None else cell)

    def _show_state(self, *_: object) -> None:
        self.panel.show_state()

    def _theme_is_new(self, _: object = None) -> None:
        self.model.theme = self._bench.viewer.theme

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide enough for the sheet and the answers."""
        return QSize(800, 520)


def stored_choice(stored: object) -> tuple[Draw, int, float]:
    """What a session's window says was shown, or the choice of the beginning."""
    if not isinstance(stored, Mapping):
        return FIRST, 8, ZOOMS[0]
    try:
        draw = Draw(
            stored.get("kind", FIRST.kind),
            str(stored.get("of", "")),
            answered=bool(stored.get("answered")),
            held_out=bool(stored.get("held_out")),
        )
        size = int(stored.get("size", 8))
    except (AstroALError, TypeError, ValueError):
        return FIRST, 8, ZOOMS[0]
    zoom = stored.get("zoom")
    return draw, min(max(size, SMALLEST), LARGEST), zoom if zoom in ZOOMS else ZOOMS[0]


def _nothing_to_name(kind: str) -> str:
    if kind == "set":
        return "There is no named set yet.\nSelect sources and save them as a set."
    return "There is no class yet.\nAdd one in the Label dock."
