"""Another catalogue's columns are joined from the Catalogue dock, in a real window."""

import numpy as np
import pandas as pd
from napari.utils.notifications import notification_manager

import napari_astro_al as aal
from napari_astro_al.widgets.join_dialog import JoinDialog

from .dialogs import click, in_dialog

N = 60


def ours():
    ids = np.arange(N)
    table = {
        "id": ids,
        "ra": 10 + ids / 50,
        "dec": ids / 50,
        "g": 18 + ids / 20,
        "r": 17 + ids / 30,
    }
    return aal.Catalogue.from_table(pd.DataFrame(table), id="id", name="ours")


def test_from_the_file_to_the_columns(viewer, settled, qtbot, tmp_path):
    aal.open_viewer(aal.Session(ours()), viewer=viewer)
    bench = settled(viewer)
    button, session = bench.dashboard.catalogue.join, bench.workspace.session
    file = tmp_path / "wise.csv"
    near = pd.DataFrame({"source": range(20), "ra": 10 + np.arange(20) / 50 + 1e-4})
    near.assign(dec=np.arange(20) / 50, w1=np.arange(20.0)).to_csv(file, index=False)

    def wide(dialog):
        assert dialog.by_sky.isChecked()
        assert dialog.radius.isEnabled()
        assert not dialog.own.isEnabled()
        dialog.radius.setValue(2.0)

    in_dialog(JoinDialog, wide)
    button.read(file)
    qtbot.waitUntil(lambda: "w1" in session.catalogue.table.columns, timeout=20_000)
    assert session.catalogue.table["w1"].notna().sum() == 20
    assert "20 of 60 sources have a match" in notification_manager.records[-1].message
    assert session.added_columns["wise"] == ("source", "ra_wise", "dec_wise", "w1", "separation")

    def by_column(dialog):
        click(dialog.by_column)
        dialog.own.setCurrentText("id")
        dialog.others.setCurrentText("source")
        dialog.name.setText("by number")

    in_dialog(JoinDialog, by_column)
    button.read(file)
    qtbot.waitUntil(lambda: "by number" in session.added_columns, timeout=20_000)
    assert session.catalogue.table["w1_wise"][7] == 7.0
