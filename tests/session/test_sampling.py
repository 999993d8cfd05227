from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.catalogue.ids import splitmix64
from napari_astro_al.errors import SessionError
from napari_astro_al.session.sampling import Sampling, Strata, apportioned, sampled, strata_of


def keys(n, seed=0):
    return splitmix64(np.arange(n, dtype=np.uint64) ^ np.uint64(seed))


class TestApportioned:
    @pytest.mark.parametrize(
        ("n", "weights", "sizes", "quota"),
        [
            (6, [1, 1, 1], [50, 50, 50], [2, 2, 2]),
            (7, [1, 1, 1], [50, 50, 50], [3, 2, 2]),
            # what a small stratum lacks goes to the others
            (9, [1, 1, 1], [50, 1, 50], [4, 1, 4]),
            # 10 x 70/100, 20/100, 10/100
            (10, [70, 20, 10], [70, 20, 10], [7, 2, 1]),
            # 1.5, 1.0, 0.5 of 3: one of the two equal remainders counts, the first
            (3, [3, 2, 1], [30, 20, 10], [2, 1, 0]),
            # wanted classes first, then the others alike
            (8, [5, 0, 0], [5, 9, 9], [5, 2, 1]),
            (100, [1, 1], [2, 3], [2, 3]),
            (4, [0, 0], [3, 3], [2, 2]),
        ],
    )
    def test_by_hand(self, n, weights, sizes, quota):
        assert apportioned(n, np.array(weights), np.array(sizes)).tolist() == quota

    @given(
        st.integers(1, 60),
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 20)), min_size=1, max_size=6),
    )
    def test_all_are_given_out_and_no_stratum_gives_more_than_it_has(self, n, strata):
        weights, sizes = (np.array(one) for one in zip(*strata, strict=True))
        quota = apportioned(n, weights, sizes)
        assert quota.sum() == min(n, sizes.sum())
        assert (quota >= 0).all()
        assert (quota <= sizes).all()


class TestStrata:
    def test_texts_are_strata_in_the_order_of_the_alphabet_and_missing_ones_are_the_last(self):
        strata = strata_of(pd.Series(["b", None, "a", "b"]), 10)
        assert strata.names == ("a", "b", "missing")
        assert strata.codes.tolist() == [1, 2, 0, 1]
        assert strata.sizes.tolist() == [1, 2, 1]

    def test_few_numbers_and_flags_are_strata_themselves(self):
        assert strata_of(pd.Series([2, 0, 2]), 2).names == ("0", "2")
        assert strata_of(pd.Series([True, False]), 2).codes.tolist() == [1, 0]

    def test_many_numbers_are_binned_by_width_without_regard_to_what_lies_far_out(self):
        values = np.append(np.linspace(0, 100, 1001), 1e9)
        strata = strata_of(pd.Series(values), 4)
        assert len(strata.names) == 4
        assert strata.codes[[0, 300, 600, 1000, 1001]].tolist() == [0, 1, 2, 3, 3]

    def test_missing_numbers_too(self):
        strata = strata_of(pd.Series([np.nan, *range(30)]), 3)
        assert strata.names[-1] == "missing"
        assert strata.codes[0] == 3

    def test_names_of_sources_are_no_strata(self):
        with pytest.raises(SessionError, match="'name' has 101 different values, too many"):
            strata_of(pd.Series([f"s{i}" for i in range(101)], name="name"), 10)


class TestSampled:
    def test_at_random_those_of_the_smallest_keys(self):
        drawn = sampled(keys(50), Sampling(5))
        assert drawn.tolist() == np.argsort(keys(50))[:5].tolist()

    def test_stratified_as_many_of_each(self):
        strata = Strata(np.repeat([0, 1], [90, 10]), ("common", "rare"))
        drawn = sampled(keys(100), Sampling(12, "stratified", "kind"), strata)
        assert np.bincount(strata.codes[drawn]).tolist() == [6, 6]

    def test_in_proportion(self):
        strata = Strata(np.repeat([0, 1], [90, 10]), ("common", "rare"))
        drawn = sampled(keys(100), Sampling(20, "proportional", "kind"), strata)
        assert np.bincount(strata.codes[drawn]).tolist() == [18, 2]

    def test_strata_are_drawn_in_a_random_order_and_not_one_after_the_other(self):
        strata = Strata(np.repeat([0, 1], 50), ("a", "b"))
        drawn = sampled(keys(100), Sampling(40, "stratified", "kind"), strata)
        codes = strata.codes[drawn]
        assert set(codes[:10]) == set(codes[-10:]) == {0, 1}

    @given(st.permutations(range(30)), st.sampled_from(["random", "stratified", "proportional"]))
    def test_the_order_of_rows_is_of_no_account(self, order, how):
        sampling = Sampling(7, how, None if how == "random" else "kind")
        kind, order = np.arange(30) % 3, np.array(order)

        def drawn(rows):
            strata = None if how == "random" else Strata(kind[rows], ("a", "b", "c"))
            return rows[sampled(keys(30)[rows], sampling, strata)].tolist()

        assert drawn(order) == drawn(np.arange(30))


class TestRefused:
    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"how": "cleverly"}, "cannot be drawn 'cleverly'"),
            ({"n": 0}, "One source or more"),
            ({"n": 2.5}, "number of sources to draw"),
            ({"bins": 1}, "bins is from 2 to 100, not 1"),
            ({"how": "stratified"}, "need by, the column"),
            ({"by": "kind"}, '"random" takes none'),
        ],
    )
    def test_what_does_not_go_together(self, given, words):
        with pytest.raises(SessionError, match=words):
            Sampling(**given)

    def test_as_json_and_back(self):
        one = Sampling(5, "stratified", "z", bins=4, seed=3)
        assert Sampling.from_json(one.to_json()) == one
