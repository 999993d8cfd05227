"""How many rare galaxies are found among the first that are looked at, beside chance.

    python benchmarks/anomalies.py --cache ~/curves

Galaxies with a picture each, of which one in twenty is a merger; a person who looks for mergers
scores them 5 and everything else 0, one after the other. The features are those of
`benchmarks/image_features.py`, measured on the pictures, and the quarter of the galaxies on which
the embedding was developed plays no part here either. Nothing is held out, and no label is given.
Curves that are finished are kept in the cache, which belongs to one version of the code. Writes
its section of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from image_features import BOTH, developed_on, measured, with_pictures
from labelled_sets import LabelledSet, galaxyzoo_jpeg
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal
from napari_astro_al.learning import Split

HEADING = "Anomalies"
SOUGHT = "merger"
STRATEGIES = (
    "random",
    "isolation_forest",
    "local_outlier_factor",
    "pine_forest",
    "interest_forest",
    "aad_forest",
)
AT = (25, 50, 100)
"""Sources that have been looked at."""
TARGET = 2.0
"""Times as many as chance finds among the first hundred."""


def play(
    catalogue: aal.Catalogue, columns: list[str], strategy: str, seed: int, n: int
) -> np.ndarray:
    """Whether each of the first n that a strategy asks for is sought."""
    wanted = dict(zip(catalogue.ids.tolist(), catalogue.column_labels == SOUGHT, strict=True))
    session = aal.Session(
        catalogue,
        features=aal.FeatureRecipe(columns=columns),
        task=aal.Task([SOUGHT]),
        split=Split(validation=0.0, test=0.0, seed=seed),
        seed=seed,
    )
    with session:
        if strategy == "random":
            return np.array([wanted[one] for one in session.query(n, strategy=strategy)])
        found = []
        for _ in range(n):
            (source,) = session.query(strategy=strategy)
            found.append(wanted[source])
            session.score_interest(source, 5 if wanted[source] else 0)
        return np.array(found)


def curves(one: LabelledSet, options: argparse.Namespace) -> pd.DataFrame:
    """How many are found, by strategy, seed and number looked at."""
    raw, morphology, _ = measured(one.catalogue, options.cache)
    parts = []
    for seed in range(options.seeds):
        catalogue, names = with_pictures(one, raw, morphology, seed, options.n_components)
        for strategy in options.strategies:
            file = options.cache / f"anomalies, {strategy}, seed {seed}, {max(AT)}.npy"
            if not file.exists():
                np.save(file, play(catalogue, names[BOTH], strategy, seed, max(AT)))
            found = np.load(file).cumsum()
            print(f"{strategy}, seed {seed}: {found[-1]} among {max(AT)}", flush=True)
            parts += [(strategy, seed, n, int(found[n - 1])) for n in AT]
    return pd.DataFrame(parts, columns=["strategy", "seed", "n", "found"])


def table_of(found: pd.DataFrame, share: float) -> str:
    """Means over the seeds, and how they compare with chance."""
    header = ["strategy", *(f"found in {n}" for n in AT), f"least and most in {max(AT)}"]
    header.append(f"times chance in {max(AT)}")
    by_chance = [f"{share * n:.1f}" for n in AT]
    rows = [["chance, as expected", *by_chance, "", "1.0"]]
    for strategy, own in found.groupby("strategy", sort=False):
        mean = own.groupby("n")["found"].mean()
        last = own.loc[own["n"] == max(AT), "found"]
        times = last.mean() / (share * max(AT))
        row = [f"`{strategy}`", *(f"{mean[n]:.1f}" for n in AT)]
        rows.append([*row, f"{last.min()} to {last.max()}", f"{times:.1f}"])
    return markdown_table(header, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--n-components", type=int, default=32)
    parser.add_argument("--strategies", nargs="+", choices=STRATEGIES, default=list(STRATEGIES))
    options = parser.parse_args(arguments)
    options.cache.mkdir(parents=True, exist_ok=True)
    whole = galaxyzoo_jpeg()
    table = whole.catalogue.table[~developed_on(whole.catalogue.ids)].reset_index(drop=True)
    catalogue = aal.Catalogue.from_table(table, id="source", label="class", name="galaxies")
    one = LabelledSet(whole.name, catalogue, whole.features, whole.task)
    share = float(np.mean(catalogue.column_labels == SOUGHT))
    found = curves(one, options)
    text = (
        f"Written by `benchmarks/anomalies.py`. {len(catalogue)} galaxies of `{one.name}`, "
        f"{share:.1%} of them mergers, by {options.n_components} components of the embedding and "
        f"11 numbers of morphology. They are asked for one at a time, without any label; mergers "
        f"are scored 5 and all else 0. Means over {options.seeds} seeds. Target: {TARGET:g} times "
        f"chance among the first {max(AT)}. What it takes: "
        f"[Query strategies](how_to_strategies.md#anomalies). {MACHINE}."
    )
    put_section(HEADING, f"{text}\n\n{table_of(found, share)}")


if __name__ == "__main__":
    main()
