"""Contact sheets: which sources are shown side by side, page by page, and where each was seen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import SessionError, listing
from napari_astro_al.learning.whole_numbers import whole_number
from napari_astro_al.session.asking import Query

Kind = Literal["batch", "selection", "set", "confident", "doubtful", "random"]
"""What a sheet shows."""

How = Literal["one", "several", "rest"]
"""How a cell was answered: by itself, among several chosen ones, or as what was left of a page."""

BATCH: Kind = "batch"
BY_MODEL: tuple[Kind, ...] = ("confident", "doubtful")
SMALLEST, LARGEST = 3, 15
"""Cells a side of a page."""


@dataclass(frozen=True)
class Draw:
    """What a sheet is to show.

    Attributes
    ----------
    kind : {"batch", "selection", "set", "confident", "doubtful", "random"}
        What the query strategy would ask for next; the selected sources; a named set; the sources
        that the model is most sure are of a class; those that it doubts most; a random draw.
    of : str
        The name of the set; the class for "confident"; for "doubtful" a class, or none for all.
    task : str, optional
        Whose model; by default what all one-vs-rest tasks say together, or else the first that
        knows the class.
    seed : int
        Another one is another random draw, and another order of a selection or set.
    answered : bool
        Whether labelled and unsure sources are shown too.
    held_out : bool
        Whether sources are shown too that are held out for scoring.

    Raises
    ------
    SessionError
        If there is no such kind, or it lacks its class or set.
    """

    kind: Kind = "random"
    of: str = ""
    task: str | None = None
    seed: int = 0
    answered: bool = False
    held_out: bool = False

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise SessionError(
                f"A contact sheet cannot show {self.kind!r}: it shows one of "
                f"{listing(get_args(Kind))}."
            )
        if self.kind in ("confident", "set") and not self.of:
            needed = "class" if self.kind == "confident" else "set"
            raise SessionError(f"Name the {needed} that the sheet shows: of=...")
        object.__setattr__(self, "seed", whole_number(self.seed, "seed", SessionError))

    def said(self) -> dict[str, Any]:
        """What of it is kept with each answer."""
        words: dict[str, Any] = {"kind": self.kind}
        if self.of:
            words["of"] = self.of
        if self.task is not None:
            words["task"] = self.task
        if self.kind in ("random", "selection", "set"):
            words["seed"] = self.seed
        return words


@dataclass(frozen=True, eq=False)
class Sheet:
    """The sources that were drawn, in the order in which they are shown.

    Attributes
    ----------
    catalogue : Catalogue
    draw : Draw
        What was asked for.
    rows : (n,) int64 ndarray
        Row numbers; private to the package.
    predicted : (n,) object ndarray or None
        The class that the model says, where the sheet was drawn by what it says.
    probability : (n,) float32 ndarray or None
        Of that class.
    query : Query or None
        Why the sources of a batch are asked for.
    """

    catalogue: Catalogue
    draw: Draw
    rows: npt.NDArray[np.int64]
    predicted: npt.NDArray[np.object_] | None = None
    probability: npt.NDArray[np.float32] | None = None
    query: Query | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Sheet: {len(self):,} sources, {self.draw.kind} {self.draw.of}".rstrip() + ">"

    def without(self, sources: Iterable[SourceId]) -> Sheet:
        """The same sheet with some sources left out."""
        kept = ~np.isin(self.rows, self.catalogue.rows_of(list(sources)))
        return replace(
            self,
            rows=self.rows[kept],
            predicted=None if self.predicted is None else self.predicted[kept],
            probability=None if self.probability is None else self.probability[kept],
        )

    def n_pages(self, rows: int, columns: int) -> int:
        """How many pages of so many cells it fills."""
        return -(-len(self) // (rows * columns))

    def page(self, number: int, rows: int = 8, columns: int = 8) -> Page:
        """One page.

        Parameters
        ----------
        number : int
            From 0; one that is not there is empty.
        rows, columns : int
            Cells down and across.
        """
        start = number * rows * columns
        part = slice(start, start + rows * columns)
        predicted, probability = self.predicted, self.probability
        return Page(
            draw=self.draw,
            number=number,
            rows=rows,
            columns=columns,
            sources=tuple(self.catalogue.ids_at(self.rows[part])),
            predicted=() if predicted is None else tuple(predicted[part]),
            probability=() if probability is None else tuple(map(float, probability[part])),
        )


@dataclass(frozen=True)
class Page:
    """Sources side by side, row by row from the top left.

    Attributes
    ----------
    draw : Draw
    number : int
        From 0.
    rows, columns : int
        Cells down and across. The last page may leave some empty.
    sources : tuple of int or str
    predicted : tuple of str
        The class that the model says, one a source; empty where the sheet goes by no model.
    probability : tuple of float
        Of that class.
    """

    draw: Draw
    number: int
    rows: int
    columns: int
    sources: tuple[SourceId, ...]
    predicted: tuple[str, ...] = ()
    probability: tuple[float, ...] = ()

    def __len__(self) -> int:
        return len(self.sources)

    @cached_property
    def cells(self) -> Mapping[SourceId, int]:
        """The cell of each source, counted row by row from 0."""
        return {source: cell for cell, source in enumerate(self.sources)}

    def seen_as(self, how: How) -> dict[SourceId, dict[str, Any]]:
        """What answers given on this page say of where each source was seen.

        Parameters
        ----------
        how : {"one", "several", "rest"}
            How they are answered.

        Returns
        -------
        dict of int or str to dict
            For ``mosaic=`` of `Session.annotate`, `unsure` and `skip`.
        """
        if how not in get_args(How):
            raise SessionError(f"Cells are answered as one of {listing(get_args(How))}: {how!r}.")
        shared = {
            **self.draw.said(),
            "page": self.number,
            "rows": self.rows,
            "columns": self.columns,
            "answered": how,
        }
        seen = {}
        for cell, source in enumerate(self.sources):
            row, column = divmod(cell, self.columns)
            seen[source] = {**shared, "row": row, "column": column}
            if self.predicted:
                seen[source]["predicted"] = self.predicted[cell]
                seen[source]["probability"] = round(self.probability[cell], 4)
        return seen
