"""The pictures of the current source, a panel each."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_astro_al.cutouts import Cutout
from napari_astro_al.viewer import CutoutCanvas
from napari_astro_al.viewer.cutout_canvas import SIDE, world_sides


class Survey:
    """Counts, brighter from source to source; clouds over the third."""

    def __init__(self, name="J", origin="lower", scale=None, shape=(20, 30)):
        self.name, self.origin, self.scale, self.shape = name, origin, scale, shape

    def cutout(self, catalogue, source, size):
        row = catalogue.row_of(source)
        if row == 2:
            return Cutout.absent("clouds", name=self.name)
        pixels = np.linspace(0, 100 * (row + 1), 600, dtype=np.float32).reshape(20, 30)
        pixels = np.resize(pixels, self.shape)
        return Cutout(pixels, name=self.name, origin=self.origin, pixel_scale=self.scale)


@pytest.fixture
def canvas(session):
    session.cutouts.add(Survey())
    viewer = ViewerModel()
    canvas = CutoutCanvas(viewer, session)
    yield canvas
    canvas.close()


def picture(canvas, name):
    return canvas.viewer.layers[name]


def words(canvas, name):
    return str(canvas.viewer.layers[f"{name}: no picture"].text.values[0])


def test_each_provider_has_a_panel_in_their_order(canvas, session):
    session.show("s00000")
    names = [layer.name for layer in canvas.viewer.layers]
    assert names == ["picture", "picture: no picture", "J", "J: no picture"]
    assert canvas.viewer.canvas.grid.enabled
    assert canvas.viewer.canvas.grid.actual_shape(canvas.viewer.layers) == (1, 2)
    assert picture(canvas, "picture").rgb


def test_before_a_source_is_shown_it_says_so(session):
    viewer = ViewerModel()
    canvas = CutoutCanvas(viewer, session)
    assert viewer.canvas.overlays.text.visible
    assert viewer.canvas.overlays.text.text == "No source is shown"
    session.show("s00000")
    assert not viewer.canvas.overlays.text.visible
    canvas.close()
    assert len(viewer.layers) == 0


def test_a_catalogue_without_pictures_says_so(make_session):
    viewer = ViewerModel()
    session = make_session(10, pictures=False)
    session.show("s00000")
    CutoutCanvas(viewer, session)
    assert viewer.canvas.overlays.text.text == "This catalogue has no pictures"


def test_fits_stands_upright_as_png_does(canvas, session):
    session.show("s00000")
    shown = picture(canvas, "J").data
    # row 0 of FITS is the lowest; napari draws row 0 on top
    assert shown[0].max() > shown[-1].max()
    drawn = session.cutouts.get("s00000")[0].pixels
    assert (picture(canvas, "picture").data == drawn).all()


def test_layers_are_kept_from_source_to_source(canvas, session):
    session.show("s00000")
    before = picture(canvas, "J"), picture(canvas, "picture")
    session.show("s00001")
    assert (picture(canvas, "J"), picture(canvas, "picture")) == before


def test_contrast_suits_each_picture_until_the_person_sets_it(canvas, session):
    session.show("s00000")
    first = picture(canvas, "J").contrast_limits[1]
    session.show("s00003")
    assert picture(canvas, "J").contrast_limits[1] > 2 * first
    picture(canvas, "J").contrast_limits = (5.0, 50.0)
    picture(canvas, "J").gamma = 0.3
    session.show("s00000")
    assert picture(canvas, "J").contrast_limits == [5.0, 50.0]
    assert picture(canvas, "J").gamma == 0.3


def test_a_missing_picture_says_why_and_the_next_one_comes_back(canvas, session):
    session.show("s00000")
    picture(canvas, "J").opacity = 0.8
    session.show("s00002")
    assert words(canvas, "J") == "No picture: clouds"
    assert picture(canvas, "J").opacity == 0
    session.show("s00003")
    assert words(canvas, "J") == ""
    assert picture(canvas, "J").opacity == 0.8


def test_a_removed_provider_takes_its_panel_along(canvas, session):
    session.show("s00000")
    session.cutouts.remove("J")
    assert [layer.name for layer in canvas.viewer.layers] == ["picture", "picture: no picture"]


def test_panels_are_centred_on_each_other(canvas, session):
    session.show("s00000")
    for name in ("picture", "J"):
        low, high = picture(canvas, name).extent.world
        assert low + high == pytest.approx([0, 0], abs=1e-3)


def test_known_scales_keep_sizes_on_the_sky():
    one = Cutout(np.zeros((10, 10)), pixel_scale=1.0, name="a")
    two = Cutout(np.zeros((10, 40)), pixel_scale=0.5, name="b")
    free = Cutout(np.zeros((99, 7)), name="c")
    assert world_sides([one, two, free]) == [SIDE / 2, SIDE, SIDE]
