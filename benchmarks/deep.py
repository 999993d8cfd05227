"""What networks of PyTorch learn from few labels, on the processor, beside "auto".

    python benchmarks/deep.py --cache ~/deep-curves

Needs PyTorch. Sessions are played by their label columns: SDSS DR14 by five magnitudes and their
colours, Galaxy Zoo's pictures by their pixels and by the embedding of a frozen network. Finished
curves are kept in the cache, which belongs to one version of the code. Writes its section of
docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from labelled_sets import DATA, LabelledSet, galaxyzoo_jpeg, sdss
from PIL import Image
from report import MACHINE, markdown_table, put_section

import napari_astro_al as aal
from napari_astro_al.learning import LearnerRecipe, Split
from napari_astro_al.vision import Components, prepared, pretrained, raw_features, square_pixels

HEADING = "Networks of PyTorch"
PICTURES = DATA / "galaxyzoo1_jpeg" / "images"
SIDE = 24
N_COMPONENTS = 32
TABLE_ARMS = {
    "auto": LearnerRecipe(),
    "torch_mlp, margin": LearnerRecipe("torch_mlp", strategy="margin"),
    "torch_mlp, random": LearnerRecipe("torch_mlp", strategy="random"),
    "torch_mlp, 8 passes, bald": LearnerRecipe(("torch_mlp", {"passes": 8}), strategy="bald"),
    "torch_mlp, 4 members, bald": LearnerRecipe(("torch_mlp", {"members": 4}), strategy="bald"),
}
PIXEL_ARMS = {
    "torch_cnn on pixels, margin": LearnerRecipe("torch_cnn", strategy="margin"),
    "torch_cnn on pixels, random": LearnerRecipe("torch_cnn", strategy="random"),
}
HEAD_ARMS = {
    "torch_mlp on the embedding, margin": LearnerRecipe("torch_mlp", strategy="margin"),
    "logistic regression on the embedding, margin": LearnerRecipe(
        "logistic_regression", strategy="margin"
    ),
}


def shown(source: int) -> np.ndarray:
    """A galaxy's picture, as a screen shows it."""
    return np.asarray(Image.open(PICTURES / f"{source}.jpeg").convert("RGB"))


def with_columns(one: LabelledSet, values: np.ndarray, stem: str, scale: str) -> LabelledSet:
    """The same sources with these numbers as their only features."""
    names = [f"{stem}_{place + 1:04d}" for place in range(values.shape[1])]
    table = pd.DataFrame(values.astype(np.float32), columns=names)
    table = pd.concat([one.catalogue.table[["source", "class"]], table], axis=1)
    catalogue = aal.Catalogue.from_table(table, id="source", label="class", name=one.name)
    return LabelledSet(one.name, catalogue, aal.FeatureRecipe(columns=names, scale=scale), one.task)


def of_pixels(one: LabelledSet) -> LabelledSet:
    pixels = [square_pixels(shown(source), SIDE).ravel() for source in one.catalogue.ids]
    return with_columns(one, np.stack(pixels), "pixels", "none")


def of_embedding(one: LabelledSet, cache: Path) -> LabelledSet:
    """Components of what a frozen network sees, fitted to the pictures of all sources."""
    file = cache / "embedding.npy"
    if not file.exists():
        network = pretrained()
        raw = [
            raw_features(network, prepared(pixels, pixels)[np.newaxis])[0]
            for pixels in map(shown, one.catalogue.ids)
        ]
        np.save(file, np.stack(raw))
    raw = np.load(file, allow_pickle=False)
    return with_columns(one, Components.fit(raw, N_COMPONENTS).of(raw), "embedding", "robust")


