"""What a replay does to the session that it makes; nothing of it is recorded anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from napari_astro_al.annotation.merging import own_events
from napari_astro_al.features import FeatureMatrix, FeatureRecipe
from napari_astro_al.jobs import Job
from napari_astro_al.learning.trained import Fitted, TrainRequest, TrainResult
from napari_astro_al.session.asking import QueryRequest
from napari_astro_al.session.candidate_rows import Reservoir
from napari_astro_al.session.checkpoints import Checkpoints
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.querying import Querying
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.sharing import Sharing
from napari_astro_al.session.survey import SURVEY, survey_of

if TYPE_CHECKING:
    from napari_astro_al.session.reopening import StoredRecipes
    from napari_astro_al.session.replay_report import Difference, ReplayReport


class Replayable(Querying, Sharing, Checkpoints):
    """A session that a replay drives, and what it found."""

    replayed: ReplayReport | None = None
    """What the replay that made this session found; None for any other session."""

    retold: list[Mapping[str, Any]] | None = None
    """What is told of models while a history is replayed: its ledger has told of them already."""

    @property
    def differences(self) -> Sequence[Difference]:
        """Steps that came out otherwise when the session was replayed; empty for any other."""
        return () if self.replayed is None else tuple(self.replayed.differences)

    def features_for(self, recipe: FeatureRecipe, partition: Partition) -> Job[FeatureMatrix]:
        """The features of a recipe, fitted to the pool of a partition."""
        return self._features_job(recipe, partition)

    def adopt_replayed(
        self,
        recipes: StoredRecipes,
        partition: Partition,
        features: FeatureMatrix,
        going_on: set[str],
    ) -> None:
        """Take recipes as they were at a place of the history."""
        self.split, self.partition, self.features = recipes.split, partition, features
        self.tasks, self.learners, self.plans = recipes.tasks, recipes.learners, recipes.plans
        self.going_on = going_on & set(recipes.tasks)
        self.results.clear()
        self._anew()

    def keep_out_replayed(self, excluded: Selection) -> None:
        """Exclude what was excluded at a place of the history."""
        self.kept_out = excluded
        self._anew()

    def draw_replayed(self) -> None:
        """Draw the survey sample that the history says, or dissolve it."""
        self.drawn_survey = survey_of(own_events(self.ledger, SURVEY), self.catalogue)
        self._anew()

    def _anew(self) -> None:
        self.book.revision += 1
        self.book.training_revision += 1

    def wanted_model(self, task: str) -> TrainRequest:
        """What training a task would be asked now."""
        return self._train_request(task, self.task_labels(task))

    def accept_replayed(self, result: TrainResult) -> None:
        """Take a model as the current one, also where it was made at an earlier place."""
        if not self.accept(result):
            self.results[result.task_name] = result
            self._note_scores(result)

    def _note_trained(self, payload: Mapping[str, Any]) -> None:
        if self.retold is None:
            super()._note_trained(payload)
        else:
            self.retold.append(payload)

    def query_again(
        self,
        n: int,
        task: str,
        within: Selection | None,
        result: TrainResult | Fitted | None,
        strategy: str | None,
        reservoir: Reservoir | None,
        cost: str | None = None,
        budget: float | None = None,
    ) -> QueryRequest:
        """What a question of the history is asked with."""
        known = self.task_labels(task)
        return self._query_request(
            n,
            task,
            within,
            known,
            result,
            strategy=strategy,
            reservoir=reservoir,
            cost=cost,
            budget=budget,
        )

    def forget_settling(self) -> None:
        """Forget earlier predictions, as on opening."""
        self._stop_sets.clear()
