"""The contact sheet in a real window: galaxies answered with keys and mouse, and found again."""

from __future__ import annotations

import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

import napari_astro_al as aal
from napari_astro_al.session.sheets import Draw
from napari_astro_al.widgets.further_views import dock_of
from napari_astro_al.widgets.triage_dock import FIRST, stored_choice

KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def galaxies(shared_data):
    return aal.Catalogue.read(shared_data / "galaxyzoo1_jpeg" / "galaxyzoo1.csv")


@pytest.fixture
def bench(viewer, settled, galaxies, tmp_path):
    learner = aal.LearnerRecipe(model="knn", strategy="random")
    session = aal.Session(galaxies, learner=learner, path=tmp_path / "zoo.astroal")
    aal.open_viewer(session, viewer=viewer)
    return settled(viewer)


@pytest.fixture
def opened(bench, qtbot):
    """Go to the sheet with the key, and wait until all its pictures are there."""

    def drawn() -> bool:
        dock = bench.dashboard.triage
        ready = dock.triaging.drawn is not None and not dock.triaging.drawing
        return ready and not dock.sheet.reading and not bench.workspace.jobs.busy

    def open_sheet():
        QTest.keyClick(bench.dashboard.label.window(), KEY.Key_T)
        qtbot.waitUntil(drawn, timeout=60_000)
        qtbot.wait(400)
        qtbot.waitUntil(drawn, timeout=60_000)
        return bench.dashboard.triage

    open_sheet.drawn = drawn
    return open_sheet


