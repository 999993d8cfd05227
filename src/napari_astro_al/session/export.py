"""Labelled sources, or predictions for all, as a table in a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import annotator_of
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.roles import Column
from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning import Task
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.document import atomically
from napari_astro_al.session.origin import origin_of
from napari_astro_al.session.pool import PART_NAMES, Partition
from napari_astro_al.session.predictions import check_combinable, shared_out
from napari_astro_al.session.state import State
from napari_astro_al.session.streams import SUFFIXES, Field, Profile, check_suffix, open_stream
from napari_astro_al.session.streams.holding import check_texts

__all__ = ["OWN", "SUFFIXES", "ExportTable", "export_job", "export_table", "labelled_table"]

OWN = ("id", "label", "split", "annotator", "labelled_at", "comment")
"""Columns of every export."""
UNSURE, INTEREST = "unsure_by", "interest"
_PARTS = pd.Index(PART_NAMES)
CHUNK = 65_536
"""Sources that are written at a time."""
ABOUT_OWN = {
    "id": Column(description="Id of the source", ucd="meta.id;meta.main"),
    "label": Column(description="Class given by people", ucd="meta.code.class"),
    "split": Column(description="pool, validation or test"),
    "annotator": Column(description="Who gave the label"),
    "labelled_at": Column(description="When the label was first given, UTC", ucd="time.creation"),
    "comment": Column(description="What was said with it", ucd="meta.note"),
    UNSURE: Column(description="Who could not tell"),
    INTEREST: Column(description="Interest score, 0 to 5", ucd="meta.code.qual"),
    "predicted": Column(description="Likeliest class by the model", ucd="meta.code.class"),
    "confidence": Column(description="Its probability", ucd="stat.probability"),
    "uncertainty": Column(description="1 - confidence", ucd="stat.probability"),
}


@dataclass(frozen=True, eq=False)
class ExportTable:
    """A table that is made chunk by chunk, captured from a session.

    Attributes
    ----------
    catalogue : Catalogue
    partition : Partition
    rows : (n,) int64 ndarray or None
        The sources, in order; None for all.
    labels : dict of {int: (label, events)}
        What was said, by row.
    unsure : dict of {int: str}
        Who could not tell, by row; empty in an export of labelled sources.
    columns : dict of str to str
        Columns of the catalogue by their name in the file.
    results : tuple of TrainResult
        Whose predictions are written; none where there are none.
    tasks : mapping of str to Task
    tells_unsure : bool
    interest : mapping of int to int
        Scores, by row; there is no column of them where there is none.
    """

    catalogue: Catalogue
    partition: Partition
    rows: npt.NDArray[np.int64] | None
    labels: Mapping[int, tuple[str, list[Event]]]
    unsure: Mapping[int, str]
    columns: Mapping[str, str]
    results: tuple[TrainResult, ...]
    tasks: Mapping[str, Task]
    tells_unsure: bool
    interest: Mapping[int, int]

    def __len__(self) -> int:
        return len(self.catalogue) if self.rows is None else len(self.rows)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Whose probabilities are written."""
        if len(self.results) == 1:
            return self.results[0].classes
        return tuple(str(self.tasks[one.task_name].positive) for one in self.results)

    def about(self) -> dict[str, Column]:
        """Unit, description and UCD of each column."""
        known = {name: self.catalogue.columns.get(own) for name, own in self.columns.items()}
        probabilities = {
            f"p_{name}": Column(description=f"Probability of {name}", ucd="stat.probability")
            for name in self.classes
        }
        found = {**ABOUT_OWN, **probabilities}
        return {**found, **{name: one for name, one in known.items() if one is not None}}

    def chunk(self, start: int, stop: int) -> pd.DataFrame:
        """Some of the rows."""
        if self.rows is None:
            rows = np.arange(start, min(stop, len(self)), dtype=np.int64)
        else:
            rows = self.rows[start:stop]
        at, told = _found(rows, self.labels)
        events = [one for _, one in told]
        cells: dict[str, Any] = {
            "id": self.catalogue.ids[rows],
            "label": _sparse(len(rows), at, [label for label, _ in told]),
            "split": pd.Categorical.from_codes(self.partition.part[rows], categories=_PARTS),
            "annotator": _sparse(len(rows), at, [_annotators(one) for one in events]),
            "labelled_at": _sparse(len(rows), at, [one[0].utc for one in events]),
            "comment": _sparse(len(rows), at, [_comments(one) for one in events]),
        }
        if self.tells_unsure:
            cells[UNSURE] = _sparse(len(rows), *_found(rows, self.unsure))
        if self.interest:
            at, scores = _found(rows, self.interest)
            filled, missing = np.zeros(len(rows), dtype=np.int8), np.ones(len(rows), dtype=bool)
            filled[at], missing[at] = scores, False
            cells[INTEREST] = pd.arrays.IntegerArray(filled, missing)
        if self.results:
            cells |= predicted_cells(self.classes, self._shares(rows))
        for name, source in self.columns.items():
            column: pd.Series[Any] = self.catalogue.column(source)
            cells[name] = column.iloc[rows].reset_index(drop=True)
        return pd.DataFrame(cells)

    def _shares(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        if len(self.results) == 1:
            return self.results[0].probabilities[rows]
        columns = [
            one.probabilities[rows, one.classes.index(name)]
            for one, name in zip(self.results, self.classes, strict=True)
        ]
        return shared_out(np.stack(columns, axis=1))

    def fields_job(self) -> Job[list[Field]]:
        """What is to be known of the columns before the first is written."""
        about = self.about()
        profiles: dict[str, Profile] = {}
        for start in range(0, max(len(self), 1), CHUNK):
            yield Progress("Looking at the columns", start, len(self))
            frame = self.chunk(start, start + CHUNK)
            for name in frame.columns:
                profile = profiles.setdefault(str(name), Profile(str(name), about.get(str(name))))
                profile.see(frame[name])
        return [profile.field() for profile in profiles.values()]


def predicted_cells(classes: Sequence[str], shares: npt.NDArray[np.float32]) -> dict[str, Any]:
    """Columns of predictions.

    Parameters
    ----------
    classes : sequence of str
    shares : (n, n_classes) float32 ndarray
        Probabilities; NaN where there are none.
    """
    known = np.isfinite(shares).all(axis=1)
    filled = np.nan_to_num(shares)
    best = np.where(known, filled.argmax(axis=1), -1)
    confidence = np.where(known, filled.max(axis=1), np.nan)
    return {
        "predicted": pd.Categorical.from_codes(best, categories=pd.Index(list(classes))),
        "confidence": confidence.astype(np.float32),
        **{f"p_{name}": shares[:, place] for place, name in enumerate(classes)},
        "uncertainty": (1 - confidence).astype(np.float32),
    }


def _found(
    rows: npt.NDArray[np.int64], told: Mapping[int, Any]
) -> tuple[npt.NDArray[np.intp], list[Any]]:
    """Which of some rows something is told of, and what."""
    if len(told) < len(rows):
        known = np.fromiter(told, np.int64, len(told))
        at = np.flatnonzero(np.isin(rows, known))
    else:
        at = np.flatnonzero([row in told for row in rows.tolist()])
    return at, [told[row] for row in rows[at].tolist()]


def _sparse(n: int, at: npt.NDArray[np.intp], texts: list[str]) -> Any:
    """A column of text that is missing but for some rows."""
    names = list(dict.fromkeys(texts))
    place = {name: code for code, name in enumerate(names)}
    codes = np.full(n, -1, dtype=np.int64)
    codes[at] = [place[text] for text in texts]
    return pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=object))


