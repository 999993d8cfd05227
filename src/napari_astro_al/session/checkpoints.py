"""A session's verbs for checkpoints: keep how things stand, compare, go back.

A checkpoint is an event of the ledger: where the labels were, the recipes, the newest scores; in a
session with a folder, also the models, in files. Going back adds events, and takes none away.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from napari_astro_al.annotation import LabelSet
from napari_astro_al.annotation.merging import own_events
from napari_astro_al.errors import AstroALError, AstroALWarning, LedgerError, SessionError, listing
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.store import load_model, save_model
from napari_astro_al.session.checkpoint import (
    Checkpoint,
    Comparison,
    newest_scores,
    scores_beside,
)
from napari_astro_al.session.file_names import file_stems
from napari_astro_al.session.own_steps import steps_back
from napari_astro_al.session.recipe_changes import recipes_now
from napari_astro_al.session.recipes import Recipes
from napari_astro_al.session.reopening import StoredRecipes
from napari_astro_al.session.shared_recipes import recipes_from

CHECKPOINT = "checkpoint"
WENT_BACK = "went-back"
FOLDER = "checkpoints"
LONGEST = 100


@dataclass(frozen=True, eq=False)
class WayBack:
    """What going back comes to, ready to be taken."""

    checkpoint: Checkpoint
    position: int
    steps: list[tuple[str, dict[str, Any]]]
    recipes: StoredRecipes | None
    going_on: set[str]
    features: FeatureMatrix | None
    n_others: int
    """Answers of others since: they stay."""


NOW = "now"


class Checkpoints(Recipes):
    """Named states of a session."""

    @property
    def checkpoints(self) -> Mapping[str, Checkpoint]:
        """The checkpoints by name, oldest first."""
        found = (Checkpoint.of(event) for event in own_events(self.ledger, CHECKPOINT))
        return MappingProxyType({one.name: one for one in found})

    def checkpoint(self, name: str) -> Checkpoint:
        """Keep how the session stands under a name: labels, recipes, scores, models.

        Parameters
        ----------
        name : str
            At most 100 characters, on one line; a new one.

        Raises
        ------
        SessionError
            If the name cannot be one or is taken, or models cannot be written.
        """
        return self.accept_checkpoint(drain(self.checkpoint_job(name)))

    def checkpoint_job(self, name: str) -> Job[dict[str, Any]]:
        """The work of `checkpoint`, captured now; hand its result to `accept_checkpoint`."""
        self.check_open()
        self.check_present()
        known = self.checkpoints
        chosen = _checked(name, known)
        said: dict[str, Any] = {
            "name": chosen,
            "position": self.position,
            "n_labels": len(self.book.labels),
            "scores": newest_scores(self.history),
            "recipes": recipes_now(self),
        }
        stem = file_stems([*known, chosen])[chosen]
        place = None if self.path is None else self.path / FOLDER / stem
        learners = {task: result.learner for task, result in self.results.items()}
        return guarded(_kept(said, place, learners), "keep the checkpoint")

    def accept_checkpoint(self, said: Mapping[str, Any]) -> Checkpoint:
        """Record a checkpoint that is ready."""
        event = self.book.note(CHECKPOINT, said)
        assert event is not None  # it is open for writing
        self._tell(self.checkpoints_changed)
        return Checkpoint.of(event)

    def checkpoint_model(self, name: str, task: str | None = None) -> Any:
        """The model of a checkpoint, as it was trained then.

        Raises
        ------
        SessionError
            If there is no such checkpoint, or no model was kept with it.
        LearnerError
            If its file cannot be read.
        """
        known, chosen = self._checkpoint(name), self._task_name(task)
        file = known.models.get(chosen)
        if file is None or self.path is None:
            raise SessionError(
                f"No model of {chosen!r} was kept with {name!r}: there was none, or the session "
                "was in memory. Go back and train: session.go_back(name)."
            )
        return load_model(self.path / FOLDER / Path(file).parent.name / Path(file).name)

    def compare_checkpoints(self, first: str, second: str | None = None) -> Comparison:
        """What is different between two checkpoints; between one and now by default."""
        return drain(self.comparison_job(first, second))

    def comparison_job(self, first: str, second: str | None = None) -> Job[Comparison]:
        """The work of `compare_checkpoints`, captured now."""
        one = self._checkpoint(first)
        if second is not None:
            other = self._checkpoint(second)
            return guarded(self._compared(one, other), "compare the checkpoints")
        recipes, scores = recipes_now(self), newest_scores(self.history)
        now = Checkpoint(NOW, "", self.position, len(self.book.labels), scores, recipes, {})
        return guarded(self._compared(one, now), "compare the checkpoints")

    def _compared(self, one: Checkpoint, other: Checkpoint) -> Job[Comparison]:
        yield Progress(f"Comparing {one.name} with {other.name}")
        before, after = self._labels_at(one.position), self._labels_at(other.position)
        parse, names = self.catalogue.parse_id, (one.name, other.name)
        return Comparison(
            names=names,
            gained=tuple(parse(text) for text in after if text not in before),
            lost=tuple(parse(text) for text in before if text not in after),
            changed=tuple(
                parse(text) for text in after if text in before and before[text] != after[text]
            ),
            recipes=tuple(
                key for key in other.recipes if other.recipes[key] != one.recipes.get(key)
            ),
            scores=scores_beside(names, one.scores, other.scores),
        )

    def go_back(self, name: str) -> int:
        """Make labels and recipes what they were at a checkpoint.

        One's own answers since then are taken back, and those taken back since are given again, as
        new events of the ledger; nothing is lost, and a checkpoint of now is kept first. Answers of
        others since then stay: they are theirs to take back.

        Returns
        -------
        int
            How many answers of others stay.

        Raises
        ------
        SessionError
            If there is no such checkpoint, or its recipes do not fit the catalogue any more. Then
            nothing has changed.
        """
        return self.accept_way_back(drain(self.way_back_job(name)))

    def way_back_job(self, name: str) -> Job[WayBack]:
        """The work of `go_back`, captured now; hand its result to `accept_way_back`."""
        self.check_open()
        self.check_present()
        return guarded(self._way_back(self._checkpoint(name), self.position), "go back")

    def _way_back(self, known: Checkpoint, position: int) -> Job[WayBack]:
        yield Progress(f"Reading the history since {known.name}")
        events = list(self.ledger.events())[:position]
        steps, n_others = steps_back(events, known.position, str(self.ledger.chain))
        now = recipes_now(self)
        recipes, features = None, None
        if any(now[key] != known.recipes.get(key) for key in now):
            lost = [key for key, value in known.recipes.items() if value is None]
            if lost:
                raise SessionError(
                    f"No file can hold what {listing(lost)} of {known.name!r} were: go back by "
                    "hand, with session.set_learner and so on."
                )
            recipes = recipes_from(known.recipes, self.catalogue, self.seed)
            features = yield from self._features_job(recipes.features, recipes.partition)
        going_on = set(known.recipes.get("going_on") or ())
        return WayBack(known, position, steps, recipes, going_on, features, n_others)

    def accept_way_back(self, way: WayBack) -> int:
        """Go back as was worked out, unless something was recorded since.

        Raises
        ------
        SessionError
            If something was.
        """
        self.check_present()
        if way.position != self.position:
            raise SessionError("Something was recorded in the meantime. Go back once more.")
        if way.steps or way.recipes is not None:
            self.checkpoint(self._free_name(f"before going back to {way.checkpoint.name}"))
        before = {
            name: getattr(self, name)
            for name in ("features", "tasks", "learners", "split", "partition", "plans", "going_on")
        }
        if way.recipes is not None:
            self._take_recipes(
                features=way.features,
                tasks=way.recipes.tasks,
                learners=way.recipes.learners,
                split=way.recipes.split,
                partition=way.recipes.partition,
                plans=way.recipes.plans,
                going_on=way.going_on & set(way.recipes.tasks),
            )
        said = {"name": way.checkpoint.name, "position": way.checkpoint.position}
        try:
            changed = self.book.record_steps([*way.steps, (WENT_BACK, said)])
        except LedgerError:
            if way.recipes is not None:
                self._take_recipes(**before)
            raise
        self._tell_labels(changed)
        self._tell(self.checkpoints_changed)
        return way.n_others

    def _free_name(self, wanted: str) -> str:
        known, wanted = self.checkpoints, wanted[: LONGEST - 5]
        free, number = wanted, 2
        while free in known:
            free, number = f"{wanted} {number}", number + 1
        return free

    def _checkpoint(self, name: str) -> Checkpoint:
        known = self.checkpoints
        if name not in known:
            raise SessionError(
                f"There is no checkpoint {name!r}. The checkpoints are {listing(known)}. Make "
                "one: session.checkpoint(name)."
            )
        return known[name]

    def _labels_at(self, position: int) -> dict[str, str]:
        labels: LabelSet[str] = LabelSet(name=self.book.naming)
        for number, event in enumerate(self.ledger.events(), 1):
            if number > position:
                break
            labels.apply(event)
        return dict(labels.labels)


def _checked(name: object, known: Mapping[str, object]) -> str:
    text = name.strip() if isinstance(name, str) else ""
    if not text or len(text) > LONGEST or len(text.splitlines()) > 1:
        raise SessionError(
            f"A checkpoint cannot be called {name!r}: give a text of 1 to {LONGEST} characters on "
            "one line."
        )
    if text in known:
        raise SessionError(f"There is a checkpoint {text!r} already. Choose another name.")
    return text


def _kept(said: dict[str, Any], place: Path | None, learners: Mapping[str, Any]) -> Job[Any]:
    files: dict[str, str] = {}
    if place is not None and learners:
        stems = file_stems(learners)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SessionError(f"Could not make {place}: {error.strerror or error}.") from error
        for task, learner in learners.items():
            yield Progress(f"Keeping the model of {task}")
            file = place / f"{stems[task]}.skops"
            try:
                save_model(learner, file)
            except AstroALError as error:
                warnings.warn(
                    f"The model of task {task!r} is not kept with the checkpoint, and would be "
                    f"trained again: {error}",
                    AstroALWarning,
                    stacklevel=3,
                )
                continue
            files[task] = f"{FOLDER}/{place.name}/{file.name}"
    yield Progress("Keeping the checkpoint")
    return {**said, "models": files}
