"""Which table of a file that holds several."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from napari_astro_al.errors import AstroALWarning, CatalogueError


@dataclass(frozen=True)
class Candidate:
    """A table that a file holds.

    Attributes
    ----------
    number : int
        What it is called by as a number.
    names : tuple of str
        What it is called by as text; the first one is for messages.
    """

    number: int
    names: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.number} ({self.names[0]!r})"
            if self.names and self.names[0]
            else f"{self.number}"
        )


def choose(
    candidates: Sequence[Candidate],
    wanted: str | int | None,
    *,
    file: str,
    contents: str = "",
) -> Candidate:
    """The table wanted, or the first one.

    Parameters
    ----------
    candidates : sequence of Candidate
        Tables of the file.
    wanted : str, int or None
        Name (upper and lower case are the same) or number; None takes the first one, with a
        warning that names the others.
    file : str
        The file, for messages.
    contents : str
        What the file holds instead, where it has no table.

    Raises
    ------
    CatalogueError
        If the file has no table, or not that one.
    """
    if not candidates:
        held = f" It holds: {contents}." if contents else ""
        raise CatalogueError(f"{file} holds no table.{held} Give a file with a table of sources.")
    every = ", ".join(map(str, candidates))
    if wanted is None:
        if len(candidates) > 1:
            warnings.warn(
                AstroALWarning(
                    f"{file} holds {len(candidates)} tables; the first one was read, "
                    f"{candidates[0]}. table= takes another one: {every}."
                ),
                stacklevel=2,
            )
        return candidates[0]
    for one in candidates:
        if isinstance(wanted, str):
            if wanted.casefold() in (name.casefold() for name in one.names):
                return one
        elif one.number == wanted:
            return one
    held = f" The file holds: {contents}." if contents else ""
    raise CatalogueError(f"{file} has no table {wanted!r}. Its tables: {every}.{held}")
