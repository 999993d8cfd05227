"""Names of curves beside what is in view of them."""

from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.projection import Curve
from napari_astro_al.viewer.curve_names import BESIDE, along, curve_notes
from napari_astro_al.viewer.lettering import text_width

INSIDE = (0.0, 0.0, 1000.0, 500.0)


def line(*points: tuple[float, float], closed: bool = False) -> np.ndarray:
    return along(Curve("", np.array(points), closed=closed))


def test_along_a_curve_from_its_first_vertex_to_its_last() -> None:
    places = line((0, 0), (2, 4))

    assert places[0].tolist() == [0, 0]
    assert places[-1].tolist() == [2, 4]
    assert places[:, 1] == pytest.approx(2 * places[:, 0])


def test_a_region_comes_back_to_where_it_began() -> None:
    assert line((0, 0), (2, 0), (2, 2), closed=True)[-1].tolist() == [0, 0]


def test_right_of_the_highest_place_in_view() -> None:
    (note,) = curve_notes(["Stern"], [line((100, -900), (100, 900))], INSIDE, 1.0)

    assert note.text == "Stern"
    assert note.x == pytest.approx(100 + BESIDE + text_width("Stern") / 2)
    assert 470 < note.y < 500


def test_left_of_it_where_the_view_ends() -> None:
    (note,) = curve_notes(["Stern"], [line((990, 0), (990, 400))], INSIDE, 1.0)

    assert note.x < 990


def test_no_name_over_another() -> None:
    upright = line((100, 0), (100, 490))
    first, second = curve_notes(["one", "two"], [upright, upright], INSIDE, 1.0)

    assert abs(first.y - second.y) >= 16 or abs(first.x - second.x) > text_width("one")


def test_parts_of_one_line_are_named_once() -> None:
    parts = [line((100, 0), (100, 200)), line((100, 300), (100, 400))]

    assert len(curve_notes(["one", "one"], parts, INSIDE, 1.0)) == 1


def test_what_is_out_of_view_has_no_name() -> None:
    assert (
        curve_notes(["one", ""], [line((-9, 0), (-9, 9)), line((5, 5), (9, 9))], INSIDE, 1.0) == ()
    )
