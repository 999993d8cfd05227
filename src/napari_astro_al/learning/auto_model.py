"""What ``model="auto"`` comes to: which models vote, and with which weights.

No single model is best on every catalogue, nor at every number of labels, and a few labels cannot
tell which is. So none is chosen: several vote, with weights that the labels move away from a prior
as they come in. The weights are those of a mixture whose members' probabilities for the labelled
sources, each predicted by models that did not see it, are the likeliest (stacking: Wolpert 1992;
as mixture weights: Smyth & Wolpert 1999). They are smooth in the labels: one more label never
turns one model into another.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.cross_validation import MOST_FOLDS, stratified_folds
from napari_astro_al.learning.known_pool import Pool
from napari_astro_al.learning.learners import failures_named, quietly, thread_pools
from napari_astro_al.learning.stacking import (
    entropy_of_labels,
    fitted_temperature,
    mean_log_loss,
    stacked_weights,
    tempered,
)

VERSION = "3"
"""Changes with every choice that may come out otherwise."""
PRIOR: Mapping[str, float] = {
    "logistic_regression": 1.0,
    "linear_discriminant": 1.0,
    "naive_bayes": 0.25,
    "extra_trees": 1.0,
    "greedy_trees": 1.0,
    "gradient_boosting": 0.1,
}
"""Weights without labels to go by, before they are made to sum to 1."""
FIRST, STEP = 6, 1.5
"""Models are weighed at so many labels, and whenever there are half as many more."""
MOST_WEIGHED = 1000
"""Labels that weigh models, at most; of more, those with the smallest hashes."""
NEGLIGIBLE = 0.08
"""Members with less weight are left out."""
ENOUGH_TO_BOOST = 100
ENOUGH_TO_CALIBRATE = 30
_KEPT = 64

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Member:
    """A model that votes.

    Attributes
    ----------
    name : str
    weight : float
        Its share of the vote, 0 to 1.
    log_loss : float or None
        Mean over the labels that it was weighed by, each predicted without having been seen;
        None before models are weighed.
    """

    name: str
    weight: float
    log_loss: float | None


@dataclass(frozen=True)
class AutoChoice:
    """Which models vote, and why.

    Attributes
    ----------
    members : tuple of Member
        The weightiest first.
    n_labels : int
        Labels that they were weighed by; 0 before the first time.
    why : str
        A sentence or two.
    temperature : float
        Of the vote (see `AutoVote`).
    calibrated : bool
        Whether the temperature was fitted to the labels.
    skill : float
        1 less the vote's log loss over the entropy of the labels, 0 to 1: 0 where it knows no
        more than how common the classes are, 1 where it is always sure and right.
    """

    members: tuple[Member, ...]
    n_labels: int
    why: str
    temperature: float = 1.0
    calibrated: bool = False
    skill: float = 0.0

    @property
    def words(self) -> str:
        """The members and their shares: "extra trees 62 %, naive bayes 38 %"."""
        told = (f"{one.name.replace('_', ' ')} {100 * one.weight:.0f} %" for one in self.members)
        return ", ".join(told)

    def to_json(self) -> dict[str, Any]:
        """The choice as JSON values, rounded."""
        content = asdict(self)
        content["members"] = [
            {
                "name": one.name,
                "weight": round(one.weight, 4),
                "log_loss": None if one.log_loss is None else round(one.log_loss, 4),
            }
            for one in self.members
        ]
        return {**content, "temperature": round(self.temperature, 4), "skill": round(self.skill, 4)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> AutoChoice:
        """The choice that `to_json` told of."""
        members = tuple(Member(**one) for one in content["members"])
        return cls(**{**content, "members": members})


def weighed_at(n_labels: int) -> int:
    """The number of labels at which the models that now vote were weighed; 0 for not yet.

    >>> [weighed_at(n) for n in (5, 6, 8, 9, 100)]
    [0, 6, 6, 9, 72]
    """
    at, following = 0, FIRST
    while following <= n_labels:
        at, following = following, int(np.ceil(following * STEP))
    return at


@dataclass(frozen=True, eq=False)
class Voters:
    """What decides a choice.

    Attributes
    ----------
    X : (l, f) float ndarray
        Features of the labelled sources, in event order.
    y : (l,) str ndarray
        Their classes.
    hashes : (l,) uint64 ndarray
        Seeded hashes of their ids.
    seed : int
    pool : Pool or None
    missing : bool
        Whether features may be NaN.
    """

    X: Floats
    y: npt.NDArray[np.str_]
    hashes: npt.NDArray[np.uint64]
    seed: int
    pool: Pool | None = None
    missing: bool = False

    def estimator(self, choice: AutoChoice) -> Any:
        """The vote, to be trained."""
        from napari_astro_al.learning.auto_vote import AutoVote

        names = [one.name for one in choice.members]
        weights = [one.weight for one in choice.members]
        return self._vote(AutoVote(names, weights, choice.temperature, choice.skill))

    def _vote(self, vote: Any) -> Any:
        pool = {} if self.pool is None else {**vars(self.pool.places), **vars(self.pool.bins)}
        return vote.set_params(random_state=self.seed % 2**32, **pool)

    def single(self, name: str) -> Any:
        """One member alone, to be trained."""
        from napari_astro_al.learning.auto_vote import AutoVote

        return self._vote(AutoVote([name], [1.0]))

    def first(self, n_labels: int) -> Voters:
        """Of the first labels only; at most `MOST_WEIGHED` of them."""
        kept = np.arange(n_labels)
        if n_labels > MOST_WEIGHED:
            kept = np.sort(np.argsort(self.hashes[:n_labels], kind="stable")[:MOST_WEIGHED])
        return Voters(
            self.X[kept], self.y[kept], self.hashes[kept], self.seed, self.pool, self.missing
        )

    def fingerprint(self) -> str:
        """Differs where the choice may."""
        told = hashlib.blake2b(VERSION.encode(), digest_size=16)
        for values in (self.X, self.hashes):
            told.update(np.ascontiguousarray(values).tobytes())
        told.update("\n".join(self.y.tolist()).encode())
        told.update(f"{self.seed} {self.missing} {self.pool is None}".encode())
        if self.pool is not None:
            told.update(self.pool.places.axes.tobytes())
            told.update(self.pool.bins.values.tobytes())
        return told.hexdigest()


def choose_job(voters: Voters) -> Job[AutoChoice]:
    """Weigh the models by the labels; what was once weighed is remembered.

    Returns
    -------
    AutoChoice
        A function of the first `weighed_at` labels alone.
    """
    seen = voters.first(weighed_at(len(voters.y)))
    if len(np.unique(seen.y)) < 2:
        return _by_the_prior(voters)
    key = seen.fingerprint()
    return _CHOICES.get(key) or _remember(key, (yield from _weigh(seen)))


_CHOICES: OrderedDict[str, AutoChoice] = OrderedDict()


def _remember(key: str, choice: AutoChoice) -> AutoChoice:
    _CHOICES[key] = choice
    while len(_CHOICES) > _KEPT:
        _CHOICES.popitem(last=False)
    return choice


def _candidates(voters: Voters) -> list[str]:
    from napari_astro_al.learning.auto_vote import TAKES_MISSING, can_learn

    n_labels, n_classes = len(voters.y), len(np.unique(voters.y))
    names = [name for name in PRIOR if not voters.missing or name in TAKES_MISSING]
    if n_labels < ENOUGH_TO_BOOST:
        names.remove("gradient_boosting")
    return [name for name in names if can_learn(name, n_labels, n_classes)]


def _by_the_prior(voters: Voters) -> AutoChoice:
    names = _candidates(voters)
    total = sum(PRIOR[name] for name in names)
    members = [Member(name, PRIOR[name] / total, None) for name in names]
    members.sort(key=lambda one: -one.weight)
    why = f"Models are weighed by their labels from {FIRST} labels of two classes on."
    return AutoChoice(tuple(members), 0, why)


def _weigh(voters: Voters) -> Job[AutoChoice]:
    names = _candidates(voters)
    classes, places = np.unique(voters.y, return_inverse=True)
    said = yield from _said_unseen(voters, names, classes)
    rows = np.arange(len(places))
    likelihoods = np.stack([said[name][rows, places] for name in names], axis=1)
    weights = stacked_weights(likelihoods, [PRIOR[name] for name in names])
    weights = np.where(weights < NEGLIGIBLE, 0.0, weights)
    weights /= weights.sum()
    found = [
        Member(name, float(weight), mean_log_loss(own))
        for name, weight, own in zip(names, weights, likelihoods.T, strict=True)
        if weight
    ]
    found.sort(key=lambda one: -one.weight)
    mixed = np.sum([one.weight * said[one.name] for one in found], axis=0)
    calibrated = len(places) >= ENOUGH_TO_CALIBRATE
    temperature = fitted_temperature(mixed, places) if calibrated else 1.0
    loss = mean_log_loss(tempered(mixed, temperature)[rows, places])
    why = _reason(found, loss, len(places), len(names))
    skill = min(1.0, max(0.0, 1.0 - loss / entropy_of_labels(places)))
    return AutoChoice(tuple(found), len(places), why, temperature, calibrated, skill)


def _said_unseen(
    voters: Voters, names: Sequence[str], classes: npt.NDArray[np.str_]
) -> Job[dict[str, Floats]]:
    """Each member's probabilities for every label, by models that did not see it."""
    n_labels = len(voters.y)
    k = min(MOST_FOLDS, max(2, n_labels // 3))
    folds = stratified_folds(voters.y, voters.hashes, k)
    said: dict[str, Floats] = {name: np.zeros((n_labels, len(classes))) for name in names}
    notes: list[str] = []
    pools = thread_pools()
    for fold in range(k):
        yield Progress("Weighing models", fold, k)
        out = folds == fold
        if len(np.unique(voters.y[~out])) < 2:
            for name in names:
                said[name][out] = 1.0 / len(classes)
            continue
        for name in names:
            with failures_named(name, "be weighed"):
                fit = partial(voters.single(name).fit, voters.X[~out], voters.y[~out])
                model = quietly(fit, notes, pools)
                columns = np.searchsorted(classes, model.classes_)
                said[name][np.ix_(out, columns)] = model.predict_proba(voters.X[out])
    return said


def _reason(members: Sequence[Member], loss: float, n_labels: int, n_models: int) -> str:
    most = members[0].name.replace("_", " ")
    best = min(members, key=lambda one: one.log_loss or 0.0)
    text = (
        f"Of {n_models} models weighed by {n_labels} labels that they had not seen, {most} has "
        f"most of the vote ({members[0].weight:.0%})."
    )
    if best.log_loss is not None and len(members) > 1:
        name = best.name.replace("_", " ")
        text += f" Log loss: {loss:.2f} for the vote, {best.log_loss:.2f} for {name} alone."
    return text
