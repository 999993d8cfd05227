"""Titles, colour bars and notes at the canvas's edges."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.projection import Note
from napari_astro_al.session import Session
from napari_astro_al.viewer.coordinates import Margins, View
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.legend import TOP, Bar, Legend, place_legend
from napari_astro_al.viewer.lettering import elided, text_width
from napari_astro_al.viewer.palette import class_styles
from napari_astro_al.viewer.slots import BAR_STEPS, MOST_NOTES, SLOTS, Layout

COLOURS = np.zeros((BAR_STEPS, 4), dtype=np.float32)
CLASSES = tuple(class_styles(["STAR", "GALAXY"]).items())
MARGINS = Margins(60, 46, 10, TOP)
EDGE = 10.0
"""Canvas pixels that stay free at the right."""


def a_bar(title="u-g [mag]", low="0.1", high="12"):
    return Bar(title, low, high, COLOURS)


class Placed:
    """A legend on a canvas; places are canvas pixels from the lower left corner."""

    def __init__(self, legend, width=1000.0, height=600.0, zoom=2.0):
        self.view = View((100.0, 50.0, 100.0 + width / zoom, 50.0 + height / zoom), zoom)
        self.layout = Layout.empty(self.view, MARGINS)
        place_legend(self.layout, self.view, legend)

    def at(self, job):
        places = self.layout.positions[SLOTS[job]].astype(float)
        return (places - self.view.rect[:2]) * self.view.zoom

    def texts(self, job):
        return [text for text in self.layout.texts[SLOTS[job]] if text]

    def boxes(self, job):
        """Left and right end, and height, of each text of a job."""
        for text, (x, y) in zip(self.layout.texts[SLOTS[job]], self.at(job), strict=True):
            if text:
                half = text_width(text) / 2
                yield x - half, x + half, y

    def steps(self, job):
        """The steps of a bar that are on show."""
        return self.at(job)[self.layout.sizes[SLOTS[job]] > 0]


class TestBars:
    def test_title_low_end_steps_and_high_end_follow_each_other_to_the_right_edge(self):
        placed = Placed(Legend("x", "y", colour_bar=a_bar()))
        assert placed.texts("colour_words") == ["u-g [mag]", "0.1", "12"]
        title, low, high = placed.boxes("colour_words")
        steps = placed.steps("colour_bar")
        assert len(steps) == BAR_STEPS
        assert title[1] < low[0] < low[1] < steps[0, 0] < steps[-1, 0] < high[0]
        assert high[1] == pytest.approx(1000 - EDGE, abs=0.01)

    def test_its_width_is_what_it_takes(self):
        bar = a_bar(low="\N{MINUS SIGN}1.25", high="1.23e+06")
        placed = Placed(Legend("x", "y", colour_bar=bar))
        title, _, high = placed.boxes("colour_words")
        assert high[1] - title[0] == pytest.approx(bar.width, abs=0.01)

    def test_the_steps_are_even_and_overlap_so_that_there_are_no_gaps(self):
        placed = Placed(Legend("x", "y", colour_bar=a_bar()), zoom=7.0)
        apart = np.diff(placed.steps("colour_bar")[:, 0])
        sizes = placed.layout.sizes[SLOTS["colour_bar"]] * placed.view.zoom
        assert apart == pytest.approx(np.full(BAR_STEPS - 1, apart[0]), abs=0.01)
        assert (sizes > apart[0]).all()

    def test_that_of_points_lies_at_the_top_in_place_of_the_classes(self):
        placed = Placed(Legend("x", "y", CLASSES, colour_bar=a_bar()))
        assert placed.steps("colour_bar")[:, 1] == pytest.approx(600 - TOP / 2, abs=0.01)
        assert placed.texts("names") == []
        assert Placed(Legend("x", "y", CLASSES)).texts("names") == ["STAR", "GALAXY"]

    def test_that_of_the_image_lies_at_the_bottom_beside_the_classes(self):
        placed = Placed(Legend("x", "y", CLASSES, image_bar=a_bar()))
        assert placed.steps("image_bar")[:, 1] == pytest.approx(12, abs=0.01)
        assert placed.texts("names") == ["STAR", "GALAXY"]

    def test_a_long_title_is_elided(self):
        bar = a_bar("mean of something with a very long name [erg / s / cm2]")
        placed = Placed(Legend("x", "y", colour_bar=bar))
        shown = placed.texts("colour_words")[0]
        assert shown == elided(bar.title, 28)
        assert shown.endswith("\N{HORIZONTAL ELLIPSIS}")

    def test_without_room_beside_the_title_it_is_left_out(self):
        legend = Legend("x", "log10(w3 / w2)", colour_bar=a_bar())
        needed = 10 + text_width(legend.y_title) + 40 + legend.colour_bar.width
        assert Placed(legend, width=needed + 1).texts("colour_words") != []
        narrow = Placed(legend, width=needed - 1)
        assert narrow.texts("colour_words") == []
        assert len(narrow.steps("colour_bar")) == 0

    def test_the_x_title_gives_way_to_that_of_the_image(self):
        alone = Placed(Legend("u-g [mag]", "y"), width=500.0)
        beside = Placed(Legend("u-g [mag]", "y", image_bar=a_bar("sources a pixel")), width=500.0)
        _, right, _ = next(iter(alone.boxes("titles")))
        first = next(iter(beside.boxes("image_words")))
        title = next(iter(beside.boxes("titles")))
        assert right > first[0]  # where it would have been, it would run into the bar
        assert title[1] < first[0]
        assert title[0] >= 0

    def test_that_of_the_image_is_left_out_where_the_title_leaves_no_room(self):
        legend = Legend("u-g [mag]", "y", image_bar=a_bar("sources a pixel", "0", "12,345"))
        narrow = Placed(legend, width=330.0)
        assert narrow.texts("image_words") == []
        title = next(iter(narrow.boxes("titles")))
        assert (title[0] + title[1]) / 2 == pytest.approx(60 + (330 - 60) / 2, abs=0.01)

    @settings(max_examples=50, deadline=None)
    @given(
        width=st.floats(250, 2500),
        x_title=st.text("abw.[]", max_size=12),
        y_title=st.text("abw.[]", max_size=12),
        titles=st.tuples(st.text("abw.[]", min_size=1, max_size=60), st.text("mi", min_size=1)),
        bars=st.tuples(st.booleans(), st.booleans()),
    )
    def test_nothing_runs_into_anything_else(self, width, x_title, y_title, titles, bars):
        colour, image = (
            a_bar(title) if there else None for title, there in zip(titles, bars, strict=True)
        )
        legend = Legend(x_title, y_title, CLASSES, colour_bar=colour, image_bar=image)
        placed = Placed(legend, width=width)
        jobs = ("titles", "names", "rest", "colour_words", "image_words")
        boxes = [box for job in jobs for box in placed.boxes(job)]
        for job in ("colour_bar", "image_bar"):
            boxes += [(x - 2, x + 2, y) for x, y in placed.steps(job)]
        for one, two in combinations(boxes, 2):
            if one[2] == pytest.approx(two[2], abs=1):
                assert one[1] <= two[0] + 0.1 or two[1] <= one[0] + 0.1


class TestNotes:
    def test_one_in_the_corner_stands_within_the_axes(self):
        placed = Placed(Legend(corner="1,204 of 90,113 have no position here"))
        ((left, _, y),) = placed.boxes("corner")
        assert left == pytest.approx(MARGINS.left + 8, abs=0.01)
        assert MARGINS.bottom < y < MARGINS.bottom + 24

    def test_those_in_the_plot_stand_where_they_belong(self):
        placed = Placed(Legend(notes=(Note("6h", 250.0, 200.0), Note("+30", 300.0, 180.0))))
        assert placed.texts("notes") == ["6h", "+30"]
        assert placed.layout.positions[SLOTS["notes"]][:2].tolist() == [[250, 200], [300, 180]]

    def test_those_that_would_lie_on_the_axes_or_beyond_are_left_out(self):
        left, low = 100 + MARGINS.left / 2, 50 + MARGINS.bottom / 2
        seen = Note("seen", left + 1, low + 1)
        hidden = [Note("a", left - 1, low + 9), Note("b", left + 9, low - 1), Note("c", 1e6, low)]
        placed = Placed(Legend(notes=(*hidden, seen)))
        assert placed.texts("notes") == ["seen"]

    def test_nobody_writes_more_than_there_are_points_for(self):
        notes = tuple(Note(str(n), 200.0, 100.0 + n) for n in range(MOST_NOTES + 9))
        assert Placed(Legend(notes=notes)).texts("notes") == [str(n) for n in range(MOST_NOTES)]


class TestSourcesWithoutAPlace:
    @pytest.fixture
    def texts(self, viewer):
        """What is written when so many of 2,000 have no value."""
        made = []

        def written(n_missing):
            rng = np.random.default_rng(0)
            table = pd.DataFrame({"id": np.arange(2000), "x": rng.random(2000)})
            table["y"] = rng.random(2000)
            table.loc[: n_missing // 2 - 1, "x"] = np.nan
            table.loc[n_missing // 2 : n_missing - 1, "y"] = np.nan
            session = Session(
                Catalogue.from_table(table, id="id", guess=False),
                features=FeatureRecipe(columns=["x", "y"]),
            )
            session.project(x="x", y="y")
            space = FeatureSpace(viewer, session)
            made.append((space, session))
            return [
                text for text in space.layers.points("writing").text.values if "position" in text
            ]

        yield written
        for space, session in made:
            space.close()
            session.close()

    def test_they_are_counted_in_the_corner(self, texts):
        assert texts(1204) == ["1,204 of 2,000 have no position here"]

    def test_nothing_is_said_where_there_are_none(self, texts):
        assert texts(0) == []
