import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_astro_al.catalogue.ids import (
    IdIndex,
    as_ids,
    as_source_ids,
    derived_seed,
    id_hashes,
    splitmix64,
)
from napari_astro_al.errors import CatalogueError

GOLDEN = 0x9E3779B97F4A7C15


class TestSplitmix64:
    @pytest.mark.parametrize(
        ("seed", "outputs"),
        [
            (0, [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]),
            (
                1234567,
                [
                    6457827717110365317,
                    3203168211198807973,
                    9817491932198370423,
                    4593380528125082431,
                    16408922859458223821,
                ],
            ),
        ],
    )
    def test_gives_the_published_sequence(self, seed, outputs):
        states = [(seed + step * GOLDEN) % 2**64 for step in range(len(outputs))]
        assert splitmix64(np.array(states, dtype=np.uint64)).tolist() == outputs

    def test_is_a_bijection_on_a_sample(self):
        hashes = splitmix64(np.arange(100_000, dtype=np.uint64))
        assert len(np.unique(hashes)) == 100_000


class TestIdHashes:
    def test_integers_hash_by_id_xor_seed(self):
        ids = np.array([5, 1234567], dtype=np.int64)
        expected = splitmix64(np.array([5 ^ 99, 1234567 ^ 99], dtype=np.uint64))
        np.testing.assert_array_equal(id_hashes(ids, 99), expected)

    def test_negative_integers_count_as_their_two_s_complement(self):
        assert id_hashes(np.array([-1], dtype=np.int64), 0) == splitmix64(
            np.array([2**64 - 1], dtype=np.uint64)
        )

    def test_signed_and_unsigned_ids_of_one_value_hash_alike(self):
        small = np.array([3, 2**62], dtype=np.int64)
        np.testing.assert_array_equal(id_hashes(small, 7), id_hashes(small.astype(np.uint64), 7))

    def test_text_hashes_by_blake2b_keyed_with_the_seed(self):
        digest = hashlib.blake2b(
            b"K00752.01", digest_size=8, key=(42).to_bytes(8, "little")
        ).digest()
        hashes = id_hashes(np.array(["K00752.01"], dtype=object), 42)
        assert hashes.tolist() == [int.from_bytes(digest, "little")]

    @pytest.mark.parametrize("ids", [np.arange(50), np.array([f"s{n}" for n in range(50)], object)])
    def test_depends_on_id_and_seed_alone(self, ids):
        hashes = id_hashes(ids, 1)
        np.testing.assert_array_equal(id_hashes(ids[::-1], 1), hashes[::-1])
        assert (id_hashes(ids, 2) != hashes).all()

    def test_takes_seeds_of_any_size_modulo_2_to_the_64(self):
        ids = np.array([1, 2])
        np.testing.assert_array_equal(id_hashes(ids, -1), id_hashes(ids, 2**64 - 1))

    def test_is_uniform(self):
        hashes = id_hashes(np.arange(100_000), 0) / 2**64
        counts, _ = np.histogram(hashes, bins=10, range=(0, 1))
        assert (np.abs(counts - 10_000) < 500).all()


def test_derived_seeds_differ_by_purpose_and_stay_below_2_to_the_63():
    seeds = {
        derived_seed(0),
        derived_seed(1),
        derived_seed(0, "query", 1),
        derived_seed(0, "query", 11),
        derived_seed(0, "query1", 1),
    }
    assert len(seeds) == 5
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert derived_seed(3, "query", 4) == derived_seed(3, "query", 4)


def test_source_ids_are_plain_python():
    assert as_source_ids(np.array([2**63 + 1], dtype=np.uint64)) == [2**63 + 1]
    kinds = [type(one) for one in as_source_ids([np.int64(1), np.str_("a"), "b"])]
    assert kinds == [int, str, str]


class TestIdIndex:
    @given(st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, min_size=1, max_size=50))
    def test_finds_every_whole_number(self, ids):
        index = IdIndex(np.array(ids, dtype=np.int64))
        assert index.find(ids).tolist() == list(range(len(ids)))
        assert index.find(np.array(ids[::-1])).tolist() == list(range(len(ids)))[::-1]

    @given(st.lists(st.text(max_size=5), unique=True, min_size=1, max_size=50))
    def test_finds_every_text(self, ids):
        assert IdIndex(np.array(ids, dtype=object)).find(ids).tolist() == list(range(len(ids)))

    def test_tells_neighbours_above_2_to_the_53_apart(self):
        index = IdIndex(np.array([2**60 + 1, 2**60 + 2], dtype=np.uint64))
        wanted = np.array([2**60 + 2, 2**60 + 3, -1], dtype=np.int64)
        assert index.find(wanted).tolist() == [1, -1, -1]

    @pytest.mark.parametrize("stranger", [True, 1.0, "1", None, 2**70, np.float64(1)])
    def test_finds_whole_numbers_by_whole_numbers_only(self, stranger):
        assert stranger not in IdIndex(np.array([1, 2]))

    @pytest.mark.parametrize("stranger", [1, None, b"1"])
    def test_finds_text_by_text_only(self, stranger):
        assert stranger not in IdIndex(np.array(["1"], dtype=object))

    def test_takes_numpy_integers_of_any_width(self):
        assert np.uint8(2) in IdIndex(np.array([1, 2]))


class TestAsIds:
    @pytest.mark.parametrize(
        ("given", "ids"),
        [
            (5, [5]),
            ("ab", ["ab"]),
            (np.uint64(2**64 - 1), [2**64 - 1]),
            (np.array("ab"), ["ab"]),
            (np.array([3, 1]), [3, 1]),
            (["ab", np.str_("c"), np.array(7)], ["ab", "c", 7]),
            ([], []),
        ],
    )
    def test_one_or_several_become_plain_ids(self, given, ids):
        taken = as_ids(given)
        assert taken == ids
        assert {type(one) for one in taken} <= {int, str}

    @pytest.mark.parametrize(
        ("given", "named"),
        [
            (None, r"None \(NoneType\)"),
            (1.0, r"1\.0 \(float\)"),
            (True, r"True \(bool\)"),
            (b"ab", r"b.*ab.* \(bytes\)"),
            ([1, None, 2.5], r"None \(NoneType\).*2\.5 \(float\)"),
            (np.array([[1, 2]]), r"array\(\[1, 2\]\) \(ndarray\)"),
            (np.array([True]), r"True.* \(bool"),
        ],
    )
    def test_everything_else_is_named(self, given, named):
        with pytest.raises(CatalogueError, match=named):
            as_ids(given)
