"""The recipes of a share file, made for a catalogue."""

from __future__ import annotations

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, SessionError
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.learning import LearnerRecipe, Split, Task
from napari_astro_al.session.curated import Plan
from napari_astro_al.session.pool import Partition
from napari_astro_al.session.recipe_changes import Recipes
from napari_astro_al.session.reopening import StoredRecipes
from napari_astro_al.session.share_document import ShareDocument


def shared_recipes(document: ShareDocument, catalogue: Catalogue, seed: int) -> StoredRecipes:
    """What models see, learn and are asked.

    Raises
    ------
    SessionError
        Naming the part that cannot be used, or does not fit the catalogue.
    """
    return recipes_from(recipes_of_share(document), catalogue, seed)


def recipes_of_share(document: ShareDocument) -> Recipes:
    """The recipes of a share file by the names that changes of them have."""
    own = document.recipes
    return {
        "features": own.features,
        "tasks": own.tasks,
        "learners": own.learners,
        "split": own.split,
        "plans": own.curated,
        "going_on": own.going_on,
    }


def recipes_from(content: Recipes, catalogue: Catalogue, seed: int) -> StoredRecipes:
    """As `shared_recipes`, of recipes as JSON values."""
    part = "recipes"
    try:
        part = "split"
        split = Split.from_json(content["split"])
        partition = Partition.of(catalogue, split, seed)
        part = "tasks"
        given = dict(content["tasks"])
        tasks = {name: Task.from_json(task) for name, task in given.items()}
        part = "learners"
        learners = {name: LearnerRecipe.from_json(content["learners"][name]) for name in tasks}
        part = "features"
        features = FeatureRecipe.from_json(content["features"])
        part = "curated"
        plans = {name: Plan.from_json(plan) for name, plan in content["plans"].items()}
        strangers = sorted(set(plans) - set(split.ids or {}))
        if strangers:
            raise SessionError(f"split names no sources for {strangers[0]!r}")
    except Exception as error:  # the file may hold anything
        ours = isinstance(error, AstroALError)
        why = str(error) if ours else f"{type(error).__name__}: {error}"
        raise SessionError(f"{part} of the share file cannot be used: {why}") from error
    return StoredRecipes(split, partition, tasks, learners, features, plans)
