"""Labelled sources as a table in a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import annotator_of
from napari_astro_al.errors import SessionError, listing
from napari_astro_al.session.document import write_atomically
from napari_astro_al.session.tablefiles import SUFFIXES, table_bytes

if TYPE_CHECKING:
    from napari_astro_al.session.state import State


OWN = ("id", "label", "split", "annotator", "labelled_at", "comment")
"""Columns of every export."""


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
    catalogue = session.catalogue
    rows, labels = session.book.labelled()
    told = [session.book.deciding_events(source) for source in catalogue.ids_at(rows)]
    own = (
        catalogue.ids[rows],
        labels,
        [session.partition.part_name(row) for row in rows.tolist()],
        [";".join(annotator_of(event.chain) for event in events) for events in told],
        [events[0].utc for events in told],
        [_comments(events) for events in told],
    )
    table = pd.DataFrame(dict(zip(OWN, own, strict=True)))
    for name, source in _column_names(columns).items():
        values: pd.Series[Any] = catalogue.column(source).iloc[rows].reset_index(drop=True)
        table[name] = values
    return table


def _comments(events: Sequence[Event]) -> str:
    comments = (" ".join(str(one.payload.get("comment") or "").split()) for one in events)
    return "; ".join(comment for comment in comments if comment)


def _column_names(columns: Sequence[str]) -> dict[str, str]:
    """The name in the file of each column of the catalogue."""
    if isinstance(columns, str):
        raise SessionError(f"columns must be a list of names: write columns=[{columns!r}].")
    named: dict[str, str] = {}
    for column in dict.fromkeys(columns):
        name = column
        while name in OWN or name in named:
            name += "_catalogue"
        named[name] = column
    return named


def export_labels(session: State, path: Path, columns: Sequence[str] = ()) -> Path:
    """Write `labelled_table` to a file (see `Session.export`)."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise SessionError(
            f"Labels cannot be written as {suffix or 'a file without a suffix'}. "
            f"Choose one of {listing(SUFFIXES)}."
        )
    table = labelled_table(session, columns)
    if not path.parent.is_dir():
        raise SessionError(f"There is no folder {path.parent} to write {path.name} to.")
    about = session.catalogue.columns
    known = {name: about[one] for name, one in _column_names(columns).items() if one in about}
    write_atomically(path, table_bytes(table, suffix, known))
    return path
