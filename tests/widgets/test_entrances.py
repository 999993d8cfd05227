"""What napari's menus, its file dialogue and a dropped file lead to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from astropy.table import Table
from qtpy.QtWidgets import QDockWidget

import napari_astro_al as aal
from napari_astro_al.widgets import entrances
from napari_astro_al.widgets.workbench import workbench_of

PLUGIN = "napari-astro-al"


def test_the_sample_menu_opens_the_dashboard(viewer, settled):
    viewer.open_sample(PLUGIN, "hubble")
    session = settled(viewer).workspace.session
    assert session.classes == ("smooth", "featured or disc", "star or artefact")
    assert "eXtreme" in session.catalogue.name
    assert entrances.STAND_IN not in viewer.layers
    assert session.path is not None


def test_a_dropped_catalogue_is_proposed_before_it_is_used(viewer, qtbot, tmp_path):
    table = aal.samples.simulated_survey(200, seed=2).table
    table.to_csv(tmp_path / "stars.csv", index=False)
    viewer.open(tmp_path / "stars.csv", plugin=PLUGIN)
    dock = workbench_of(viewer).dashboard.catalogue
    qtbot.waitUntil(lambda: dock.form is not None, timeout=30_000)
    assert dock.form.roles()["label"] == "class"
    assert workbench_of(viewer).workspace.session is None


def test_a_dropped_session_folder_goes_on(viewer, settled, tmp_path):
    table = aal.samples.simulated_survey(200, seed=2).table
    table.to_csv(tmp_path / "stars.csv", index=False)
    catalogue = aal.Catalogue.read(tmp_path / "stars.csv")
    with_label = aal.Session(catalogue, path=tmp_path / "stars.astroal")
    source = with_label.query()[0]
    with_label.annotate(source, "STAR")
    with_label.close()
    viewer.open(str(tmp_path / "stars.astroal"), plugin=PLUGIN)
    assert settled(viewer).workspace.session.labels.to_dict() == {source: "STAR"}


def test_the_menu_widget_lays_out_every_dock_and_keeps_the_catalogue(viewer, qtbot):
    dock, widget = viewer.window.add_plugin_dock_widget(PLUGIN, "Dashboard")
    qtbot.wait(100)
    titles = [one.windowTitle() for one in dock.window().findChildren(QDockWidget)]
    assert {"Label", "Cutouts", "Source", "Plots", "Table", "Training", "Triage", "Why"} <= set(
        titles
    )
    assert workbench_of(viewer).dashboard.catalogue is widget


@pytest.mark.parametrize(
    "name",
    ["Catalogue", "Label", "Cutouts", "Source", "Plots", "Table", "Training", "Triage", "Why"],
)
def test_each_dock_opens_by_itself(viewer, qtbot, name):
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, name)
    qtbot.wait(50)
    assert widget.isVisible()


def test_saving_a_layer_of_feature_space_writes_the_labels(viewer, settled, qtbot, tmp_path):
    session = aal.Session(aal.samples.simulated_survey(300, seed=1))
    aal.open_viewer(session, viewer=viewer)
    settled(viewer)
    session.annotate(session.query(3), "STAR")
    qtbot.waitUntil(lambda: len(viewer.layers["labelled"].data) == 3)
    viewer.layers["labelled"].save(str(tmp_path / "labelled.fits"), plugin=PLUGIN)
    written = Table.read(tmp_path / "labelled.fits")
    np.testing.assert_array_equal(written["id"], session.labels.index)


class TestGetReader:
    def test_pictures_are_left_to_others_and_images_of_the_sky_are_not(self, shared_data):
        image = str(shared_data / "wcs_images" / "gc_2mass_h.fits")
        assert entrances.get_reader(image) is entrances.open_images
        assert entrances.get_reader([image]) is entrances.open_images
        assert entrances.get_reader([image, image]) is None
        folder = shared_data / "galaxyzoo1_jpeg" / "images"
        assert entrances.get_reader(str(next(folder.iterdir()))) is None

    def test_folders_that_are_no_sessions_are_left_to_others(self, tmp_path):
        assert entrances.get_reader(str(tmp_path)) is None

    def test_without_a_window_a_catalogue_becomes_a_layer(self, tmp_path):
        frame = pd.DataFrame({"id": [1, 2, 3], "u": [1.0, 2.0, 3.5], "g": [0.1, 0.5, 0.2]})
        frame.to_csv(tmp_path / "three.csv", index=False)
        read = entrances.get_reader(str(tmp_path / "three.csv"))
        ((data, attributes, kind),) = read(str(tmp_path / "three.csv"))
        assert (kind, data.shape) == ("points", (3, 2))
        assert sorted(attributes["features"]["id"]) == [1, 2, 3]
