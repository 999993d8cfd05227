"""What a file that leaves a session says of where it came from, in the words of W3C PROV."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from napari_astro_al.annotation.events import utc_now
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session import folder
from napari_astro_al.session.state import State

PROGRAM = "napari-astro-al"
_PACKAGES = (PROGRAM, "numpy", "scikit-learn", "modAL-python", "pandas", "astropy")


def origin_of(
    session: State, results: Sequence[TrainResult] = (), what: str = "labels"
) -> dict[str, Any]:
    """Where labels or predictions of a session came from.

    Parameters
    ----------
    session : State
    results : sequence of TrainResult
        The models behind the predictions.
    what : str
        What the file holds.

    Returns
    -------
    dict
        JSON values. No path and nobody's name, but for the catalogue's file name.
    """
    return {
        "prov:type": what,
        "prov:generatedAtTime": utc_now(),
        "prov:wasAssociatedWith": f"{PROGRAM} {version(PROGRAM)}",
        "prov:used": {
            "catalogue": fingerprint_of(session.catalogue),
            "session": {
                "hash": session_hash(session),
                "n_labels": len(session.book.labels),
                "n_events": sum(sequence for sequence, _ in session.ledger.tips().values()),
            },
        },
        "prov:wasDerivedFrom": [model_words(one) for one in results],
        "versions": versions(),
    }


def fingerprint_of(catalogue: Catalogue) -> dict[str, Any]:
    """Which catalogue it is: name, number of sources, a digest of ids, and which service's."""
    return {
        "name": catalogue.name,
        "file": "" if catalogue.path is None else catalogue.path.name,
        "n_sources": len(catalogue),
        "id_kind": catalogue.id_kind,
        "id_digest": catalogue.id_digest,
        **({} if catalogue.origin is None else {"prov:hadPrimarySource": catalogue.origin.facts}),
    }


def session_hash(session: State) -> str:
    """64 hexadecimal digits that differ where answers or recipes do (SHA-256)."""
    try:
        recipes: Any = folder.recipes_of(session, {})
    except LearnerError:  # a model or strategy of the user's own
        recipes = repr(session.learners)
    tips = {chain: tip for chain, (_, tip) in session.ledger.tips().items()}
    words = json.dumps([recipes, tips], sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()


def model_words(result: TrainResult) -> dict[str, Any]:
    """A model in a few words."""
    return {
        "task": result.task_name,
        "model": result.model,
        "n_labels": result.n_labels,
        "classes": list(result.classes),
    }


def versions() -> dict[str, str]:
    """Versions of what decides about results."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a package may be there without metadata
            continue
    return found
