"""Where cross-hair, scale bar, compass and words are put over a picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.viewer.cutout_marks import (
    LINE_HEIGHT,
    N_BAR,
    N_CROSS,
    Marked,
    lay_out,
)
from napari_astro_al.viewer.lettering import text_width

UP, LEFT = np.array([0.0, -1.0]), np.array([-1.0, 0.0])
FULL = Marked(
    target=(100.0, 100.0),
    arcsec=1.0,
    north=UP,
    east=LEFT,
    note="tile_0042.fits",
    warning="12 % of the field has no data",
    brief="12 % no data",
    names=("r band",),
)


def parts(drawing):
    """Cross-hair, bar, compass."""
    lines = drawing.lines
    return lines[:N_CROSS], lines[N_CROSS : N_CROSS + N_BAR], lines[N_CROSS + N_BAR :]


def said(drawing):
    return [one.text for one in drawing.words]


def box(one):
    return one.x, one.y, one.x + text_width(one.text), one.y + LINE_HEIGHT


def test_the_cross_hair_leaves_the_source_free():
    cross, _, _ = parts(lay_out(FULL, (400.0, 300.0)))
    away = np.abs(cross - [100.0, 100.0]).max(axis=2)
    assert away.min() >= 9.0
    assert away.max() < 40.0
    assert cross.mean(axis=(0, 1)) == pytest.approx([100.0, 100.0])


def test_the_bar_is_a_plain_angle_and_as_long_as_it_says():
    _, bar, _ = parts(lay_out(FULL, (400.0, 300.0)))
    # three tenths of 400 pixels are 120 arcsec: two minutes
    assert "2′" in said(lay_out(FULL, (400.0, 300.0)))
    assert bar[0, 1, 0] - bar[0, 0, 0] == pytest.approx(120.0)


def test_the_compass_points_to_north_and_east():
    _, _, arms = parts(lay_out(FULL, (400.0, 300.0)))
    north, east = (arm[1] - arm[0] for arm in (arms[0], arms[3]))
    assert north[0] == 0
    assert north[1] < 0
    assert east[0] < 0
    assert east[1] == 0
    assert {"N", "E"} <= set(said(lay_out(FULL, (400.0, 300.0))))


def test_what_is_not_known_is_not_drawn():
    drawing = lay_out(Marked(names=("i",)), (400.0, 300.0))
    assert not drawing.lines.any()
    assert said(drawing) == ["i"]


@given(
    st.floats(20, 800),
    st.floats(20, 800),
    st.floats(0, 2 * np.pi),
    st.booleans(),
    st.floats(0.001, 1000),
)
def test_nothing_overlaps_and_nothing_leaves_the_panel(width, height, turn, flipped, arcsec):
    north = np.array([np.sin(turn), -np.cos(turn)])
    east = np.array([-np.cos(turn), -np.sin(turn)]) * (-1 if flipped else 1)
    marked = Marked(
        arcsec=arcsec,
        north=north,
        east=east,
        note="a file of some name.fits",
        warning=FULL.warning,
        brief=FULL.brief,
        names=("r band",),
    )
    drawing = lay_out(marked, (width, height))
    _, bar, arms = parts(drawing)
    letters = [one for one in drawing.words if one.text in ("N", "E")]
    boxes = [box(one) for one in drawing.words if one not in letters]
    for corners in (bar, arms):
        if corners.any():
            low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
            assert (low >= 0).all()
            assert high[0] <= width
            assert high[1] <= height
            if corners is arms:
                low = np.minimum(low, [(one.x, one.y) for one in letters]).min(axis=0)
                high = np.maximum(high, [box(one)[2:] for one in letters]).max(axis=0)
            boxes.append((*low, *high))
    for n, one in enumerate(boxes):
        assert one[1] >= 0
        for other in boxes[n + 1 :]:
            inside = (
                one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
            )
            assert not inside


def test_words_are_shortened_where_there_is_little_room():
    narrow = lay_out(FULL, (140.0, 140.0))
    assert "12 % no data" in said(narrow)
    assert "tile_0042.fits" not in said(narrow)
    assert (
        said(lay_out(Marked(names=("a very long name of a survey",)), (90.0, 90.0)))[0][-1] == "…"
    )


def test_a_reason_stands_in_the_middle_in_lines_that_fit():
    reason = "No picture: the server of the survey did not answer within thirty seconds"
    drawing = lay_out(Marked(instead=reason, names=("r",)), (200.0, 150.0))
    lines = drawing.words[1:]
    assert " ".join(one.text for one in lines) == reason
    assert all(box(one)[2] <= 200 for one in lines)
    middle = np.mean([one.y + LINE_HEIGHT / 2 for one in lines])
    assert middle == pytest.approx(75, abs=LINE_HEIGHT)
    tiny = lay_out(Marked(instead=reason, names=("r",)), (120.0, 60.0))
    assert all(box(one)[3] <= 60 for one in tiny.words)


def test_many_names_leave_room():
    names = tuple("abcdefghijkl")
    assert said(lay_out(Marked(names=names), (200.0, 120.0))) == ["a", "b", "c", "and 9 more"]
