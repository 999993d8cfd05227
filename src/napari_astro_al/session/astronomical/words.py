"""What AstronomicAL's words are called here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from napari_astro_al.features.generators import GENERATORS
from napari_astro_al.learning import LearnerRecipe
from napari_astro_al.learning.models import ModelSpec, model_name
from napari_astro_al.session.comparison import Notes

SIGNS = {"subtract": "a-b", "add": "a+b", "multiply": "a*b", "divide": "a/b"}
_MODELS: Mapping[str, ModelSpec] = {
    "KNN": ("knn", {"n_neighbors": 3, "weights": "uniform"}),
    "DTree": ("decision_tree", {"random_state": 0}),
    "RForest": ("random_forest", {"n_estimators": 1000, "random_state": 0}),
    "AdaBoost": ("adaboost", {"n_estimators": 500, "random_state": 0}),
}
_BOOSTING = "GBTrees"
_STRATEGIES = {
    "Uncertainty Sampling": "uncertainty",
    "Margin Sampling": "margin",
    "Entropy Sampling": "entropy",
}
_COMMITTEE = "vote_entropy"
_DOCKS = {
    "Active Learning": "the Label and Training docks",
    "Selected Source Info": "the Source dock",
    "Settings": "the Catalogue dock",
    "Menu": "the Catalogue dock",
}


def dock_named(contents: str) -> str | None:
    """Which docks show what a panel shows."""
    return _DOCKS.get(contents)


def generator_named(operator: str) -> str | None:
    """The generator behind an operator such as "subtract (a-b)"; None where there is none."""
    name = operator.partition(" (")[0].strip()
    if name in SIGNS or operator not in GENERATORS:
        return name if name in GENERATORS else None
    return operator


def operator_of(generator: str) -> str:
    """AstronomicAL's name of a generator."""
    return f"{generator} ({SIGNS[generator]})" if generator in SIGNS else generator


def learner_named(models: Sequence[str], queries: Sequence[str], key: str, notes: Notes) -> Any:
    """The recipe of a classifier.

    Parameters
    ----------
    models, queries : sequence of str
        AstronomicAL's names; several models are a committee, which asks by vote entropy.
    key : str
        Where they stand.
    notes : Notes
        Gains what has no equal.

    Returns
    -------
    LearnerRecipe
    """
    known = [spec for spec in map(_model_named, models) if spec is not None]
    strangers = [name for name in models if _model_named(name) is None]
    if strangers:
        notes.miss(f"{key}.classifier", strangers, "No such model; the others learn.")
    if not known:
        if not models:
            notes.miss(f"{key}.classifier", "", "No model is named; the automatic vote learns.")
        return LearnerRecipe()
    if len(known) > 1:
        asked = [one for one in dict.fromkeys(queries) if one != "Uncertainty Sampling"]
        if asked:
            why = (
                "A committee asks by vote entropy, there as here; what its members name is unused."
            )
            notes.miss(f"{key}.query", asked, why)
        return LearnerRecipe(models=known, strategy=_COMMITTEE, start_limit=0)
    strategy = _STRATEGIES.get(queries[0]) if queries else "uncertainty"
    if strategy is None:
        notes.miss(f"{key}.query", queries[0], "No such strategy; uncertainty asks.")
    return LearnerRecipe(model=known[0], strategy=strategy or "uncertainty", start_limit=0)


def _model_named(name: str) -> ModelSpec | None:
    if name == _BOOSTING:
        from sklearn.ensemble import GradientBoostingClassifier

        return GradientBoostingClassifier(n_estimators=1000, random_state=0)
    return _MODELS.get(name)


def names_of(recipe: LearnerRecipe, key: str, notes: Notes) -> tuple[list[str], list[str]]:
    """AstronomicAL's names for a recipe's models, and for the strategy, once a model.

    What has no equal is noted; a random forest stands for it, or uncertainty.
    """
    specs = list(recipe.models) or [recipe.model]
    models = [_name_of_model(spec, key, notes) for spec in specs]
    if len(models) > 1:
        if recipe.strategy != _COMMITTEE:
            why = "A committee of AstronomicAL asks by vote entropy."
            notes.miss(f"{key}.strategy", recipe.strategy, why)
        return models, ["Uncertainty Sampling"] * len(models)
    back = {ours: theirs for theirs, ours in _STRATEGIES.items()}
    query = back.get(recipe.strategy) if isinstance(recipe.strategy, str) else None
    if query is None:
        why = "AstronomicAL has uncertainty, margin and entropy; uncertainty is written."
        notes.miss(f"{key}.strategy", recipe.strategy, why)
    return models, [query or "Uncertainty Sampling"]


def _name_of_model(spec: ModelSpec, key: str, notes: Notes) -> str:
    name = model_name(spec)
    for theirs, ours in _MODELS.items():
        if ours[0] == name:
            if spec != ours:
                why = f"AstronomicAL's {theirs} has parameters of its own."
                notes.miss(f"{key}.model", spec, why)
            return theirs
    if name == "GradientBoostingClassifier":
        return _BOOSTING
    notes.miss(f"{key}.model", name, "AstronomicAL has no such model; a random forest is written.")
    return "RForest"
