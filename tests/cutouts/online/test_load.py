"""Everything at once: what the window, reading ahead, thumbnails and a bundle ask for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd
import pytest
from tests.loopback import jpeg, send

from napari_astro_al.catalogue import Catalogue, Roles
from napari_astro_al.cutouts import Cutouts, FirstOf, allow
from napari_astro_al.cutouts.online import Limits, OnlineCutouts
from napari_astro_al.jobs import drain
from napari_astro_al.viewer.late_pictures import ahead_job, thumbnails_job

N = 12
PATHS = ("/hips-image-services/hips2fits", "/viewer/cutout.jpg")


@pytest.fixture
def cutouts(server, web, monkeypatch):
    """Two services on one host that may be asked three times at once, as often as one likes."""
    monkeypatch.setattr(
        "napari_astro_al.cutouts.online.surveys.Hips2Fits.limits", Limits(3, per_second=1000.0)
    )
    monkeypatch.setattr(
        "napari_astro_al.cutouts.online.surveys.LegacySurvey.limits", Limits(5, per_second=1000.0)
    )
    for path in PATHS:
        server.answers[path] = send(jpeg(16), after=0.01)
    table = pd.DataFrame({"ra": np.linspace(10, 20, N), "dec": np.linspace(-5, 5, N)})
    cutouts = Cutouts(Catalogue(table, np.arange(N), Roles(ra="ra", dec="dec")))
    there = {"hosts": [server.host], "scheme": "http"}
    legacy = OnlineCutouts("legacysurvey", there, web=web)
    cutouts.add(OnlineCutouts("hips2fits", there, web=web))
    cutouts.add(FirstOf([legacy, OnlineCutouts("hips2fits", there, web=web)], title="first"))
    allow(server.host)
    return cutouts


def test_no_more_than_allowed_are_on_their_way_and_none_is_repeated(cutouts, server, tmp_path):
    everyone = list(range(N))
    work = [
        *(partial(cutouts.get, source) for source in everyone),
        partial(drain, ahead_job(cutouts, everyone)),
        partial(drain, thumbnails_job(cutouts, everyone)),
        partial(cutouts.bundle, tmp_path / "p.aalpics", everyone),
    ]
    with ThreadPoolExecutor(len(work)) as pool:
        for each in [pool.submit(one) for one in work]:
            each.result()
    assert len(server.paths) == len(set(server.paths)) == 2 * N
    assert server.most_at_once <= 3  # the stricter of the two
    assert not any(map(cutouts.is_coming, everyone))
