"""The further views of a window: opened, placed, remembered, opened again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qtpy.QtCore import QObject, Qt
from qtpy.QtWidgets import QDockWidget, QMainWindow, QWidget

from napari_astro_al.errors import AstroALError, SessionError
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.projection.methods import method_named
from napari_astro_al.session import Session
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.widgets.meanings import names_of
from napari_astro_al.widgets.projection_dock import ProjectionDock
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.workbench import Workbench
from napari_astro_al.widgets.workspace import report

STORED = "views"
"""Where a session's window keeps them."""
NOTED_AFTER = 400  # milliseconds
Rectangle = tuple[int, int, int, int]


class FurtherViews(QObject):
    """Docks with projections of their own, beside the main canvas.

    Parameters
    ----------
    bench : Workbench
        The window's.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self._docks: dict[str, ProjectionDock] = {}
        self._soon = Rest(self, NOTED_AFTER)
        bench.workspace.session_changed.connect(self._take)
        self._take(bench.workspace.session)

    def __len__(self) -> int:
        return len(self._docks)

    @property
    def docks(self) -> tuple[ProjectionDock, ...]:
        """Their widgets, in the order in which they were opened."""
        return tuple(self._docks.values())

    def open(
        self,
        recipe: ProjectionRecipe | None = None,
        appearance: Appearance | None = None,
        *,
        floating: Rectangle | None = None,
    ) -> ProjectionDock:
        """Open a view.

        Parameters
        ----------
        recipe : ProjectionRecipe, optional
            By default principal components, or the first two features where the main canvas shows
            those.
        appearance : Appearance, optional
            By default that of the main canvas, with the aspect that is natural.
        floating : (x, y, width, height), optional
            Where on the screen, for a view in a window of its own; docked by default.

        Raises
        ------
        SessionError
            If there is no session.
        """
        bench, session = self._bench, self._bench.workspace.session
        if session is None or bench.view is None:
            raise SessionError("There is nothing to view yet. Open a catalogue first.")
        if appearance is None:
            appearance = replace(bench.view.appearance, aspect="natural")
        number = 2
        while f"View {number}" in self._docks:
            number += 1
        name = f"View {number}"
        widget = ProjectionDock(bench, session)
        self._docks[name] = widget
        dock = bench.viewer.window.add_dock_widget(
            widget, name=name, area="top", add_vertical_stretch=False
        )
        self._place(dock, floating)
        bench.attach(widget)
        widget.closed.connect(lambda: self._gone(name))
        for signal in (widget.view.changed, dock.topLevelChanged, dock.dockLocationChanged):
            signal.connect(self._note_soon)
        widget.view.draw(appearance)
        widget.view.choose(recipe or self._another(session, bench.view.recipe))
        self._note_soon()
        return widget

    def _another(self, session: Session, shown: ProjectionRecipe | None) -> ProjectionRecipe:
        """A projection that is not the one shown."""
        names = names_of(session)
        if shown is not None and shown.kind == "pca" and len(names) > 1:
            return ProjectionRecipe("columns", x=names[0], y=names[1])
        return ProjectionRecipe("pca")

    def _place(self, dock: QDockWidget, floating: Rectangle | None) -> None:
        """Above the main canvas, which keeps half of the height; beside the views there already."""
        main = dock.parentWidget()
        assert isinstance(main, QMainWindow)
        corner, area = Qt.Corner, Qt.DockWidgetArea
        main.setCorner(corner.TopLeftCorner, area.LeftDockWidgetArea)
        main.setCorner(corner.TopRightCorner, area.RightDockWidgetArea)
        if floating is not None:
            dock.setFloating(True)
            dock.setGeometry(*floating)
            return
        others = [one for one in map(dock_of, self.docks[:-1]) if one and not one.isFloating()]
        centre = main.centralWidget()
        if not others and centre is not None:
            main.resizeDocks([dock], [centre.height() // 2], Qt.Orientation.Vertical)
        row = [one for one in (*others, dock) if main.dockWidgetArea(one) == area.TopDockWidgetArea]
        main.resizeDocks(row, [main.width() // len(row)] * len(row), Qt.Orientation.Horizontal)

    def _take(self, session: Session | None) -> None:
        self.close_all()
        if session is None:
            return
        stored = session.window.get(STORED, [])
        for one in stored if isinstance(stored, list) else []:
            try:
                self._open_stored(one)
            except (AstroALError, TypeError, ValueError, KeyError, AttributeError) as error:
                report(SessionError(f"A view could not be opened again: {error}"))

    def _open_stored(self, stored: Mapping[str, Any]) -> None:
        recipe = ProjectionRecipe.from_json(stored["projection"])
        method_named(recipe.kind)
        place = stored.get("floating")
        self.open(
            recipe,
            Appearance.from_json(stored.get("appearance", {})),
            floating=None if place is None else (*map(int, place),),  # type: ignore[arg-type]
        )

    def _gone(self, name: str) -> None:
        self._docks.pop(name, None)
        self._note_soon()

    def _note_soon(self, *_: object) -> None:
        self._soon(self.note)

    def note(self) -> None:
        """Write down in the session's window which views there are."""
        session = self._bench.workspace.session
        if session is None:
            return
        noted = [_noted(widget) for widget in self.docks]
        views = [one for one in noted if one is not None]
        if views != session.window.get(STORED, []):
            session.window[STORED] = views
            self._bench.workspace.note_what_is_shown()

    def close_all(self) -> None:
        """Close every view; the session's window still remembers them."""
        self._soon.forget()
        docks, self._docks = self._docks, {}
        for widget in docks.values():
            dock = dock_of(widget)
            widget.closed.disconnect()
            widget.finish()
            if dock is not None:
                self._bench.viewer.window.remove_dock_widget(dock)

    def show_all(self) -> None:
        """Bring back those that were hidden."""
        for widget in self.docks:
            dock = dock_of(widget)
            if dock is not None:
                dock.show()


def dock_of(widget: QWidget) -> QDockWidget | None:
    """The dock that a widget is in."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QDockWidget):
        parent = parent.parentWidget()
    return parent


def _noted(widget: ProjectionDock) -> dict[str, Any] | None:
    recipe, dock = widget.view.recipe, dock_of(widget)
    if recipe is None:
        return None
    place = None
    if dock is not None and dock.isFloating():
        box = dock.geometry()
        place = [box.x(), box.y(), box.width(), box.height()]
    return {
        "projection": recipe.to_json(),
        "appearance": widget.view.appearance.to_json(),
        "floating": place,
    }
