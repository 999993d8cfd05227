"""A picture of the whole window, for documents and for machines without a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtWidgets import QApplication

from napari_astro_al.errors import SessionError
from napari_astro_al.session import Session
from napari_astro_al.widgets.dashboard import open_viewer
from napari_astro_al.widgets.workbench import Workbench, workbench_of

SIZE = (1600, 1000)
PATIENCE = 60.0  # seconds
STILL_FOR = 0.8  # seconds


def portrait(
    session: Session,
    path: Path,
    *,
    size: tuple[int, int] = SIZE,
    prepare: Callable[[Any], None] | None = None,
) -> None:
    """Open a window on a session, wait until it is still, save its picture, close it.

    Parameters
    ----------
    session : Session
        Closed afterwards.
    path : Path
        A PNG file.
    size : (width, height)
        Of the window, in pixels.
    prepare : callable, optional
        Called with the viewer before the picture is taken.

    Raises
    ------
    SessionError
        If the window stays blank, as it does without a display.
    """
    viewer = open_viewer(session)
    viewer.window.resize(*size)
    bench = workbench_of(viewer)
    settle(bench)
    if prepare is not None:
        prepare(viewer)
        settle(bench)
    picture = viewer.screenshot(canvas_only=False, flash=False)
    viewer.close()
    if picture[..., :3].std() < 1:
        raise SessionError("The window stayed blank. It needs a display, such as Xvfb gives.")
    save_png(picture, path)


def save_png(picture: Any, path: Path) -> None:
    """Write an RGB(A) picture, (ny, nx, 3 or 4) uint8, as a PNG file."""
    from PIL import Image

    Image.fromarray(picture[..., :3]).save(path, optimize=True)


def settle(bench: Workbench) -> None:
    """Let a window work until no job has run for a while."""
    given_up = time.monotonic() + PATIENCE
    still_since = time.monotonic()
    while time.monotonic() < given_up and time.monotonic() - still_since < STILL_FOR:
        QApplication.processEvents()
        if bench.workspace.jobs.busy:
            still_since = time.monotonic()
        time.sleep(0.01)
