"""Many ways to learn, each played with many seeds."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import pandas as pd

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import SessionError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.simulation.arms import Arm, Learning
from napari_astro_al.simulation.cache import CurveCache, content_digest
from napari_astro_al.simulation.playing import under
from napari_astro_al.simulation.runs import Run, play_run_job
from napari_astro_al.simulation.setting import Setting
from napari_astro_al.simulation.workers import in_processes_job


@dataclass(frozen=True)
class Comparison:
    """Everything that is to be played, and where finished curves are kept.

    Parameters
    ----------
    setting : Setting
        Parted anew by each seed.
    arms : mapping of str to Arm
    seeds : tuple of int
    n_labels : int
    cache : CurveCache or None
    """

    setting: Setting
    arms: Mapping[str, Arm]
    seeds: tuple[int, ...]
    n_labels: int
    cache: CurveCache | None

    def runs(self) -> Iterator[Run]:
        """All arms with the first seed, then with the next."""
        content = content_digest(self.setting)
        for seed in self.seeds:
            for name, arm in self.arms.items():
                yield Run(name, arm, seed, self.n_labels, content, self.cache)


def compare(
    catalogue: Catalogue,
    arms: Mapping[str, Arm | LearnerRecipe],
    *,
    features: FeatureRecipe | None = None,
    task: Task | None = None,
    split: Split | None = None,
    seeds: Iterable[int] = range(10),
    n_labels: int = 100,
    cache: str | PathLike[str] | None = None,
    processes: int | None = None,
) -> pd.DataFrame:
    """Play several ways to learn on a labelled catalogue, each with several seeds.

    Parameters
    ----------
    catalogue : Catalogue
        With a label column, which answers all questions.
    arms : mapping of str to LearnerRecipe or Arm
        What to compare, by name. An arm that is no learner of a session: `AstronomicAL`.
    features : FeatureRecipe, optional
        The same for all arms.
    task : Task, optional
    split : Split, optional
        Its test part is what learners are scored on; three tenths by default. A seed parts the
        sources anew.
    seeds : iterable of int
        Of split, start, models and queries: what one seed gives does not depend on the others.
    n_labels : int
        Definite labels to give; a curve is shorter where the pool is.
    cache : path-like, optional
        A folder that keeps each finished curve as a Parquet file named by everything that made
        it, so that it is never played again and a comparison that was stopped goes on.
    processes : int, optional
        How many curves are played at the same time, each in a process of one thread; by default
        one a processor core. 1: here, one after the other. Strategies and models registered in
        the main script are known to other processes only where the script registers them when
        imported, and it must start its work under ``if __name__ == "__main__":``.

    Returns
    -------
    pandas.DataFrame
        arm, seed, n_labels, then the source that was asked for, its class, and the scores on
        held-out sources of the learner that has seen so many labels (see `held_out_scores`).

    Raises
    ------
    SessionError
        If there is nothing to play, or a number is not possible.
    LearnerError
        If an arm holds what no file can.
    JobError
        If other processes cannot be started or end before their work is done.
    """
    return drain(
        compare_job(
            catalogue,
            arms,
            features=features,
            task=task,
            split=split,
            seeds=seeds,
            n_labels=n_labels,
            cache=cache,
            processes=processes,
        )
    )


def compare_job(
    catalogue: Catalogue,
    arms: Mapping[str, Arm | LearnerRecipe],
    *,
    features: FeatureRecipe | None = None,
    task: Task | None = None,
    split: Split | None = None,
    seeds: Iterable[int] = range(10),
    n_labels: int = 100,
    cache: str | PathLike[str] | None = None,
    processes: int | None = None,
) -> Job[pd.DataFrame]:
    """The work of `compare`; its progress counts labels."""
    keyed = tuple(dict.fromkeys(whole_number(one, "A seed", SessionError) for one in seeds))
    number = whole_number(n_labels, "n_labels", SessionError)
    if number < 1 or not keyed or not arms:
        raise SessionError(
            f"A comparison needs arms, seeds and labels from 1 on; there are {len(arms)} arms, "
            f"{len(keyed)} seeds, {number} labels."
        )
    n_processes = whole_number(processes or os.cpu_count() or 1, "processes", SessionError)
    if n_processes < 1:
        raise SessionError(f"processes must be 1 or more, not {n_processes}.")
    comparison = Comparison(
        Setting.of(catalogue, features, task, split),
        {
            name: Learning(arm) if isinstance(arm, LearnerRecipe) else arm
            for name, arm in arms.items()
        },
        keyed,
        number,
        None if cache is None else CurveCache(Path(cache).expanduser()),
    )
    return guarded(_compare(comparison, n_processes), "compare ways to learn")


def _compare(comparison: Comparison, processes: int) -> Job[pd.DataFrame]:
    yield Progress("Looking for finished curves")
    setting, runs = comparison.setting, list(comparison.runs())
    curves: dict[Run, pd.DataFrame] = {}
    for run in runs:
        found = run.finished(setting.with_seed(run.seed))
        if found is not None:
            curves[run] = found
    left = [run for run in runs if run not in curves]
    if processes == 1 or len(left) < 2:
        for done, run in enumerate(left):
            progress = Progress(f"Playing {run.name}, seed {run.seed}", done, len(left))
            curves[run] = yield from under(play_run_job(run, setting), progress)
    else:
        curves |= yield from in_processes_job(left, setting, processes)
    tables = []
    for run in runs:
        table = curves[run].copy()
        table.insert(0, "seed", run.seed)
        table.insert(0, "arm", run.name)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
