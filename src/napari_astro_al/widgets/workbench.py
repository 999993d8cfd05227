"""What one napari window shares: workspace, answers, feature space, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from qtpy.QtCore import QEvent, QObject, QTimer
from qtpy.QtWidgets import QApplication, QMainWindow, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.jobs import Job
from napari_astro_al.learning.predicting.pool import leave_cores
from napari_astro_al.session import Session
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.keys import bind_keys
from napari_astro_al.widgets.changes_flash import ChangesFlash
from napari_astro_al.widgets.frame_meter import FrameMeter
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.letters import LettersAhead
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.shortcuts import Shortcuts
from napari_astro_al.widgets.views import SessionView
from napari_astro_al.widgets.warming import load_units, warm_up, warm_up_models
from napari_astro_al.widgets.workspace import Workspace, report

WARM_UP_AFTER = 300  # milliseconds: the window itself is drawn first
MODELS_AFTER = 3_000  # milliseconds: sources are on screen, and nothing is labelled yet
REST_AFTER = 180  # milliseconds; more than a slow frame takes, or every step would be a rest
SOON = 500  # milliseconds: labels are drawn when the next source is on show, whatever else works
ASIDE = 90  # milliseconds: a frame with both canvases would keep the person waiting
APPEARANCE = "appearance"
"""Where a session's window keeps how the main canvas is drawn."""


