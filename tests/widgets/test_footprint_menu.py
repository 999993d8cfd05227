"""Sources are selected by a footprint in a real window, and the selection's is written."""

from __future__ import annotations

import numpy as np
import pandas as pd
from napari.utils.notifications import notification_manager
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QFileDialog, QInputDialog

import napari_astro_al as aal

SOON = 20_000


def pick(menu, action):
    """Click an action of a menu that is open."""
    place = menu.actionGeometry(action).center()
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    QApplication.processEvents()


def test_inside_outside_and_back_to_a_file(viewer, settled, qtbot, tmp_path, monkeypatch):
    n = np.arange(40)
    table = pd.DataFrame({"id": n, "ra": n * 9.0, "dec": 0.0 * n, "g": 18 + n / 9, "r": n / 7})
    catalogue = aal.Catalogue.from_table(table, id="id", ra="ra", dec="dec")
    aal.open_viewer(aal.Session(catalogue), viewer=viewer)
    bench = settled(viewer)
    session = bench.workspace.session
    menu = bench.dashboard.catalogue.footprint.menu()
    (tmp_path / "cell.txt").write_text("0/4")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "cell.txt"), ""))

    menu.popup(QPoint(200, 200))
    assert not menu.of_selection.isEnabled()
    pick(menu, menu.inside)
    qtbot.waitUntil(lambda: session.selection.count > 0, timeout=SOON)
    # within 45 degrees of the vernal equinox: 0, 9, 18, 27, 36 and 324 to 351; on the edge 45, 315
    assert session.selected >= {0, 1, 2, 3, 4, 36, 37, 38, 39}
    assert session.selected <= {*range(6), *range(35, 40)}
    assert "of 40 sources lie in it" in notification_manager.records[-1].message
    inside = session.selected

    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "own"), ""))
    monkeypatch.setattr(QInputDialog, "getItem", lambda *_, **__: ("52 arcsec (order 12)", True))
    menu.popup(QPoint(200, 200))
    pick(menu, menu.of_selection)
    qtbot.waitUntil(lambda: (tmp_path / "own.fits").is_file(), timeout=SOON)
    assert aal.Footprint.read(tmp_path / "own.fits").order == 12

    menu.select(tmp_path / "own.fits", outside=True)
    qtbot.waitUntil(lambda: session.selected == set(range(40)) - inside, timeout=SOON)
