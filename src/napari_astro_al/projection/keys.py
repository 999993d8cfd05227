"""Digests of what a projection is made of, under which things that follow from it are kept."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.projection.request import ProjectionRequest

_CHUNK = 1 << 22
"""Bytes hashed at a time, a few milliseconds."""
_LARGE = 1 << 23
"""From so many bytes on, a kernel folds each chunk first: BLAKE2b takes seconds a gigabyte."""


def key_job(request: ProjectionRequest, *data: npt.NDArray[Any], more: str = "") -> Job[str]:
    """32 hexadecimal digits for a projection.

    Parameters
    ----------
    request : ProjectionRequest
        Its recipe counts but for the curves, its catalogue by the ids, and its seed.
    *data : ndarray
        What places follow from, or the places themselves; every byte and the order of rows count.
    more : str
        Anything else.
    """
    recipe = {**request.recipe.to_json(), "curves": None}
    words = [recipe, request.catalogue.id_digest, len(request.catalogue), request.seed, more]
    digest = hashlib.blake2b(json.dumps(words, sort_keys=True).encode(), digest_size=16)
    for values in data:
        flat = values.reshape(-1, order="A").view(np.uint8)
        digest.update(f"{values.shape} {values.dtype.str}".encode())
        for start in range(0, flat.size, _CHUNK):
            yield Progress("looking whether anything has changed", start, flat.size)
            chunk = flat[start : start + _CHUNK]
            digest.update(chunk.data if flat.size < _LARGE else _folded(chunk))
    return digest.hexdigest()


def _folded(chunk: npt.NDArray[np.uint8]) -> bytes:
    from napari_astro_al.projection.hash_kernels import fold

    whole = chunk.size // 8 * 8
    words = np.require(chunk[:whole].view(np.uint64), requirements="A")
    return int(fold(words)).to_bytes(8, "little") + chunk[whole:].tobytes()


def feature_data(matrix: FeatureMatrix) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """What of a feature matrix places follow from."""
    return matrix.values, matrix.usable
