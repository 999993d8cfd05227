"""Columns with an array a source."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np


class ArrayColumn(Protocol):
    """A column with an array a source: a vector, a spectrum, a picture.

    An ndarray is one; so is anything that makes its elements when asked.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """``(n_sources, ...)``."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the elements."""
        ...

    def __getitem__(self, row: int, /) -> Any:
        """The array of one row, of shape ``shape[1:]``."""
        ...
