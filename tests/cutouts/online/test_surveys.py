"""What each survey is asked, and where its pictures are on the sky."""

from __future__ import annotations

import numpy as np
import pytest
from tests.loopback import fits, jpeg, send

from napari_astro_al.cutouts.online import allow, service
from napari_astro_al.cutouts.online.asking import FromStore, FromWeb, NotKept
from napari_astro_al.cutouts.online.panstarrs import stacked_files
from napari_astro_al.cutouts.online.services import SERVICES, Place, made
from napari_astro_al.cutouts.online.surveys import sexagesimal
from napari_astro_al.errors import CutoutError, NetworkError, NotAllowedError, RegistrationError

RA, DEC = 187.7059307512, -0.0123910071  # ten decimals: 0.4 microarcseconds
PLACE = Place(RA, DEC, 60.0, "NGC 1")

PATHS = {
    "hips2fits": "/hips-image-services/hips2fits",
    "legacysurvey": "/viewer/cutout.jpg",
    "sdss": "/dr18/SkyServerWS/ImgCutout/getjpeg",
    "first": "/cgi-bin/firstcutout",
}


def there(server, name, **options):
    """A service whose host is the server."""
    return made(name, {"hosts": [server.host], "scheme": "http", **options})


def ask(web):
    return FromWeb(web)


def off_centre(picture, ra=RA, dec=DEC):
    """Pixels between the middle of a picture and where its coordinates put a position."""
    middle = [(length - 1) / 2 for length in picture.pixels.shape[1::-1]]
    return np.hypot(*(np.array(picture.wcs.all_world2pix([[ra, dec]], 0)[0]) - middle))


def test_hips2fits_is_asked_at_full_precision_in_icrs(server, web):
    server.answers[PATHS["hips2fits"]] = send(jpeg(256))
    allow(server.host)
    picture = there(server, "hips2fits", hips="CDS/P/2MASS/color").picture(PLACE, ask(web))
    assert server.queries == [
        {
            "hips": "CDS/P/2MASS/color",
            "width": "256",
            "height": "256",
            "fov": "0.0166666667",
            "projection": "TAN",
            "coordsys": "icrs",
            "ra": "187.7059307512",
            "dec": "-0.0123910071",
            "format": "jpg",
        }
    ]
    assert picture.pixels.shape == (256, 256, 3)
    assert picture.pixel_scale == pytest.approx(60 / 256)


def test_the_legacy_surveys_give_their_own_pixels(server, web):
    server.answers[PATHS["legacysurvey"]] = send(jpeg(229))
    allow(server.host)
    there(server, "legacysurvey").picture(PLACE, ask(web))
    (query,) = server.queries
    assert (query["ra"], query["dec"]) == ("187.7059307512", "-0.0123910071")
    assert (query["layer"], query["size"]) == ("ls-dr10", "229")  # 60 / 0.262 = 229.01
    assert float(query["size"]) * float(query["pixscale"]) == pytest.approx(60, rel=1e-5)


def test_a_large_field_gets_coarser_pixels(server, web):
    server.answers[PATHS["sdss"]] = send(jpeg(512))
    allow(server.host)
    there(server, "sdss").picture(Place(RA, DEC, 600.0, 1), ask(web))
    (query,) = server.queries
    assert query["width"] == query["height"] == "512"
    assert float(query["scale"]) == pytest.approx(600 / 512, rel=1e-5)


def test_first_is_asked_without_rounding(server, web):
    """Whole seconds would be up to 7.5 arcseconds off."""
    header = {
        "CTYPE1": "RA---SIN",
        "CTYPE2": "DEC--SIN",
        "CRVAL1": RA,
        "CRVAL2": DEC,
        "CRPIX1": 8.5,
        "CRPIX2": 8.5,
        "CDELT1": -0.0005,
        "CDELT2": 0.0005,
    }
    server.answers[PATHS["first"]] = send(fits(16, **header), kind="image/fits")
    allow(server.host)
    picture = there(server, "first").picture(PLACE, ask(web))
    (query,) = server.queries
    assert query["RA"] == "12 30 49.4234 -00 00 44.608"
    assert query["ImageSize"] == "1.0000"
    assert picture.pixel_scale == pytest.approx(1.8)
    assert picture.origin == "lower"
    assert off_centre(picture) < 1e-6


