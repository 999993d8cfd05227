"""Pages about a place: the position is in the address, and nothing is called."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest

import napari_astro_al as aal
from napari_astro_al.session.lookups import lookups_at, lookups_of


def test_every_page_has_the_position() -> None:
    pages = {page.name: page for page in lookups_at(183.5313256941, -0.0896930301)}
    asked = {name: parse_qs(urlsplit(page.url).query) for name, page in pages.items()}

    assert pages["SIMBAD"].host == "simbad.cds.unistra.fr"
    assert asked["SIMBAD"]["Coord"] == ["183.5313257 -0.0896930"]
    assert (asked["NED"]["lon"], asked["NED"]["lat"]) == (["183.5313257d"], ["-0.0896930d"])
    assert asked["SDSS SkyServer"]["dec"] == ["-0.0896930"]
    assert asked["Legacy Surveys"]["mark"] == ["183.5313257,-0.0896930"]
    assert all(page.url.startswith("https://") for page in pages.values())


def test_a_northern_position_has_its_sign() -> None:
    simbad = lookups_at(10.0, 41.0)[0]

    assert "10.0000000%20%2B41.0000000" in simbad.url


@pytest.mark.parametrize(("ra", "dec"), [(np.nan, 0.0), (0.0, np.inf), (0.0, 91.0)])
def test_no_place_has_no_page(ra: float, dec: float) -> None:
    assert lookups_at(ra, dec) == ()


def test_of_a_source() -> None:
    frame = pd.DataFrame({"id": [1, 2], "ra": [10.0, None], "dec": [1.0, 2.0], "x": [1.0, 2.0]})
    session = aal.Session(
        aal.Catalogue.from_table(frame, id="id"),
        features=aal.FeatureRecipe(columns=["x"]),
        task=aal.Task(["A", "B"]),
    )

    assert len(lookups_of(session, 1)) == 4
    assert lookups_of(session, 2) == ()
    assert lookups_of(session, None) == ()


def test_without_positions() -> None:
    frame = pd.DataFrame({"id": [1, 2], "x": [1.0, 2.0]})
    session = aal.Session(aal.Catalogue.from_table(frame, id="id"), task=aal.Task(["A", "B"]))

    assert lookups_of(session, 1) == ()
