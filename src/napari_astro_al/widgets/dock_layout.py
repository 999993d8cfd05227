"""Which docks are there, where, and which is in front: kept with a session, and shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDockWidget, QMainWindow

from napari_astro_al.widgets.sight import in_sight

STORED = "docks"
"""Where a session's window keeps them."""
_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "top": Qt.DockWidgetArea.TopDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}


def noted(docks: Mapping[str, QDockWidget]) -> dict[str, Any]:
    """Where docks are, as JSON values.

    Parameters
    ----------
    docks : mapping of str to QDockWidget
        By the name that is to be kept.

    Returns
    -------
    dict
        By name: ``shown``, whether it was not closed; ``area``; ``front``, whether no other tab
        covers it; and ``size``, its width and height in pixels.
    """
    told = {}
    for name, dock in docks.items():
        main = dock.parentWidget()
        if not isinstance(main, QMainWindow):
            continue
        area = main.dockWidgetArea(dock)
        place = next((word for word, one in _AREAS.items() if one == area), None)
        told[name] = {
            "shown": dock.toggleViewAction().isChecked(),
            "area": place,
            "front": in_sight(dock),
            "size": [dock.width(), dock.height()],
        }
    return told


def put(docks: Mapping[str, QDockWidget], stored: object) -> None:
    """Put docks where they were; what is no place of a dock is passed over."""
    if not isinstance(stored, Mapping):
        return
    fronts = []
    for name, dock in docks.items():
        told, main = stored.get(name), dock.parentWidget()
        if not isinstance(told, Mapping) or not isinstance(main, QMainWindow):
            continue
        area = _AREAS.get(str(told.get("area")))
        if area is not None and not dock.isFloating() and main.dockWidgetArea(dock) != area:
            main.addDockWidget(area, dock)
        if told.get("shown") is False:
            dock.hide()
        else:
            dock.show()
            fronts += [dock] if told.get("front") is True else []
    for dock in fronts:
        dock.raise_()
