"""Which models learn and which strategy asks, as a value that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from napari_astro_al.errors import LearnerError, listing
from napari_astro_al.learning.auto_strategy import COVERAGE, LOOKING, TYPICAL, Step, next_step
from napari_astro_al.learning.committee import Vote
from napari_astro_al.learning.model_json import spec_from_json, spec_to_json
from napari_astro_al.learning.models import AUTO, ModelSpec, checked, describe, is_auto
from napari_astro_al.learning.strategies import (
    Strategy,
    about,
    checked_strategy,
    strategy_name,
    strategy_to_json,
)
from napari_astro_al.learning.whole_numbers import whole_number

ENOUGH_OF_EACH = 2


@dataclass(frozen=True)
class ResolvedLearner:
    """What a recipe comes to with the labels at hand.

    Attributes
    ----------
    models : tuple
        Model specifications, one a committee member: names, pairs or estimators.
    strategy : str or callable
        "coverage" while queries are spread over feature space.
    why : str
        One sentence on why this strategy asks.
    starting : bool
        Whether classes without labels are still looked for.
    """

    models: tuple[ModelSpec, ...]
    strategy: str | Strategy
    why: str
    starting: bool = False

    @property
    def covers(self) -> bool:
        """Whether queries are spread over feature space, without a model."""
        return self.strategy == COVERAGE

    @property
    def model_name(self) -> str:
        """The models' names, for a person."""
        return describe(self.models)

    @property
    def strategy_name(self) -> str:
        """The strategy's name, for a person."""
        return strategy_name(self.strategy)


def model_asks(strategy: str | Strategy, model: str, n_labels: int) -> str:
    """Why a source is asked for by a model of so many labels, as a sentence."""
    name = strategy_name(strategy).replace("_", " ")
    trained = f"{model.replace('_', ' ')} on {n_labels} labels"
    return f"{about(strategy).reason} ({name}; {trained})."


