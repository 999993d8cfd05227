"""A session in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_astro_al.learning.split import POOL, TEST, VALIDATION

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session


def overview_of(session: Session) -> list[str]:
    """Size, split, features and place of a session, a line each."""
    part = session.partition.part
    pool, validation, test = (int((part == one).sum()) for one in (POOL, VALIDATION, TEST))
    lines = [f"{len(session.catalogue):,} sources"]
    if session.catalogue.note:
        lines[0] += f" ({session.catalogue.note})"
    lines.append(
        f"{pool:,} in the pool, {validation:,} for validation, {test:,} for testing"
        if validation or test
        else f"{pool:,} in the pool, none held out"
    )
    names = session.features.names
    most = 6
    shown = ", ".join(names[:most]) + (
        f" and {len(names) - most} more" if len(names) > most else ""
    )
    lines.append(f"{len(names)} features: {shown}")
    unusable = int((~session.features.usable).sum())
    if unusable:
        lines.append(f"{unusable:,} sources have no measured feature and are never asked for")
    lines.append("In memory only" if session.path is None else f"Kept in {session.path}")
    return lines
