"""A session's verbs for labels: annotate, unsure, skip, undo, redo."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from napari_astro_al.annotation.events import CATALOGUE
from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import as_ids
from napari_astro_al.errors import LabelError, listing
from napari_astro_al.session.blindness import BLIND
from napari_astro_al.session.classes import Classes
from napari_astro_al.session.explaining import PREDICTED
from napari_astro_al.session.plotting import Plotting
from napari_astro_al.session.sheets import BATCH, BY_MODEL

Seen = Mapping[SourceId, Mapping[str, Any]]
"""Where each source was seen on a contact sheet, as `Page.seen_as` says it."""

MOST_TOLD = 250
"""Of more sources that are answered together, what the model said is not kept: it was not seen."""


class Answering(Plotting, Classes):
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
        mosaic: Seen | None = None,
    ) -> None:
        """Label one source or several, as one step. Durable when it returns; never trains.

        Parameters
        ----------
        ids : int, str, or iterable of them
            Sources.
        label : str
            A class of a task, a raw value of the label column that stands for one, or a coarse
            label: ``"~QSO"`` says "anything but QSO", a group of classes "one of these". Coarse
            labels train as far as they say something (see `add_group`).
        comment : str, optional
            Kept with the label.
        confidence : float, optional
            0 to 1.
        annotator : str, optional
            Who says so, where it is not this session's annotator; not "catalogue".
        seconds : float, optional
            How long it took.
        mosaic : mapping of int or str to mapping, optional
            Where on a contact sheet each source was seen (see `sheet`), kept with its label.

        Raises
        ------
        LabelError
            If no task knows the label, or something else that was given makes no sense.
        CatalogueError
            Naming sources that the catalogue does not have.
        LedgerError
            If it could not be written. In each case nothing has changed.

        Warns
        -----
        AstroALWarning
            If something that follows `labels_changed` fails; the label is recorded.
        """
        name = self._class_name(label)
        _check_person(annotator)
        sure = finite_number(confidence, "confidence")
        if sure is not None and not 0 <= sure <= 1:
            raise LabelError(f"confidence goes from 0 to 1; {confidence!r} does not.")
        said = {
            "label": name,
            "comment": text_or_none(comment),
            "confidence": sure,
            "seconds": finite_number(seconds, "seconds"),
        }
        self._record("label", ids, said, annotator, mosaic)

    def unsure(
        self,
        ids: SourceId | Iterable[SourceId],
        *,
        comment: str | None = None,
        annotator: str | None = None,
        seconds: float | None = None,
        mosaic: Seen | None = None,
    ) -> None:
        """Say that one cannot tell: the source leaves the pool and is not trained on.

        Parameters are those of `annotate`.
        """
        _check_person(annotator)
        said = {"comment": text_or_none(comment), "seconds": finite_number(seconds, "seconds")}
        self._record("unsure", ids, said, annotator, mosaic)

    def skip(
        self,
        ids: SourceId | Iterable[SourceId],
        *,
        seconds: float | None = None,
        mosaic: Seen | None = None,
    ) -> None:
        """Put a source off: it is asked for again when the others are done."""
        self._record("skip", ids, {"seconds": finite_number(seconds, "seconds")}, mosaic=mosaic)

    def _record(
        self,
        kind: str,
        ids: SourceId | Iterable[SourceId],
        said: dict[str, Any],
        annotator: str | None = None,
        mosaic: Seen | None = None,
    ) -> None:
        given = list(dict.fromkeys(as_ids(ids)))
        self.check_present()
        if not given:
            return
        sources = self.catalogue.ids_at(self.catalogue.rows_of(given))
        words = {key: value for key, value in said.items() if value is not None}
        payloads = [
            {
                **words,
                **self._predicted(one, len(sources)),
                **self._why_shown(one, mosaic or {}),
                **self._on_screen(one, mosaic or {}),
                BLIND: self._was_blind(one, mosaic or {}),
            }
            for one in sources
        ]
        self._changed(self.book.record(kind, sources, payloads, annotator))

    def _predicted(self, source: SourceId, n_together: int) -> dict[str, Any]:
        """What the model says of a source that it has not learnt from."""
        if n_together > MOST_TOLD or not self.results:
            return {}
        task = self.asking_task(source)
        if self.has_learnt(source, task):
            return {}
        shares = {k: round(p, 4) for k, p in self.probabilities_of(source, task).items()}
        return {PREDICTED: {"task": task, "probabilities": shares}} if shares else {}

    def _was_blind(self, source: SourceId, mosaic: Seen) -> bool:
        """Whether nothing that the model says of a source was to be seen."""
        sheet = mosaic.get(source, {}).get("kind")
        return sheet not in BY_MODEL and self.is_blind_to(source)

    def _why_shown(self, source: SourceId, mosaic: Seen) -> dict[str, Any]:
        """How a source came before the person's eyes: asked for, on a contact sheet, or both."""
        seen = mosaic.get(source)
        shown: dict[str, Any] = {} if seen is None else {"mosaic": dict(seen)}
        if source in self._asked and (seen is None or seen.get("kind") == BATCH):
            shown["asked"] = self._asked[source]
        return shown

    def _on_screen(self, source: SourceId, mosaic: Seen) -> dict[str, Any]:
        """What a window shows of the source on show, where one looked there and not at a sheet."""
        if self.on_screen is None or source != self.current or source in mosaic:
            return {}
        told = dict(self.on_screen())
        return {"screen": told} if told else {}

    def undo(self) -> tuple[SourceId, ...]:
        """Take back the last step of one's own; a class that was made with it goes too.

        Returns
        -------
        tuple of int or str
            Its sources; empty where there is nothing to take back.
        """
        self.check_present()
        return self._stepped(self._take_back)

    def redo(self) -> tuple[SourceId, ...]:
        """Bring back the step taken back last; returns its sources as `undo` does."""
        self.check_present()
        return self._stepped(self._bring_back)

    def _take_back(self) -> tuple[SourceId, ...]:
        return self.book.undo()

    def _bring_back(self) -> tuple[SourceId, ...]:
        return self.book.redo()

    def _stepped(self, step: Callable[[], tuple[SourceId, ...]]) -> tuple[SourceId, ...]:
        """Take a step back or forth, and say whether it was about labels or interest scores."""
        before = self.book.interest_revision
        sources = step()
        if self.book.interest_revision == before:
            return self._changed(sources)
        self._tell(self.interest_changed, sources)
        return sources

    def _changed(self, sources: tuple[SourceId, ...]) -> tuple[SourceId, ...]:
        self._tell_labels(sources)
        return sources

    @property
    def labels(self) -> pd.Series[Any]:
        """Labels by source id, in the order given; unsure and skipped are not labels."""
        return self.book.series()

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


def _check_person(annotator: str | None) -> None:
    if annotator == CATALOGUE:
        raise LabelError(
            f"annotator={CATALOGUE!r} is whom labels of the column are from: they count only "
            "where nobody else has answered. Give another name."
        )


def finite_number(value: object, name: str) -> float | None:
    """A number as JSON holds it."""
    if value is None:
        return None
    numeric = isinstance(value, (int, float, np.integer, np.floating))
    if not numeric or isinstance(value, bool) or not math.isfinite(value):  # type: ignore[arg-type]
        raise LabelError(f"{name} is a finite number, not {value!r}.")
    return float(value)  # type: ignore[arg-type]


def text_or_none(comment: object) -> str | None:
    """A comment, if it is one."""
    if comment is None or isinstance(comment, str):
        return comment
    raise LabelError(f"A comment is text, not {comment!r} ({type(comment).__name__}).")