def press(dock, *keys, held=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        QTest.keyClick(dock.canvas.qt_viewer.canvas.native, key, held)


def place_of(dock, cell):
    down, across = dock.sheet.grid.box(cell)
    return QPoint((across.start + across.stop) // 2, (down.start + down.stop) // 2)


def click(dock, cell, button=LEFT, held=Qt.KeyboardModifier.NoModifier):
    native = dock.canvas.qt_viewer.canvas.native
    QTest.mouseClick(native, button, held, place_of(dock, cell))
    QApplication.processEvents()


def test_a_page_is_answered_with_the_keyboard_and_found_again(
    bench, opened, viewer, qtbot, make_napari_viewer, settled, galaxies, tmp_path
):
    session = bench.workspace.session
    current = session.current
    assert bench.dashboard.triage.canvas.qt_viewer is None
    dock = opened()
    sheet, page = dock.sheet, dock.sheet.page
    native = dock.canvas.qt_viewer.canvas.native
    qtbot.waitUntil(lambda: QApplication.focusWidget() is native, timeout=10_000)
    assert len(page) == 64
    picture = dock.canvas.qt_viewer.screenshot(flash=False)
    assert picture[..., :3].std() > 5

    press(dock, *[KEY.Key_1, KEY.Key_2] * 5)
    ten = [session.book.label_of(one) for one in page.sources[:10]]
    assert ten == [session.classes[0], session.classes[1]] * 5
    assert session.current == current
    assert "Z takes it back" in dock.panel.message.text()

    press(dock, KEY.Key_R)
    assert dock.panel.chosen.text() == "The rest: 54 cells"
    assert "All 54 cells" in dock.panel.message.text()
    assert len(session.labels) == 10
    press(dock, KEY.Key_3)
    assert len(session.labels) == 64
    assert not sheet.open_cells()

    press(dock, KEY.Key_Home, KEY.Key_F)
    assert session.book.label_of(page.sources[0]) == session.classes[1]
    press(dock, KEY.Key_Z, KEY.Key_Z)
    assert session.book.label_of(page.sources[0]) == session.classes[0]
    assert len(session.labels) == 10
    assert "54 answers taken back" in dock.panel.message.text()
    press(dock, KEY.Key_Z, held=SHIFT)
    assert len(session.labels) == 64

    first, last = (session.book.history_of(page.sources[cell])[-1] for cell in (9, 63))
    shared = {"kind": "batch", "page": 0, "rows": 8, "columns": 8}
    assert first.payload["mosaic"] == {**shared, "row": 1, "column": 1, "answered": "one"}
    assert last.payload["mosaic"] == {**shared, "row": 7, "column": 7, "answered": "rest"}
    assert last.payload["asked"]["rank"] == 63
    assert last.payload["step"] != first.payload["step"]

    press(dock, KEY.Key_Return)
    assert dock.triaging.number == 1
    assert len(session.labels) == 64
    qtbot.waitUntil(opened.drawn, timeout=60_000)
    press(dock, KEY.Key_U, KEY.Key_S)
    unsure, skipped = sheet.page.sources[:2]
    assert [session.book.state_of(one) for one in (unsure, skipped)] == ["unsure", "skipped"]

    # the page after the last one that was drawn is read ahead too
    qtbot.waitUntil(lambda: opened.drawn() and sheet.following is not None, timeout=60_000)
    here, following = sheet.page, sheet.following
    assert not set(following.sources) & {*here.sources, *page.sources}
    press(dock, KEY.Key_Return)
    assert sheet.page == following
    assert not dock.triaging.drawing
    assert session.asked(following.sources[0])["strategy"] == "random"
    qtbot.waitUntil(opened.drawn, timeout=60_000)

    press(dock, KEY.Key_T)
    assert QApplication.focusWidget() is not native
    viewer.close()
    session.close()
    with aal.Session.open(tmp_path / "zoo.astroal", galaxies) as again:
        assert len(again.labels) == 64
        assert again.book.state_of(unsure) == "unsure"
        assert again.window["triage"]["kind"] == "batch"
        assert again.ledger.verify() is None


def test_the_mouse_chooses_and_flips(bench, opened, qtbot):
    training = dock_of(bench.dashboard.training)
    low = training.height()
    session, dock = bench.workspace.session, opened()
    assert dock_of(dock).height() > 1.8 * low
    sheet, page = dock.sheet, dock.sheet.page
    click(dock, 9)
    click(dock, 18, held=SHIFT)
    assert sheet.choice.cells == (9, 10, 17, 18)
    click(dock, 30, held=CONTROL)
    assert dock.panel.chosen.text() == "5 cells chosen"
    press(dock, KEY.Key_2)
    assert len(session.labels) == 5
    said = session.book.history_of(page.sources[30])[-1].payload["mosaic"]
    assert (said["row"], said["column"], said["answered"]) == (3, 6, "several")
    click(dock, 9, RIGHT)
    assert session.book.label_of(page.sources[9]) == session.classes[2]
    assert session.undo() == (page.sources[9],)

    native = dock.canvas.qt_viewer.canvas.native
    QTest.mousePress(native, LEFT, Qt.KeyboardModifier.NoModifier, place_of(dock, 40))
    for cell in (41, 49, 50):
        QTest.mouseMove(native, place_of(dock, cell))
        QApplication.processEvents()
    QTest.mouseRelease(native, LEFT, Qt.KeyboardModifier.NoModifier, place_of(dock, 50))
    assert sheet.choice.cells == (40, 41, 42, 48, 49, 50)

    QTest.mouseDClick(native, LEFT, Qt.KeyboardModifier.NoModifier, place_of(dock, 20))
    qtbot.waitUntil(lambda: session.current == page.sources[20], timeout=10_000)

    dock.panel.kind.setCurrentIndex(dock.panel.kind.findData("selection"))
    qtbot.waitUntil(lambda: bool(dock.triaging.empty), timeout=30_000)
    assert "No source is selected" in dock.triaging.empty
    session.select(page.sources[:3])
    qtbot.waitUntil(lambda: sheet.page is not None and len(sheet.page) == 3, timeout=30_000)

    training.raise_()
    qtbot.waitUntil(lambda: abs(training.height() - low) < 20, timeout=10_000)

    session.cutouts.remove("image")
    assert dock._pages.currentWidget() is dock._no_pictures


@pytest.mark.parametrize(
    "stored",
    [None, 7, {"kind": "best"}, {"kind": "confident"}, {"kind": "random", "size": "many"}],
)
def test_a_stored_choice_that_makes_no_sense_is_the_first_one(stored):
    assert stored_choice(stored) == (FIRST, 8, 1.0)


def test_a_stored_choice_comes_back():
    stored = {"kind": "doubtful", "of": "spiral", "answered": True, "size": 99, "zoom": 3.0}
    assert stored_choice(stored) == (Draw("doubtful", "spiral", answered=True), 15, 3.0)