class Workbench(QObject):
    """The main canvas and the keys of a window, kept true to its session.

    Parameters
    ----------
    viewer : napari.Viewer
        The window's viewer, not a proxy of it.

    Attributes
    ----------
    feature_space : FeatureSpace or None
        What draws on the main canvas; there whenever a session is.
    view : SessionView or None
        How the main canvas is laid out and drawn; there whenever a session is.
    dashboard : Dashboard or None
        The docks, once they were opened together.
    """

    def __init__(self, viewer: Any) -> None:
        super().__init__()
        self.viewer = viewer
        self.workspace = Workspace(viewer)
        self.labelling = Labelling(self.workspace)
        self.feature_space: FeatureSpace | None = None
        self.view: SessionView | None = None
        self._flash: ChangesFlash | None = None
        self.dashboard: Any = None
        self._shortcuts: Shortcuts | None = None
        self._letters: LettersAhead | None = None
        self._keys: dict[str, Callable[[], None]] = {}
        self._links = Links()
        leave_cores(1)  # to the window itself
        self._rest, self._soon = Rest(self, REST_AFTER), Rest(self, SOON)
        self._aside = Rest(self, ASIDE)
        self.workspace.session_changed.connect(self._take)

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self.workspace.jobs.run(
            job, title="Drawing", done=done, failed=self._drawing_failed, shown=False
        )

    def _after_pictures(self, callback: Callable[[], None]) -> None:
        """Draw once the pictures of the current source are on screen; now where there are none."""
        if self.labelling.waits_for_paint:
            self._aside(callback)
        else:
            callback()

    def _drawing_failed(self, error: Exception) -> None:
        if self.view is not None:
            self.view.drawing_failed(error)

    def _take(self, session: Session | None) -> None:
        self._let_go()
        if self._letters is not None:
            self._letters.stop()
        if session is None:
            self.viewer.title = "napari"
            return
        timers = {"later": self._rest, "soon": self._soon, "aside": self._after_pictures}
        load_units()
        with self._canvas_at_rest():
            self.feature_space = FeatureSpace(self.viewer, session, run=self._run, **timers)
            self.view = SessionView(self.workspace, session, self.feature_space)
            self._flash = ChangesFlash(self, session, self.feature_space)
            if session.shown_projection is None or session.projection_is_stale:
                self.view.begin()
            self._draw_as_before(session)
        self.feature_space.appearance_changed.connect(self._note_appearance)
        self.feature_space.image_shown.connect(self._bind)
        self._bind()
        QTimer.singleShot(MODELS_AFTER, warm_up_models)
        note = f" ({session.catalogue.note})" if session.catalogue.note else ""
        self.viewer.title = f"{session.name}{note}{' – READ-ONLY' if session.read_only else ''}"
        self._links.tie(session.columns_changed, self._tell_console)
        self._tell_console()

    @contextmanager
    def _canvas_at_rest(self) -> Iterator[None]:
        """Keep napari from drawing half of the layers each time that one is added."""
        window = None if self._shortcuts is None else self._shortcuts.parent()
        canvas = window.centralWidget() if isinstance(window, QMainWindow) else None
        if canvas is None:
            yield
            return
        canvas.setUpdatesEnabled(False)
        try:
            yield
        finally:
            canvas.setUpdatesEnabled(True)

    def _tell_console(self) -> None:
        session = self.workspace.session
        if session is not None:
            self.viewer.update_console({"session": session, "catalogue": session.catalogue})

    def _bind(self) -> None:
        """Let the keys act on every layer of ours, an image below the sources included."""
        keys = {**self.labelling.actions(), **self._later_bound(self._keys)}
        bind_keys(self.viewer, keys)

    def _let_go(self) -> None:
        self._links.cut()
        self._rest.forget()
        self._soon.forget()
        self._aside.forget()
        if self.view is not None:
            self.view.finish()
        if self._flash is not None:
            self._flash.finish()
        if self.feature_space is not None:
            self.feature_space.close()
        self.feature_space = self.view = self._flash = None

    def _draw_as_before(self, session: Session) -> None:
        stored = session.window.get(APPEARANCE)
        if stored is None or self.view is None:
            return
        try:
            self.view.draw(Appearance.from_json(stored))
        except (AstroALError, TypeError, ValueError) as error:
            report(AstroALError(f"The main canvas is drawn plainly: {error}"))

    def _note_appearance(self, appearance: Appearance) -> None:
        session = self.workspace.session
        if session is not None:
            session.window[APPEARANCE] = appearance.to_json()

    def add_keys(self, actions: Mapping[str, Callable[[], None]]) -> None:
        """Give a dock's own keys a meaning in the whole window; called again, another one.

        Parameters
        ----------
        actions : mapping of str to callable
            As for `Shortcuts`.
        """
        new = [key for key in actions if key not in self._keys]
        self._keys.update(actions)
        if self.feature_space is not None:
            self._bind()
        if self._shortcuts is not None and new:
            window = self._shortcuts.parent()
            assert isinstance(window, QMainWindow)
            Shortcuts(window, self._later_bound(new))

    def _later_bound(self, keys: Iterable[str]) -> dict[str, Callable[[], None]]:
        return {key: lambda key=key: self._keys[key]() for key in keys}

    def attach(self, widget: QWidget) -> None:
        """Make the keys work in the window that a dock's widget is, or will be, shown in."""
        window = widget.window()
        if isinstance(window, QMainWindow):
            self._attach_to(window)
        elif self._shortcuts is None:
            widget.installEventFilter(self)

    def _attach_to(self, window: QMainWindow) -> None:
        if self._shortcuts is None:
            keys = {**self.labelling.actions(), **self._later_bound(self._keys)}
            self._shortcuts = Shortcuts(window, keys)
            window.installEventFilter(self)
            canvas = window.centralWidget()
            if canvas is not None:
                FrameMeter(canvas, self._note_frame)
                if self.workspace.session is None:
                    self._letters = LettersAhead.of(canvas, self)
            QTimer.singleShot(WARM_UP_AFTER, warm_up)

    def _note_frame(self, seconds: float) -> None:
        if self.feature_space is not None:
            self.feature_space.note_frame(seconds)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Find the main window once a dock is shown, and save when it closes."""
        if event is None or watched is None:
            return False
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            window = watched.window()
            if isinstance(window, QMainWindow):
                self._attach_to(window)
                watched.removeEventFilter(self)
        elif event.type() == QEvent.Type.Close and isinstance(watched, QMainWindow):
            return self._closes(watched, event)
        return False

    def _closes(self, window: QMainWindow, event: QEvent) -> bool:
        """Let the window close first: the person may be asked, and say no."""
        window.removeEventFilter(self)
        QApplication.sendEvent(window, event)
        if event.isAccepted():
            self.close()
        else:
            window.installEventFilter(self)
        return True

    def close(self) -> None:
        """Save, and let go of the viewer."""
        self.workspace.release()
        self.dashboard = None
        _workbenches.pop(self.viewer, None)


_workbenches: WeakKeyDictionary[Any, Workbench] = WeakKeyDictionary()


def workbench_of(viewer: Any) -> Workbench:
    """The workbench of a viewer, made when first asked for.

    Parameters
    ----------
    viewer : napari.Viewer
        Or the proxy of it that napari hands to plugins.
    """
    raw = getattr(viewer, "__wrapped__", viewer)
    if raw not in _workbenches:
        _workbenches[raw] = Workbench(raw)
    return _workbenches[raw]
