"""Sources near a place on the sky."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.sky_index import SkyIndex, sky_index_job
from napari_astro_al.errors import CatalogueError
from napari_astro_al.jobs import drain


def test_the_nearest_come_first_and_no_more_than_asked_for():
    index = SkyIndex(np.array([10.0, 10.0, 10.0, 50.0]), np.array([0.0, 0.002, 0.001, 0.0]))
    assert index.nearest(10.0, 0.0, 10.0, most=9).tolist() == [0, 2, 1]
    assert index.nearest(10.0, 0.0, 5.0, most=9).tolist() == [0, 2]
    assert index.nearest(10.0, 0.0, 10.0, most=1).tolist() == [0]
    assert index.nearest(200.0, 0.0, 10.0, most=9).tolist() == []


def test_the_sky_is_round():
    index = SkyIndex(np.array([359.999, 0.001, 180.0]), np.array([0.0, 0.0, 89.9999]))
    assert set(index.nearest(0.0, 0.0, 10.0, most=9)) == {0, 1}
    assert index.nearest(10.0, 89.9999, 10.0, most=9).tolist() == [2]


def test_sources_without_a_position_are_never_near():
    index = SkyIndex(np.array([np.nan, 5.0]), np.array([1.0, 1.0]))
    assert index.nearest(5.0, 1.0, 1.0, most=9).tolist() == [1]
    assert SkyIndex(np.array([np.nan]), np.array([1.0])).nearest(5, 1, 9, most=9).tolist() == []


@given(st.floats(0, 360), st.floats(-90, 90), st.floats(1, 180 * 3600))
def test_as_by_measuring_every_distance(ra, dec, radius):
    rng = np.random.default_rng(3)
    ras, decs = rng.uniform(0, 360, 60), np.degrees(np.arcsin(rng.uniform(-1, 1, 60)))
    a, d, a0, d0 = map(np.radians, (ras, decs, ra, dec))
    cosine = np.sin(d) * np.sin(d0) + np.cos(d) * np.cos(d0) * np.cos(a - a0)
    apart = np.degrees(np.arccos(np.clip(cosine, -1, 1))) * 3600
    found = SkyIndex(ras, decs).nearest(ra, dec, radius, most=60)
    assert set(found) >= set(np.flatnonzero(apart < radius - 1))
    assert set(found) <= set(np.flatnonzero(apart < radius + 1))


@given(st.integers(0, 2**32), st.floats(-90, 90), st.floats(0.5, 3 * 3600))
def test_in_many_zones_as_by_measuring_every_distance(seed, dec, radius):
    rng = np.random.default_rng(seed)
    ras = np.concatenate([rng.uniform(-1, 1, 9_000) % 360, [360.0, 0.0, 359.9999999999, -1e-13]])
    decs = np.clip(dec + rng.uniform(-2, 2, len(ras)), -90, 90)
    index, place = SkyIndex(ras, decs), rng.uniform(-0.5, 0.5)
    a, d, a0, d0 = map(np.radians, (ras, decs, place, dec))
    haversine = np.sin((d - d0) / 2) ** 2 + np.cos(d) * np.cos(d0) * np.sin((a - a0) / 2) ** 2
    apart = np.degrees(2 * np.arcsin(np.sqrt(haversine))) * 3600
    found = index.nearest(place, dec, radius, most=len(ras))
    assert set(found) >= set(np.flatnonzero(apart < radius - 1e-3))
    assert set(found) <= set(np.flatnonzero(apart < radius + 1e-3))
    assert np.diff(apart[found]).min(initial=0) > -1e-3
    assert index.nearest(place, dec, radius, most=3).tolist() == found[:3].tolist()


def test_a_job_indexes_a_catalogue():
    table = pd.DataFrame({"id": [7, 8], "ra": [1.0, 2.0], "dec": [3.0, 4.0], "m": [1.0, 2.0]})
    catalogue = Catalogue.from_table(table, id="id", ra="ra", dec="dec")
    assert drain(sky_index_job(catalogue)).nearest(2.0, 4.0, 1.0, most=2).tolist() == [1]
    without = Catalogue.from_table(table, id="id", guess=False)
    with pytest.raises(CatalogueError, match="no columns of positions"):
        drain(sky_index_job(without))
