"""The learning curve: scores of every model that was trained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import annotator_of
from napari_astro_al.errors import listing
from napari_astro_al.learning import CALIBRATION_METRICS, Task
from napari_astro_al.learning.metrics import exact_bounds
from napari_astro_al.learning.settling import Settling
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.combining import COMBINED
from napari_astro_al.session.renamed_rows import renamed_row

LEADING = (
    "task",
    "n_labels",
    "split",
    "model",
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "average_precision",
    "roc_auc",
    "recall_at_purity",
    *CALIBRATION_METRICS,
)


LOOKED = "test-looked-at"


class History:
    """Score rows in the order of training; each is an event of the ledger as well.

    Attributes
    ----------
    rows : list of dict
        One a model and split, with `confusion` (true class by predicted class, counts) beside the
        columns of `table`.
    settling : list of dict
        One a model, oldest first: task, n_labels, and what `Settling` holds, where that is known.
    looks : list of dict
        Payloads of the looks at the test set, oldest first, with `annotator` and `utc`.
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.settling: list[dict[str, Any]] = []
        self.looks: list[dict[str, Any]] = []
        self._told: list[dict[str, Any]] = []
        self._names: dict[str, str] = {}
        self._made_from: dict[str, str] = {}

    @classmethod
    def of(cls, events: Iterable[Event]) -> History:
        """The history that a ledger tells."""
        history = cls()
        for event in events:
            if event.kind == "trained":
                history._take(event.payload)
            elif event.kind == LOOKED:
                history.note_look(event)
        return history

    def note_look(self, event: Event) -> None:
        """Remember that somebody looked at the test set."""
        who = {"annotator": annotator_of(event.chain), "utc": event.utc}
        self.looks.append({**event.payload, **who})

    def _take(self, payload: Mapping[str, Any]) -> None:
        shared = {key: payload.get(key) for key in ("task", "model", "classes")}
        self._made_from[payload["task"]] = payload.get("made_from", "")
        told = [{**shared, **row} for row in payload["scores"]]
        self._told += told
        self.rows += [renamed_row(row, self._names) for row in told]
        if payload.get("pool") and payload["scores"]:
            n_labels = payload["scores"][0]["n_labels"]
            self.settling.append({"task": payload["task"], "n_labels": n_labels, **payload["pool"]})

    def rename(self, names: Mapping[str, str]) -> None:
        """Tell the scores of classes under their names of now (see `renamed_row`)."""
        if names != self._names:
            self._names = dict(names)
            self.rows = [renamed_row(row, names) for row in self._told]

    def add(
        self, result: TrainResult, made_from: str, settling: Settling | None = None
    ) -> dict[str, Any]:
        """Add a model's scores.

        Parameters
        ----------
        result : TrainResult
            The model.
        made_from : str
            Fingerprint of the labels and recipes that it was made from.
        settling : Settling, optional
            How its predictions for the pool compare with those of an earlier model.

        Returns
        -------
        dict
            The payload of the event that tells of it.
        """
        payload = {
            "task": result.task_name,
            "model": result.model,
            "why": result.why,
            "classes": list(result.classes),
            "scores": [plain_row(row) for row in result.scores],
            "seconds": round(result.seconds, 4),
            "made_from": made_from,
            "choice": None if result.choice is None else result.choice.to_json(),
            "pool": None if settling is None else _rounded(asdict(settling)),
        }
        self._take(payload)
        return payload

    def add_combined(
        self,
        results: Sequence[TrainResult],
        tasks: Mapping[str, Task],
        scores: Sequence[Mapping[str, Any]],
        made_from: str,
    ) -> dict[str, Any]:
        """Add the scores of several one-vs-rest tasks together; returns the event's payload."""
        payload = {
            "task": COMBINED,
            "model": "; ".join(dict.fromkeys(result.model for result in results)),
            "why": f"The likeliest of what {listing([one.task_name for one in results])} look for.",
            "classes": [tasks[result.task_name].positive for result in results],
            "scores": [plain_row(row) for row in scores],
            "seconds": round(sum(result.seconds for result in results), 4),
            "made_from": made_from,
        }
        self._take(payload)
        return payload

    def newest_made_from(self, task: str) -> str | None:
        """Fingerprint of what a task's newest model was made from, or None."""
        return self._made_from.get(task)

    def latest(self, task: str) -> dict[str, Any] | None:
        """The newest row of a task, or None."""
        return next((row for row in reversed(self.rows) if row["task"] == task), None)

    def table(self) -> pd.DataFrame:
        """The rows as a table, oldest first."""
        return self.frame(self.rows)

    @staticmethod
    def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
        """Score rows as a table: the best-known columns first, the others by name."""
        plain = [
            {key: row[key] for key in row if key not in _NOT_COLUMNS} | exact_bounds(row)
            for row in rows
        ]
        table = pd.DataFrame(plain)
        leading = [name for name in LEADING if name in table.columns]
        if table.empty:
            return pd.DataFrame(columns=list(LEADING))
        return table[[*leading, *sorted(set(table.columns) - set(leading))]]


_NOT_COLUMNS = ("confusion", "classes")


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A score row as JSON has it: a number that is none becomes null."""
    import math

    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in row.items()
    }


def _rounded(numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: round(value, 5) if isinstance(value, float) else value
        for key, value in numbers.items()
    }
