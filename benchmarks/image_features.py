"""How many labels numbers measured on pictures save, beside those that the catalogue came with.

    python benchmarks/image_features.py --cache ~/curves

Galaxies of five kinds with a picture each. How the pictures are prepared for the embedding was
chosen on a quarter of them, told by a hash of their id; that quarter plays no part here. For each
seed, the components of the embedding are fitted to the sources that are not held out. What is
measured on the pictures, and finished curves, are kept in the cache, which belongs to one version
of the code. Writes its section of
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from labelled_sets import DATA, LabelledSet, galaxyzoo_jpeg
from PIL import Image
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal
from napari_astro_al.catalogue.ids import id_hashes
from napari_astro_al.learning import LearnerRecipe, Split
from napari_astro_al.simulation import labels_to
from napari_astro_al.simulation.report import middle
from napari_astro_al.simulation.setting import Setting
from napari_astro_al.vision import (
    QUANTITIES,
    Components,
    measure,
    prepared,
    pretrained,
    raw_features,
)

HEADING = "Numbers measured on pictures"
PICTURES = DATA / "galaxyzoo1_jpeg" / "images"
DEVELOPED_ON = 12_345
"""Seed of the hash that tells the quarter on which the embedding was developed."""
GIVEN, EMBEDDING, MORPHOLOGY = "43 given", "embedding", "morphology"
BOTH, ALL = "embedding and morphology", "all three"
LEARNERS = {
    "logistic regression": LearnerRecipe("logistic_regression", strategy="margin"),
    "auto": LearnerRecipe(),
}
FEATURES = {"logistic regression": (GIVEN, EMBEDDING, MORPHOLOGY, BOTH, ALL)}
"""What each plays with; the two that are compared first by default: auto takes a minute a curve."""
SHARES = (40, 80)
"""Labels of the given features whose macro-F1 is to be reached."""


def developed_on(ids: np.ndarray) -> np.ndarray:
    """Which sources are left out."""
    return id_hashes(ids, DEVELOPED_ON) < np.uint64(2**62)


def measured(catalogue: aal.Catalogue, folder: Path) -> tuple[np.ndarray, pd.DataFrame, str]:
    """The network's numbers and the morphology of every source, and how long they took."""
    file = folder / "pictures.npz"
    if not file.exists():
        network = pretrained()
        raw, rows = [], []
        seconds = {"embedding": 0.0, "morphology": 0.0}
        for source in catalogue.ids:
            pixels = np.asarray(Image.open(PICTURES / f"{source}.jpeg").convert("RGB"))
            begun = time.process_time()
            raw.append(raw_features(network, prepared(pixels, pixels)[np.newaxis])[0])
            between = time.process_time()
            rows.append([getattr(measure(pixels), name) for name in QUANTITIES])
            seconds["embedding"] += between - begun
            seconds["morphology"] += time.process_time() - between
        n = len(catalogue)
        np.savez(file, raw=raw, rows=rows, **{key: one / n for key, one in seconds.items()})
    with np.load(file) as kept:
        morphology = pd.DataFrame(kept["rows"].astype(np.float32), columns=list(QUANTITIES))
        cost = (
            f"{kept['embedding']:.2f} s of one core a picture for the embedding, "
            f"{kept['morphology']:.2f} s for the morphology"
        )
        return kept["raw"], morphology.drop(columns="flag"), cost


def with_pictures(
    one: LabelledSet, raw: np.ndarray, morphology: pd.DataFrame, seed: int, n_components: int
) -> tuple[aal.Catalogue, dict[str, list[str]]]:
    """The catalogue with all columns, fitted to what this seed does not hold out."""
    setting = Setting.of(one.catalogue, one.features, one.task, seed=seed)
    values = Components.fit(raw[setting.pool_rows], n_components).of(raw)
    embedding = pd.DataFrame(values, columns=[f"embedding_{k + 1}" for k in range(n_components)])
    table = pd.concat([embedding, morphology], axis=1).set_index(pd.Index(one.catalogue.ids))
    given = list(one.features.columns or ())
    names = {GIVEN: given, EMBEDDING: list(embedding), MORPHOLOGY: list(morphology)}
    names[BOTH] = names[EMBEDDING] + names[MORPHOLOGY]
    names[ALL] = given + names[BOTH]
    return one.catalogue.with_columns(table), names


