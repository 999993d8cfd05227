"""The kernel that folds many bytes into few. Imported where it is used: see `compiled`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from napari_astro_al.compiled import kernel, read


@kernel(types.uint64(read(types.uint64)))
def fold(words: Any) -> Any:
    """64 bits that depend on every word and on their order.

    Each step is a bijection of the state, so that one changed word always changes the result, and
    several do but for one chance in 2^64. It is no protection against forgery.
    """
    state = np.uint64(0x9E3779B97F4A7C15)
    for word in words:
        state = (state ^ word) * np.uint64(0xBF58476D1CE4E5B9)
        state ^= state >> np.uint64(32)
    return state
