"""The image below the sources that lie on it."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits
from napari.components import ViewerModel

from napari_astro_al.imaging import SkyImage
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.images import sky_image_of
from napari_astro_al.viewer.marks import most_on_image, source_pixels

SHAPE = (60, 90)
PLACE = {"scale": [2.0, 3.0], "translate": [7.0, 5.0]}


@pytest.fixture
def session(make_session):
    """Sources scattered over an image of 90 x 60 pixels, whose columns are x and y."""
    session = make_session()
    table = session.catalogue.table
    rng = np.random.default_rng(0)
    table["x"], table["y"] = rng.uniform(0, 89, len(table)), rng.uniform(0, 59, len(table))
    return session


@pytest.fixture
def layer(viewer):
    return viewer.add_image(np.random.default_rng(0).random(SHAPE), name="picture", **PLACE)


@pytest.fixture
def space(viewer, layer, session):
    return FeatureSpace(viewer, session)


def lie_on(session, layer):
    session.project("image", image=sky_image_of(layer), x="x", y="y")


def drawn(space):
    """Rows of the sources on show and where they are, (n, 2) in (row, column) of the world."""
    layer = space.layers.points("sources")
    return space._stage.session.catalogue.rows_of(list(layer.features["id"])), layer.data


@pytest.mark.parametrize("origin", ["lower", "upper"])
@pytest.mark.parametrize("aspect", ["natural", "free"])
def test_a_source_is_where_its_pixel_is(space, session, layer, origin, aspect):
    image = SkyImage("picture", *SHAPE, origin=origin)
    layer.metadata["astro_al"] = {"role": "image", "image": image}
    space.set_appearance(Appearance(aspect=aspect))
    lie_on(session, layer)
    rows, world = drawn(space)
    pixels = np.array([layer.world_to_data(place) for place in world])
    expected = session.catalogue.table[["y", "x"]].to_numpy()[rows]
    np.testing.assert_allclose(pixels, expected, atol=1e-3)
    assert (layer.scale[0] < 0) == (origin == "upper")


def test_the_layer_is_the_lowest_and_the_sources_stay_active(space, session, layer, viewer):
    viewer.layers.selection = {layer}
    lie_on(session, layer)
    assert viewer.layers[0] is layer is space.image
    assert layer.visible
    assert viewer.layers.selection == {space.layers.get("sources")}


def test_it_is_put_back_and_hidden_when_something_else_is_shown(space, session, layer):
    lie_on(session, layer)
    assert layer.scale.tolist() != PLACE["scale"]
    session.project(x="x", y="y")
    assert layer.scale.tolist() == PLACE["scale"]
    assert layer.translate.tolist() == PLACE["translate"]
    assert not layer.visible
    assert space.image is None


def test_it_is_seen_again_when_the_session_is_closed(space, session, layer, viewer):
    lie_on(session, layer)
    space.close()
    assert list(viewer.layers) == [layer]
    assert layer.visible
    assert layer.scale.tolist() == PLACE["scale"]


def test_the_whole_image_fills_the_canvas(space, session, layer, viewer):
    lie_on(session, layer)
    (y0, x0), (y1, x1) = layer.extent.world
    left, bottom, right, top = space._stage.view.inside(space._stage.margins)
    assert left < x0 < x1 < right
    assert bottom < y0 < y1 < top
    assert (x1 - x0) / (right - left) > 0.9 or (y1 - y0) / (top - bottom) > 0.9


def test_a_click_finds_the_source_on_the_image(space, session, layer):
    lie_on(session, layer)
    table = session.catalogue.table
    place = layer.data_to_world((table["y"].iloc[17], table["x"].iloc[17]))
    assert space.nearest(place) == session.catalogue.ids_at([17])[0]


def test_an_image_that_is_not_open_is_read_and_taken_away_at_the_end(viewer, session, tmp_path):
    path = tmp_path / "field.fits"
    fits.PrimaryHDU(np.ones(SHAPE, dtype=np.float32)).writeto(path)
    session.project("image", image=path, x="x", y="y")
    space = FeatureSpace(viewer, session)
    assert space.image.name == "field"
    assert viewer.layers[0] is space.image
    space.close()
    assert not viewer.layers


def test_another_view_shows_a_copy_that_shares_the_pixels(viewer, session, layer):
    layer.contrast_limits = (0.2, 0.8)
    other = ViewerModel()
    other.canvas.size = (300, 400)
    space = FeatureSpace(other, session, own=True, elsewhere=viewer)
    lie_on(session, layer)
    space.set_projection(session.projection)
    assert space.image is not layer
    assert space.image.data is layer.data
    assert tuple(space.image.contrast_limits) == (0.2, 0.8)
    assert layer.scale.tolist() == PLACE["scale"]
    space.close()
    assert not other.layers


class TestMarks:
    def test_sources_are_rings(self, space, session, layer):
        sources = space.layers.points("sources")
        lie_on(session, layer)
        assert (sources.face_color[:, 3] == 0).all()
        assert (sources.border_color[:, 3] > 0).all()
        assert (sources.border_width > 0).all()
        session.project(x="x", y="y")
        assert (sources.face_color[:, 3] > 0).all()
        assert (sources.border_width == 0).all()

    def test_colours_go_to_the_rings(self, space, session, layer):
        lie_on(session, layer)
        sources = space.layers.points("sources")
        before = sources.border_color.copy()
        space.set_appearance(Appearance(colour="column:x"))
        assert not np.allclose(sources.border_color, before)
        assert (sources.face_color[:, 3] == 0).all()

    def test_labelled_sources_are_rings_of_their_class(self, space, session, layer):
        lie_on(session, layer)
        session.annotate(session.catalogue.ids_at([3]), "STAR")
        labelled = space.layers.points("labelled")
        assert labelled.face_color[0, 3] == 0
        assert labelled.border_color[0, 3] == 1

    def test_cutouts_do_not_hide_the_image(self, space, session, layer, viewer):
        lie_on(session, layer)
        viewer.scene.camera.zoom *= 30
        assert not space.layers.get("thumbnails").visible

    def test_no_more_of_them_than_leave_the_image_visible(self, viewer, layer, make_session):
        session = make_session(9000)
        table, rng = session.catalogue.table, np.random.default_rng(0)
        table["x"], table["y"] = rng.uniform(0, 89, 9000), rng.uniform(0, 59, 9000)
        space = FeatureSpace(viewer, session)
        lie_on(session, layer)
        n = len(space.layers.points("sources").data)
        assert n <= most_on_image(space._stage) < 9000
        assert "a sample is drawn" in " ".join(
            space.layers.points("writing").text.string.array.tolist()
        )
        assert not space.layers.get("density").visible
        small = source_pixels(space._stage)
        viewer.scene.camera.zoom *= 12
        assert source_pixels(space._stage) > small
        assert not space._stage.sampled
