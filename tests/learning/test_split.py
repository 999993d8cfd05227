from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.errors import CatalogueError, SessionError
from napari_astro_al.learning import POOL, TEST, VALIDATION, Split

IDS = np.arange(20_000, dtype=np.uint64) + np.uint64(2**63)
LABELLED = np.ones(len(IDS), dtype=bool)


class TestAssign:
    def test_fractions_are_those_asked_for(self) -> None:
        split = Split(validation=0.1, test=0.3).assign(IDS, LABELLED)

        share = np.bincount(split, minlength=3) / len(IDS)
        np.testing.assert_allclose(share, [0.6, 0.1, 0.3], atol=0.012)

    def test_follows_the_hash(self) -> None:
        u = id_hashes(IDS, 7) / 2.0**64

        split = Split(validation=0.2, test=0.2, seed=7).assign(IDS, LABELLED)

        np.testing.assert_array_equal(split == TEST, u < 0.2)
        np.testing.assert_array_equal(split == VALIDATION, (u >= 0.2) & (u < 0.4))

    def test_sources_without_a_label_stay_in_the_pool(self) -> None:
        labelled = np.arange(len(IDS)) % 2 == 0

        assert (Split().assign(IDS, labelled)[~labelled] == POOL).all()

    @settings(deadline=None)
    @given(st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=40), st.randoms())
    def test_does_not_depend_on_the_order_of_rows(self, names: list[str], random) -> None:
        order = list(range(len(names)))
        random.shuffle(order)
        ids, labelled = np.array(names, dtype=object), np.ones(len(names), dtype=bool)

        straight = Split().assign(ids, labelled)

        np.testing.assert_array_equal(Split().assign(ids[order], labelled), straight[order])

    def test_zero_fractions_hold_nothing_out(self) -> None:
        assert not Split(validation=0, test=0).assign(IDS, LABELLED).any()


class TestNamedIds:
    def test_replace_the_fraction_of_that_name(self) -> None:
        chosen = [int(IDS[3]), int(IDS[5])]
        split = Split(ids={"test": chosen}).assign(IDS, LABELLED)

        assert np.flatnonzero(split == TEST).tolist() == [3, 5]
        assert 0.18 < (split == VALIDATION).mean() < 0.22

    def test_need_no_column_label(self) -> None:
        split = Split(ids={"test": [int(IDS[3])]}).assign(IDS, ~LABELLED)

        assert np.flatnonzero(split).tolist() == [3]

    def test_survive_json_as_text(self) -> None:
        split = Split(validation=0.1, seed=3, ids={"validation": [int(IDS[0])], "test": []})

        again = Split.from_json(json.loads(json.dumps(split.to_json())))

        np.testing.assert_array_equal(again.assign(IDS, LABELLED), split.assign(IDS, LABELLED))

    @pytest.mark.parametrize("ids", [IDS, np.array(["a", "b"], dtype=object)])
    def test_strangers_are_named(self, ids: np.ndarray) -> None:
        with pytest.raises(CatalogueError, match="for test that the catalogue does not have: '12'"):
            Split(ids={"test": ["12"]}).assign(ids, np.ones(len(ids), dtype=bool))


class TestRefusals:
    def test_fraction_out_of_range(self) -> None:
        with pytest.raises(SessionError, match=r"Split\(test=1.5\)"):
            Split(test=1.5)

    def test_nothing_left(self) -> None:
        with pytest.raises(SessionError, match="leaves nothing to learn from"):
            Split(validation=0.5, test=0.5)

    def test_unknown_split(self) -> None:
        with pytest.raises(SessionError, match="names 'train'; only 'validation' and 'test'"):
            Split(ids={"train": [1]})

    def test_a_source_in_two_splits(self) -> None:
        with pytest.raises(SessionError, match="Held out for validation and for test: '4'"):
            Split(ids={"validation": [1, 4], "test": ["4"]})
