"""A tour of the dashboard in a real window: keys, buttons, wheel and every dock.

Run with the Python of an environment that has a binding to Qt, away from the checkout, on a screen
or under Xvfb. Writes the picture of the window as ``window.png``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tour import installed, step

PATIENCE = 600.0  # seconds; kernels are compiled once after an installation
SIZE = 1600, 1000
DOCKS = (
    "Table",
    "Plots",
    "Source",
    "Cutouts",
    "Label",
    "Catalogue",
    "Planner",
    "Estimates",
    "Why",
    "Triage",
    "Session",
    "Test set",
    "Training",
)


def wait_for(what: str, ready: Callable[[], bool]) -> None:
    """Let the window work until something is so."""
    from qtpy.QtWidgets import QApplication

    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s for {what}"
        QApplication.processEvents()
        time.sleep(0.01)


def label(bench: Any, main: Any) -> None:
    """Give labels by keys and by a click on a button, until a model is trained."""
    from qtpy.QtCore import Qt
    from qtpy.QtTest import QTest
    from qtpy.QtWidgets import QAbstractButton

    session = bench.workspace.session
    wait_for("the first source", lambda: session.current is not None)
    first, second, *_ = session.classes
    for key, name, count in (
        (Qt.Key.Key_1, first, 1),
        (Qt.Key.Key_2, second, 2),
        (Qt.Key.Key_1, first, 3),
    ):
        asked = session.current
        with step(f"key {count}: {name!r} is kept, and another source is asked"):
            QTest.keyClick(main, key)
            wait_for("the label", lambda n=count: len(session.labels) == n)  # type: ignore[misc]
            assert session.labels[asked] == name
            wait_for("the next source", lambda one=asked: session.current != one)  # type: ignore[misc]
    with step("a click on a class's button labels"):
        (button,) = (
            one
            for one in main.findChildren(QAbstractButton)
            if one.isVisible() and one.text().startswith("2 ") and second in one.text()
        )
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        wait_for("the label", lambda: len(session.labels) == 4)
    with step("Z takes it back"):
        QTest.keyClick(main, Qt.Key.Key_Z)
        wait_for("the undo", lambda: len(session.labels) == 3)
    with step("a model is trained"):
        wait_for("a model", lambda: bool(session.results))


def look_around(viewer: Any, main: Any) -> None:
    """Bring every dock to the front, zoom with the wheel, and take a picture."""
    from qtpy.QtCore import QPoint, QPointF, Qt
    from qtpy.QtGui import QWheelEvent
    from qtpy.QtWidgets import QApplication, QDockWidget

    with step("every dock comes to the front"):
        docks = {one.windowTitle(): one for one in main.findChildren(QDockWidget)}
        for name in DOCKS:
            docks[name].show()
            docks[name].raise_()
            for _ in range(10):
                QApplication.processEvents()
                time.sleep(0.01)
            assert docks[name].isVisible()
    with step("the wheel zooms the canvas"):
        native = viewer.window._qt_viewer.canvas.native
        before = viewer.camera.zoom
        middle = native.rect().center()
        QApplication.sendEvent(
            native,
            QWheelEvent(
                QPointF(middle),
                QPointF(native.mapToGlobal(middle)),
                QPoint(),
                QPoint(0, 240),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            ),
        )
        wait_for("the zoom", lambda: viewer.camera.zoom != before)
    with step("the picture of the window is not blank"):
        picture = viewer.screenshot(canvas_only=False, flash=False)
        assert picture[..., :3].std() > 1
        from PIL import Image

        Image.fromarray(picture[..., :3]).save("window.png")


def main() -> None:
    """Open the Hubble sample, label, look around, close, and find the labels again."""
    import napari_astro_al as aal

    installed(aal)
    with step("the dashboard opens on the Hubble sample"):
        from napari_astro_al.widgets.workbench import workbench_of

        catalogue = aal.samples.hubble_deep_field()
        session = aal.Session(
            catalogue, task=aal.Task(catalogue.suggested_classes), path="hubble.astroal"
        )
        viewer = aal.open_viewer(session)
        viewer.window.resize(*SIZE)
        bench, main_window = workbench_of(viewer), viewer.window._qt_window
        wait_for("the sources", lambda: "sources" in viewer.layers)
    label(bench, main_window)
    wait_for("the jobs", lambda: not bench.workspace.jobs.busy)
    look_around(viewer, main_window)
    with step("the window closes"):
        wait_for("the jobs", lambda: not bench.workspace.jobs.busy)
        viewer.close()
    with step("three labels are on disk"), aal.Session.open("hubble.astroal", catalogue) as kept:
        assert len(kept.labels) == 3


if __name__ == "__main__":
    main()
