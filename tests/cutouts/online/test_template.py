"""Addresses in which the source is filled in."""

from __future__ import annotations

import pytest
from tests.loopback import fits, jpeg, send

from napari_astro_al.cutouts.online import allow, service
from napari_astro_al.cutouts.online.asking import FromWeb
from napari_astro_al.cutouts.online.services import Place, made
from napari_astro_al.errors import CutoutError


def asked(server, web, query, place, **options):
    """The query that a template leads to, and the picture."""
    server.answers["/cut"] = send(options.pop("body", jpeg(100)))
    allow(server.host)
    template = made("url", {"template": server.url(f"/cut?{query}"), **options})
    return template.picture(place, FromWeb(web)), server.queries[-1]


def test_every_field_is_filled_in_at_full_precision(server, web):
    query = "ra={ra}&dec={dec}&s={size}&m={size_arcmin}&d={size_deg}&n={pixels}"
    place = Place(0.0000123456, -89.9999999999, 90.0, 7)
    _, sent = asked(server, web, query, place, pixels=300)
    assert sent == {
        "ra": "0.0000123456",
        "dec": "-89.9999999999",
        "s": "90",
        "m": "1.5",
        "d": "0.0250000000",
        "n": "300",
    }


def test_an_id_cannot_change_the_address(server, web):
    place = Place(1.0, 2.0, 60.0, "a&b=c/../#x y")
    _, sent = asked(server, web, "id={id}", place)
    assert sent == {"id": "a&b=c/../#x y"}
    assert server.paths == ["/cut?id=a%26b%3Dc%2F..%2F%23x%20y"]


def test_the_id_is_sent_only_where_the_template_has_it(server, web):
    asked(server, web, "ra={ra}&dec={dec}", Place(1.0, 2.0, 60.0, "secret-17"))
    assert "secret" not in str(server.paths) + str(server.headers)


@pytest.mark.parametrize(
    ("query", "options", "scale"),
    [
        ("r={ra}&s={size}", {}, 0.6),  # 60 arcsec on 100 pixels
        ("r={ra}", {}, None),
        ("r={ra}&s={size}", {"pixel_scale": 0.4}, 0.4),
        ("r={ra}", {"body": "its own"}, 3.6),
    ],
)
def test_the_pixel_scale(server, web, query, options, scale):
    if "body" in options:
        options = {"body": fits(10, **tan(0.001))}
    picture, _ = asked(server, web, query, Place(1.0, 2.0, 60.0, 1), **options)
    assert picture.pixel_scale == (None if scale is None else pytest.approx(scale))


def tan(step):
    return {
        "CTYPE1": "RA---TAN",
        "CTYPE2": "DEC--TAN",
        "CRVAL1": 1.0,
        "CRVAL2": 2.0,
        "CRPIX1": 5.5,
        "CRPIX2": 5.5,
        "CDELT1": -step,
        "CDELT2": step,
    }


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("https://a.example/cut", "has none in braces"),
        ("https://a.example/{ra}/{password}", "has 'password' in braces"),
        ("https://a.example/{ra.__class__}", "has 'ra.__class__' in braces"),
        ("https://a.example/{ra:.2f}", "says how to write 'ra'"),
        ("https://a.example/{ra!r}", "says how to write 'ra'"),
        ("https://a.example/{ra", "cannot be filled in"),
        ("https://{id}.example/{ra}", "must be written out"),
        ("file:///etc/{id}", "no web address"),
        ("https://jane:pw@a.example/{ra}", "has a user name in it"),
    ],
)
def test_addresses_that_are_refused(template, reason):
    with pytest.raises(CutoutError, match=reason):
        service("url", template=template)


@pytest.mark.parametrize("option", ["pixels", "at_once", "per_second", "pixel_scale"])
def test_numbers_that_are_refused(option):
    with pytest.raises(CutoutError, match=f"{option}=0 is not a number"):
        service("url", template="https://a.example/{ra}", **{option: 0})
