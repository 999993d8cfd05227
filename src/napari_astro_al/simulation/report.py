"""A comparison in words, a figure and files, for the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.simulation.figure import Panel, figure
from napari_astro_al.simulation.summary import areas, bands, labels_to, wide

METRIC_NAMES = {"f1": "macro-F1", "average_precision": "average precision"}


def table_of(curves: pd.DataFrame, metric: str, target: float | None) -> pd.DataFrame:
    """One row an arm: what its curves come to.

    Parameters
    ----------
    curves : pandas.DataFrame
        From `compare`.
    metric : str
    target : float or None
        A score to reach.

    Returns
    -------
    pandas.DataFrame
        Index the arms: area; score, that with all labels; with a target, labels, the median over
        the seeds of the labels that reach it (infinite where more than half never do), and
        reached, how many seeds did.
    """
    table = pd.DataFrame({"area": areas(curves, metric).mean()})
    last = {name: own.iloc[-1].mean() for name, own in wide(curves, metric).items()}
    table["score"] = pd.Series(last)
    if target is not None:
        needed = labels_to(curves, target, metric)
        table["labels"] = needed.apply(lambda own: middle(own.to_numpy(dtype=np.float64)))
        table["reached"] = np.isfinite(needed).sum()
    return table


def middle(values: npt.NDArray[np.float64]) -> float:
    """The median; of an even number, the larger of the two in the middle."""
    return float(np.sort(values)[len(values) // 2])


def in_words(curves: pd.DataFrame, metric: str, target: float | None) -> str:
    """The table of the arms as lines of text."""
    table = table_of(curves, metric, target)
    n_seeds, most = curves["seed"].nunique(), int(curves["n_labels"].max())
    named = METRIC_NAMES.get(metric, metric)
    columns = [["arm", *map(str, table.index)]]
    columns.append(["area under curve", *(f"{one:.3f}" for one in table["area"])])
    columns.append([f"{named} at {most}", *(f"{one:.3f}" for one in table["score"])])
    if target is not None:
        needed = [f"{one:.0f}" if np.isfinite(one) else f"> {most}" for one in table["labels"]]
        columns.append([f"labels to {target:g}", *needed])
        columns.append(["seeds that reach it", *(f"{n} of {n_seeds}" for n in table["reached"])])
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for name, *cells in zip(*columns, strict=True):
        rest = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        lines.append("  ".join([f"{name:{widths[0]}}", *rest]))
    return "\n".join(lines)


def write(
    curves: pd.DataFrame, folder: Path, *, title: str, metric: str, target: float | None
) -> list[Path]:
    """Write curves and bands as Parquet, the table as JSON and the figure as SVG.

    Returns
    -------
    list of Path
        What was written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    over_seeds = bands(curves, metric)
    table = table_of(curves, metric, target)
    panel = Panel(title, over_seeds, target)
    drawn = figure([panel], metric=METRIC_NAMES.get(metric, metric))
    files = [folder / name for name in ("curves.parquet", "bands.parquet", "arms.json")]
    curves.to_parquet(files[0], index=False)
    over_seeds.to_parquet(files[1], index=False)
    said: dict[str, Any] = {"metric": metric, "target": target, "arms": _plain(table)}
    files[2].write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    files.append(folder / "curves.svg")
    files[3].write_text(drawn, encoding="utf-8")
    return files


def _plain(table: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    return {
        str(name): {
            str(key): float(value) if np.isfinite(value) else None for key, value in row.items()
        }
        for name, row in table.iterrows()
    }


def named_arms(models: Sequence[str], strategies: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Names for every pair of a model and a strategy; the part that does not vary is left out."""
    if len(models) == 1:
        return {strategy: (models[0], strategy) for strategy in strategies}
    if len(strategies) == 1:
        return {model: (model, strategies[0]) for model in models}
    return {f"{model} {strategy}": (model, strategy) for model in models for strategy in strategies}
