"""Weights that a network had after an earlier part of the labels, for a while."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

FIRST = 10
"""Labels before which every training begins anew."""
GROWTH = 1.25
"""Labels at a beginning over those at the one before."""
_KEPT = 16


def beginning(n_labels: int) -> int:
    """How many of the first labels a training begins from: 10, 12, 15, 18 and so on; 0 for none."""
    found, last = 0, FIRST
    while last < n_labels:
        found, last = last, int(last * GROWTH)
    return found


def fingerprint(fit: Any, X: npt.NDArray[np.float32], codes: npt.NDArray[np.int64]) -> str:
    """Differs where the weights may."""
    told = hashlib.blake2b(repr(fit).encode(), digest_size=16)
    for values in (X, codes):
        told.update(np.ascontiguousarray(values).tobytes())
    return told.hexdigest()


class Remembered:
    """Weights by fingerprint, the latest few."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._weights: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def get(self, key: str) -> dict[str, Any] | None:
        """Those of a fingerprint, if they are known still."""
        with self._lock:
            return self._weights.get(key)

    def keep(self, key: str, weights: dict[str, Any]) -> dict[str, Any]:
        """Keep a copy, and give it."""
        own = {name: tensor.detach().clone() for name, tensor in weights.items()}
        with self._lock:
            self._weights[key] = own
            while len(self._weights) > _KEPT:
                self._weights.popitem(last=False)
        return own


REMEMBERED = Remembered()
