"""A session's verbs for a survey sample: draw_survey, estimate."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.errors import AstroALWarning, NotEnoughLabels, SessionError
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.learning.strategies import Strategy
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.answering import Answering
from napari_astro_al.session.estimating import Answers, EstimateRequest, estimate_job
from napari_astro_al.session.sampling import PREDICTED
from napari_astro_al.session.sets import Sources
from napari_astro_al.session.survey import (
    RATE,
    SURVEY,
    Population,
    Survey,
    SurveyHow,
    SurveyPlan,
    SurveyRequest,
    checked_rate,
    draw_survey_job,
)

Rows = npt.NDArray[np.int64]


class Surveying(Answering):
    """The survey sample of a session, and what it says of the catalogue.

    Its sources are mixed into the questions, are answered without predictions in sight, and never
    train: only so do they say how the classifier does on what it has not seen.
    """

    @property
    def survey(self) -> Survey | None:
        """The survey sample; None before one is drawn."""
        return self.drawn_survey

    def draw_survey(
        self,
        n: int,
        *,
        rate: float = RATE,
        how: SurveyHow = "random",
        by: str | None = None,
        bins: int = 10,
        seed: int = 0,
    ) -> Survey:
        """Draw a probability sample of the whole catalogue, to be asked about along the way.

        The draw is an event of the ledger before the first of its sources is seen, so that nobody
        can draw until the numbers please. What has a label already takes it along, and does not
        train any more.

        Parameters
        ----------
        n : int
            How many sources.
        rate : float
            Which share of questions is about them, above 0 and up to 1.
        how : {"random", "stratified", "proportional", "uncertain"}
            Every source with the same chance; as many of each stratum; of each stratum its share;
            or doubtful ones with a larger chance.
        by : str, optional
            The column that makes the strata, or "(predicted)" for predicted classes.
        bins : int
            Of a column of many numbers.
        seed : int

        Raises
        ------
        SessionError
            If there is one already, something makes no sense, or nothing can be drawn.
        NotEnoughLabels
            If the draw goes by a model, and there are labels of fewer than two classes.

        Warns
        -----
        AstroALWarning
            If sources leave training.
        """
        plan = SurveyPlan(n, rate, how, by, bins, seed)
        if plan.asks_a_model and self.is_stale() and self.can_train():
            self.train(self._task_name(None))
        survey = drain(self.draw_survey_job(plan))
        trained = [self.task_labels(name).sources for name in self.tasks]
        n_gone = int(survey.selection.contains(np.unique(np.concatenate(trained))).sum())
        self.accept_survey(survey)
        if n_gone:
            some = "A source that was" if n_gone == 1 else f"{n_gone:,} sources that were"
            warnings.warn(
                f"{some} trained on left training for the survey sample; models are trained anew.",
                AstroALWarning,
                stacklevel=2,
            )
        return survey

    def draw_survey_job(self, plan: SurveyPlan) -> Job[Survey]:
        """The work of `draw_survey`, captured now; hand its result to `accept_survey`."""
        self.check_open()
        if self.drawn_survey is not None:
            raise SessionError(
                f"There is a survey sample already: {self.drawn_survey!r}. Answer it, or drop it: "
                "session.drop_survey()."
            )
        result = self.results.get(self._task_name(None))
        if plan.asks_a_model and result is None:
            raise NotEnoughLabels(
                "There is no model yet that could say which sources are doubtful, or predict "
                "classes. Label sources of two classes first, or draw at random."
            )
        if plan.by not in (None, PREDICTED):
            self.catalogue.column(str(plan.by))
        request = SurveyRequest(
            plan=plan,
            catalogue=self.catalogue,
            population=self._population(),
            hashes=self.partition.hashes,
            result=result,
            seed=self.seed,
        )
        return guarded(draw_survey_job(request), "draw the survey sample")

    def accept_survey(self, survey: Survey) -> bool:
        """Register a survey sample that is drawn, unless there is one by now.

        Returns
        -------
        bool
            False for one that is dropped.
        """
        if self.drawn_survey is not None or survey.catalogue is not self.catalogue:
            return False
        self.check_open()
        self.book.note(SURVEY, survey.to_json())
        self._take_survey(survey)
        return True

    def drop_survey(self) -> None:
        """Give the survey sample up: its labels train from now on. The ledger keeps the draw.

        Raises
        ------
        SessionError
            If there is none.
        """
        survey = self._needed_survey()
        self.check_open()
        self.book.note(SURVEY, {"dropped": len(survey)})
        self._take_survey(None)

    @property
    def survey_rate(self) -> float:
        """Which share of questions is about the survey sample; 0 without one."""
        return 0.0 if self.drawn_survey is None else self.drawn_survey.plan.rate

    @survey_rate.setter
    def survey_rate(self, rate: float) -> None:
        survey, share = self._needed_survey(), checked_rate(rate)
        self.check_open()
        self.book.note(SURVEY, {"rate": share})
        self.drawn_survey = survey.at_rate(share)
        self._tell(self.survey_changed)

    def _needed_survey(self) -> Survey:
        if self.drawn_survey is None:
            raise SessionError("There is no survey sample. Draw one: session.draw_survey(200).")
        return self.drawn_survey

    def _take_survey(self, survey: Survey | None) -> None:
        self.drawn_survey = survey
        self.results.clear()  # they may have learnt from its sources
        self.book.revision += 1
        self.book.training_revision += 1
        self.note_survey()
        self._tell(self.survey_changed)
        self._tell(self.recipes_changed)

    def note_survey(self) -> None:
        """Remember how survey sources are asked for, so that their labels can say so."""
        survey = self.drawn_survey
        if survey is None:
            return
        why = (
            f"It is one of {len(survey):,} of the survey sample, drawn {survey.plan.words}. It "
            "never trains."
        )
        for rank, source in enumerate(survey.sources):
            self._asked[source] = {"strategy": SURVEY, "why": why, "rank": rank}

    def _population(self) -> Population:
        labelled_only = self.pool == "labelled"
        return Population(self.features, self.partition, labelled_only, self.kept_out)

    def surveyed(self, source: SourceId | None) -> bool:
        """Whether a source is of the survey sample."""
        if self.drawn_survey is None or source is None:
            return False
        row = self.catalogue.row_of(source)
        return bool(self.drawn_survey.selection.contains([row])[0])

    def hides_predictions(self, source: SourceId | None) -> bool:
        """As of `Blindness`; an open question of the survey sample is always asked blindly."""
        if super().hides_predictions(source):
            return True
        answered = source is None or self.book.state_of(source) in ("labelled", "unsure")
        return not answered and self.surveyed(source)

    def is_blind_to(self, source: SourceId) -> bool:
        """As of `Blindness`."""
        return super().is_blind_to(source) or (
            self.surveyed(source) and source not in self._seen_predicted
        )

    def _note_seen(self) -> None:
        if not self.hides_predictions(self.current):
            super()._note_seen()

    def survey_answered(self) -> tuple[int, int]:
        """How many sources of the survey sample have a label, and of how many one was unsure."""
        if self.drawn_survey is None:
            return 0, 0
        said = self.book.corrections()
        answers = [said[row] for row in self.drawn_survey.rows.tolist() if row in said]
        unsure = sum(one is None for one in answers)
        return len(answers) - unsure, unsure

    def due_survey(self, more: int = 0) -> SourceId | None:
        """The source of the survey sample to be asked about next, if it is its turn.

        Which questions are about it is drawn by the session's seed and the number of answers.

        Parameters
        ----------
        more : int
            As if there were so many answers more, each about the survey sample's next source.
        """
        if self.drawn_survey is None:
            return None
        n = len(self.book.labelled()[0]) + len(self.book.unsure_rows()) + more
        rng = np.random.default_rng(derived_seed(self.seed, SURVEY, n))
        return self._open_survey(0) if rng.random() < self.survey_rate else None

    def _open_survey(self, place: int) -> SourceId | None:
        """The source at a place among those of the survey sample without an answer."""
        survey = self._needed_survey()
        rows = survey.rows[~self.book.taken[survey.rows] & ~self.kept_out.contains(survey.rows)]
        late = np.isin(rows, self.book.skipped_rows())
        rows = np.concatenate([rows[~late], rows[late]])
        return self.catalogue.ids_at(rows[[place]])[0] if place < len(rows) else None

    def query(
        self,
        n: int = 1,
        task: str | None = None,
        within: Sources | None = None,
        *,
        strategy: str | Strategy | None = None,
        cost: str | None = None,
        budget: float | None = None,
    ) -> list[SourceId]:
        """As of `Querying`; sources of the survey sample are mixed in at its rate.

        Not where it is said which sources, which strategy or what it may cost.
        """
        chosen = (within, strategy, cost, budget)
        if self.drawn_survey is None or any(one is not None for one in chosen):
            return super().query(n, task, within, strategy=strategy, cost=cost, budget=budget)
        asked = super().query(n, task)
        mixed: list[SourceId] = []
        n_mixed = 0
        while len(mixed) < n:
            due = self.due_survey(len(mixed)) is not None or not asked
            source = self._open_survey(n_mixed) if due else None
            if source is not None:
                n_mixed += 1
            elif asked:
                source = asked.pop(0)
            else:
                break
            mixed.append(source)
        return mixed

    def estimate(self, task: str | None = None) -> pd.DataFrame:
        """What is true of the whole catalogue, from the survey sample; trains first if stale.

        Parameters
        ----------
        task : str, optional
            All of them by default.

        Returns
        -------
        pandas.DataFrame
            One row a task, quantity, class and estimator: ``task``, ``quantity`` ("purity",
            "completeness", "fraction", and "accuracy" of all classes together), ``class``,
            ``estimator``, ``value``, ``low`` and ``high`` (95 %), ``n`` (answers that it rests
            on). Estimators are "Horvitz-Thompson", or "LURE" for a sample drawn by doubt;
            "difference", which the model assists; "naive", what the other labels would say if they
            were a fair sample, which they are not.

        Raises
        ------
        SessionError
            If there is no survey sample.
        NotEnoughLabels
            If fewer than two of its sources have a label, or a stratum has none.
        """
        self._needed_survey()
        for name in self.tasks if task is None else [self._task_name(task)]:
            if self.is_stale(name) and self.can_train(name):
                self.train(name)
        return drain(self.estimate_job(task))

    def estimate_job(self, task: str | None = None) -> Job[pd.DataFrame]:
        """The work of `estimate`, captured now, with the models as they are."""
        survey = self._needed_survey()
        names = list(self.tasks) if task is None else [self._task_name(task)]
        said = self.book.corrections()
        request = EstimateRequest(
            survey=survey,
            population=self._population(),
            answers=[Answers.of(survey, said, self.tasks[name]) for name in names],
            results=[self._blind_result(name) for name in names],
            train=[
                self._train_request(name, self.task_labels(name)) if self.can_train(name) else None
                for name in names
            ],
            tasks={name: self.tasks[name] for name in names},
        )
        return guarded(estimate_job(request), "estimate what is true of the catalogue")

    def _blind_result(self, task: str) -> TrainResult | None:
        """A task's model, if it has learnt from no source of the survey sample."""
        result = self.results.get(task)
        if result is None or result.request is None or self.drawn_survey is None:
            return None
        learnt = np.concatenate([result.request.labelled_rows, result.request.coarse_rows])
        return None if self.drawn_survey.selection.contains(learnt).any() else result
