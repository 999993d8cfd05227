"""Pictures are measured from the Catalogue dock, in a real window."""

import numpy as np
import pandas as pd
from napari.utils.notifications import notification_manager
from tests.vision.galaxies import disc, noise

import napari_astro_al as aal
from napari_astro_al.widgets.measure_dialog import MeasureDialog
from napari_astro_al.widgets.workbench import workbench_of

from .dialogs import click, in_dialog

N = 24


def galaxies(pictured=True):
    ids = np.arange(N)
    table = pd.DataFrame({"id": ids, "mag": ids / 7.0, "kind": np.where(ids % 2, "flat", "round")})
    stamps = np.array(
        [disc(4.0, 0.3 if one % 2 else 1.0, side=48) + noise(1.0, one, 48) for one in ids]
    )
    arrays = {"stamp": stamps} if pictured else {}
    return aal.Catalogue.from_table(
        table, id="id", label="kind", images=list(arrays), arrays=arrays, name="galaxies"
    )


def test_from_the_button_to_features(viewer, settled, qtbot):
    session = aal.Session(galaxies(), features=aal.FeatureRecipe(columns=["mag"]))
    aal.open_viewer(session, viewer=viewer)
    bench = settled(viewer)
    dock = bench.dashboard.catalogue
    button = dock.measure

    def choose(dialog):
        assert dialog.kinds["embedding"].isChecked()
        assert dialog.provider.currentText() == "stamp"
        click(dialog.kinds["morphology"])
        assert not dialog.n_components.isEnabled()
        click(dialog.uses["add"])

    in_dialog(MeasureDialog, choose)
    click(button.start)
    assert button.stop.isVisible()
    qtbot.waitUntil(lambda: len(session.features.names) > 1, timeout=180_000)
    names = session.features.recipe.columns
    assert names[0] == "mag"
    assert "morphology_ellipticity" in names
    assert "morphology_flag" not in names
    qtbot.waitUntil(lambda: not button.stop.isVisible())
    told = [str(one.message) for one in notification_manager.records]
    assert "24 of 24 sources are measured: 10 columns 'morphology'." in told
    settled(viewer)
    offered = [dock.view.x.box.itemText(at) for at in range(dock.view.x.box.count())]
    assert "morphology_ellipticity" in offered
    assert "morphology_gini" in [one.name for one in bench.dashboard.table.table.model.columns]
    assert "10 features: mag, morphology_concentration" in dock._facts.text()

    in_dialog(MeasureDialog, lambda dialog: click(dialog.kinds["morphology"]))
    click(button.start)
    before = session.features
    click(button.stop)
    assert button.start.text() == "Measure pictures…"
    settled(viewer)
    assert session.features is before


def test_pictures_alone_are_labelled_and_then_measured(viewer, settled, qtbot):
    stamps = galaxies().arrays["stamp"]
    table = pd.DataFrame({"id": np.arange(N), "kind": np.where(np.arange(N) % 2, "flat", "round")})
    alone = aal.Catalogue.from_table(
        table, id="id", label="kind", images=["stamp"], arrays={"stamp": stamps}, name="alone"
    )
    aal.open_viewer(viewer=viewer)
    bench = workbench_of(viewer)
    dock = bench.dashboard.catalogue
    dock.propose(lambda: alone, "alone")
    qtbot.waitUntil(lambda: dock.start is not None)
    assert "sources come at random" in " ".join(dock._proposal.warnings)
    click(dock.start)
    settled(viewer)
    session = bench.workspace.session
    assert "No feature space yet" in viewer.canvas.overlays.text.text
    assert viewer.canvas.overlays.text.visible
    assert dock.view.kind.currentText() == ""
    label = bench.dashboard.label
    assert "“Measure pictures…” in the Catalogue dock" in label._honesty.text()
    for source in session.query(6):
        session.annotate(source, "flat" if source % 2 else "round")
    settled(viewer)
    assert not session.results

    def choose(dialog):
        assert not dialog.uses["keep"].isEnabled()
        click(dialog.kinds["morphology"])

    in_dialog(MeasureDialog, choose)
    click(dock.measure.start)
    qtbot.waitUntil(lambda: not session.features.is_empty, timeout=180_000)
    settled(viewer)
    assert not viewer.canvas.overlays.text.visible
    assert session.projection_recipe.kind == "pca"
    assert session.results["classes"].classes == ("flat", "round")
    assert "Macro-F1" in label._headline.text()


def test_without_pictures_the_button_says_why_not(viewer, settled):
    aal.open_viewer(aal.Session(galaxies(pictured=False)), viewer=viewer)
    button = settled(viewer).dashboard.catalogue.measure
    assert not button.start.isEnabled()
    assert "no cutouts" in button.start.toolTip()
