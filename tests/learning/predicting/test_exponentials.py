from __future__ import annotations

import numpy as np

from napari_astro_al.learning.predicting.exponentials import exponentials, logarithms


def test_equal_the_library_s():
    x = np.concatenate([-np.geomspace(1e-300, 690, 900), np.linspace(-1, 690, 900), [0.0, -0.0]])
    out, bits = np.empty_like(x), np.empty(len(x), dtype=np.int64)
    exponentials(x, len(x), out, bits, bits.view(np.float64))

    assert np.abs(out / np.exp(x) - 1).max() < 1e-13


def test_what_is_too_small_for_a_number_is_next_to_nothing():
    x = np.array([-1e4, -np.inf])
    out, bits = np.empty_like(x), np.empty(len(x), dtype=np.int64)
    exponentials(x, 2, out, bits, bits.view(np.float64))

    assert (out < 1e-300).all()


def test_logarithms_equal_the_library_s():
    x = np.concatenate([np.geomspace(1e-300, 1e300, 3000), np.linspace(0.5, 2, 2000), [1.0]])
    out, bits = np.empty_like(x), np.empty(len(x), dtype=np.int64)
    logarithms(x, len(x), out, bits, bits.view(np.float64))

    assert np.abs(out - np.log(x)).max() < 1e-12