@pytest.mark.parametrize(
    ("ra", "dec", "words"),
    [
        (0.0, 0.0, "00 00 00.0000 +00 00 00.000"),
        (359.9999999999, 89.9999999999, "00 00 00.0000 +90 00 00.000"),
        (15.0, -89.5, "01 00 00.0000 -89 30 00.000"),
        (-15.0, 1 / 3600, "23 00 00.0000 +00 00 01.000"),
    ],
)
def test_a_position_in_hours_and_degrees(ra, dec, words):
    assert sexagesimal(ra, dec) == words


@pytest.mark.parametrize("name", ["hips2fits", "legacysurvey", "sdss"])
def test_pictures_without_a_header_are_north_up_around_the_source(server, web, name):
    server.answers[PATHS[name]] = send(jpeg(120))
    allow(server.host)
    picture = there(server, name).picture(PLACE, ask(web))
    assert off_centre(picture) < 1e-6
    x, y = picture.wcs.all_world2pix([[RA, DEC + 10 / 3600]], 0)[0]
    assert y == pytest.approx(59.5 - 10 / picture.pixel_scale, abs=1e-3)  # north: further up
    x, y = picture.wcs.all_world2pix([[RA + 10 / 3600, DEC]], 0)[0]
    assert x == pytest.approx(59.5 - 10 / picture.pixel_scale, abs=1e-3)  # east: to the left


def test_a_place_outside_a_survey_is_a_reason(server, web):
    server.answers[PATHS["sdss"]] = send(flat())
    allow(server.host)
    picture = there(server, "sdss").picture(PLACE, ask(web))
    assert picture.missing == "SDSS dr18 has no data here"


def flat() -> bytes:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (64, 64)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_second_mirror_is_asked_where_the_first_fails(server, other_server, web):
    server.answers[PATHS["hips2fits"]] = send(status=404)
    other_server.answers[PATHS["hips2fits"]] = send(jpeg(64))
    allow(server.host, other_server.host)
    both = {"hosts": [server.host, other_server.host], "scheme": "http"}
    hips = made("hips2fits", both)
    with pytest.raises(NotKept):
        hips.picture(PLACE, FromStore(web))
    assert hips.picture(PLACE, ask(web)).pixels is not None
    assert hips.picture(PLACE, FromStore(web)).pixels is not None
    assert (len(server.paths), len(other_server.paths)) == (1, 1)


def test_where_every_mirror_failed_just_now_none_is_asked_again(server, web):
    allow(server.host)
    hips = there(server, "hips2fits")
    for how in (ask(web), ask(web), FromStore(web)):
        with pytest.raises(NetworkError, match="404"):
            hips.picture(PLACE, how)
    assert len(server.paths) == 1


LIST = """projcell subcell ra dec filter mjd type filename shortname badflag
1334 061 187.7 -0.01 g 0 stack /rings/1334/061/g.unconv.fits g.fits 0
1334 061 187.7 -0.01 i 0 stack /rings/1334/061/i.unconv.fits i.fits 0
1334 061 187.7 -0.01 y 0 stack /rings/1334/061/y.unconv.fits y.fits 0
1334 062 187.7 -0.01 g 0 stack /rings/1334/062/g.unconv.fits g.fits 0
"""


