"""Sources in the order of a table, found by place and by row without a pass over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.selection import Selection

if TYPE_CHECKING:
    import pyarrow as pa

    from napari_astro_al.session.state import State

CHUNK = 20_000
"""Cells handled between two looks at whether the job was cancelled: Python must not be held long
where the window needs it."""


@dataclass(frozen=True)
class SortKey:
    """What a table is sorted by.

    Attributes
    ----------
    column : str
        One of the catalogue's, or "id", "label", "predicted", "confidence".
    own : bool
        Whether the session knows it, and not the catalogue.
    descending : bool
        Missing values come last in any case; of equal ones, the first in the catalogue is first.
    """

    column: str
    own: bool = False
    descending: bool = False


@dataclass(frozen=True, eq=False)
class RowOrder:
    """Sources of a table from top to bottom.

    Attributes
    ----------
    base : Selection or None
        Which sources; None for all.
    n : int
        How many.
    order : (n,) int32 or int64 ndarray or None
        For each place, the index of its source in `base`; None for the order of the catalogue.
    places : (n,) int32 or int64 ndarray or None
        The inverse of `order`.
    """

    base: Selection | None
    n: int
    order: npt.NDArray[np.signedinteger[Any]] | None = None
    places: npt.NDArray[np.signedinteger[Any]] | None = None

    @classmethod
    def unsorted(cls, catalogue: Catalogue, base: Selection | None) -> RowOrder:
        """All sources, or some, in the order of the catalogue. Takes no time."""
        return cls(base, len(catalogue) if base is None else base.count)

    def rows(self, start: int, stop: int) -> npt.NDArray[np.int64]:
        """Row numbers of the sources at places from `start` up to `stop`."""
        start = max(0, start)
        stop = max(start, min(self.n, stop))
        if self.order is None:
            if self.base is None:
                return np.arange(start, stop, dtype=np.int64)
            return self.base.rows[start:stop]
        indices = self.order[start:stop].astype(np.int64)
        return indices if self.base is None else self.base.rows[indices]

    def place_of(self, row: int) -> int | None:
        """The place of a source by its row number; None where it is not in the table."""
        index = row
        if self.base is not None:
            index = int(np.searchsorted(self.base.rows, row))
            if index == self.n or self.base.rows[index] != row:
                return None
        return index if self.places is None else int(self.places[index])

    def sorted_rows(self, selection: Selection) -> npt.NDArray[np.int64]:
        """Row numbers of the sources of a selection that are in the table, top to bottom."""
        if self.base is None:
            rows = selection.rows
        else:
            rows = self.base.combined(selection, "intersect").rows
        if self.places is None:
            return rows
        indices = rows if self.base is None else np.searchsorted(self.base.rows, rows)
        ordered: npt.NDArray[np.int64] = rows[np.argsort(self.places[indices])]
        return ordered


def row_order_job(session: State, base: Selection | None, key: SortKey) -> Job[RowOrder]:
    """Sort sources by a column, captured now.

    Parameters
    ----------
    session : State
    base : Selection or None
        Which sources; None for all.
    key : SortKey
    """
    result = next(iter(session.results.values()), None)
    rows, labels = session.book.labelled()
    captured = _Captured(session.catalogue, base, key, result, rows, tuple(labels))
    return guarded(_sort(captured), f"sort by {key.column}")


@dataclass(frozen=True, eq=False)
class _Captured:
    catalogue: Catalogue
    base: Selection | None
    key: SortKey
    result: TrainResult | None
    labelled: npt.NDArray[np.int64]
    labels: tuple[str, ...]

    @property
    def n(self) -> int:
        return len(self.catalogue) if self.base is None else self.base.count


def _sort(captured: _Captured) -> Job[RowOrder]:
    import pyarrow.compute as pc

    yield Progress(f"Sorting by {captured.key.column}", 0, captured.n)
    values = yield from _values(captured)
    yield Progress(f"Sorting by {captured.key.column}", captured.n, captured.n)
    way = "descending" if captured.key.descending else "ascending"
    # pyarrow lets go of Python while it sorts, and puts what is missing last
    order = pc.array_sort_indices(values, order=way, null_placement="at_end").to_numpy()
    yield Progress(f"Sorting by {captured.key.column}", captured.n, captured.n)
    small = np.int32 if captured.n < 2**31 else np.int64
    order = order.astype(small)
    places = np.empty_like(order)
    places[order] = np.arange(captured.n, dtype=small)
    return RowOrder(captured.base, captured.n, order, places)


def _values(captured: _Captured) -> Job[pa.Array]:
    """The cells to sort by, as arrow's array; None and NaN are missing."""
    import pyarrow as pa

    key, catalogue = captured.key, captured.catalogue
    if not key.own:
        return (yield from _of_cells(catalogue.column(key.column).array, captured.base))
    if key.column == "id":
        return (yield from _of_cells(catalogue.ids, captured.base))
    if key.column == "label":
        code_of = {label: code for code, label in enumerate(sorted(set(captured.labels)))}
        codes = np.full(len(catalogue), -1, dtype=np.int16)
        codes[captured.labelled] = [code_of[label] for label in captured.labels]
        if captured.base is not None:
            codes = codes[captured.base.rows]
        return pa.array(codes, mask=codes < 0)
    if captured.result is None:
        return pa.nulls(captured.n, pa.float32())
    best, confidence = yield from _told(captured.result.probabilities, captured.base)
    if key.column == "predicted":
        return pa.array(best, mask=best < 0)
    return pa.array(confidence, mask=np.isnan(confidence))