@dataclass(frozen=True)
class LearnerRecipe:
    """Models and query strategy.

    Parameters
    ----------
    model : str, (str, dict) or scikit-learn classifier
        "auto", a model's name ("random forest"), a name with parameters, or an estimator, which
        is cloned.
    models : sequence of these, optional
        Several models are a committee.
    vote : {"soft", "hard"}
        How a committee predicts: by its members' mean probability, or by the share of members
        that think a class the likeliest.
    strategy : str or callable
        "auto", a strategy's name, or a function: ours (`Candidates` to scores) or modAL's
        (``f(classifier, X, n_instances=1)`` to indices).
    start_limit : int or None
        Classes of the task that are short of labels are looked for with this many labels at most;
        None: until they are found. By "auto" among odd sources, with one query in two while a
        class has no label though ten are given; by other strategies in regions of feature space
        without labels, with every query while a class has fewer than two.
    seed : int
        Joins the session's seed.
    cost : str
        What the label of a source costs: a numeric column, an expression of columns
        ("10 ** (0.4 * (r - 20))"), or a function registered by `register.cost`. Queries then go
        by the strategy's gain per cost. Empty: all labels cost the same.

    Raises
    ------
    LearnerError
        If a model, strategy or vote is unknown, or `model` and `models` are both given.
    """

    model: ModelSpec = AUTO
    models: Sequence[ModelSpec] = ()
    strategy: str | Strategy = AUTO
    start_limit: int | None = 30
    seed: int = 0
    vote: Vote = "soft"
    cost: str = ""

    def __post_init__(self) -> None:
        if self.vote not in get_args(Vote):
            raise LearnerError(f"vote must be 'soft' or 'hard', not {self.vote!r}.")
        if not isinstance(self.cost, str):
            raise LearnerError(
                f"cost is the name of a column or of a registered function, not {self.cost!r}."
            )
        members = [self.models] if isinstance(self.models, str) else list(self.models)
        automatic = is_auto(self.model)
        if members and not automatic:
            raise LearnerError(
                "A recipe has either model=... or models=[...] (a committee), not both."
            )
        object.__setattr__(self, "seed", whole_number(self.seed, "seed", LearnerError))
        if self.start_limit is not None:
            limit = whole_number(self.start_limit, "start_limit", LearnerError)
            if limit < 0:
                raise LearnerError(f"start_limit must be 0 or more, or None, not {limit}.")
            object.__setattr__(self, "start_limit", limit)
        if not automatic:
            object.__setattr__(self, "model", checked(self.model))
        object.__setattr__(self, "models", tuple(checked(one) for one in members))
        object.__setattr__(self, "strategy", checked_strategy(self.strategy))

    def resolve(
        self,
        n_labels: int,
        classes: Mapping[str, int],
        *,
        named: Sequence[str] = (),
        go_on: bool = False,
        weighed: ModelSpec | None = None,
    ) -> ResolvedLearner:
        """What "auto" and the start come to now.

        Parameters
        ----------
        n_labels : int
            Labels spent so far on the pool.
        classes : dict of {str: int}
            How many labels each modelled class has; classes without any may be left out.
        named : sequence of str
            The classes that the user named; each shall have two examples before the start ends.
        go_on : bool
            The user goes on without them.
        weighed : scikit-learn classifier, optional
            The vote of models that the labels have chosen, where the choice is theirs.

        Returns
        -------
        ResolvedLearner
        """
        models = (weighed,) if weighed is not None else self._models()
        if not about(self.strategy).needs_model:
            return ResolvedLearner(models, self.strategy, f"{about(self.strategy).reason}.")
        each = LOOKING if self.strategy == AUTO else 1
        explores = not go_on and (self.start_limit is None or n_labels < each * self.start_limit)
        if self.strategy == AUTO:
            step = next_step(n_labels, classes, named, explores=explores)
            sought = [name for name in named if not classes.get(name)] if explores else []
            starting = bool(sought) or sum(count > 0 for count in classes.values()) < 2
        else:
            step = self._start(classes, named if explores else ()) or Step(self.strategy)
            starting = step.strategy == COVERAGE
        if step.why:
            return ResolvedLearner(models, step.strategy, step.why, starting)
        why = model_asks(step.strategy, describe(models), n_labels)
        return ResolvedLearner(models, step.strategy, why, starting)

    def _start(self, classes: Mapping[str, int], named: Sequence[str]) -> Step | None:
        """The covering that a named strategy begins with, until there are labels enough."""
        labelled = [name for name, count in classes.items() if count]
        if len(labelled) < 2:
            since = f"A model learns from labels of two classes on; so far: {listing(labelled)}."
            return Step(COVERAGE, f"{TYPICAL}. {since}")
        short = [name for name in named if classes.get(name, 0) < ENOUGH_OF_EACH]
        if not short:
            return None
        limit = "" if self.start_limit is None else f" or {self.start_limit} labels are spent"
        have = "has" if len(short) == 1 else "have"
        until = f"until {listing(short)} {have} two examples{limit}"
        return Step(COVERAGE, f"{TYPICAL}, which are covered {until}.")

    @property
    def model_label(self) -> str:
        """What was asked for, for a person: "auto", or the models' names."""
        return describe(self._models())

    @property
    def chooses_models(self) -> bool:
        """Whether the labels decide which models vote."""
        return is_auto(self.model) and not self.models

    def _models(self) -> tuple[ModelSpec, ...]:
        return tuple(self.models) or (self.model,)

    def to_json(self) -> dict[str, Any]:
        """The recipe as JSON values.

        Raises
        ------
        LearnerError
            If it holds a model or strategy that a file cannot, by name.
        """
        return {
            "model": AUTO if is_auto(self.model) else spec_to_json(self.model),
            "models": [spec_to_json(one) for one in self.models],
            "strategy": strategy_to_json(self.strategy),
            "start_limit": self.start_limit,
            "seed": self.seed,
            "vote": self.vote,
            **({"cost": self.cost} if self.cost else {}),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> LearnerRecipe:
        """The recipe that `to_json` wrote.

        Raises
        ------
        LearnerError
            If a model or strategy is not known here.
        """
        model = content.get("model", AUTO)
        return cls(
            model=AUTO if model == AUTO else spec_from_json(model),
            models=[spec_from_json(one) for one in content.get("models", ())],
            strategy=str(content.get("strategy", AUTO)),
            start_limit=content.get("start_limit", 30),
            seed=content.get("seed", 0),
            vote=content.get("vote", "soft"),
            cost=content.get("cost", ""),
        )
