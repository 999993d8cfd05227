"""Where north is on a picture, and where a place of the sky is."""

import numpy as np
import pytest
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.cutouts import Cutout
from napari_astro_al.cutouts.fields import Field
from napari_astro_al.cutouts.sky_frame import SkyFrame
from napari_astro_al.imaging.plate import Plate


def frame_of(wcs):
    return SkyFrame(Plate.of(wcs, (100, 100)))


def turned(angle, *, flipped=False, ra=150.0, dec=2.0):
    """A picture whose north is turned by an angle in degrees, counted from up to the left."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval = [ra, dec]
    wcs.wcs.crpix = [50.5, 50.5]
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    step = 1.0 / 3600.0
    sign = 1.0 if flipped else -1.0
    # rows: how ra and dec change along x and along y
    wcs.wcs.cd = step * np.array([[sign * c, sign * s], [-s, c]])
    return frame_of(wcs)


def test_north_up_and_east_left():
    north, east = turned(0.0).compass(49.5, 49.5)
    assert north == pytest.approx([0, 1], abs=1e-6)
    assert east == pytest.approx([-1, 0], abs=1e-6)


def test_mirrored_pictures_have_east_on_the_right():
    north, east = turned(0.0, flipped=True).compass(49.5, 49.5)
    assert north == pytest.approx([0, 1], abs=1e-6)
    assert east == pytest.approx([1, 0], abs=1e-6)


@given(st.floats(0, 360), st.booleans(), st.floats(0, 359), st.floats(-85, 85))
def test_turned_pictures_turn_the_compass(angle, flipped, ra, dec):
    north, east = turned(angle, flipped=flipped, ra=ra, dec=dec).compass(49.5, 49.5)
    a = np.radians(angle)
    assert north == pytest.approx([-np.sin(a), np.cos(a)], abs=1e-4)
    across = -1.0 if not flipped else 1.0
    assert east == pytest.approx([across * np.cos(a), across * np.sin(a)], abs=1e-4)


def test_there_is_a_north_even_beside_the_pole():
    north, east = frame_of(Field(10.0, 89.9999, 32, 1.0).wcs()).compass(15.5, 15.5)
    assert north == pytest.approx([0, 1], abs=1e-2)
    assert east == pytest.approx([-1, 0], abs=1e-2)


@given(st.floats(0, 99), st.floats(0, 99))
def test_pixels_to_the_sky_and_back(x, y):
    frame = turned(33.0)
    assert np.ravel(frame.pixels(*frame.sky([x], [y]))) == pytest.approx([x, y], abs=1e-6)


def test_other_frames_are_turned_to_icrs():
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["GLON-TAN", "GLAT-TAN"]
    wcs.wcs.crval = [0.0, 0.0]
    wcs.wcs.crpix = [1.0, 1.0]
    wcs.wcs.cdelt = [-1 / 3600, 1 / 3600]
    frame = frame_of(wcs)
    # the zero point of galactic coordinates, IAU 1958
    assert np.ravel(frame.sky([0.0], [0.0])) == pytest.approx([266.40499, -28.93617], abs=1e-4)
    north, _ = frame.compass(0.0, 0.0)
    # there, the position angle of galactic north is 58.6 degrees west of celestial north
    assert np.degrees(np.arctan2(north[0], north[1])) == pytest.approx(-58.6, abs=0.1)


def test_pictures_without_a_place_on_the_sky_have_none():
    assert SkyFrame.of(Cutout(np.zeros((3, 3)))) is None
    wcs = Field(10, 20, 3, 1.0).wcs()
    assert SkyFrame.of(Cutout(np.zeros((3, 3)), wcs=wcs, pixel_scale=1.0)) is not None
