"""The rules for what makes numbers of a source: feature generators and projections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import AstroALError
from napari_astro_al.testing.contract import (
    N_FEATURES,
    N_SOURCES,
    NAME,
    ContractBroken,
    check_same,
    check_shape,
)


def check_generator(generator: Callable[..., Any], *, n_columns: int = 2) -> None:
    """Check a feature generator.

    It gives a name and one number a source; works on each source by itself, on none at all to say
    the name, and with values missing; and does not change what it is given.

    Parameters
    ----------
    generator : callable
        As for `aal.register.generator`.
    n_columns : int
        How many columns it combines.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.features import GENERATORS
    from napari_astro_al.features.plan import run_generator

    rng = np.random.default_rng(0)
    values = rng.uniform(1, 30, size=(n_columns, N_SOURCES)).astype(np.float32)
    values[:, ::7] = np.nan

    def made(rows: slice) -> tuple[str, npt.NDArray[np.float32]]:
        columns = [(f"column {k}", values[k, rows].copy()) for k in range(n_columns)]
        try:
            return run_generator(NAME, columns)
        except AstroALError as error:
            raise ContractBroken(str(error).replace(repr(NAME), "that you gave")) from error

    with GENERATORS.lent(NAME, generator):
        called, whole = made(slice(None))
        if not isinstance(called, str) or not called:
            raise ContractBroken(f"It calls its feature {called!r}; a text was expected.")
        if made(slice(0, 0))[0] != called:
            raise ContractBroken(
                f"Of no sources it calls its feature {made(slice(0, 0))[0]!r}, else {called!r}."
            )
        halves = np.concatenate([made(slice(0, 20))[1], made(slice(20, None))[1]])
        if not np.array_equal(halves, whole, equal_nan=True):
            raise ContractBroken(
                "What it says of a source depends on the others: it is given the catalogue in "
                "chunks. Use numbers of your own instead of means or ranks over all."
            )


def check_projection(lay_out: Callable[..., Any]) -> None:
    """Check a function that lays sources out in the plane.

    It gives two numbers a source, the same for the same seed, and does not change what it is given.

    Parameters
    ----------
    lay_out : callable
        As for `aal.register.projection`.

    Raises
    ------
    ContractBroken
    """
    features = np.random.default_rng(0).normal(size=(N_SOURCES, N_FEATURES)).astype(np.float32)
    kept = features.copy()
    try:
        first, second = (np.asarray(lay_out(features, 7), dtype=np.float32) for _ in range(2))
    except Exception as error:
        raise ContractBroken(
            f"On {N_SOURCES} sources it fails: {type(error).__name__}: {error}"
        ) from error
    check_shape(first, (N_SOURCES, 2), "It")
    check_same(features, kept, "It changes the features")
    check_same(first, second, "Called twice with the same seed, it gives other places")
