"""A checkpoint of a session, and what is different between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from napari_astro_al.annotation import Event
from napari_astro_al.catalogue import SourceId
from napari_astro_al.session.history import History
from napari_astro_al.session.recipe_changes import Recipes as RecipesJson

_SCORES = ("f1", "f1_low", "f1_high", "accuracy")


@dataclass(frozen=True)
class Checkpoint:
    """How a session stood.

    Attributes
    ----------
    name : str
    utc : str
    position : int
        How many events the ledger had.
    n_labels : int
    scores : list of dict
        The newest of each task and split.
    recipes : dict
        As JSON values.
    models : dict of str to str
        Files of the models by task, relative to the session's folder; empty in memory.
    """

    name: str
    utc: str
    position: int
    n_labels: int
    scores: list[dict[str, Any]]
    recipes: RecipesJson
    models: dict[str, str]

    @classmethod
    def of(cls, event: Event) -> Checkpoint:
        """That of an event."""
        said = event.payload
        return cls(
            name=said["name"],
            utc=event.utc,
            position=said["position"],
            n_labels=said["n_labels"],
            scores=said["scores"],
            recipes=said["recipes"],
            models=said.get("models", {}),
        )

    def score(self, task: str | None = None) -> dict[str, Any] | None:
        """The newest scores of a task, or of the first that has some; on validation, if there."""
        rows = [row for row in self.scores if task in (None, row["task"])]
        rows.sort(key=lambda row: row["split"] != "validation")
        return rows[0] if rows else None


@dataclass(frozen=True)
class Comparison:
    """What is different between two checkpoints, or a checkpoint and now.

    Attributes
    ----------
    names : (str, str)
    gained, lost, changed : tuple of int or str
        Sources that have a label in the second alone, in the first alone, or another one.
    recipes : tuple of str
        What models see, learn or are asked that is different: "features", "learners" and so on.
    scores : pandas.DataFrame
        Index (task, split); columns by name: n_labels, f1, f1_low, f1_high, accuracy of each.
    """

    names: tuple[str, str]
    gained: tuple[SourceId, ...]
    lost: tuple[SourceId, ...]
    changed: tuple[SourceId, ...]
    recipes: tuple[str, ...]
    scores: pd.DataFrame

    def __str__(self) -> str:
        numbers = ((self.gained, "more labelled"), (self.lost, "fewer"), (self.changed, "other"))
        told = [f"{len(some):,} {words}" for some, words in numbers if some]
        labels = f"labels: {', '.join(told)}" if told else "the same labels"
        others = f"other {', '.join(self.recipes)}" if self.recipes else "the same recipes"
        return f"From {self.names[0]!r} to {self.names[1]!r}: {labels}; {others}."


def newest_scores(history: History) -> list[dict[str, Any]]:
    """The newest scores of each task and split."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in history.rows:
        told = {key: row.get(key) for key in ("task", "split", "model", "n_labels", *_SCORES)}
        found[row["task"], row["split"]] = told
    return list(found.values())


def scores_beside(
    names: tuple[str, str], first: list[dict[str, Any]], second: list[dict[str, Any]]
) -> pd.DataFrame:
    """Scores of two checkpoints, as columns by their names."""
    columns = ["n_labels", *_SCORES]
    tables = []
    for name, rows in zip(names, (first, second), strict=True):
        table = pd.DataFrame(rows, columns=["task", "split", *columns])
        table = table.set_index(["task", "split"])
        table.columns = pd.MultiIndex.from_product([[name], columns])
        tables.append(table)
    return pd.concat(tables, axis=1)
