"""A session's sources, labels and predictions as layers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from napari.layers import Image, Points
from tests.viewer.test_late_pictures import Far

from napari_astro_al.errors import AstroALError, FeatureError
from napari_astro_al.jobs import drain
from napari_astro_al.projection import Axis, Projection
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.coordinates import to_napari
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.layers import HELP, ORDER
from napari_astro_al.viewer.palette import Inks
from napari_astro_al.viewer.ramps import ramp

AT_FIRST = [role for role in ORDER if role != "regions"]
"""Regions have a layer where a projection has some."""


@pytest.fixture
def space(viewer, session):
    space = FeatureSpace(viewer, session)
    yield space
    space.close()


def place_of(space, source):
    """World coordinates (x, y) of a source."""
    scene = space._stage.scene
    return scene.positions(np.array([space._stage.session.catalogue.row_of(source)]))[0]


class TestLayers:
    def test_they_lie_in_order_and_carry_their_role(self, space, viewer):
        assert [layer.name for layer in viewer.layers] == AT_FIRST
        assert [layer.metadata["astro_al"]["role"] for layer in viewer.layers] == AT_FIRST

    def test_sources_are_the_active_layer(self, space, viewer):
        assert viewer.layers.selection.active is space.layers.get("sources")
        assert viewer.help == HELP

    def test_every_source_is_a_point_at_its_place_flipped(self, space, session):
        layer = space.layers.points("sources")
        assert sorted(layer.features["id"]) == sorted(session.catalogue.ids)
        first = layer.features["id"][0]
        assert layer.data[0].tolist() == to_napari(place_of(space, first)).tolist()

    def test_points_keep_their_size_and_have_no_border(self, space):
        layer = space.layers.points("sources")
        assert layer.canvas_size_limits == (0, 5)
        assert set(layer.border_width) == {0}

    def test_y_grows_upward(self, space, viewer):
        assert [str(one) for one in viewer.scene.camera.orientation2d] == ["up", "right"]

    def test_a_deleted_layer_is_done_without(self, space, viewer, session):
        viewer.layers.remove(space.layers.get("labelled"))
        session.annotate("s00003", "GALAXY")
        assert "labelled" not in space.layers

    def test_other_layers_keep_their_place_below(self, viewer, session):
        viewer.add_image(np.zeros((4, 4)), name="mine")
        space = FeatureSpace(viewer, session)
        assert [layer.name for layer in viewer.layers] == ["mine", *AT_FIRST]
        space.close()
        assert [layer.name for layer in viewer.layers] == ["mine"]

    def test_closing_lets_go_of_the_session(self, viewer, session):
        space = FeatureSpace(viewer, session)
        space.close()
        session.annotate("s00003", "GALAXY")
        session.show("s00004")
        viewer.scene.camera.zoom = 3.0
        assert len(viewer.layers) == 0
        assert space._picker.on_press not in viewer.mouse_drag_callbacks


class TestLabels:
    def test_a_label_appears_in_colour_and_symbol_of_its_class(self, space, session):
        session.annotate("s00003", "GALAXY")
        session.annotate("s00004", "STAR")
        layer = space.layers.points("labelled")
        assert list(layer.features["id"]) == ["s00003", "s00004"]
        assert list(layer.features["label"]) == ["GALAXY", "STAR"]
        assert [str(symbol) for symbol in layer.symbol] == ["square", "disc"]
        assert layer.face_color[0].tolist() != layer.face_color[1].tolist()

    def test_undo_takes_it_away(self, space, session):
        session.annotate("s00003", "GALAXY")
        session.undo()
        assert len(space.layers.points("labelled").data) == 0

    def test_a_new_class_enters_the_legend(self, space, session):
        session.add_class("QSO")
        session.annotate("s00005", "QSO")
        texts = space.layers.points("writing").text.values
        assert {"STAR", "GALAXY", "QSO"} <= set(texts)
        assert [str(symbol) for symbol in space.layers.points("labelled").symbol] == ["diamond"]


class TestColours:
    @pytest.fixture
    def trained(self, space, session):
        for number in range(8):
            session.annotate(f"s{number:05d}", ["STAR", "GALAXY"][number % 2])
        session.train()
        return space

    def test_prediction_gives_the_colour_of_the_likelier_class(self, trained, session):
        trained.set_appearance(Appearance(colour="prediction"))
        session.annotate("s00009", "GALAXY")
        layer = trained.layers.points("sources")
        rows = session.catalogue.rows_of(list(layer.features["id"]))
        likelier = session.results["classes"].probabilities[rows].argmax(axis=1)
        colours = layer.face_color[:, :3]
        assert len(np.unique(colours[likelier == 0], axis=0)) == 1
        assert len(np.unique(colours[likelier == 1], axis=0)) == 1
        assert (colours[likelier == 0][0] != colours[likelier == 1][0]).any()

    def test_uncertain_sources_stand_out(self, trained, session):
        trained.set_appearance(Appearance(colour="uncertainty"))
        layer = trained.layers.points("sources")
        rows = session.catalogue.rows_of(list(layer.features["id"]))
        sure = session.results["classes"].probabilities[rows].max(axis=1)
        bright = layer.face_color[:, :3].sum(axis=1)
        assert bright[sure.argmin()] > bright[sure.argmax()]

    def test_the_legend_says_what_the_colours_mean(self, trained, viewer):
        def legend():
            return {"STAR", "GALAXY", "uncertainty"} & set(writing.text.values)

        writing, axes = trained.layers.points("writing"), trained.layers.points("axes")
        assert legend() == {"STAR", "GALAXY"}
        trained.set_appearance(Appearance(colour="uncertainty"))
        assert legend() == {"uncertainty"}
        for end in ramp("uncertainty", [0, 1], dark=Inks.on(viewer.canvas.background_color).dark):
            assert (axes.face_color == end).all(axis=1).sum() == 1
        trained.set_appearance(Appearance(colour="prediction"))
        assert legend() == {"STAR", "GALAXY"}

    def test_the_first_model_changes_the_legend(self, space, session):
        space.set_appearance(Appearance(colour="uncertainty"))
        axes = space.layers.points("writing")
        assert "uncertainty" not in axes.text.values
        for number in range(8):
            session.annotate(f"s{number:05d}", ["STAR", "GALAXY"][number % 2])
        session.train()
        assert "uncertainty" in axes.text.values

    def test_a_column_gives_colours_and_a_bar_with_its_ends(self, space, session):
        space.set_appearance(Appearance(colour="column:x"))
        layer = space.layers.points("sources")
        x = session.catalogue.column("x")[session.catalogue.rows_of(list(layer.features["id"]))]
        bright = layer.face_color[:, :3].sum(axis=1)
        assert bright[np.argmax(x)] > bright[np.argmin(x)]
        low, high = np.percentile(
            session.catalogue.column("x")[session.partition.part == 0], (1, 99)
        )
        written = {
            text.replace("\N{MINUS SIGN}", "-")
            for text in space.layers.points("writing").text.values
        }
        assert {"x", f"{low:.3g}", f"{high:.3g}"} <= written

    def test_an_unknown_column_changes_nothing(self, space):
        with pytest.raises(FeatureError, match="velocity"):
            space.set_appearance(Appearance(colour="column:velocity"))
        assert space.appearance.colour == "label"

    def test_the_split_gives_colours(self, space, session):
        space.set_appearance(Appearance(colour="split"))
        layer = space.layers.points("sources")
        part = session.partition.part[session.catalogue.rows_of(list(layer.features["id"]))]
        assert len(np.unique(layer.face_color[part == 0], axis=0)) == 1
        assert len(np.unique(layer.face_color, axis=0)) == len(np.unique(part))
        assert "pool" in space.layers.points("writing").text.values

    def test_who_listens_is_told(self, space):
        told = []
        space.appearance_changed.connect(told.append)
        space.set_appearance(Appearance(colour="split"))
        space.set_appearance(Appearance(colour="split"))
        assert told == [Appearance(colour="split")]

    def test_without_a_model_they_stay_grey(self, space):
        before = space.layers.points("sources").face_color.copy()
        space.set_appearance(Appearance(colour="prediction"))
        assert (space.layers.points("sources").face_color == before).all()

    def test_an_unknown_way_is_refused(self, space):
        with pytest.raises(AstroALError, match="not 'redshift'"):
            space.set_appearance(Appearance(colour="redshift"))
        assert space.appearance.colour == "label"

    def test_the_theme_changes_inks(self, space, viewer):
        viewer.canvas.background_color_override = "white"
        assert not Inks.on(viewer.canvas.background_color).dark
        strips = space.layers.points("axes").face_color[3:6]
        assert strips.tolist() == [[1.0, 1.0, 1.0, 1.0]] * 3


class TestCurrent:
    def test_a_ring_of_two_lies_around_it(self, space, session):
        session.show("s00042")
        layer = space.layers.points("query")
        assert layer.data.tolist() == [to_napari(place_of(space, "s00042")).tolist()] * 2

    def test_the_ring_keeps_its_size_on_the_screen(self, space, session, viewer):
        session.show("s00042")
        viewer.scene.camera.zoom = 4.0
        assert (space.layers.points("query").size * 4.0).tolist() == pytest.approx([31, 26])

    def test_the_camera_follows_only_where_it_must(self, space, session, viewer):
        session.show("s00042")
        before = viewer.scene.camera.center
        session.show("s00044")
        assert viewer.scene.camera.center == before
        viewer.scene.camera.center = (5000.0, 5000.0)
        session.show("s00042")
        assert viewer.scene.camera.center[-2:] == pytest.approx(
            to_napari(place_of(space, "s00042")).tolist()
        )

    def test_it_stays_where_it_is_when_told_so(self, space, session, viewer):
        space.follow = False
        viewer.scene.camera.center = (5000.0, 5000.0)
        session.show("s00042")
        assert viewer.scene.camera.center[-2:] == (5000.0, 5000.0)


class TestCamera:
    def test_home_shows_nearly_everything_between_the_axes(self, space, viewer):
        viewer.scene.camera.center = (9999.0, 9999.0)
        viewer.reset_view()
        x0, y0, x1, y1 = space._stage.view.inside(space._stage.margins)
        scene = space._stage.scene
        world = scene.positions(np.arange(len(scene.projection)))
        inside = ((world >= [x0, y0]) & (world <= [x1, y1])).all(axis=1)
        assert inside.mean() > 0.95

    def test_numbers_are_data_values(self, space):
        layer = space.layers.points("writing")
        x = space._stage.session.catalogue.column("x")
        view = space._stage.view
        along_x = abs((layer.data[:, 0] - view.rect[1]) * view.zoom - 30) < 1
        at = dict(zip(layer.text.values[along_x], layer.data[along_x, 1], strict=True))
        below, above = at["0"], at["1"] if "1" in at else at["1.0"]
        source = space._stage.session.catalogue.ids[((x > 0) & (x < 1)).to_numpy()][0]
        share = x[space._stage.session.catalogue.row_of(source)]
        assert place_of(space, source)[0] == pytest.approx(below + share * (above - below), abs=0.1)

    def test_axes_stay_at_the_edges(self, space, viewer):
        viewer.scene.camera.zoom *= 3
        viewer.scene.camera.center = (321.0, 123.0)
        layer = space.layers.points("writing")
        x0, y0, x1, y1 = space._stage.view.rect
        named = np.array([bool(text) for text in layer.text.values])
        y, x = layer.data[named].T
        assert ((x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)).all()


class TestProjection:
    def test_another_projection_moves_the_points(self, space, session):
        before = place_of(space, "s00042").copy()
        session.project("pca")
        assert place_of(space, "s00042").tolist() != before.tolist()
        assert any("PC 1" in text for text in space.layers.points("writing").text.values)

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(chosen=st.sets(st.integers(0, 199), max_size=40), first=st.sampled_from(["pca", "xy"]))
    def test_a_selection_survives_another_projection(self, space, session, chosen, first):
        def project(kind):
            session.project("pca") if kind == "pca" else session.project(x="x", y="y")

        project(first)
        rows = np.array(sorted(chosen), dtype=int)
        ids = {str(one) for one in session.catalogue.ids[rows]}
        session.select(ids)
        project("xy" if first == "pca" else "pca")
        assert session.selected == ids
        drawn = space.layers.points("selected").data
        assert np.allclose(drawn, to_napari(space._stage.scene.positions(rows)), atol=1e-3)

    def test_others_are_shown_in_its_place_for_a_moment(self, space, session):
        session.select(session.catalogue.ids_at([3, 4]))
        layer = space.layers.points("selected")
        own, colour = layer.data.copy(), layer.border_color[0].copy()

        space.flash(np.array([7, 8, 9]))
        there = to_napari(space._stage.scene.positions(np.array([7, 8, 9])))
        assert np.allclose(layer.data, there, atol=1e-3)
        assert not np.array_equal(layer.border_color[0], colour)
        assert session.selection.count == 2

        space.flash(None)
        assert np.array_equal(layer.data, own)
        assert np.array_equal(layer.border_color[0], colour)

    def test_a_projection_without_any_source_leaves_none_of_the_last_one(self, space, session):
        nowhere = Projection(
            np.full((len(session.catalogue), 2), np.nan, dtype=np.float32),
            (Axis("x"), Axis("y")),
            "columns",
        )
        space.set_projection(nowhere)
        assert len(space.layers.points("sources").data) == 0
        space.set_appearance(Appearance(colour="split"))

    def test_of_two_asked_for_the_later_one_counts(self, viewer, session):
        waiting = []
        space = FeatureSpace(viewer, session, run=lambda job, done: waiting.append((job, done)))
        session.project("pca")
        for job, done in reversed(waiting):
            done(drain(job))
        assert any("PC 1" in text for text in space.layers.points("writing").text.values)
        space.close()

    def test_a_session_without_one_shows_empty_layers(self, viewer, session):
        session.projection = None
        space = FeatureSpace(viewer, session)
        assert len(space.layers.points("sources").data) == 0
        session.annotate("s00001", "STAR")
        session.show("s00001")
        session.select(["s00002"])
        assert space.nearest((0.0, 0.0)) is None
        space.close()


class TestManySources:
    @pytest.fixture
    def crowd(self, viewer, make_session):
        session = make_session(4000, pictures=False)
        space = FeatureSpace(viewer, session, budget=500)
        yield space
        space.close()

    def test_a_sample_lies_over_the_density(self, crowd):
        density = crowd.layers.get("density")
        assert isinstance(density, Image)
        assert density.visible
        assert len(crowd.layers.points("sources").data) == 0
        crowd.set_appearance(Appearance(colour="split"))
        assert len(crowd.layers.points("sources").data) == 500
        assert density.data.shape[2] == 4
        filled = density.data[..., 3] > 0
        assert 0.01 < filled.mean() < 0.9
        assert "sources a pixel" in crowd.layers.points("writing").text.values

    def test_deep_in_all_of_them_are_points_and_the_density_goes(self, crowd, viewer):
        viewer.scene.camera.zoom *= 8
        assert not crowd.layers.get("density").visible
        shown = crowd.layers.points("sources")
        assert isinstance(shown, Points)
        assert len(shown.data) == crowd._stage.scene.count(crowd._stage.view.rect)

    def test_an_image_that_the_person_has_hidden_stays_hidden(self, crowd, viewer):
        density = crowd.layers.get("density")
        density.visible = False
        camera = viewer.scene.camera
        camera.center = (camera.center[-2] + 1.0, camera.center[-1] + 1.0)
        assert not density.visible
        density.visible = True
        camera.zoom *= 8
        assert not density.visible
        camera.zoom /= 8
        assert density.visible

    def test_of_a_large_selection_some_are_drawn(self, crowd):
        x0, y0, x1, y1 = crowd._stage.scene.whole
        crowd.select_rectangle((x0, y0, x1, y1))
        session = crowd._stage.session
        assert session.selection.count == 4000
        assert len(crowd.layers.points("selected").data) == 500

    def test_close_up_every_source_in_view_is_a_point_even_on_a_slow_machine(self, crowd, viewer):
        for _ in range(20):
            crowd.note_frame(5.0)
        viewer.scene.camera.zoom *= 60
        view = crowd._stage.view
        drawn = crowd.layers.points("sources").data[:, ::-1]
        x0, y0, x1, y1 = view.rect
        seen = ((drawn >= [x0, y0]) & (drawn <= [x1, y1])).all(axis=1)
        assert seen.sum() == crowd._stage.scene.count(view.rect)

    def test_close_up_all_of_them_in_view_are(self, crowd, viewer):
        session, scene = crowd._stage.session, crowd._stage.scene
        session.select(session.catalogue.ids)
        viewer.scene.camera.zoom *= 8
        drawn = len(crowd.layers.points("selected").data)
        assert 0 < drawn == scene.count(crowd._stage.view.rect) < 500


class TestThumbnails:
    def test_few_sources_in_view_become_their_cutouts(self, space, viewer, session):
        assert not space.layers.get("thumbnails").visible
        x, y = place_of(space, "s00042")
        viewer.scene.camera.center = (float(y), float(x))
        viewer.scene.camera.zoom = 12.0
        layer = space.layers.get("thumbnails")
        assert layer.visible
        assert layer.data.shape == (800, 1000, 4)
        assert layer.data[400, 500, 3] == 255
        assert space.nearest((y + 2.0, x + 2.0)) == "s00042"

    def test_pictures_from_a_service_are_fetched_once_and_then_drawn(self, space, viewer, session):
        x, y = place_of(space, "s00042")
        rest = {one for one in session.catalogue.ids if one[-1] == "7"}
        far = Far(fails=rest)
        session.cutouts.remove("picture")
        session.cutouts.add(far)
        viewer.scene.camera.center = (float(y), float(x))
        viewer.scene.camera.zoom = 4.0
        drawn = set(space._detail.mosaic.sources)
        asked = [source for source, urgent in far.asked]
        assert "s00042" in drawn
        assert len(asked) == len(set(asked)) > 12
        assert drawn == set(asked) - rest
        assert not any(urgent for _, urgent in far.asked)

    def test_marks_make_way_for_pictures(self, space, viewer, session):
        session.annotate("s00042", "STAR")
        session.show("s00042")
        x, y = place_of(space, "s00042")
        viewer.scene.camera.center = (float(y), float(x))
        viewer.scene.camera.zoom = 12.0
        assert not space.layers.points("query").visible
        assert len(space.layers.points("labelled").data) == 0
        viewer.scene.camera.zoom = 0.5
        assert space.layers.points("query").visible
        assert len(space.layers.points("labelled").data) == 1
