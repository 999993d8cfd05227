from __future__ import annotations

import numpy as np
import pytest

import napari_astro_al as aal
from napari_astro_al.session.candidate_rows import Askable
from napari_astro_al.session.selection import Selection

NONE = np.empty(0, dtype=np.int64)


@pytest.fixture(scope="module")
def session():
    return aal.Session(aal.samples.simulated_survey(300, seed=1))


@pytest.fixture
def askable(session):
    def make(within=None, taken=NONE):
        nobody = Selection.none(session.catalogue)
        parts = (session.features, session.partition, False, within)
        return Askable(*parts, answered=np.asarray(taken), excluded=nobody)

    return make


class TestFollowing:
    def test_from_the_first_place_are_the_smallest_hashes(self, session, askable):
        pool = askable().all()
        by_hash = pool[np.argsort(session.partition.hashes[pool])]

        assert askable().following(0, 20).tolist() == sorted(by_hash[:20].tolist())

    @pytest.mark.parametrize("place", [0, 17, 299, 2**63 - 1])
    def test_never_held_out_or_taken_or_twice(self, askable, place):
        taken = askable().all()[::2]
        left = askable(taken=taken)
        found = left.following(place, 30)

        assert len(np.unique(found)) == 30
        assert left.among(found).all()
        assert not np.isin(found, taken).any()

    def test_are_all_where_there_are_fewer(self, askable):
        assert np.array_equal(askable().following(123, 10_000), askable().all())

    def test_keep_within_what_is_asked_for(self, askable):
        within = np.arange(50, dtype=np.int64)

        assert np.array_equal(askable(within).following(5, 1000), askable(within).all())
        few = askable(within).following(5, 10)
        assert len(few) == 10
        assert np.isin(few, within).all()

    def test_everything_has_its_turn(self, askable):
        seen = {int(row) for place in range(0, 300, 10) for row in askable().following(place, 10)}

        assert seen == set(askable().all().tolist())
