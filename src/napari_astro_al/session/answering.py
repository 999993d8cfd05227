"""A session's verbs for labels: annotate, unsure, skip, undo, redo, and its classes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import LabelError, listing
from napari_astro_al.session.state import State


class Answering(State):
    """Labels of a session."""

    def annotate(
        self,
        ids: SourceId | Iterable[SourceId],
        label: object,
        *,
        comment: str | None = None,
        confidence: float | None = None,
        annotator: str | None = None,
        seconds: float | None = None,
    ) -> None:
        """Label one source or several, as one step. Durable when it returns; never trains.

        Parameters
        ----------
        ids : int, str, or iterable of them
            Sources.
        label : str
            A class of a task, a raw value of the label column that stands for one, or a coarse
            label: ``"~QSO"`` says "anything but QSO".
        comment : str, optional
            Kept with the label.
        confidence : float, optional
            0 to 1.
        annotator : str, optional
            Who says so, where it is not this session's annotator.
        seconds : float, optional
            How long it took.

        Raises
        ------
        LabelError
            If no task knows the label.
        CatalogueError
            Naming sources that the catalogue does not have.
        LedgerError
            If it could not be written. In each case nothing has changed.
        """
        name = self._class_name(label)
        if confidence is not None and not 0 <= confidence <= 1:
            raise LabelError(f"confidence goes from 0 to 1; {confidence!r} does not.")
        said = {
            "label": name,
            "comment": comment,
            "confidence": confidence,
            "seconds": seconds,
        }
        self._record("label", ids, said, annotator)

    def unsure(self, ids: SourceId | Iterable[SourceId], *, comment: str | None = None) -> None:
        """Say that one cannot tell: the source leaves the pool and is not trained on."""
        self._record("unsure", ids, {"comment": comment})

    def skip(self, ids: SourceId | Iterable[SourceId]) -> None:
        """Put a source off: it is asked for again when the others are done."""
        self._record("skip", ids, {})

    def _record(
        self,
        kind: str,
        ids: SourceId | Iterable[SourceId],
        said: dict[str, Any],
        annotator: str | None = None,
    ) -> None:
        sources = [ids] if isinstance(ids, (int, str, np.integer)) else list(ids)
        if not sources:
            return
        rows = self.catalogue.rows_of(sources)
        sources = self.catalogue.ids_at(rows)
        words = {key: value for key, value in said.items() if value is not None}
        payloads = [
            {**words, **({"asked": self._asked[one]} if one in self._asked else {})}
            for one in sources
        ]
        self._changed(self.book.record(kind, sources, payloads, annotator))

    def undo(self) -> tuple[SourceId, ...]:
        """Take back the last step of one's own.

        Returns
        -------
        tuple of int or str
            Its sources; empty where there is nothing to take back.
        """
        return self._changed(self.book.undo())

    def redo(self) -> tuple[SourceId, ...]:
        """Bring back the step taken back last; returns its sources as `undo` does."""
        return self._changed(self.book.redo())

    def _changed(self, sources: tuple[SourceId, ...]) -> tuple[SourceId, ...]:
        if sources:
            self.labels_changed.emit(sources)
        return sources

    @property
    def labels(self) -> pd.Series[Any]:
        """Labels by source id, in the order given; unsure and skipped are not labels."""
        return self.book.series()

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that annotators choose from, over all tasks, in the order of their keys."""
        return tuple(
            dict.fromkeys(
                name
                for task in self.tasks.values()
                for name in (task.classes if len(task.classes) > 1 else task.names)
            )
        )

    def add_class(self, name: str, *, task: str | None = None) -> None:
        """Add a class to a task.

        Raises
        ------
        LabelError
            If the name is empty or taken, or the task has fixed classes.
        """
        chosen = self._task_name(task)
        self.tasks = {**self.tasks, chosen: self.tasks[chosen].with_class(name)}
        self.book.training_revision += 1
        self._write_document()
        self.classes_changed.emit()

    def _class_name(self, label: object) -> str:
        text = str(label)
        for task in self.tasks.values():
            name = task.alias(text)
            if task.accepts(name):
                return name
        raise LabelError(
            f"No task of this session knows the class {text!r}. Its classes are "
            f"{listing(self.classes)}. Choose one, or add it: session.add_class({text!r})."
        )