def play(
    one: LabelledSet,
    raw: np.ndarray,
    morphology: pd.DataFrame,
    learner: str,
    options: argparse.Namespace,
) -> pd.DataFrame:
    """Curves of the choices of features, each a session that its label column answers."""
    parts = []
    for seed in range(options.seeds):
        catalogue, names = with_pictures(one, raw, morphology, seed, options.n_components)
        for arm in FEATURES.get(learner, (GIVEN, EMBEDDING)):
            file = options.cache / f"{learner}, {arm}, seed {seed}, {options.n_labels}.parquet"
            if not file.exists():
                session = aal.Session(
                    catalogue,
                    features=aal.FeatureRecipe(columns=names[arm]),
                    task=one.task,
                    learner=LEARNERS[learner],
                    split=Split(validation=0.0, test=0.3, seed=seed),
                )
                curve = aal.simulate(
                    session,
                    oracle=aal.ColumnOracle(catalogue),
                    n_labels=options.n_labels,
                    seed=seed,
                )
                curve[["n_labels", "f1"]].to_parquet(file)
            parts.append(pd.read_parquet(file).assign(arm=arm, seed=seed))
        print(f"{learner}: seed {seed} played", flush=True)
    return pd.concat(parts, ignore_index=True)


def table_of(curves: pd.DataFrame) -> str:
    """Scores at some numbers of labels, and labels to the score of the given features."""
    at = sorted({*SHARES, int(curves["n_labels"].max())})
    mean = curves.groupby(["arm", "n_labels"])["f1"].mean()
    needed = {}
    for n in SHARES:
        goal = {int(k): float(v) for k, v in _at(curves, GIVEN, n).items()}
        needed[n] = labels_to(curves, goal)
    header = ["features", *(f"macro-F1 at {n}" for n in at)]
    header += [f"labels to what the {GIVEN} give at {n}" for n in SHARES]
    rows = []
    for arm in curves["arm"].unique():
        row = [arm, *(f"{mean[arm, n]:.3f}" for n in at)]
        row += [_needed(needed[n], arm, max(at)) for n in SHARES]
        rows.append(row)
    return markdown_table(header, rows)


def _at(curves: pd.DataFrame, arm: str, n: int) -> pd.Series:
    own = curves[(curves["arm"] == arm) & (curves["n_labels"] == n)]
    return own.set_index("seed")["f1"]


def _needed(needed: pd.DataFrame, arm: str, most: int) -> str:
    """The median over the seeds, and in how many of them it is less than with the given."""
    labels = middle(needed[arm].to_numpy())
    text = f"{labels:.0f}" if np.isfinite(labels) else f"> {most}"
    if arm == GIVEN:
        return text
    fewer = int((needed[arm] < needed[GIVEN]).sum())
    return f"{text} (fewer in {fewer} of {len(needed)})"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--n-labels", type=int, default=100)
    parser.add_argument("--n-components", type=int, default=32)
    parser.add_argument("--learners", nargs="+", choices=LEARNERS, default=list(LEARNERS))
    options = parser.parse_args(arguments)
    options.cache.mkdir(parents=True, exist_ok=True)
    whole = galaxyzoo_jpeg()
    kept = ~developed_on(whole.catalogue.ids)
    table = whole.catalogue.table[kept].reset_index(drop=True)
    catalogue = aal.Catalogue.from_table(table, id="source", label="class", name="galaxies")
    one = LabelledSet(whole.name, catalogue, whole.features, whole.task)
    raw, morphology, cost = measured(catalogue, options.cache)
    texts = [
        f"Written by `benchmarks/image_features.py`, played by `aal.simulate`: "
        f"{len(catalogue)} galaxies of `{one.name}` in {len(one.task.classes)} classes, of which "
        f"three tenths are held out; {options.seeds} seeds, each with another split; "
        f"{options.n_components} components of the embedding, 11 numbers of morphology. "
        f"Means over seeds; labels are medians. {cost}. {MACHINE}.",
    ]
    for name in options.learners:
        curves = play(one, raw, morphology, name, options)
        texts.append(f"### {LEARNERS[name].model}, strategy {LEARNERS[name].strategy}")
        texts.append(table_of(curves))
    put_section(HEADING, "\n\n".join(texts))


if __name__ == "__main__":
    main()