def answered(session: aal.Session, n_labels: int, batch: int) -> pd.DataFrame:
    """Answer a session's queries from its label column, a batch at a time."""
    oracle = aal.ColumnOracle(session.catalogue)
    rows = []
    while len(session.labels) < n_labels:
        begun = time.perf_counter()
        asked = session.query(min(batch, n_labels - len(session.labels)))
        for source, label in zip(asked, oracle.label(asked), strict=True):
            session.annotate(source, label)
        if session.can_train():
            session.train()
            score = session.scores.query("split == 'validation'")["f1"].iloc[-1]
            rows.append((len(session.labels), score, time.perf_counter() - begun))
    return pd.DataFrame(rows, columns=["n_labels", "f1", "seconds"])


def play(
    one: LabelledSet, arms: dict[str, LearnerRecipe], n_labels: int, options: argparse.Namespace
) -> pd.DataFrame:
    """Curves of the arms, and the seconds that each batch took."""
    parts = []
    for arm, learner in arms.items():
        for seed in range(options.seeds):
            file = options.cache / f"{one.name}, {arm}, seed {seed}, {n_labels}.parquet"
            if not file.exists():
                session = aal.Session(
                    one.catalogue,
                    features=one.features,
                    task=one.task,
                    learner=learner,
                    split=Split(validation=0.3, test=0.0, seed=seed),
                    pool="labelled",
                )
                answered(session, n_labels, options.batch).to_parquet(file)
            parts.append(pd.read_parquet(file).assign(arm=arm, seed=seed))
        print(f"{one.name}: {arm} played", flush=True)
    return pd.concat(parts, ignore_index=True)


def table_of(curves: pd.DataFrame) -> str:
    """Scores at some numbers of labels, and what a batch took."""
    counts = np.unique(curves["n_labels"])
    chosen = [int(counts[counts <= share * counts[-1]][-1]) for share in (0.5, 0.75, 1.0)]
    rows = []
    for arm, own in curves.groupby("arm", sort=False):
        mean = own.groupby("n_labels")["f1"].mean()
        scores = [f"{mean[n]:.3f}" for n in chosen]
        rows.append([str(arm), *scores, f"{own['seconds'].mean():.2f}"])
    at = [f"macro-F1 at {n}" for n in chosen]
    return markdown_table(["model, strategy", *at, "seconds a batch"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--n-labels", type=int, default=100)
    parser.add_argument("--n-pictures", type=int, default=300)
    parser.add_argument("--batch", type=int, default=10)
    options = parser.parse_args(arguments)
    options.cache.mkdir(parents=True, exist_ok=True)
    galaxies = galaxyzoo_jpeg()
    sets: list[tuple[Callable[[], LabelledSet], dict[str, LearnerRecipe], int]] = [
        (sdss, TABLE_ARMS, options.n_labels),
        (lambda: of_pixels(galaxies), PIXEL_ARMS, options.n_pictures),
        (lambda: of_embedding(galaxies, options.cache), HEAD_ARMS, options.n_pictures),
    ]
    played = [play(make(), arms, n_labels, options) for make, arms, n_labels in sets]
    curves = [played[0], pd.concat(played[1:], ignore_index=True)]
    texts = [
        f"Written by `benchmarks/deep.py`, played in batches of "
        f"{options.batch}: {options.seeds} seeds, each with another split, three tenths held out; "
        f"means over seeds. PyTorch {torch.__version__} on the processor, one thread. Seconds are "
        f"those of a batch: queries, model and scores, while other programs ran. {MACHINE}.",
        "### SDSS DR14, five magnitudes and their colours",
        table_of(curves[0]),
        f"### Galaxy Zoo, {len(galaxies.catalogue)} pictures in {len(galaxies.task.classes)} "
        "classes",
        f"Pixels are {SIDE} x {SIDE} in three channels. The embedding is that of a network which "
        f"was trained on photographs, in {N_COMPONENTS} components that were fitted to all "
        "pictures, without their classes.",
        table_of(curves[1]),
    ]
    put_section(HEADING, "\n\n".join(texts))


if __name__ == "__main__":
    main()
