"""How the kernels of this room are compiled: at import, without the GIL, kept on disk.

A module of kernels is imported inside the functions that need it, first of all by the job that
builds an index: compiling takes seconds once after installation, and numba keeps the result beside
the module or, where that folder is read-only, in the user's cache folder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types

Function = Callable[..., Any]

POINTS = types.Array(types.float32, 2, "C", readonly=True)
"""(n, 2) float32 ndarray, as an argument that is only read."""


def read(kind: Any) -> Any:
    """A one-dimensional array as an argument that is only read."""
    return types.Array(kind, 1, "C", readonly=True)


def written(kind: Any) -> Any:
    """A one-dimensional array as an argument that is written to."""
    return types.Array(kind, 1, "C")


def kernel(*signatures: Any, fused: bool = False) -> Callable[[Function], Function]:
    """Compile a function for the signatures given.

    With `fused`, a product and a sum may be one step with one rounding.
    """
    options: dict[str, Any] = {"nogil": True, "fastmath": {"contract"} if fused else False}

    def compiled(function: Function) -> Function:
        try:
            made: Function = njit(list(signatures), cache=True, **options)(function)
        except RuntimeError as error:
            # neither the module's folder nor the user's can be written to
            if "cannot cache" not in str(error):
                raise
            made = njit(list(signatures), **options)(function)
        return made

    return compiled


@kernel(types.uint64(types.uint64))
def mixed(bits: Any) -> Any:
    """16 bits that depend on all bits of a number."""
    bits = (bits ^ (bits >> np.uint64(32))) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return bits >> np.uint64(48)
