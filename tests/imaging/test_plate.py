"""Between the sky and the pixels of an image, against astropy's own way."""

from __future__ import annotations

import numpy as np
import pytest
from astropy import units as u
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS
from astropy.wcs.utils import skycoord_to_pixel

from napari_astro_al.imaging.directions import direction
from napari_astro_al.imaging.headers import cards_of, wcs_of
from napari_astro_al.imaging.plate import Plate


def header(frame="ICRS", **more) -> fits.Header:
    """A field of 400 x 300 pixels of 2 arcsec, turned by 30 degrees."""
    kinds = {"ICRS": "RA---TAN DEC--TAN", "FK5": "RA---TAN DEC--TAN", "FK4": "RA---TAN DEC--TAN"}
    x, y = kinds.get(frame, "GLON-TAN GLAT-TAN").split()
    cards = fits.Header()
    cards["CTYPE1"], cards["CTYPE2"] = x, y
    cards["CRVAL1"], cards["CRVAL2"] = 120.0, 20.0
    cards["CRPIX1"], cards["CRPIX2"] = 200.5, 150.5
    cards["CUNIT1"] = cards["CUNIT2"] = "deg"
    turn, step = np.radians(30), 2 / 3600
    cards["CD1_1"], cards["CD1_2"] = -step * np.cos(turn), step * np.sin(turn)
    cards["CD2_1"], cards["CD2_2"] = step * np.sin(turn), step * np.cos(turn)
    if frame != "GALACTIC":
        cards["RADESYS"] = frame
        if frame != "ICRS":
            cards["EQUINOX"] = 1950.0 if frame == "FK4" else 2000.0
    for name, value in more.items():
        cards[name] = value
    return cards


SIP = {
    "CTYPE1": "RA---TAN-SIP",
    "CTYPE2": "DEC--TAN-SIP",
    "A_ORDER": 2,
    "B_ORDER": 2,
    "A_2_0": 2e-4,
    "A_0_2": -1e-4,
    "B_1_1": 1.5e-4,
    "B_2_0": 5e-5,
}


@pytest.mark.parametrize(
    "cards",
    [header("ICRS"), header("FK5"), header("FK4"), header("GALACTIC"), header(**SIP)],
    ids=["ICRS", "FK5", "FK4", "galactic", "SIP"],
)
def test_places_are_those_of_astropy(cards):
    wcs = WCS(cards)
    x, y = np.random.default_rng(0).uniform(0, 299, (2, 50))
    sky = wcs.pixel_to_world(x, y).icrs
    plate = Plate.of(wcs, (300, 400))
    found = plate.places(direction(sky.ra.deg, sky.dec.deg))
    np.testing.assert_allclose(found, skycoord_to_pixel(sky, wcs, mode="all"), atol=0.002)
    np.testing.assert_allclose(found, (x, y), atol=0.002)
    ra, dec = plate.positions(x, y)
    apart = SkyCoord(ra * u.deg, dec * u.deg).separation(sky)
    assert apart.max() < 0.002 * u.arcsec
    assert plate.near(direction(sky.ra.deg, sky.dec.deg)).all()


def test_a_distortion_is_kept_by_the_cards():
    wcs = WCS(header(**SIP))
    again = wcs_of(cards_of(wcs))
    pixels = np.array([[10.0, 20.0], [350.0, 280.0]])
    np.testing.assert_allclose(
        again.all_pix2world(pixels, 0), wcs.all_pix2world(pixels, 0), atol=1e-9
    )
    assert again.sip is not None


def test_what_is_far_away_is_nowhere_even_where_the_inverse_of_a_distortion_runs_astray():
    plate = Plate.of(WCS(header(**SIP)), (300, 400))
    ra, dec = np.random.default_rng(1).uniform((0, -90), (360, 90), (2000, 2)).T
    away = SkyCoord(ra * u.deg, dec * u.deg).separation(SkyCoord("120d 20d")) > 1 * u.deg
    x, y = plate.places(direction(ra[away], dec[away]))
    assert not plate.contains(x, y).any()
    assert not plate.near(direction(ra[away], dec[away])).any()


def test_text_that_says_nothing_of_the_sky_gives_no_coordinates():
    assert wcs_of("CTYPE1  = 'LINEAR'") is None
    assert wcs_of("nonsense") is None
