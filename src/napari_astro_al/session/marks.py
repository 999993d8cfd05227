"""Marks of sources as examples, folded from the ledger's events."""

from __future__ import annotations

from collections.abc import Iterable

from napari_astro_al.annotation import Event
from napari_astro_al.catalogue import Catalogue, SourceId

MARK = "mark"
"""The kind of their events, with `source` and `like`: true, false, or null for none any more."""


def marks_of(events: Iterable[Event], catalogue: Catalogue) -> dict[SourceId, bool]:
    """The marks that a ledger's events come to; of several of one source the last counts.

    Raises
    ------
    CatalogueError
        If the catalogue does not have one of the sources.
    """
    marks: dict[SourceId, bool] = {}
    for event in events:
        if event.kind == MARK:
            put_mark(marks, catalogue.parse_id(event.payload["source"]), event.payload["like"])
    return marks


def put_mark(marks: dict[SourceId, bool], source: SourceId, like: bool | None) -> None:
    """Change one source's mark in place; the newest is last."""
    marks.pop(source, None)
    if like is not None:
        marks[source] = like
