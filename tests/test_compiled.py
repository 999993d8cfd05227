from __future__ import annotations

import numba
import numpy as np
import pytest


class TestKernel:
    def test_is_compiled_for_its_signatures_and_kept(self):
        from napari_astro_al.projection.raster_kernels import rasterise

        assert len(rasterise.signatures) == 2
        assert rasterise.stats.cache_path

    def test_works_where_nothing_can_be_kept(self):
        from napari_astro_al.compiled import kernel

        nowhere = {}
        exec("def double(x):\n    return 2 * x", nowhere)  # in no file, so numba keeps nothing
        double = kernel(numba.types.int64(numba.types.int64))(nowhere["double"])
        assert double(4) == 8
        assert double.stats.cache_path is None

    def test_leaves_other_failures_alone(self):
        from napari_astro_al.compiled import kernel

        with pytest.raises(numba.TypingError, match="nothing_of_this_name"):
            kernel(numba.types.int64(numba.types.int64))(lambda x: nothing_of_this_name)  # noqa: F821


class TestMixed:
    def test_one_bit_changes_half_of_all(self):
        from napari_astro_al.compiled import mixed

        rng = np.random.default_rng(0)
        changes = [
            (mixed(bits) ^ mixed(bits ^ (1 << place))).bit_count()
            for bits in rng.integers(0, 2**63, 40).tolist()
            for place in range(63)
        ]
        assert np.mean(changes) == pytest.approx(8, abs=0.3)
