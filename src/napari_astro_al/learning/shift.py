"""How some sources differ from others, column by column: covariate shift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LEAST = 0.1
"""Distance of two distributions below which a difference does not matter."""
CHANCE = 0.01
"""Chance of such a distance among sources that do not differ, over all columns together."""
FEWEST = 8


@dataclass(frozen=True)
class Shift:
    """How the labelled sources differ from the others in one column.

    Attributes
    ----------
    column : str
    distance : float
        The largest difference of the two cumulative distributions, 0 to 1 (Kolmogorov-Smirnov).
    chance : float
        Of at least that distance if there were no difference.
    by : float
        Median of the labelled minus that of the others, in interquartile ranges of the others.
    n : int
        Labelled sources with a value.
    """

    column: str
    distance: float
    chance: float
    by: float
    n: int

    def matters(self, n_columns: int) -> bool:
        """Whether it is large, and no accident among so many columns."""
        return self.distance >= LEAST and self.chance * n_columns < CHANCE

    @property
    def words(self) -> str:
        """For people: ``r: higher by 0.8 interquartile ranges (distance 0.41)``."""
        if abs(self.by) < 0.2:
            how = "spread otherwise"
        else:
            how = (
                f"{'higher' if self.by > 0 else 'lower'} by {abs(self.by):.1f} interquartile ranges"
            )
        return f"{self.column}: {how} (distance {self.distance:.2f})"


def shift_of(
    column: str, some: npt.NDArray[np.floating], others: npt.NDArray[np.floating]
) -> Shift | None:
    """Compare the values of labelled sources with those of others.

    Parameters
    ----------
    column : str
    some, others : (n,), (m,) float ndarray
        Values that are not finite are left out.

    Returns
    -------
    Shift or None
        None where there are fewer than eight of either, or the others are all alike.
    """
    from scipy.stats import ks_2samp

    a, b = (np.asarray(one, dtype=np.float64) for one in (some, others))
    a, b = a[np.isfinite(a)], b[np.isfinite(b)]
    if min(len(a), len(b)) < FEWEST:
        return None
    low, middle, high = np.percentile(b, [25, 50, 75])
    if high <= low:
        return None
    found = ks_2samp(a, b, method="asymp")
    by = float((np.median(a) - middle) / (high - low))
    return Shift(column, float(found.statistic), float(found.pvalue), by, len(a))
