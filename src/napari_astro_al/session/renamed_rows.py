"""Score rows of old under the names that classes have now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from napari_astro_al.learning.class_names import called_now
from napari_astro_al.learning.metric_names import PER_CLASS


def renamed_row(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """A row of scores in which classes are called as they are now.

    Parameters
    ----------
    row : mapping
        With ``classes``, those of the model, in order.
    names : mapping of str to str
        What classes are called now, where not as they were.

    Returns
    -------
    dict
        Unchanged where several of its classes are one now: their scores are not that one's.
    """
    old = list(row.get("classes") or ())
    new = [called_now(name, names) for name in old]
    if new == old or len(set(new)) < len(new):
        return dict(row)
    keys = {
        f"{metric}_{before}": f"{metric}_{now}"
        for metric in PER_CLASS
        for before, now in zip(old, new, strict=True)
    }
    return {**{keys.get(key, key): value for key, value in row.items()}, "classes": new}