def test_panstarrs_is_asked_for_names_once_and_then_for_colours(server, web):
    server.answers["/cgi-bin/ps1filenames.py"] = send(LIST.encode(), kind="text/plain")
    server.answers["/cgi-bin/fitscut.cgi"] = send(jpeg(241))
    allow(server.host)
    pan = there(server, "panstarrs")
    picture = pan.picture(Place(RA, DEC, 60.2, 1), ask(web))
    names, cut = server.queries
    assert names == {
        "ra": "187.7059307512",
        "dec": "-0.0123910071",
        "filters": "yig",
        "type": "stack",
    }
    assert (cut["ra"], cut["dec"]) == ("187.7059307512", "-0.0123910071")
    assert cut["red"] == "/rings/1334/061/y.unconv.fits"
    assert cut["green"] == "/rings/1334/061/i.unconv.fits"
    assert cut["blue"] == "/rings/1334/061/g.unconv.fits"
    assert (cut["size"], cut["output_size"], cut["format"]) == ("241", "241", "jpg")
    assert picture.pixel_scale == pytest.approx(0.25)  # its own pixels, not 60.2 / 241
    assert off_centre(picture) < 1e-6
    pan.picture(Place(RA, DEC, 60.2, 1), FromStore(web))
    assert len(server.paths) == 2


def test_one_band_of_panstarrs_has_measured_values(server, web):
    server.answers["/cgi-bin/ps1filenames.py"] = send(LIST.encode(), kind="text/plain")
    server.answers["/cgi-bin/fitscut.cgi"] = send(fits(240), kind="image/fits")
    allow(server.host)
    picture = there(server, "panstarrs", bands="i").picture(PLACE, ask(web))
    assert server.queries[1]["red"] == "/rings/1334/061/i.unconv.fits"
    assert (server.queries[1]["format"], "green" in server.queries[1]) == ("fits", False)
    assert picture.pixels.dtype == np.float32


def test_a_band_that_panstarrs_does_not_have_there_is_a_reason(server, web):
    server.answers["/cgi-bin/ps1filenames.py"] = send(LIST.encode(), kind="text/plain")
    allow(server.host)
    picture = there(server, "panstarrs", bands="r").picture(PLACE, ask(web))
    assert picture.missing == "Pan-STARRS has no image of this place in 'r'"


@pytest.mark.parametrize("body", [b"", b"<html>Busy</html>", b"\xff\xfe\x00"])
def test_what_is_no_list_of_panstarrs_is_refused(body):
    with pytest.raises(NetworkError, match="no list of images"):
        stacked_files(body)


def test_the_services_that_come_with_the_package():
    assert set(SERVICES) >= {"hips2fits", "legacysurvey", "sdss", "first", "panstarrs", "url"}
    hosts = {
        one.name: one.hosts[0]
        for one in map(service, ["hips2fits", "legacysurvey", "sdss", "first", "panstarrs"])
    }
    assert hosts == {
        "CDS/P/DSS2/color": "alasky.cds.unistra.fr",
        "Legacy Surveys ls-dr10": "www.legacysurvey.org",
        "SDSS dr18": "skyserver.sdss.org",
        "FIRST": "third.ucllnl.org",
        "Pan-STARRS yig": "ps1images.stsci.edu",
    }


@pytest.mark.parametrize("name", ["hips2fits", "legacysurvey", "sdss", "first", "panstarrs"])
def test_nothing_leaves_before_the_host_is_allowed(web, name):
    with pytest.raises(NotAllowedError, match="off until you allow"):
        made(name, {}).picture(PLACE, ask(web))


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("hips2fits", {"format": "gif"}, "format='gif' is not one of"),
        ("hips2fits", {"pixels": 0}, "pixels=0 is not between"),
        ("hips2fits", {"survey": "DSS"}, "does not take these options"),
        ("hips2fits", {"hosts": ["me@a.example/x"]}, "are not names of hosts"),
        ("sdss", {"hosts": []}, "are not names of hosts"),
        ("sdss", {"scheme": "file"}, "scheme='file' is not one of"),
        ("sdss", {"size": "3 kg"}, "not a positive angle"),
        ("panstarrs", {"bands": "ugr"}, "neither one nor three of the bands"),
        ("panstarrs", {"bands": 3}, "neither one nor three of the bands"),
    ],
)
def test_options_that_make_no_sense_are_refused(name, options, reason):
    with pytest.raises(CutoutError, match=reason):
        service(name, **options)


def test_a_service_that_is_not_known():
    with pytest.raises(RegistrationError, match="no cutout service called 'hubble'"):
        service("hubble")
