"""AstronomicAL's own way of learning, of modAL and scikit-learn.

Stevens et al. 2021, Journal of Open Source Software 6, 3635.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.simulation.curve import Curve
from napari_astro_al.simulation.forest import Forest
from napari_astro_al.simulation.scaled import columns_of, scaled_features
from napari_astro_al.simulation.setting import Setting


@dataclass(frozen=True)
class AstronomicAL:
    """The set-up that AstronomicAL has by default, with every doubt in its favour.

    Random initial labels, a forest of a thousand trees, modAL's uncertainty sampling, and a new
    forest after every label. Features are those of the setting, missing values replaced by the
    pool's median, scaled by scikit-learn's ``RobustScaler`` fitted to the pool.

    AstronomicAL learns each class against the rest with labels, pool and queries of its own, and
    cannot start from features with missing values. Here one forest learns all classes from all
    labels; the initial labels hold every class at least once, however rare, which nobody could
    arrange without knowing them; and the learner is scored from the second label on.

    Parameters
    ----------
    n_trees : int
    start : int
        Initial labels; as many as there are classes where those are more.
    """

    VERSION: ClassVar[int] = 1
    n_trees: int = 1000
    start: int = 5

    def identity(self, setting: Setting) -> dict[str, Any]:
        """What, beside sources, classes, split and seed, decides the curve; JSON."""
        return {"kind": "AstronomicAL", "version": self.VERSION, **asdict(self)}

    def play_job(self, setting: Setting, n_labels: int) -> Job[Curve]:
        """Label so many sources, one after the other."""
        yield Progress("Scaling features", 0, n_labels)
        X = scaled_features(setting)
        truth, rows = setting.truth, setting.pool_rows
        test, known = setting.held_out
        curve = Curve(setting.task, known)
        initial = setting.starting_rows(self.start)
        labelled: list[int] = []
        forest = Forest(self.n_trees, derived_seed(setting.seed, "AstronomicAL") % 2**32)
        while len(labelled) < min(n_labels, len(rows)):
            yield Progress("Playing AstronomicAL", len(labelled), n_labels)
            chosen = (
                int(initial[len(labelled)])
                if len(labelled) < len(initial)
                else _most_uncertain(forest, X, rows, labelled)
            )
            labelled.append(chosen)
            y = truth[labelled].astype(str)
            held = None
            if len(set(y)) > 1:
                forest.fit(X[labelled], y)
                held = columns_of(forest, X[test], setting.task.names)
            curve.add(setting.catalogue.ids_at([chosen])[0], str(y[-1]), held)
        return curve


def _most_uncertain(
    forest: Forest,
    X: npt.NDArray[np.float32],
    rows: npt.NDArray[np.int64],
    labelled: list[int],
) -> int:
    """What modAL's uncertainty sampling picks from the pool, which is in id-hash order."""
    from modAL.uncertainty import uncertainty_sampling

    left = rows[~np.isin(rows, labelled)]
    return int(left[uncertainty_sampling(forest, X[left])[0][0]])
