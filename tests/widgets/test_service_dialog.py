"""A table is opened from a service in a real window; the service is a server on loopback."""

from __future__ import annotations

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from tests.interop.services import STATUS, XML, Jobs, gaia, refused, with_tables
from tests.loopback import send, serving

import napari_astro_al as aal
from napari_astro_al.cutouts import allowed_hosts
from napari_astro_al.cutouts.online import Limits

from .dialogs import click

SOON = 20_000


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("napari_astro_al.interop.vo.door.LIMITS", Limits(8, 1000))
    monkeypatch.setattr("napari_astro_al.interop.vo.tap._BETWEEN", (0.05, 0.1))
    with serving() as one:
        yield one


def test_from_the_address_to_the_session(viewer, qtbot, settled, server, tmp_path):
    with_tables(server)
    server.answers["/tap/sync"] = refused("Column &lt;phot&gt; not found")
    aal.open_viewer(viewer=viewer)
    from napari_astro_al.widgets.dashboard import dashboard_of

    dock = dashboard_of(viewer).catalogue
    click(dock.service)
    dialog = dock.service.dialog
    qtbot.waitUntil(dialog.isVisible, timeout=SOON)
    tap = dialog.tap
    assert "gaiadr3" not in tap.adql.toPlainText()
    assert dialog.permission.words.text().startswith("tapvizier.cds.unistra.fr is not asked until")
    assert not dialog.open.isEnabled()

    # an address that is typed, and allowed
    edit = tap.address.lineEdit()
    edit.selectAll()
    QTest.keyClicks(edit, server.url("/tap"))
    assert dialog.permission.button.text() == f"Allow {server.host}"
    assert not tap.tables.look_up.isEnabled()
    click(dialog.permission.button)
    assert server.host in allowed_hosts()
    assert server.paths == []

    # its tables, and the columns of one
    click(tap.tables.look_up)
    qtbot.waitUntil(lambda: tap.tables.tree.topLevelItemCount() == 2, timeout=SOON)
    QTest.keyClicks(tap.tables.filter, "gaia_s")
    item = tap.tables.tree.topLevelItem(0)
    assert tap.tables.count.text() == "1 of 2 tables"
    item.setExpanded(True)
    qtbot.waitUntil(lambda: item.childCount() == 2, timeout=SOON)
    assert item.child(1).text(1) == "mag · phot.mag;em.opt"
    tap.tables.tree.setCurrentItem(item)
    click(tap.example)
    assert tap.adql.toPlainText() == 'SELECT TOP 1000 source_id, "phot g"\nFROM gaiadr3.gaia_source'

    # an error in the service's own words
    click(dialog.open)
    qtbot.waitUntil(lambda: "not found" in dialog.state.text(), timeout=SOON)
    assert "400 Bad Request: “Column <phot> not found”" in dialog.state.text()
    assert dialog.open.isEnabled()

    # a job that is stopped, there too
    jobs = Jobs(server, "EXECUTING")
    tap.mode.setCurrentIndex(1)
    click(dialog.open)
    qtbot.waitUntil(lambda: "the job is executing" in dialog.state.text(), timeout=SOON)
    click(dialog.stop)
    assert dialog.state.text() == "Stopped. Nothing was kept."
    qtbot.waitUntil(lambda: jobs.ended == ["DELETE"], timeout=SOON)

    # and one that brings stars
    Jobs(server, "EXECUTING", "COMPLETED")
    server.answers["/tap/async/j1/results/result"] = send(
        gaia(60, end=STATUS.format("OVERFLOW", "")), kind=XML
    )
    dialog.file.setText(str(tmp_path / "stars.vot"))
    click(dialog.open)
    qtbot.waitUntil(lambda: dock.form is not None, timeout=SOON)
    assert not dialog.isVisible()
    assert (tmp_path / "stars.vot").is_file()
    assert dock.form.roles()["id"] == "source_id"
    words = [one.text() for one in dock.findChildren(type(dialog.state)) if one.isVisible()]
    assert any("first 60 rows alone" in one for one in words)

    click(dock.start)
    session = settled(viewer).workspace.session
    assert session.path == tmp_path / "stars.astroal"
    assert session.catalogue.origin.query.endswith("FROM gaiadr3.gaia_source")
    assert any("From 127.0.0.1" in one for one in words_of(dock))

    # around a place, from where the session is
    server.answers["/cone"] = send(gaia(), kind=XML)
    click(dock.other_service)
    dialog = dock.other_service.dialog
    dialog.pages.setCurrentWidget(dialog.cone)
    dialog.cone.address.setEditText(server.url("/cone"))
    assert not dialog.open.isEnabled()
    QTest.keyClicks(dialog.cone.place, "44.5 -0.5")
    QTest.keyClick(dialog.cone.place, Qt.Key.Key_Tab)
    click(dialog.open)
    qtbot.waitUntil(lambda: dock.form is not None, timeout=SOON)
    assert server.queries[-1]["RA"] == "44.5"


def words_of(dock) -> list[str]:
    from qtpy.QtWidgets import QLabel

    return [one.text() for one in dock.findChildren(QLabel)]
