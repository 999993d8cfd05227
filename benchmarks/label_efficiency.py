"""How many labels the default learner needs, beside AstronomicAL's set-up and random queries.

    python benchmarks/label_efficiency.py --cache ~/curves
    python benchmarks/label_efficiency.py --cache ~/curves --sets sdss_dr14 w5 --arms auto random
    python benchmarks/label_efficiency.py --cache ~/curves --finished

Finished curves are kept in the cache under a name that everything decides which made them, so that
a second run only plays what is new: after a change of what "auto" chooses, those of "auto" and
"random". Writes its section of docs/benchmarks.md and docs/images/label_efficiency.svg when all
sets are there, and prints them in any case.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from labelled_sets import SETS, LabelledSet
from report import MACHINE, markdown_table, put_section

from napari_astro_al.learning import LearnerRecipe, auto_model, auto_strategy
from napari_astro_al.simulation import (
    AllLabels,
    Arm,
    AstronomicAL,
    Learning,
    Panel,
    areas,
    bands,
    figure,
    labels_to,
    labels_until,
    paired,
    saved,
)
from napari_astro_al.simulation.cache import CurveCache, content_digest
from napari_astro_al.simulation.compare import compare_job
from napari_astro_al.simulation.report import middle
from napari_astro_al.simulation.runs import Run
from napari_astro_al.simulation.setting import Setting

HEADING = "Labels needed"
FIGURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "label_efficiency.svg"
CEILING = "all labels"
OURS, TOLD, RANDOM, PEER = "auto", "auto, same start", "random", "AstronomicAL"
ARMS: dict[str, Arm] = {
    OURS: Learning(LearnerRecipe()),
    TOLD: Learning(LearnerRecipe(), start=AstronomicAL.start),
    RANDOM: Learning(LearnerRecipe(strategy="random")),
    PEER: AstronomicAL(),
    "logistic, margin": Learning(LearnerRecipe("logistic_regression", strategy="margin")),
    "forest, margin": Learning(LearnerRecipe("random_forest", strategy="margin")),
    "forest, random": Learning(LearnerRecipe("random_forest", strategy="random")),
}
TOLD_ALL = (TOLD, PEER)
"""Arms that are told one source of each class before they ask."""
MAIN = (OURS, TOLD, RANDOM, PEER)
SHARE = 0.95
AT = (10, 20, 50, 100)
HALFWAY = 100
ALPHA = 0.05
FOUND = 5


@dataclass(frozen=True)
class Measured:
    """One set: curves of its arms, and the scores that all labels of each seed's pool give."""

    name: str
    rare: str
    curves: pd.DataFrame
    ceiling: pd.Series[float]

    @property
    def n_labels(self) -> int:
        return int(self.curves["n_labels"].max())

    @property
    def arms(self) -> list[str]:
        return list(self.curves["arm"].unique())

    def common(self, *arms: str) -> pd.DataFrame:
        """Curves of arms with the seeds that all of them have."""
        own = self.curves[self.curves["arm"].isin(arms)]
        seeds = set.intersection(*(set(part["seed"]) for _, part in own.groupby("arm")))
        return own[own["seed"].isin(seeds)]

    def needed(self) -> dict[str, np.ndarray]:
        """Labels to the target, a seed, by arm; infinite where it is not reached."""
        goal = (SHARE * self.ceiling).to_dict()
        table = labels_to(self.curves, goal)
        seeds = {arm: set(part["seed"]) for arm, part in self.curves.groupby("arm")}
        return {arm: table[arm][sorted(seeds[arm])].to_numpy() for arm in self.arms}


