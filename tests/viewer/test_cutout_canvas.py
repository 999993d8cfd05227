"""The pictures of the current source, a panel each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from napari.components import ViewerModel

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.cutouts import Composite, Cutout, Stretch
from napari_astro_al.cutouts.fields import Field
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import Progress, drain
from napari_astro_al.learning import Task
from napari_astro_al.session import Session
from napari_astro_al.viewer import CutoutCanvas
from napari_astro_al.viewer.cutout_grid import SIDE, best_grid, world_sides
from napari_astro_al.viewer.cutout_overlay import PLAIN_RING
from napari_astro_al.viewer.cutout_pictures import Darkroom
from napari_astro_al.viewer.cutout_settings import Arrangement
from napari_astro_al.viewer.palette import Inks


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
    viewer.canvas.size = (300, 600)
    canvas = CutoutCanvas(viewer, session)
    yield canvas
    canvas.close()


def picture(canvas, name):
    return canvas.viewer.layers[name]


def panel(canvas, name):
    return next(one for one in canvas.panels if one.name == name)


def words(canvas, name):
    return panel(canvas, name).overlay.texts


def test_each_provider_has_a_panel_in_their_order(canvas, session):
    session.show("s00000")
    over = ("", ": sources", ": marks", ": words")
    names = [layer.name for layer in canvas.viewer.layers]
    assert names == [name + one for name in ("picture", "J") for one in over]
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


def test_a_next_picture_sends_each_layer_once_and_leaves_the_last_as_it_was(canvas, session):
    session.show("s00000")
    before = panel(canvas, "J").picture.shown.copy()
    sent = []
    for layer in panel(canvas, "J").layers:
        layer.events.set_data.connect(lambda event: sent.append(event.source.name))
    session.show("s00001")
    assert sorted(sent) == ["J"]  # the name, the cross-hair and the scale are the same
    session.show("s00002")
    session.show("s00000")
    assert np.array_equal(panel(canvas, "J").picture.shown, before)
    assert np.array_equal(picture(canvas, "J").data, before)


def test_each_picture_has_its_own_range_and_its_values_are_told(canvas, session):
    session.cutouts.restretch("J", Stretch("linear", "min-max"))
    session.show("s00000")
    first = panel(canvas, "J").picture
    session.show("s00003")
    second = panel(canvas, "J").picture
    assert second.limits[1] == pytest.approx(4 * first.limits[1], rel=0.01)
    shown = picture(canvas, "J").data
    assert (shown.min(), shown.max()) == (0.0, 1.0)
    # the last pixel of the file is the upper right one
    assert second.value_at(29, 0) == 400.0
    assert second.value_at(30, 0) is None


def test_what_the_person_sets_is_kept_from_source_to_source(canvas, session):
    told = []
    canvas.arrangement_changed.connect(told.append)
    session.show("s00000")
    picture(canvas, "J").contrast_limits = (0.1, 0.5)
    picture(canvas, "J").gamma = 0.3
    picture(canvas, "J").colormap = "magma"
    session.show("s00002")
    session.show("s00003")
    layer = picture(canvas, "J")
    assert (layer.contrast_limits, layer.gamma) == ([0.1, 0.5], 0.3)
    look = canvas.arrangement.look_of("J")
    assert (look.colormap, look.gamma, look.contrast) == ("magma", 0.3, (0.1, 0.5))
    assert told[-1] == canvas.arrangement


def test_a_stretch_is_that_of_one_band_for_every_source(canvas, session):
    session.show("s00000")
    before = session.cutouts.thumbnail("s00000", 8)
    session.cutouts.restretch("J", Stretch("linear", "fixed", (0.0, 200.0)))
    assert picture(canvas, "J").data.max() == pytest.approx(0.5)
    session.show("s00003")
    assert panel(canvas, "J").picture.limits == (0.0, 200.0)
    session.cutouts.restretch("picture", Stretch("sqrt"))
    assert (session.cutouts.thumbnail("s00000", 8) > before).any()


def test_a_missing_picture_says_why_and_the_next_one_comes_back(canvas, session):
    session.show("s00002")
    assert words(canvas, "J")[0] == "J"
    assert " ".join(words(canvas, "J")[1:]) == "No picture: clouds"
    assert np.isnan(picture(canvas, "J").data).all()
    session.show("s00003")
    assert words(canvas, "J") == ["J"]
    assert np.isfinite(picture(canvas, "J").data).all()


def test_a_picture_that_is_being_fetched_is_coming(session):
    class Slow:
        name = "far away"

        def cutout(self, catalogue, source, size):
            return Cutout(None, missing="not here yet", name=self.name, coming=True)

    session.cutouts.add(Slow())
    canvas = CutoutCanvas(ViewerModel(), session)
    session.show("s00000")
    assert words(canvas, "far away") == ["far away", "coming…"]


def test_a_removed_provider_takes_its_panel_along(canvas, session):
    session.show("s00000")
    session.cutouts.remove("J")
    assert [one.name for one in canvas.panels] == ["picture"]
    assert {layer.name.split(":")[0] for layer in canvas.viewer.layers} == {"picture"}


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


def test_panels_are_as_large_as_the_canvas_allows():
    assert best_grid(3, (430, 260)) == (1, 3)
    assert best_grid(3, (260, 430)) == (3, 1)
    assert best_grid(4, (400, 400)) == (2, 2)


SIDE_ARCSEC, N = 60.0, 30


@pytest.fixture
def sky():
    """Sources 10 arcsec apart in declination, and a field of 60 arcsec around each."""
    table = pd.DataFrame(
        {"id": np.arange(N), "ra": 150.0, "dec": np.arange(N) / 360, "m": np.arange(N) * 1.0}
    )
    catalogue = Catalogue.from_table(table, id="id", ra="ra", dec="dec", guess=False)
    session = Session(
        catalogue, features=FeatureRecipe(columns=["m"]), task=Task(["STAR", "GALAXY"])
    )
    for name in ("g", "r", "i"):
        session.cutouts.add(Sky(name))
    yield session
    session.ledger.close()


class Sky:
    """North up; half of it without data for the first source."""

    def __init__(self, name):
        self.name = name

    def cutout(self, catalogue, source, size):
        width = size or SIDE_ARCSEC
        field = Field(150.0, source / 360, 30, width / 30)
        pixels = np.random.default_rng(source).normal(10, 1, (30, 30)).astype(np.float32)
        return Cutout(
            pixels,
            wcs=field.wcs(),
            pixel_scale=field.pixel_scale,
            name=self.name,
            origin="lower",
            covered=0.5 if source == 0 else 1.0,
        )


@pytest.fixture
def field(sky):
    viewer = ViewerModel()
    viewer.canvas.size = (300, 900)
    canvas = CutoutCanvas(viewer, sky)
    sky.show(10)
    yield canvas
    canvas.close()


def test_scale_compass_and_share_without_data(field, sky):
    assert words(field, "g") == ["g", "10″", "N", "E"]
    assert field.size == SIDE_ARCSEC
    sky.show(0)
    assert "50 % of the field has no data" in words(field, "g")


def test_other_sources_are_ringed_where_they_are(field, sky):
    rings = field.viewer.layers["r: sources"]
    heights = sorted(rings.data[:, 0] / SIDE * SIDE_ARCSEC)
    # north is up, and napari counts downward: source 11 is 10 arcsec higher than the shown one
    assert heights == pytest.approx([-20, -10, 0, 10, 20], abs=1e-3)
    eleventh = panel(field, "r").picture.neighbours.tolist().index(11)
    assert rings.data[eleventh, 0] < 0


def test_rings_have_the_colour_of_the_label(field, sky):
    rows = panel(field, "g").picture.neighbours
    inks = Inks.on(field.viewer.canvas.background_color)
    sky.annotate(11, "GALAXY")
    colours = dict(zip(rows, field.viewer.layers["g: sources"].border_color, strict=True))
    assert colours[10] == pytest.approx(inks.ring)
    assert colours[9] == pytest.approx(PLAIN_RING)
    assert not np.allclose(colours[11], PLAIN_RING)


def test_a_click_on_a_ring_shows_its_source_and_hovering_names_it(field, sky):
    ten = SIDE / 6
    assert field.pointing.describe_source((0, 1), 0.0, -ten) == "11: no label"
    said = field.pointing.describe((0, 1), 0.0, -ten)
    assert said.startswith("r: ")
    assert "ra 150.00000°, dec +0.03056°" in said
    field.pointing.click((0, 1), 0.0, -ten)
    assert sky.current == 11
    assert field.viewer.layers.selection.active.name == "r"
    field.pointing.click((0, 1), 400.0, 400.0)
    assert sky.current == 11


def test_the_field_grows_and_shrinks_by_plain_angles(field, sky):
    field.resize(larger=True)
    assert field.arrangement.size == 120.0
    assert panel(field, "g").picture.cutout.pixel_scale == 4.0
    field.resize(larger=False)
    field.resize(larger=False)
    assert field.size == 30.0


def test_zoom_stays_until_the_whole_is_wanted(field, sky):
    camera = field.viewer.scene.camera
    whole = camera.zoom
    camera.zoom, camera.center = 3 * whole, (100.0, 50.0)
    sky.show(12)
    field.viewer.canvas.size = (600, 1800)
    assert camera.zoom == pytest.approx(6 * whole)
    assert tuple(camera.center[-2:]) == (100.0, 50.0)
    field.whole()
    assert camera.zoom == pytest.approx(2 * whole)
    assert tuple(camera.center[-2:]) == (0.0, 0.0)


def test_switches_draw_nothing_where_they_are_off(field):
    quiet = replace(field.arrangement, crosshair=False, scale=False, sources=False)
    field.arrange(quiet)
    assert words(field, "g") == ["g"]
    assert len(field.viewer.layers["g: sources"].data) == 0
    vectors = field.viewer.layers["g: marks"].data
    assert not vectors[:, 1].any()


def test_overlaid_pictures_let_each_other_through(field):
    field.arrange(replace(field.arrangement, overlaid=True))
    assert not field.viewer.canvas.grid.enabled
    assert [picture(field, name).opacity for name in "gri"] == [1.0, 0.5, 0.5]
    assert words(field, "g") == []
    assert words(field, "i")[:3] == ["g", "r", "i"]
    picture(field, "r").opacity = 0.8
    field.arrange(replace(field.arrangement, overlaid=False))
    assert picture(field, "r").opacity == 1.0
    field.arrange(replace(field.arrangement, overlaid=True))
    assert picture(field, "r").opacity == 0.8


def test_a_composite_is_one_more_panel(field, sky):
    field.arrange(replace(field.arrangement, composite=Composite("i", "r", "g")))
    assert [one.name for one in field.panels] == ["g", "r", "i", "colour"]
    assert picture(field, "colour").rgb
    assert picture(field, "colour").data.shape == (30, 30, 3)
    sky.show(4)
    assert len(field.viewer.layers["colour: sources"].data) == 5
    field.arrange(replace(field.arrangement, composite=None))
    assert [one.name for one in field.panels] == ["g", "r", "i"]


def test_pictures_made_ready_once_are_not_made_again(field, sky):
    before = panel(field, "g").picture
    sky.show(3)
    sky.show(10)
    assert panel(field, "g").picture.shown is before.shown
    sky.cutouts.restretch("g", Stretch("log"))
    assert panel(field, "g").picture.shown is not before.shown


def test_too_many_sources_are_not_ringed():
    n = 400
    table = pd.DataFrame(
        {"id": np.arange(n), "ra": 150.0, "dec": np.arange(n) / 36000, "m": np.arange(n) * 1.0}
    )
    catalogue = Catalogue.from_table(table, id="id", ra="ra", dec="dec", guess=False)
    session = Session(catalogue, features=FeatureRecipe(columns=["m"]), task=Task(["A", "B"]))
    session.cutouts.add(Sky("g"))
    canvas = CutoutCanvas(ViewerModel(), session, arrangement=Arrangement(size=3600.0))
    session.show(5)
    assert panel(canvas, "g").picture.crowded
    assert panel(canvas, "g").picture.neighbours.tolist() == [5]
    session.ledger.close()


class TestReadyPictures:
    @pytest.fixture(autouse=True)
    def _survey(self, session):
        session.cutouts.add(Survey())

    def test_are_had_at_once_until_they_are_shown_otherwise(self, session):
        darkroom = Darkroom(session)
        source = session.catalogue.ids_at([0])[0]
        made = drain(darkroom.job(source, None, None))

        with pytest.raises(StopIteration) as ready:
            next(darkroom.job(source, None, None))
        assert ready.value.value is made
        assert next(darkroom.job(source, 10.0, None)) == Progress("Loading pictures")
        darkroom.forget()
        assert next(darkroom.job(source, None, None)) == Progress("Loading pictures")

    def test_on_their_way_while_all_is_forgotten_are_not_kept(self, session):
        darkroom = Darkroom(session)
        source = session.catalogue.ids_at([0])[0]
        job = darkroom.job(source, None, None)
        next(job)
        darkroom.forget()
        drain(job)

        assert next(darkroom.job(source, None, None)) == Progress("Loading pictures")
