"""Ticks, numbers, titles and legend at the edges of the canvas."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.projection import Axis, Frame, Projection
from napari_astro_al.session import Session
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.axes import BOTTOM, layout, look, margins_for, tick_counts
from napari_astro_al.viewer.coordinates import View
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.legend import TOP, Bar, Legend
from napari_astro_al.viewer.lettering import text_width
from napari_astro_al.viewer.palette import Inks, class_styles
from napari_astro_al.viewer.ramps import ramp
from napari_astro_al.viewer.slots import BAR_STEPS, N_POINTS, SLOTS

STYLES = tuple(class_styles(["STAR", "GALAXY", "QSO"]).items())
LEGEND = Legend("u-g [mag]", "g-r [mag]", STYLES)
STEPS = ramp("values", np.linspace(0, 1, BAR_STEPS), dark=True)
BARS = Legend(
    "u-g [mag]",
    "g-r [mag]",
    STYLES,
    colour_bar=Bar("redshift", "0.01", "3.5", STEPS),
    image_bar=Bar("sources a pixel", "0", "12,345", STEPS[::-1]),
)


def a_layout(width=1000.0, height=800.0, zoom=0.7, x=500.0, y=500.0, span=3.0, legend=LEGEND):
    points = np.array([[-span, 0.0], [span, span * 7]], dtype=np.float32)
    frame = Frame.of(Projection(points, (Axis("x"), Axis("y")), "columns"))
    half = width / zoom / 2, height / zoom / 2
    view = View((x - half[0], y - half[1], x + half[0], y + half[1]), zoom)
    n_x, n_y = tick_counts(view)
    ticks = (
        frame.ticks(0, view.rect[0], view.rect[2], n_x),
        frame.ticks(1, view.rect[1], view.rect[3], n_y),
    )
    return view, layout(view, *ticks, legend)


def boxes(view, result):
    """Each text with its estimated box in canvas pixels, from the lower left corner."""
    for place, text in zip(result.positions, result.texts, strict=True):
        if text:
            x, y = (place - np.array(view.rect[:2])) * view.zoom
            half = text_width(text) / 2
            yield text, (x - half, y - 6, x + half, y + 6)


@settings(max_examples=60, deadline=None)
@given(
    width=st.floats(420, 2500),
    height=st.floats(260, 1600),
    zoom=st.floats(0.05, 500),
    x=st.floats(-500, 1500),
    y=st.floats(-500, 1500),
    span=st.floats(1e-4, 1e6),
    legend=st.sampled_from([LEGEND, BARS]),
)
def test_no_text_runs_into_another_or_off_the_canvas(width, height, zoom, x, y, span, legend):
    view, result = a_layout(width, height, zoom, x, y, span, legend)
    found = list(boxes(view, result))
    slack = 2.0  # float32 positions at large zooms
    for text, (x0, y0, x1, y1) in found:
        assert x0 >= -slack, text
        assert y0 >= -slack, text
        assert x1 <= width + slack, text
        assert y1 <= height + slack, text
    for (one, a), (two, b) in combinations(found, 2):
        apart = a[2] <= b[0] + slack or b[2] <= a[0] + slack
        apart = apart or a[3] <= b[1] + slack or b[3] <= a[1] + slack
        assert apart, (one, two)


def test_numbers_lie_outside_the_data_and_the_strips_reach_to_them():
    view, result = a_layout()
    strips = result.sizes[3:6] * view.zoom
    assert (strips > 2 * max(view.size)).all()
    left = result.positions[3, 0] + result.sizes[3] / 2
    assert (left - view.rect[0]) * view.zoom == pytest.approx(result.margins.left, abs=0.01)
    top = result.positions[5, 1] - result.sizes[5] / 2
    assert (view.rect[3] - top) * view.zoom == pytest.approx(TOP, abs=0.01)


def test_the_layer_always_has_as_many_points():
    for width in (300.0, 900.0, 3000.0):
        _, result = a_layout(width=width)
        assert len(result.positions) == len(result.sizes) == len(result.texts) == N_POINTS
        assert np.isfinite(result.positions).all()


def test_both_titles_and_every_class_are_written():
    _, result = a_layout()
    written = [text for text in result.texts if text]
    assert {"u-g [mag]", "g-r [mag]", "STAR", "GALAXY", "QSO"} <= set(written)


def header(names, width=1000.0):
    """What the legend says, from left to right, and that all of it is on the canvas."""
    view, result = a_layout(
        width=width, legend=Legend("x", "y", tuple(class_styles(names).items()))
    )
    at_top = sorted(
        (box[0], box[2], text)
        for text, box in boxes(view, result)
        if box[1] > view.size[1] - TOP and text != "y"
    )
    assert all(left >= 0 and right <= width for left, right, _ in at_top)
    return [text for _, _, text in at_top]


def test_long_names_are_elided():
    assert header(["STAR", "emission-line galaxy at z > 3", "QSO"]) == [
        "STAR",
        "emission-line gal\N{HORIZONTAL ELLIPSIS}",
        "QSO",
    ]


def test_a_long_name_does_not_hide_those_after_it():
    assert header(["STAR", "emission-line galaxy at z > 3", "QSO"], width=400.0)[-1] == "QSO"


def test_classes_without_room_are_counted():
    shown = header([f"a class with a long name {n}" for n in range(9)], width=700.0)
    assert 1 < len(shown) < 9
    assert shown[-1] == f"+{10 - len(shown)}"


def test_no_more_classes_are_named_than_the_layer_has_points_for():
    assert header([str(n) for n in range(13)], width=3000.0) == [*map(str, range(10)), "+3"]


def test_the_legend_shows_the_symbols_of_the_classes():
    appearance = look(Inks.on((0, 0, 0)), LEGEND)
    for _, style in STYLES:
        mine = (appearance.colours == style.colour).all(axis=1)
        assert appearance.symbols[mine].tolist() == [style.symbol]


def test_bars_have_their_colours_and_notes_stand_back():
    inks = Inks.on((0, 0, 0))
    appearance = look(inks, BARS)
    assert (appearance.colours[SLOTS["colour_bar"]] == STEPS).all()
    assert (appearance.colours[SLOTS["image_bar"]] == STEPS[::-1]).all()
    assert (appearance.text_colours[SLOTS["corner"]] == inks.quiet).all()
    on_image = look(inks, replace(BARS, on_image=True))
    assert (on_image.text_colours[SLOTS["corner"]] == inks.text).all()
    assert (appearance.text_colours[SLOTS["colour_words"]] == inks.text).all()


def test_the_points_of_all_jobs_follow_each_other():
    places = list(SLOTS.values())
    assert places[0].start == 0
    assert [one.stop for one in places[:-1]] == [one.start for one in places[1:]]
    assert places[-1].stop == N_POINTS


def test_the_left_margin_holds_the_longest_number():
    short, long = margins_for(["0", "1"]), margins_for(["0", "\N{MINUS SIGN}0.000125"])
    assert long.left - short.left > 30
    assert long.left > text_width("\N{MINUS SIGN}0.000125")
    assert (short.bottom, short.top) == (long.bottom, long.top) == (BOTTOM, TOP)


def test_bare_axes_take_less_room_and_have_no_frame():
    view, result = a_layout()
    bare = layout(view, [], [], Legend(corner="3 of 9 have no position here"), bare=True)
    assert bare.margins.left < result.margins.left
    assert bare.margins.bottom < result.margins.bottom
    assert not bare.sizes.any()
    assert [text for text in bare.texts if text] == ["3 of 9 have no position here"]


class TestSky:
    @pytest.fixture
    def space(self, viewer):
        rng = np.random.default_rng(0)
        table = pd.DataFrame({"id": np.arange(800), "ra": rng.uniform(0, 360, 800)})
        table["dec"] = np.degrees(np.arcsin(rng.uniform(-1, 1, 800)))
        catalogue = Catalogue.from_table(table, id="id", ra="ra", dec="dec", guess=False)
        session = Session(catalogue, features=FeatureRecipe(columns=["ra", "dec"]))
        session.project("sky")
        space = FeatureSpace(viewer, session)
        yield space
        space.close()
        session.close()

    def test_it_has_a_graticule_with_notes_in_place_of_ticks(self, space):
        texts, scene = space.layers.points("writing").text.values, space._stage.scene
        assert {note.text for note in scene.projection.notes} >= set(texts) - {"STAR", "GALAXY"}
        assert space.layers.get("curves").visible
        assert {note.text for note in scene.projection.notes} & set(texts)

    @pytest.mark.parametrize("aspect", ["natural", "free"])
    def test_notes_stand_at_their_places_whatever_the_aspect(self, space, aspect):
        space.set_appearance(Appearance(aspect=aspect))
        writing, scene = space.layers.points("writing"), space._stage.scene
        notes = {note.text: note for note in scene.projection.notes}
        at = dict(zip(writing.text.values, writing.data, strict=True))
        for text in ("\N{MINUS SIGN}30\N{DEGREE SIGN}", "+60\N{DEGREE SIGN}"):
            ((x, y),) = scene.place([[notes[text].x, notes[text].y]]).tolist()
            assert at[text].tolist() == pytest.approx([y, x])

    def test_a_degree_is_as_long_along_x_as_along_y(self, space):
        (x0, y0), (x1, y1) = space._stage.scene.place([[0.0, 0.0], [1.0, 1.0]]).astype(float)
        assert abs(x1 - x0) == pytest.approx(abs(y1 - y0), rel=1e-3)
