"""Where thumbnails find room, and the mosaic made of them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.cutouts import Cutout, Cutouts
from napari_astro_al.jobs import drain
from napari_astro_al.viewer.coordinates import View
from napari_astro_al.viewer.thumbnails import SIDES, mosaic_job, plan

VIEW = View((0.0, 0.0, 1000.0, 800.0), 1.0)
place = st.tuples(st.floats(0, 1000, width=32), st.floats(0, 800, width=32))


@settings(max_examples=50)
@given(st.lists(place, min_size=1, max_size=150))
def test_thumbnails_never_overlap_and_the_first_always_finds_room(places):
    world = np.array(places, dtype=np.float32)
    made = plan(VIEW, world, VIEW.rect)
    assert made.places[0] == 0
    assert made.side in SIDES
    for one, centre in enumerate(made.centres):
        apart = np.abs(made.centres[one + 1 :] - centre).max(axis=1)
        assert (apart >= made.side).all()


def test_few_are_drawn_large_and_many_small():
    rng = np.random.default_rng(0)
    sides = [
        plan(VIEW, rng.uniform(0, 800, (n, 2)).astype(np.float32), VIEW.rect).side
        for n in (5, 60, 140)
    ]
    assert sides == sorted(sides, reverse=True)
    assert sides[0] == SIDES[0]


def test_those_under_the_axes_are_left_out():
    world = np.array([[10.0, 10.0], [500.0, 400.0]], dtype=np.float32)
    assert plan(VIEW, world, (50.0, 50.0, 990.0, 790.0)).places.tolist() == [1]


class Provider:
    """White above black, so that one sees which way is up; nothing for the second source."""

    name = "made"

    def cutout(self, catalogue, source, size):
        if source == "s00001":
            return Cutout.absent("clouds", name=self.name)
        pixels = np.zeros((8, 8), dtype=np.uint8)
        pixels[:4] = 255
        return Cutout(pixels, name=self.name)


def test_pictures_stand_upright_in_their_frames_at_their_places(session):
    cutouts = Cutouts(session.catalogue)
    cutouts.add(Provider())
    world = np.array([[200.0, 600.0], [800.0, 200.0]], dtype=np.float32)
    layout = plan(VIEW, world, VIEW.rect)
    frames = np.array([[1, 0, 0, 1], [0, 1, 0, 1]], dtype=np.float32)
    mosaic = drain(mosaic_job(cutouts, ["s00000", "s00001"], layout, frames))
    assert mosaic.sources == ("s00000",)
    half = layout.side // 2
    # rows count upward from the lower edge, as world coordinates do
    assert mosaic.pixels[600 + half // 2, 200].tolist() == [255, 255, 255, 255]
    assert mosaic.pixels[600 - half // 2, 200].tolist() == [0, 0, 0, 255]
    assert mosaic.pixels[600, 200 - half + 1].tolist() == [255, 0, 0, 255]
    assert mosaic.pixels[200, 800].tolist() == [0, 0, 0, 0]
    assert mosaic.at(200.0 + half - 3, 600.0) == "s00000"
    assert mosaic.at(800.0, 200.0) is None
