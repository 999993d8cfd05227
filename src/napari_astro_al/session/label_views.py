"""The answers of a label book as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class LabelViews:
    """The answers as arrays; made anew when an event changes them.

    Attributes
    ----------
    rows : (n,) int64 ndarray
        Labelled sources, in the order of the events.
    labels : list of str
        Theirs.
    unsure : (m,) int64 ndarray
        Rows of the sources that somebody was unsure of, ascending.
    """

    rows: npt.NDArray[np.int64]
    labels: list[str]
    unsure: npt.NDArray[np.int64]

    @cached_property
    def corrections(self) -> Mapping[int, str | None]:
        """What was said of each of them, by row; None where somebody was unsure."""
        said: dict[int, str | None] = dict(zip(self.rows.tolist(), self.labels, strict=True))
        said.update(dict.fromkeys(self.unsure.tolist()))
        return MappingProxyType(said)