def measure(
    one: LabelledSet, arms: Sequence[str], options: argparse.Namespace, peer_seeds: int
) -> Measured:
    """Play what is not in the cache, or nothing where only what is finished is wanted."""
    parts = []
    n_seeds = {CEILING: max(options.seeds, peer_seeds)}
    n_seeds |= {name: peer_seeds if name in TOLD_ALL else options.seeds for name in arms}
    for name, number_of_seeds in n_seeds.items():
        arm = AllLabels() if name == CEILING else ARMS[name]
        seeds = [
            seed
            for seed in range(number_of_seeds)
            if not options.finished or is_finished(one, name, arm, seed, options)
        ]
        if not seeds:
            continue
        job = compare_job(
            one.catalogue,
            {name: arm},
            features=one.features,
            task=one.task,
            seeds=seeds,
            n_labels=options.n_labels,
            cache=options.cache,
            processes=options.processes,
        )
        while True:
            try:
                told = next(job)
            except StopIteration as stop:
                parts.append(stop.value)
                break
            if sys.stderr.isatty():
                print(
                    f"\r{one.name}: {told.message} {told.done}/{told.total}".ljust(78),
                    end="",
                    file=sys.stderr,
                )
    ceiling = parts[0].set_index("seed")["f1"]
    curves = pd.concat(parts[1:], ignore_index=True)
    return Measured(one.name, one.rare, curves, ceiling)


def is_finished(
    one: LabelledSet, name: str, arm: Arm, seed: int, options: argparse.Namespace
) -> bool:
    """Whether the cache has the curve of an arm."""
    setting = Setting.of(one.catalogue, one.features, one.task, seed=seed)
    cache = CurveCache(options.cache.expanduser())
    run = Run(name, arm, seed, options.n_labels, content_digest(setting), cache)
    return run.finished(setting) is not None


def number(labels: float, most: int) -> str:
    return f"{labels:.0f}" if np.isfinite(labels) else f"> {most}"


def target_table(sets: Sequence[Measured]) -> str:
    """Labels to the target and areas, by set and arm."""
    header = ["set", "arm", "seeds", f"labels to {SHARE:.0%} of all labels' macro-F1"]
    header += ["seeds that reach it", "as a share of AstronomicAL's", "area under curve"]
    rows = []
    for one in sets:
        needed, area = one.needed(), areas(one.curves)
        for arm in one.arms:
            theirs = middle(needed[PEER]) if PEER in needed else np.inf
            ours = middle(needed[arm])
            share = f"{ours / theirs:.2f}" if np.isfinite([ours, theirs]).all() else "–"
            if np.isinf(theirs) and np.isfinite(ours) and PEER in needed:
                share = f"< {ours / one.n_labels:.2f}"
            reached = int(np.isfinite(needed[arm]).sum())
            own = area[arm].dropna()
            labels = number(ours, one.n_labels)
            spread = f"{own.mean():.3f} ± {own.std():.3f}"
            counted = f"{reached} of {len(own)}"
            rows.append([one.name, arm, str(len(own)), labels, counted, share, spread])
    return markdown_table(header, rows)


def against_table(sets: Sequence[Measured], other: str) -> str:
    """Paired differences in macro-F1 of "auto" and another arm."""
    header = ["set", "seeds", *(f"at {n} labels" for n in AT), "area", "labels saved"]
    rows = []
    for one in sets:
        both = one.common(OURS, other)
        table = paired(both, OURS, other, AT).set_index("n_labels")
        cells = []
        for n in AT:
            if n not in table.index:
                cells.append("–")
                continue
            row = table.loc[n]
            mark = "" if row["p_holm"] >= ALPHA else " (+)" if row["difference"] > 0 else " **(−)**"
            cells.append(f"{row['difference']:+.3f}{mark}".replace("-", "−"))
        area = areas(both)
        gap = f"{(area[OURS] - area[other]).mean():+.3f}".replace("-", "−")
        spared = [saved(both, OURS, other, n) for n in milestones(one.n_labels)]
        said = " / ".join(f"{share:.0%}" if np.isfinite(share) else "none" for share in spared)
        rows.append([one.name, str(both["seed"].nunique()), *cells, gap, said.replace("-", "−")])
    return markdown_table(header, rows)


def milestones(n_labels: int) -> list[int]:
    """Numbers of labels at which the other arm is caught up with."""
    return sorted({min(HALFWAY, n_labels), n_labels})


