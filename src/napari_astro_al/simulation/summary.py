"""What many learning curves come to: bands, areas, labels to a target, paired differences.

All functions take the table that `compare` returns, with columns arm, seed and n_labels, and
metrics; none of them changes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.errors import SessionError, listing

WINDOW = 5
"""Scores whose median must reach a target: a lucky model does not count."""
LEVEL = 0.95

Floats = npt.NDArray[np.float64]


def wide(curves: pd.DataFrame, metric: str = "f1") -> dict[str, pd.DataFrame]:
    """Each arm's scores by number of labels and seed.

    Parameters
    ----------
    curves : pandas.DataFrame
        From `compare`.
    metric : str

    Returns
    -------
    dict of str to pandas.DataFrame
        Index n_labels from 1 on, columns the seeds. Before its first score a curve is 0; one that
        ended early, because the pool was used up, goes on at its last score.

    Raises
    ------
    SessionError
        If no curve has the metric.
    """
    if metric not in curves:
        others = [name for name in curves if curves[name].dtype.kind == "f"]
        raise SessionError(f"The curves have no {metric!r}. They have {listing(others, most=20)}.")
    most = int(curves["n_labels"].max()) if len(curves) else 0
    every = pd.RangeIndex(1, most + 1, name="n_labels")
    tables = {}
    for name in curves["arm"].unique():
        own = curves[curves["arm"] == name]
        table = own.pivot(index="n_labels", columns="seed", values=metric)
        tables[str(name)] = table.reindex(every).ffill().fillna(0.0)
    return tables


def bands(curves: pd.DataFrame, metric: str = "f1") -> pd.DataFrame:
    """Mean curves with their spread over seeds.

    Returns
    -------
    pandas.DataFrame
        arm, n_labels, n_seeds; mean; low and high, the 16th and 84th percentile of the seeds;
        mean_low and mean_high, the 95 % interval of the mean by Student's t, NaN for one seed.
    """
    from scipy.stats import t

    parts = []
    for name, table in wide(curves, metric).items():
        values, n = table.to_numpy(), table.shape[1]
        mean = values.mean(axis=1)
        half = np.full(len(mean), np.nan)
        if n > 1:
            half = t.ppf((1 + LEVEL) / 2, n - 1) * values.std(axis=1, ddof=1) / np.sqrt(n)
        low, high = np.percentile(values, [16, 84], axis=1)
        columns = {"n_labels": table.index, "n_seeds": n, "mean": mean, "low": low, "high": high}
        part = pd.DataFrame({**columns, "mean_low": mean - half, "mean_high": mean + half})
        part.insert(0, "arm", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def areas(curves: pd.DataFrame, metric: str = "f1", n_labels: int | None = None) -> pd.DataFrame:
    """The area under each curve: its mean score over 1 to N labels.

    Parameters
    ----------
    curves : pandas.DataFrame
    metric : str
    n_labels : int, optional
        N; all labels of the table by default.

    Returns
    -------
    pandas.DataFrame
        Index the seeds, columns the arms; between 0 and 1 for scores that are.
    """
    tables = wide(curves, metric)
    return pd.DataFrame({name: table.loc[:n_labels].mean() for name, table in tables.items()})


def labels_to(
    curves: pd.DataFrame, target: float | Mapping[int, float], metric: str = "f1"
) -> pd.DataFrame:
    """Labels that each curve needs to reach a target.

    Parameters
    ----------
    curves : pandas.DataFrame
    target : float or mapping of int to float
        One for all seeds, or one a seed.
    metric : str

    Returns
    -------
    pandas.DataFrame
        Index the seeds, columns the arms: the first number of labels at which the median of the
        last five scores is at least the target; infinite where it never is.
    """
    needed = {}
    for name, table in wide(curves, metric).items():
        steady = table.rolling(WINDOW, min_periods=min(WINDOW, len(table))).median()
        seeds = [int(seed) for seed in table.columns.to_numpy()]
        goals = target if isinstance(target, Mapping) else dict.fromkeys(seeds, target)
        first = [_first(steady[seed], float(goals[seed])) for seed in seeds]
        needed[name] = pd.Series(first, index=table.columns)
    return pd.DataFrame(needed)


def _first(scores: pd.Series[float], target: float) -> float:
    reached = scores.index[scores >= target]
    return float(reached[0]) if len(reached) else np.inf


def labels_until(curves: pd.DataFrame, label: str, n: int = 5) -> pd.DataFrame:
    """Labels until the nth source of a class was found.

    Returns
    -------
    pandas.DataFrame
        Index the seeds, columns the arms; infinite where it was not found.
    """
    found = curves[curves["label"] == label]
    place = found.groupby(["arm", "seed"]).cumcount() + 1
    nth = found[place == n].set_index(["seed", "arm"])["n_labels"].unstack("arm")
    seeds = pd.Index(sorted(curves["seed"].unique()), name="seed")
    return nth.reindex(index=seeds, columns=list(curves["arm"].unique())).fillna(np.inf)


def saved(curves: pd.DataFrame, arm: str, other: str, n_labels: int, metric: str = "f1") -> float:
    """The share of labels that one arm saves to be as good as another at so many.

    Mean curves over the seeds are compared, by the median of the last five scores.

    Returns
    -------
    float
        1 - m / n_labels, where `arm` is the first time with m labels as good as `other` with
        `n_labels`; 0.5 is half the labels. Minus infinity where it never is.
    """
    tables = wide(curves, metric)
    ours, theirs = (
        tables[name].mean(axis=1).rolling(WINDOW, min_periods=1).median() for name in (arm, other)
    )
    return 1 - _first(ours, float(theirs.loc[n_labels])) / n_labels


def paired(
    curves: pd.DataFrame,
    arm: str,
    other: str,
    at: Sequence[int] = (10, 20, 50, 100),
    metric: str = "f1",
) -> pd.DataFrame:
    """Differences between two arms, seed by seed.

    Parameters
    ----------
    curves : pandas.DataFrame
    arm, other : str
        The difference is that of `arm` minus `other`, over the seeds that both have.
    at : sequence of int
        Numbers of labels; those beyond the curves are left out.
    metric : str

    Returns
    -------
    pandas.DataFrame
        n_labels, n_seeds, difference (its mean), low and high (its 95 % interval), p (paired
        t test, two-sided), wilcoxon (that of the signed-rank test), p_holm (p corrected for the
        numbers of labels by Holm's method).
    """
    from scipy.stats import t, wilcoxon

    tables = wide(curves, metric)
    seeds = tables[arm].columns.intersection(tables[other].columns)
    rows = []
    for n in at:
        if n not in tables[arm].index:
            continue
        ours, theirs = (tables[name][seeds].loc[n] for name in (arm, other))
        gap = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
        mean, error = float(gap.mean()), _error(gap)
        half = t.ppf((1 + LEVEL) / 2, len(gap) - 1) * error if len(gap) > 1 else np.nan
        if len(gap) < 2 or not gap.any():
            p = signed = np.nan if len(gap) < 2 else 1.0
        else:
            p = float(2 * t.sf(abs(mean) / error, len(gap) - 1)) if error else 0.0
            signed = float(wilcoxon(gap).pvalue)
        rows.append((n, len(gap), mean, mean - half, mean + half, p, signed))
    names = ["n_labels", "n_seeds", "difference", "low", "high", "p", "wilcoxon"]
    table = pd.DataFrame(rows, columns=names)
    table["p_holm"] = holm(table["p"].to_numpy(dtype=np.float64))
    return table


def _error(gap: Floats) -> float:
    return float(gap.std(ddof=1) / np.sqrt(len(gap))) if len(gap) > 1 else np.nan


def holm(p: Floats) -> Floats:
    """Probabilities corrected for being several (Holm 1979, Scand. J. Statist. 6, 65).

    Parameters
    ----------
    p : (n,) float64 ndarray
        NaN is no test and stays.

    Returns
    -------
    (n,) float64 ndarray
    """
    corrected = np.array(p, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(corrected))
    order = tested[np.argsort(corrected[tested], kind="stable")]
    factors = np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(corrected[order] * factors))
    return corrected
