"""What a window shares, and what it lets go of."""

from __future__ import annotations

import gc
import weakref

import pytest
from qtpy.QtCore import QEvent, QTimer
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.widgets.conductor import Conductor
from napari_astro_al.widgets.workspace import Workspace


@pytest.mark.usefixtures("qapp")
def test_sessions_taken_one_after_the_other_leave_nothing():
    workspace = Workspace(None)
    survey = aal.samples.simulated_survey(100, seed=1)
    timers, gone = [], []
    for _ in range(4):
        session = aal.Session(survey)
        gone.append(weakref.ref(session))
        workspace.take(session)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert len(workspace.findChildren(Conductor)) == 1
        timers.append(len(workspace.findChildren(QTimer)))
    assert len(set(timers)) == 1
    workspace.release()
    del session
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert workspace.findChildren(Conductor) == []
    gc.collect()
    assert [one() for one in gone[:-1]] == [None] * 3
    workspace.deleteLater()
