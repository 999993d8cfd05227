"""A real window: napari's own viewer, under Xvfb where there is no screen."""

from __future__ import annotations

from collections.abc import Callable

import napari
import pytest
from qtpy.QtWidgets import QApplication

from napari_astro_al.widgets.workbench import Workbench, workbench_of


@pytest.fixture(autouse=True)
def _no_looking_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows do not look ahead, unless a test is about that: each answer would cost a second."""
    monkeypatch.setattr("napari_astro_al.widgets.conductor.LOOKS_AHEAD", False)


@pytest.fixture
def viewer(make_napari_viewer):
    """A shown viewer of the dashboard's size."""
    viewer: napari.Viewer = make_napari_viewer(show=True)
    viewer.window.resize(1600, 1000)
    return viewer


@pytest.fixture
def settled(qtbot) -> Callable[[napari.Viewer], Workbench]:
    """Wait until a window's jobs are done and a source is on show."""

    def settle(viewer: napari.Viewer) -> Workbench:
        bench = workbench_of(viewer)

        def is_still() -> bool:
            session = bench.workspace.session
            return (
                session is not None
                and session.current is not None
                and not bench.workspace.jobs.busy
            )

        qtbot.waitUntil(is_still, timeout=60_000)
        for _ in range(5):
            QApplication.processEvents()
        qtbot.waitUntil(is_still, timeout=60_000)
        return bench

    return settle
