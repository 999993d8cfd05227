"""How often the 95 % intervals of estimates cover the truth, over many simulated sessions.

Each session has a catalogue of its own: three classes, one of them rare, that overlap. Labels are
asked for by margin, ten at a time, by a ridge regression on squares of two features; a survey
sample is drawn before, never trains, and is answered. Then the estimates of the project say what is
true of the catalogue, and what is true is known.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from report import MACHINE, markdown_table, put_section

from napari_astro_al.learning.catalogue_estimates import (
    Estimate,
    Said,
    difference_estimates,
    naive_estimates,
    weighted_estimates,
)
from napari_astro_al.learning.probability_sample import (
    Design,
    ProbabilitySample,
    drawing_chances,
    weighted_order,
)

CLASSES = ("A", "B", "C")
SHARES = (0.6, 0.3, 0.1)
CENTRES = np.array([[0.0, 0.0], [2.2, 0.5], [0.5, 2.2]])
N_SOURCES, N_SURVEY = 4_000, 200
ROUNDS, BATCH, START = 6, 10, 9
DESIGNS: tuple[Design, ...] = ("simple", "stratified", "weighted")
DRAWN = {
    "simple": "at random",
    "stratified": "stratified by predicted class",
    "weighted": "by the model's doubt",
}
Floats = npt.NDArray[np.float64]
Key = tuple[str, str]


def squares(x: Floats) -> Floats:
    """What the model sees: two features, their squares and their product."""
    ones = np.ones((len(x), 1))
    return np.hstack([ones, x, x**2, x[:, :1] * x[:, 1:]])


def probabilities(z: Floats, labelled: npt.NDArray[np.int64], y: npt.NDArray[np.int64]) -> Floats:
    """A ridge regression on the classes, as shares."""
    seen, wanted = z[labelled], np.eye(len(CLASSES))[y[labelled]]
    weights = np.linalg.solve(seen.T @ seen + 0.3 * np.eye(z.shape[1]), seen.T @ wanted)
    scores = 4 * (z @ weights)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def played(design: Design, seed: int) -> tuple[dict[Key, float], list[Estimate]]:
    """One session: what is true at its end, and what is estimated."""
    rng = np.random.default_rng(seed)
    y = rng.choice(len(CLASSES), size=N_SOURCES, p=SHARES)
    z = squares(CENTRES[y] + rng.normal(size=(N_SOURCES, 2)))
    start = [
        rng.choice(np.flatnonzero(y == k), START // 3, replace=False) for k in range(len(CLASSES))
    ]
    labelled = np.concatenate(start)
    said = probabilities(z, labelled, y)

    keys = rng.integers(0, 2**64, size=N_SOURCES, dtype=np.uint64)
    if design == "simple":
        drawn = np.argsort(keys)[:N_SURVEY]
        sample = ProbabilitySample.simple(N_SURVEY, N_SOURCES)
    elif design == "stratified":
        stratum, order = said.argmax(axis=1), np.argsort(keys)
        drawn = np.concatenate([order[stratum[order] == k][: N_SURVEY // 3] for k in range(3)])
        sample = ProbabilitySample.stratified(stratum[drawn], np.bincount(stratum, minlength=3))
    else:
        chances = drawing_chances(1 - said.max(axis=1))
        drawn = weighted_order(keys, chances, N_SURVEY)
        sample = ProbabilitySample.weighted(chances[drawn], N_SOURCES)

    labelled = labelled[~np.isin(labelled, drawn)]
    for _ in range(ROUNDS):
        first, second = -np.partition(-said, 1, axis=1)[:, :2].T
        margin = first - second
        margin[labelled] = margin[drawn] = np.inf
        labelled = np.concatenate([labelled, np.argpartition(margin, BATCH)[:BATCH]])
        said = probabilities(z, labelled, y)

    predicted = said.argmax(axis=1)
    estimates = [
        *weighted_estimates(sample, y[drawn], predicted[drawn], CLASSES),
        *difference_estimates(sample, y[drawn], said[drawn], Said.of(said), CLASSES),
        *naive_estimates(y[labelled], cross_validated(z, labelled, y), CLASSES),
    ]
    return truth(y, predicted), estimates


def cross_validated(
    z: Floats, labelled: npt.NDArray[np.int64], y: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Predicted classes of the labelled sources, by models that have not seen them."""
    found = np.empty(len(labelled), dtype=np.int64)
    for fold in range(5):
        out = np.arange(len(labelled)) % 5 == fold
        said = probabilities(z, labelled[~out], y)
        found[out] = said[labelled[out]].argmax(axis=1)
    return found


def truth(y: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]) -> dict[Key, float]:
    """What is true of the whole catalogue."""
    true = {("accuracy", ""): float(np.mean(y == predicted))}
    for place, name in enumerate(CLASSES):
        taken = predicted == place
        true["purity", name] = float(np.mean(y[taken] == place)) if taken.any() else np.nan
        true["completeness", name] = float(np.mean(predicted[y == place] == place))
        true["fraction", name] = float(np.mean(y == place))
    return true


def coverage(n_sessions: int) -> Iterator[tuple[Design, str, str, str, float, float, float]]:
    """Design, estimator, quantity, class, and of it: covered, mean width, mean error."""
    for design in DESIGNS:
        told: dict[tuple[str, str, str], list[tuple[bool, float, float]]] = defaultdict(list)
        for seed in range(n_sessions):
            true, estimates = played(design, seed)
            for one in estimates:
                is_true = true[one.quantity, one.name]
                if np.isfinite(is_true) and np.isfinite(one.value):
                    covers = one.low <= is_true <= one.high
                    key = (one.estimator, one.quantity, one.name)
                    told[key].append((covers, one.high - one.low, one.value - is_true))
        for key, rows in told.items():
            yield (design, *key, *np.mean(np.array(rows, dtype=np.float64), axis=0).tolist())


def report(n_sessions: int) -> str:
    """The section of the page."""
    began = time.perf_counter()
    rows = list(coverage(n_sessions))
    seconds = time.perf_counter() - began
    lines = []
    for design in DESIGNS:
        for estimator in dict.fromkeys(row[1] for row in rows if row[0] == design):
            for quantity in ("accuracy", "purity", "completeness", "fraction"):
                of = [
                    row for row in rows if (row[0], row[1], row[2]) == (design, estimator, quantity)
                ]
                covered, width, error = (
                    " / ".join(_number(row[place], place) for row in of) for place in (4, 5, 6)
                )
                lines.append([DRAWN[design], estimator, quantity, covered, width, error])
    header = ["drawn", "estimator", "quantity", "covered, %", "mean width, %", "mean error, %"]
    text = (
        f"Written by `benchmarks/interval_coverage.py`; {MACHINE}; {len(DESIGNS)} x {n_sessions:,} "
        f"simulated sessions in {seconds:.0f} s. How often 95 % intervals cover what is true of "
        f"the whole catalogue: {N_SOURCES:,} sources of three classes (60 %, 30 % and 10 %), "
        f"{START + ROUNDS * BATCH} labels asked for by margin, {N_SURVEY} answers to a survey "
        "sample. Classes side by side, the rare one last. What is naive takes the labels that "
        "active learning asked for as a fair sample, scored by cross-validation. Formulas: "
        "[Honest numbers](honest_metrics.md)."
    )
    return f"{text}\n\n{markdown_table(header, lines)}"


def _number(value: float, place: int) -> str:
    return f"{100 * value:+.1f}" if place == 6 else f"{100 * value:.1f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=2_000)
    put_section("Coverage of intervals", report(parser.parse_args().sessions))
