"""A session in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from napari_astro_al.features import FeatureMatrix
from napari_astro_al.learning.split import POOL, TEST, VALIDATION
from napari_astro_al.session.pool import Partition

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session


_counts: WeakKeyDictionary[Partition, tuple[int, int, int]] = WeakKeyDictionary()
_unusable: WeakKeyDictionary[FeatureMatrix, int] = WeakKeyDictionary()


def counts_of(partition: Partition) -> tuple[int, int, int]:
    """How many sources are in the pool, for validation and for testing; counted once."""
    if partition not in _counts:
        pool, validation, test = (
            int(np.count_nonzero(partition.part == one)) for one in (POOL, VALIDATION, TEST)
        )
        _counts[partition] = pool, validation, test
    return _counts[partition]


def n_unusable(features: FeatureMatrix) -> int:
    """How many sources have no feature; counted once."""
    if features not in _unusable:
        _unusable[features] = int(np.count_nonzero(~features.usable))
    return _unusable[features]


def overview_of(session: Session) -> list[str]:
    """Size, split, features and place of a session, a line each."""
    pool, validation, test = counts_of(session.partition)
    n_sources, note = f"{len(session.catalogue):,} sources", session.catalogue.note
    lines = [f"{n_sources} ({note})" if note else n_sources]
    if session.sources_called != "sources":
        lines = [f"In memory: {note}"]
    if session.catalogue.origin is not None:
        lines.append(session.catalogue.origin.words)
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
    if names:
        lines.append(f"{len(names)} {'feature' if len(names) == 1 else 'features'}: {shown}")
    else:
        lines.append("No features yet: measure the pictures to get some")
    unusable = n_unusable(session.features)
    if unusable:
        lines.append(f"{unusable:,} sources have no measured feature and are never asked for")
    if session.excluded.count:
        lines.append(f"{session.excluded.count:,} sources are excluded")
    if session.read_only:
        lines.append(f"READ-ONLY, nothing is recorded: {session.path}")
    else:
        lines.append("In memory only" if session.path is None else f"Kept in {session.path}")
    return lines
