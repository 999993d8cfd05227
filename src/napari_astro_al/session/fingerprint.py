"""A fingerprint of all that a model depends on, the same whatever the order of the rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.split import POOL
from napari_astro_al.session.pool import Partition


class Recipe(Protocol):
    """Anything that a file can hold."""

    def to_json(self) -> object:
        """JSON values."""
        ...


def fingerprint(
    partition: Partition,
    rows: npt.NDArray[np.int64],
    labels: Sequence[str],
    corrections: Mapping[int, str | None],
    recipes: Sequence[Recipe],
    seed: int,
) -> str:
    """32 hexadecimal digits that differ where a model or its scores may.

    Parameters
    ----------
    partition : Partition
        Its hashes stand for the sources.
    rows : (n,) int64 ndarray
        Training sources in event order.
    labels : sequence of str
        Theirs.
    corrections : mapping of int to str or None
        What annotators said of sources, by row; of those held out it counts.
    recipes : sequence
        Each with a `to_json`; one that holds what no file can is taken as it prints itself.
    seed : int
        The session's.
    """
    said = np.fromiter(corrections, np.int64, len(corrections))
    said = said[partition.part[said] != POOL]
    said = said[np.argsort(partition.hashes[said])]
    digest = hashlib.blake2b(digest_size=16)
    for some in (rows, said):
        digest.update(partition.hashes[some].astype("<u8").tobytes())
    words = [
        list(labels),
        [corrections[row] for row in said.tolist()],
        [_in_words(recipe) for recipe in recipes],
        seed,
    ]
    digest.update(json.dumps(words, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _in_words(recipe: Recipe) -> object:
    try:
        return recipe.to_json()
    except LearnerError:
        return repr(recipe)
