"""From an image in the window to a session on its sources."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import napari_astro_al as aal
from napari_astro_al.widgets import docks
from napari_astro_al.widgets.detection_preview import NAME
from napari_astro_al.widgets.workbench import workbench_of

STARS = np.array([[20, 30], [60, 80], [90, 25], [30, 95], [75, 50]])
"""(row, column)."""


@pytest.fixture
def picture(tmp_path):
    """Five stars, in colour."""
    rng = np.random.default_rng(0)
    rows, columns = np.indices((120, 120))
    light = sum(
        180 * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 8) for row, column in STARS
    )
    pixels = np.stack([light, 0.6 * light, 0.3 * light], axis=-1) + rng.normal(20, 2, (120, 120, 3))
    path = tmp_path / "plate.png"
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def dialog(viewer, picture, qtbot):
    """The dialog on the picture, its sources found."""
    viewer.open(picture)
    docks.detect_sources(viewer)
    dialog = workbench_of(viewer).dashboard.catalogue._detection
    qtbot.waitUntil(lambda: dialog._found is not None, timeout=60_000)
    return dialog


def test_what_is_found_is_counted_and_ringed_before_it_is_measured(dialog, viewer, qtbot):
    assert dialog.count.text() == "5 sources"
    rings = viewer.layers[NAME]
    places = rings.data[np.lexsort(rings.data.T)]
    np.testing.assert_allclose(places, STARS[np.lexsort(STARS.T)], atol=1.5)
    dialog.form.threshold.setValue(200)
    qtbot.waitUntil(lambda: dialog.count.text() == "No sources", timeout=60_000)
    assert "Lower the threshold" in dialog.note.text()
    assert NAME not in viewer.layers
    dialog.form.zero_point.setText("bright")
    dialog.make.click()
    assert "The zero point 'bright' is no number" in dialog.note.text()
    dialog.reject()
    assert [layer.name for layer in viewer.layers] == ["plate"]
    assert not workbench_of(viewer).workspace.jobs.busy
    assert workbench_of(viewer).dashboard.catalogue._detection is None


def test_the_sources_become_a_session_on_the_image(dialog, viewer, qtbot, settled):
    bench = workbench_of(viewer)
    dialog.form.zero_point.setText("25")
    dialog.make.click()
    dock = bench.dashboard.catalogue
    qtbot.waitUntil(lambda: dock.start is not None, timeout=60_000)
    assert dock.form.roles()["id"] == "source"
    assert NAME not in viewer.layers
    dock.start.click()
    session = settled(viewer).workspace.session
    assert len(session.catalogue) == 5
    assert {"mag", "flux_red", "gini"} <= set(session.catalogue.table.columns)
    assert session.projection_recipe.title == "On plate"
    assert bench.feature_space.image is viewer.layers["plate"]
    np.testing.assert_allclose(
        np.sort(session.projection.points, axis=0), np.sort(STARS[:, ::-1], axis=0), atol=0.2
    )
    (cutout,) = session.cutouts.get(1)
    assert cutout.pixels.shape == (64, 64, 3)
    assert cutout.pixels[31:33, 31:33, 0].max() == cutout.pixels[..., 0].max()
    path = session.path
    viewer.layers.clear()
    bench.workspace.release()
    with aal.Session.open(path) as again:
        assert again.projection_recipe.title == "On plate"
        assert again.cutouts.get(1)[0].pixels is not None
