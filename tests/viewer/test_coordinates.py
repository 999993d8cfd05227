"""World coordinates go (x, y) upward; napari's go (y, x)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from napari.components import ViewerModel

from napari_astro_al.viewer.coordinates import (
    Margins,
    View,
    corners,
    fitted,
    image_placing,
    rect_between,
    to_napari,
)

number = st.floats(-1e4, 1e4, width=32)


@given(st.lists(st.tuples(number, number), min_size=1))
def test_flipping_twice_changes_nothing(points):
    there = to_napari(points)
    assert there.dtype == np.float32
    assert (there[:, 0] == np.float32([y for _, y in points])).all()
    assert (to_napari(there) == np.float32(points)).all()


def a_viewer(size=(400, 600), center=(50.0, 10.0), zoom=2.0):
    viewer = ViewerModel()
    viewer.canvas.size = size
    viewer.scene.camera.center, viewer.scene.camera.zoom = center, zoom
    return viewer


def test_a_view_is_what_the_camera_sees():
    view = View.of(a_viewer())
    # 600 x 400 pixels at 2 pixels a unit around x = 10, y = 50
    assert view.rect == (-140.0, -50.0, 160.0, 150.0)
    assert view.size == (600.0, 400.0)


def test_places_are_counted_from_the_lower_left_and_negative_ones_from_the_upper_right():
    view = View.of(a_viewer())
    assert view.at(20, 40) == (-130.0, -30.0)
    assert view.at(-20, -40) == (150.0, 130.0)


def test_inside_leaves_margins_and_never_turns_inside_out():
    view = View.of(a_viewer())
    assert view.inside(Margins(20, 40, 60, 80)) == (-130.0, -30.0, 130.0, 110.0)
    x0, y0, x1, y1 = view.inside(Margins(2000, 2000, 2000, 2000))
    assert x1 > x0
    assert y1 > y0


@given(
    st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    st.tuples(st.floats(1, 2000), st.floats(1, 2000)),
)
def test_a_fitted_rectangle_lies_between_the_margins(corner, size):
    rect = (*corner, corner[0] + size[0], corner[1] + size[1])
    margins = Margins(50, 40, 10, 30)
    centre, zoom = fitted(rect, (700, 900), margins)
    viewer = a_viewer((700, 900), centre, zoom)
    x0, y0, x1, y1 = View.of(viewer).inside(margins)
    slack = 1e-3 * max(*size, 1)
    assert x0 <= rect[0] + slack
    assert rect[2] <= x1 + slack
    assert y0 <= rect[1] + slack
    assert rect[3] <= y1 + slack
    # and touches them along one axis
    assert min((x1 - x0) - size[0], (y1 - y0) - size[1]) == pytest.approx(0, abs=slack)


def test_a_rectangle_between_two_mouse_positions():
    assert rect_between((7.0, 1.0), (2.0, 5.0)) == (1.0, 2.0, 5.0, 7.0)
    assert corners((1.0, 2.0, 5.0, 7.0)).tolist() == [[1, 2], [5, 2], [5, 7], [1, 7], [1, 2]]


def test_an_image_covers_its_rectangle_edge_to_edge():
    from napari.layers import Image

    layer = Image(np.zeros((4, 10)), **image_placing((100.0, 20.0, 200.0, 60.0), (4, 10)))
    # extent is between pixel centres; half a pixel of 10 world units reaches the edges
    assert layer.extent.world.tolist() == [[25.0, 105.0], [55.0, 195.0]]
