"""Names of columns: compared, and corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from napari_astro_al.errors import listing


def plain(name: str) -> str:
    """A name in lower case with nothing but letters and digits."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def words(name: str) -> list[str]:
    """The words of a name, told apart by what is no letter and by capitals inside it."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return [one for one in re.split(r"[^a-z0-9]+", split.lower()) if one]


def near_names(name: str, allowed: Sequence[str]) -> str:
    """A sentence for an error message: names like one that does not exist, else all of them.

    Parameters
    ----------
    name : str
        The name that does not exist.
    allowed : sequence of str
        Those that do.

    Returns
    -------
    str
        For example ``Near it: 'ra', 'raErr'.``
    """
    folded = {one.casefold(): one for one in allowed}
    near = [folded[one] for one in get_close_matches(name.casefold(), folded, n=4)]
    return f"Near it: {listing(near)}." if near else f"The columns: {listing(allowed)}."
