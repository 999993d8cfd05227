"""What it means to break a rule, and the made-up sources of the checks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

CLASSES = ("GALAXY", "QSO", "STAR")
N_SOURCES, N_FEATURES, N_LABELS = 60, 4, 12
NAME = "checked by napari_astro_al.testing"


class ContractBroken(AssertionError):
    """An extension does something else than the program relies on."""


def check_same(now: Any, before: Any, what: str) -> None:
    """Refuse two arrays that differ."""
    if not np.array_equal(now, before, equal_nan=True):
        raise ContractBroken(f"{what}: they are to be the same.")


def check_shape(values: npt.NDArray[Any], wanted: tuple[int, ...], who: str) -> None:
    """Refuse an array of another shape."""
    if values.shape != wanted:
        raise ContractBroken(f"{who} gave shape {values.shape}; {wanted} was expected.")