def _annotators(events: Sequence[Event]) -> str:
    return ";".join(annotator_of(event.chain) for event in events)


def _comments(events: Sequence[Event]) -> str:
    comments = (" ".join(str(one.payload.get("comment") or "").split()) for one in events)
    return "; ".join(comment for comment in comments if comment)


def labelled_table(session: State, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Labelled sources in the order labelled.

    Parameters
    ----------
    session : State
    columns : sequence of str
        Columns of the catalogue to add. One of a name that is taken gets ``_catalogue`` behind it.

    Returns
    -------
    pandas.DataFrame
        id, label, split, then what is known of the answers that gave the label: annotator
        (several that agree joined by ";"), labelled_at (the first of them), comment (theirs,
        white space drawn together, joined by "; "); then the columns.
    """
    table = export_table(session, "labelled", columns)
    return table.chunk(0, len(table))


def export_table(
    session: State,
    rows: str | npt.NDArray[np.int64],
    columns: Sequence[str] = (),
    results: Sequence[TrainResult] = (),
) -> ExportTable:
    """Capture what is to be written.

    Parameters
    ----------
    session : State
    rows : "labelled", "all", or (n,) int64 ndarray
        Rows of the catalogue.
    columns : sequence of str
    results : sequence of TrainResult
        Models whose predictions are written.
    """
    if isinstance(columns, str):
        raise SessionError(f"columns must be a list of names: write columns=[{columns!r}].")
    catalogue, book = session.catalogue, session.book
    check_combinable([one.task_name for one in results], session.tasks)
    labelled, labels = book.labelled()
    sources = catalogue.ids_at(labelled)
    told = {
        row: (label, book.deciding_events(source))
        for row, label, source in zip(labelled.tolist(), labels, sources, strict=True)
    }
    only_labelled = isinstance(rows, str) and rows == "labelled"
    unsure: dict[int, str] = {}
    if not only_labelled:
        for source, votes in book.votes().items():
            who = [name for name, choice in votes.items() if choice is None]
            if who:
                unsure[catalogue.row_of(source)] = ";".join(sorted(who))
    table = ExportTable(
        catalogue=catalogue,
        partition=session.partition,
        rows=labelled if only_labelled else None if isinstance(rows, str) else rows,
        labels=told,
        unsure=unsure,
        columns={},
        results=tuple(results),
        tasks=dict(session.tasks),
        tells_unsure=not only_labelled,
        interest=dict(book.interest),
    )
    return replace(table, columns=_column_names(table, columns))


def _column_names(table: ExportTable, columns: Sequence[str]) -> dict[str, str]:
    """The name in the file of each column of the catalogue."""
    taken = set(table.chunk(0, 0).columns)
    named: dict[str, str] = {}
    for column in dict.fromkeys(columns):
        table.catalogue.column(column)
        name = column
        while name in taken or name in named:
            name += "_catalogue"
        named[name] = column
    return named


def export_job(
    session: State,
    path: Path,
    rows: str | npt.NDArray[np.int64] = "labelled",
    columns: Sequence[str] = (),
    results: Sequence[TrainResult] = (),
) -> Job[Path]:
    """Write a table to a file (see `Session.export`); captured now."""
    suffix = path.suffix.lower()
    check_suffix(suffix)
    table = export_table(session, rows, columns, results)
    if not path.parent.is_dir():
        raise SessionError(f"There is no folder {path.parent} to write {path.name} to.")
    what = "predictions and labels" if results else "labels"
    header = origin_of(session, results, what)
    return guarded(_write(table, path, suffix, header), f"write {path.name}")


def _write(table: ExportTable, path: Path, suffix: str, header: dict[str, Any]) -> Job[Path]:
    fields = yield from table.fields_job()
    with atomically(path) as file:
        stream = open_stream(file, suffix, fields, len(table), header)
        for start in range(0, len(table), CHUNK):
            yield Progress(f"Writing {path.name}", start, len(table))
            frame = table.chunk(start, start + CHUNK)
            check_texts(frame, suffix)
            stream.write(frame)
        stream.finish()
    return path
