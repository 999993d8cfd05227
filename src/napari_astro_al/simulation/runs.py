"""One arm played with one seed, and kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from napari_astro_al.jobs import Job
from napari_astro_al.simulation.arms import AllLabels, Arm
from napari_astro_al.simulation.cache import CurveCache, recipe_of
from napari_astro_al.simulation.setting import Setting


@dataclass(frozen=True)
class Run:
    """What to play.

    Attributes
    ----------
    name : str
        Of the arm, for a person.
    arm : Arm
    seed : int
    n_labels : int
    content : str
        `content_digest` of the setting.
    cache : CurveCache or None
        Where the curve is kept.
    """

    name: str
    arm: Arm
    seed: int
    n_labels: int
    content: str
    cache: CurveCache | None

    def __hash__(self) -> int:
        return hash((self.name, self.seed))

    def made_of(self, setting: Setting) -> dict[str, Any]:
        """See `recipe_of`; the setting is parted by the run's seed."""
        return recipe_of(setting, self.content, self.arm.identity(setting))

    def length(self, setting: Setting) -> int:
        """How many labels the last row has if the pool suffices."""
        whole = isinstance(self.arm, AllLabels)
        return len(setting.pool_rows) if whole else self.n_labels

    def finished(self, setting: Setting) -> pd.DataFrame | None:
        """The curve, if it is kept; the setting is parted by the run's seed."""
        if self.cache is None:
            self.made_of(setting)
            return None
        return self.cache.find(self.made_of(setting), self.length(setting))


def play_run_job(run: Run, setting: Setting) -> Job[pd.DataFrame]:
    """Play a run on a setting that any seed has parted, and keep its curve."""
    parted = setting.with_seed(run.seed)
    made_of = run.made_of(parted)
    curve = (yield from run.arm.play_job(parted, run.n_labels)).table()
    if run.cache is not None:
        run.cache.keep(made_of, run.length(parted), curve)
    return curve