def _told(
    probabilities: npt.NDArray[np.float32], base: Selection | None
) -> Job[tuple[npt.NDArray[np.int16], npt.NDArray[np.float32]]]:
    n = len(probabilities) if base is None else base.count
    best = np.empty(n, dtype=np.int16)
    confidence = np.empty(n, dtype=np.float32)
    for part in _parts(n):
        best[part], confidence[part] = best_of(_some(probabilities, base, part))
        yield Progress("Gathering predictions", part.stop, n)
    return best, confidence


def best_of(
    probabilities: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The likeliest class of each source and its probability; -1 and NaN where nothing is known.

    Parameters
    ----------
    probabilities : (n, k) float32 ndarray
        NaN rows where a source has no features.
    """
    known = np.isfinite(probabilities).all(axis=1)
    shares = np.nan_to_num(probabilities)
    return (
        np.where(known, shares.argmax(axis=1), -1),
        np.where(known, shares.max(axis=1), np.float32(np.nan)),
    )


def _of_cells(cells: Any, base: Selection | None) -> Job[pa.Array]:
    """Cells of any column, piece by piece: Python objects may be among them."""
    import pyarrow as pa

    n = len(cells) if base is None else base.count
    pieces = []
    for part in _parts(n):
        pieces.append(_piece(_some(cells, base, part)))
        yield Progress("Gathering cells", part.stop, n)
    return pa.concat_arrays(pieces) if pieces else pa.nulls(0)


def _parts(n: int) -> Iterator[slice]:
    return (slice(start, min(start + CHUNK, n)) for start in range(0, n, CHUNK))


def _some(cells: Any, base: Selection | None, part: slice) -> Any:
    return cells[part] if base is None else cells[base.rows[part]]


def _piece(cells: Any) -> pa.Array:
    import pandas as pd
    import pyarrow as pa

    if hasattr(cells, "__arrow_array__"):
        piece = pa.array(cells)
        return piece.combine_chunks() if isinstance(piece, pa.ChunkedArray) else piece
    values = cells if isinstance(cells, np.ndarray) else cells.to_numpy()
    if values.dtype.kind == "f":
        return pa.array(values, mask=~np.isfinite(values))
    if values.dtype.kind == "c":
        return pa.array(np.abs(values))
    if values.dtype.kind in "biumM":
        return pa.array(values)
    missing = pd.isna(values)
    texts = [None if gone else str(one) for one, gone in zip(values, missing, strict=True)]
    return pa.array(texts, type=pa.large_string())
