"""Ways to learn that a comparison plays against each other."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.metadata import version
from typing import Any, ClassVar, Protocol

from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning import LearnerRecipe
from napari_astro_al.learning.models import AUTO
from napari_astro_al.simulation.curve import Curve
from napari_astro_al.simulation.playing import Played
from napari_astro_al.simulation.scaled import columns_of, scaled_features
from napari_astro_al.simulation.setting import Setting


class Arm(Protocol):
    """A way to learn: which source to ask for, and what to make of the answers."""

    def identity(self, setting: Setting) -> dict[str, Any]:
        """What, beside sources, classes, split and seed, decides the curve; JSON."""
        ...

    def play_job(self, setting: Setting, n_labels: int) -> Job[Curve]:
        """Label so many sources, one after the other; fewer where the pool runs short."""
        ...


@dataclass(frozen=True)
class Learning:
    """A session with a learner, as a person has it, answered by the label column.

    Parameters
    ----------
    learner : LearnerRecipe
    features : FeatureRecipe, optional
        In place of those of the comparison.
    start : int
        Labels that are known from the start, of every class at least one, as many as there are
        classes where those are more: the same that `AstronomicAL` starts from. 0 for none.
    """

    VERSION: ClassVar[int] = 2
    learner: LearnerRecipe = LearnerRecipe()  # noqa: RUF009
    features: FeatureRecipe | None = None
    start: int = 0

    def identity(self, setting: Setting) -> dict[str, Any]:
        """See `Arm`; with the versions of the program and of what chooses for "auto".

        Raises
        ------
        LearnerError
            If the learner holds what no file can: register it under a name.
        """
        return {
            "kind": "learning",
            "version": self.VERSION,
            "program": version("napari-astro-al"),
            "learner": self.learner.to_json(),
            "features": (self.features or setting.features).to_json(),
            "start": self.start,
            "auto": _versions_of_auto(self.learner),
        }

    def play_job(self, setting: Setting, n_labels: int) -> Job[Curve]:
        """See `Arm`."""
        test, truth = setting.held_out
        curve = Curve(setting.task, truth)
        catalogue = setting.catalogue
        with Played(
            catalogue,
            None,
            features=self.features or setting.features,
            task=setting.task,
            learner=self.learner,
            split=setting.split,
            pool="labelled",
            seed=setting.seed,
        ) as played:
            (task,) = played.tasks
            known = []
            if self.start:
                known = catalogue.ids_at(setting.starting_rows(self.start))[::-1]
            while curve.n_labels < n_labels:
                progress = Progress("Playing a session", curve.n_labels, n_labels)
                source = known.pop() if known else (yield from played.ask_job(progress))
                if source is None:
                    break
                row = catalogue.row_of(source)
                label = setting.truth[row]
                if label is None:
                    played.unsure(source)
                    continue
                played.annotate(source, str(catalogue.column_labels[row]))
                result = (yield from played.learn_job(progress)).get(task)
                held = None if result is None else result.probabilities[test]
                curve.add(source, label, held)
        return curve


@dataclass(frozen=True)
class AllLabels:
    """What all labels of the pool are good for: one forest that learns them all.

    Its curve has one row, whose ``n_labels`` is the size of the pool.

    Parameters
    ----------
    n_trees : int
    """

    VERSION: ClassVar[int] = 1
    n_trees: int = 200

    def identity(self, setting: Setting) -> dict[str, Any]:
        """See `Arm`."""
        return {"kind": "all labels", "version": self.VERSION, **asdict(self)}

    def play_job(self, setting: Setting, n_labels: int) -> Job[Curve]:
        """See `Arm`; the number of labels is that of the pool, whatever is asked for."""
        from sklearn.ensemble import RandomForestClassifier

        yield Progress("Learning all labels", 0, 1)
        X, rows = scaled_features(setting), setting.pool_rows
        test, truth = setting.held_out
        y = setting.truth[rows].astype(str)
        seed = derived_seed(setting.seed, "all labels") % 2**32
        forest = RandomForestClassifier(self.n_trees, random_state=seed).fit(X[rows], y)
        curve = Curve(setting.task, truth)
        last = setting.catalogue.ids_at(rows[-1:])[0]
        curve.add(last, str(y[-1]), columns_of(forest, X[test], setting.task.names), len(rows))
        return curve


def _versions_of_auto(learner: LearnerRecipe) -> dict[str, str]:
    """Of what chooses for a learner that leaves something open."""
    chosen = {"auto_model": learner.chooses_models, "auto_strategy": learner.strategy == AUTO}
    modules = {
        name: import_module(f"napari_astro_al.learning.{name}") for name in chosen if chosen[name]
    }
    return {name: str(module.VERSION) for name, module in modules.items()}
