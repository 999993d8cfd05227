"""The window and services that are slow, not allowed, or fail: it never waits for them."""

from __future__ import annotations

import threading

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from tests.loopback import jpeg, send, serving

import napari_astro_al as aal
from napari_astro_al.cutouts.online.web import shared_web
from napari_astro_al.widgets.pictures_dialog import show_pictures_dialog

PATH = "/hips-image-services/hips2fits"


@pytest.fixture
def server():
    with serving() as one:
        yield one
    shared_web().close()


def words(dock):
    """What stands in the picture's place, below its name; empty where there is one."""
    (panel,) = dock.canvas.panels
    there = panel.picture.shown is not None
    return "" if there else " ".join(panel.overlay.texts[1:])


def test_the_window_never_waits_for_a_service(viewer, settled, qtbot, server, tmp_path):
    answers = threading.Event()

    def slow(handler):
        answers.wait(60)
        send(jpeg(64))(handler)

    server.answers[PATH] = slow
    catalogue = aal.samples.simulated_survey(300, seed=1)
    session = aal.Session(catalogue)
    for name in [one.name for one in session.cutouts.providers]:
        session.cutouts.remove(name)
    session.cutouts.add(aal.cutouts.service("hips2fits", hosts=[server.host], scheme="http"))
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dock, window = bench.dashboard.cutouts, bench.dashboard.label.window()

    # nothing is asked before the person allows it, and they are told what would be sent where
    qtbot.waitUntil(dock.bar.isVisible)
    assert words(dock) == f"No picture: off until you allow {server.host}"
    assert dock.bar.button.text() == f"Allow {server.host}"
    assert "position and size of each source" in dock.bar.words.text()
    assert server.paths == []

    QTest.mouseClick(dock.bar.button, Qt.MouseButton.LeftButton)
    assert aal.cutouts.allowed_hosts() == {server.host}
    qtbot.waitUntil(lambda: len(server.paths) > 0)
    first = session.current

    # while the first picture is on its way, a key labels its source and the next one is shown
    QTest.keyClick(window, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: session.current != first)
    second = session.current
    assert session.labels.index.tolist() == [first]
    qtbot.waitUntil(lambda: words(dock) == "coming…")
    assert not dock.bar.isVisible()
    answers.set()

    # the next one's picture takes the place of its placeholder once it is there
    qtbot.waitUntil(lambda: words(dock) == "", timeout=20_000)
    assert session.current == second
    assert not session.cutouts.is_coming(second)
    # those to come are fetched ahead, each once, and no more at once than the host is asked
    conductor = bench.workspace.conductor
    qtbot.waitUntil(
        lambda: not any(map(session.cutouts.is_coming, conductor.coming[:4])), timeout=30_000
    )
    assert len(server.paths) == len(set(server.paths))
    assert server.most_at_once <= 4

    # a failure is told, and tried again on demand
    server.answers[PATH] = send(status=503)
    far = next(one for one in catalogue.ids.tolist() if session.cutouts.is_coming(one))
    session.show(far)
    qtbot.waitUntil(dock.bar.isVisible, timeout=20_000)
    assert "503" in dock.bar.words.text()
    assert dock.bar.button.text() == "Try again"
    server.answers[PATH] = send(jpeg(64))
    QTest.mouseClick(dock.bar.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: words(dock) == "", timeout=20_000)
    assert session.current == far

    # the host is listed where pictures are, and can be withdrawn there
    dialog = show_pictures_dialog(bench.workspace, window)
    qtbot.waitUntil(dialog.hosts.button.isVisible)
    assert dialog.hosts.words.text() == f"Allowed: {server.host}"
    (entry,) = dialog.hosts.menu.actions()
    entry.trigger()
    assert aal.cutouts.allowed_hosts() == frozenset()
    assert not dialog.hosts.isVisible()
    dialog.close()
    n_asked = len(server.paths)
    other = next(
        one
        for one in catalogue.ids.tolist()
        if one != far and session.cutouts.get(one)[0].pixels is None
    )
    session.show(other)
    qtbot.waitUntil(dock.bar.isVisible, timeout=20_000)
    assert dock.bar.button.text() == f"Allow {server.host}"
    assert len(server.paths) == n_asked
    viewer.close()