def rare_table(sets: Sequence[Measured]) -> str:
    """How soon sources of a rare class are found, and how well they are then told."""
    header = ["set", "arm", f"labels until the {FOUND}th {{}}", "average precision at 100 labels"]
    rows = []
    for one in sets:
        found = labels_until(one.curves, one.rare, FOUND)
        for arm in one.arms:
            own = one.curves[one.curves["arm"] == arm]
            until = found.loc[sorted(set(own["seed"])), arm].to_numpy()
            at = own[own["n_labels"] == min(100, one.n_labels)][f"average_precision_{one.rare}"]
            labels = number(middle(until), one.n_labels)
            rows.append([one.name, arm, labels, f"{at.mean():.3f} ± {at.std():.3f}"])
    header[2] = header[2].format(sets[0].rare)
    return markdown_table(header, rows)


def section(sets: Sequence[Measured], options: argparse.Namespace) -> str:
    """What goes into the page."""
    arms = sets[0].arms
    text = [
        f"Written by `benchmarks/label_efficiency.py`; {MACHINE}; version {auto_model.VERSION} of "
        f'the models of "auto" and {auto_strategy.VERSION} of its queries. What is played and what '
        "the arms are: [Simulation](how_to_simulate.md). Three tenths of the sources are held out "
        f"of everything; {options.n_labels} labels are given. The target is {SHARE:.0%} of the "
        "macro-F1 of a forest of 200 trees that learns all labels of the pool, seed by seed; "
        "labels are the median over the seeds, of which one that never reaches it counts as "
        "infinitely many; ± is the standard deviation over the seeds.",
        "![Mean macro-F1 on held-out sources against the number of labels, with the 95 % interval "
        "of the mean over seeds; dashed, the target](images/label_efficiency.svg)",
        target_table(sets),
    ]
    for other, words in ((PEER, "AstronomicAL's set-up"), (RANDOM, "random queries, same models")):
        if OURS in arms and other in arms:
            text += [
                f'"auto" less {words}: difference in macro-F1, mean over the seeds that both have; '
                f"(+) and (−) where it is significant at {ALPHA:.0%}, paired over seeds, corrected "
                "for the four numbers of labels (Holm). Labels saved: to be as good as the other "
                f"after {' / '.join(map(str, milestones(options.n_labels)))} labels, on the mean "
                "curves.",
                against_table(sets, other),
            ]
    rare = [one for one in sets if one.rare]
    if rare:
        text += ["Where one class is rare:", rare_table(rare)]
    return "\n\n".join(text)


def drawn(sets: Sequence[Measured]) -> str:
    panels = []
    for one in sets:
        main = one.curves[one.curves["arm"].isin(MAIN)]
        main = main if len(main) else one.curves
        panels.append(Panel(one.name, bands_of(main), float(SHARE * one.ceiling.mean())))
    return figure(panels, columns=3)


def bands_of(curves: pd.DataFrame) -> pd.DataFrame:
    """Bands of arms that need not have the same seeds."""
    return pd.concat([bands(part) for _, part in curves.groupby("arm", sort=False)])


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=[*SETS], default=[*SETS])
    parser.add_argument("--arms", nargs="+", choices=[*ARMS], default=[*ARMS])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--peer-seeds", type=int, default=None, help="of arms told of each class")
    parser.add_argument("--n-labels", type=int, default=200)
    parser.add_argument("--cache", type=Path, required=True, help="folder of finished curves")
    parser.add_argument("--processes", type=int, default=None)
    parser.add_argument(
        "--finished", action="store_true", help="play nothing: what is in the cache"
    )
    parser.add_argument("--no-page", action="store_true", help="write nothing but the cache")
    return parser.parse_args()


def main() -> None:
    given = options()
    peer_seeds = given.seeds if given.peer_seeds is None else given.peer_seeds
    sets = [measure(SETS[name](), given.arms, given, peer_seeds) for name in given.sets]
    text = section(sets, given)
    print(text)
    if not given.no_page and given.sets == [*SETS]:
        FIGURE.write_text(drawn(sets), encoding="utf-8")
        put_section(HEADING, text)


if __name__ == "__main__":
    main()
