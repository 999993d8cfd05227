"""Providers in the words of a list."""

import numpy as np
import pandas as pd
import pytest

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import (
    CutoutBundle,
    Cutouts,
    ImageArchive,
    ImageColumn,
    ImagePixels,
    ImageStack,
    ImageTiles,
)
from napari_astro_al.cutouts.describing import OFF, described, states_job
from napari_astro_al.cutouts.online import FirstOf, allow, service
from napari_astro_al.jobs import drain

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
        (ImagePixels("/a/m51.fits"), "image", "m51.fits by x, y", ()),
        (ImagePixels(np.zeros((9, 9))), "image", "pixels in memory by x, y", ()),
        (DSS, "web service", HOSTS[0], HOSTS),
        (FirstOf([ImageColumn("f"), DSS]), "first of several", "f, CDS/P/DSS2/color", HOSTS),
        (Own(), "own code", "Own", ()),
    ],
)  # fmt: skip
def test_what_a_provider_is(provider, kind, shows, hosts):
    about = described(provider)
    assert (about.kind, about.shows, about.hosts) == (kind, shows, hosts)


def test_what_providers_have_of_a_source_without_asking_a_host():
    stamps = {"stamp": np.zeros((2, 4, 6), dtype=np.uint8)}
    catalogue = Catalogue(
        pd.DataFrame({"f": ["a.png", ""]}), np.array([7, 8]), Roles(), arrays=stamps
    )

    class Broken(Own):
        def cutout(self, *_):
            raise ValueError("no")

    providers = [ImageColumn("stamp"), ImageColumn("f"), Broken(), DSS]
    assert drain(states_job(catalogue, providers, 8)) == {
        "stamp": "6 x 4 pixels",
        "f": "none: column 'f' names no picture for this source",
        "mine": "failed: ValueError: no",
        "CDS/P/DSS2/color": OFF,
    }
    linked = Catalogue(pd.DataFrame({"f": ["https://a.example/a.png"]}), np.array([7]), Roles())
    column = [ImageColumn("f")]
    assert drain(states_job(linked, column, 7)) == {"f": "none: off until you allow a.example"}
    allow("a.example")
    assert drain(states_job(linked, column, 7)) == {"f": "not fetched yet"}
    allow(*HOSTS)
    assert drain(states_job(catalogue, [DSS, Broken()], None)) == {
        "CDS/P/DSS2/color": "on",
        "mine": "no source on show",
    }


def test_a_bundle_is_told_by_its_file_and_whose_pictures_they_were(tmp_path):
    stamps = {"stamp": np.zeros((2, 4, 6), dtype=np.uint8)}
    catalogue = Catalogue(pd.DataFrame({"x": [0, 1]}), np.array([7, 8]), Roles(), arrays=stamps)
    cutouts = Cutouts(catalogue)
    cutouts.add(ImageColumn("stamp"))
    cutouts.bundle(tmp_path / "p.aalpics", [7])
    about = described(CutoutBundle(tmp_path / "p.aalpics", title="ours"))
    assert (about.kind, about.shows, about.hosts) == ("bundle", "p.aalpics, stamp", ())
