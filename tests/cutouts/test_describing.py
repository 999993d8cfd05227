"""Providers in the words of a list."""

import pytest

from napari_astro_al.cutouts import ImageArchive, ImageColumn, ImageStack, ImageTiles
from napari_astro_al.cutouts.describing import described
from napari_astro_al.cutouts.online import FirstOf, service

DSS = service("hips2fits")
HOSTS = ("alasky.cds.unistra.fr", "alaskybis.cds.unistra.fr")


class Own:
    name = "mine"


@pytest.mark.parametrize(
    ("provider", "kind", "shows", "hosts"),
    [
        (ImageColumn("image"), "column", "image", ()),
        (ImageColumn("f", "/a/b", extension=2), "column", "f in b, extension 2", ()),
        (ImageArchive("/a/s.zip"), "archive", "s.zip by source id", ()),
        (ImageArchive("/a/s.tar", "f", extension="R"), "archive", "s.tar by f, extension R", ()),
        (ImageStack("/a/c.h5", "img/r", band=3), "array", "c.h5, img/r, band 3", ()),
        (ImageTiles(["/a/x.fits", "/a/y.fits"]), "images of the sky", "x.fits and 1 more", ()),
        (DSS, "web service", HOSTS[0], HOSTS),
        (FirstOf([ImageColumn("f"), DSS]), "first of several", "f, CDS/P/DSS2/color", HOSTS),
        (Own(), "own code", "Own", ()),
    ],
)  # fmt: skip
def test_what_a_provider_is(provider, kind, shows, hosts):
    about = described(provider)
    assert (about.kind, about.shows, about.hosts) == (kind, shows, hosts)
