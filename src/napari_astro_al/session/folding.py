"""All events of a ledger, folded onto the rows of a catalogue."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.annotation import LabelSet, Ledger
from napari_astro_al.annotation.first_fold import first_fold
from napari_astro_al.annotation.interest import InterestFold
from napari_astro_al.annotation.ledger_columns import UNDONE
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import CatalogueError

if TYPE_CHECKING:
    import pyarrow as pa


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for garbage while many objects are made that all stay.

    It would go through all of them again and again, which takes longer than making them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def fold_ledger(
    catalogue: Catalogue,
    ledger: Ledger,
    row_of: Callable[[str], int],
    name: Callable[[str], str] | None,
) -> tuple[LabelSet[int], InterestFold[int]]:
    """The label set of a ledger and its interest scores, with rows of the catalogue as sources.

    At once where its events can be read as columns, else one by one.

    Parameters
    ----------
    catalogue : Catalogue
    ledger : Ledger
    row_of : callable
        The row of an id as text.
    name : callable or None
        What a label is called now.

    Raises
    ------
    CatalogueError
        If there is an answer about a source that the catalogue does not have.
    LedgerError
        If the ledger cannot be read or is damaged.
    """
    columns, interest = ledger.columns(), InterestFold(row_of)
    if columns is None:
        folded = LabelSet(row_of, name)
        for event in ledger.events():
            folded.apply(event)
            interest.apply(event)
        return folded, interest
    rows = np.zeros(len(columns.kinds), dtype=np.int64)
    rows[columns.kinds < UNDONE] = rows_of_texts(catalogue, columns.sources.drop_null())
    return LabelSet(row_of, name, first_fold(columns, rows, ledger.events_at, name)), interest


def rows_of_texts(catalogue: Catalogue, texts: pa.StringArray) -> npt.NDArray[np.int64]:
    """Rows of ids as text, each as often as it is there.

    Raises
    ------
    CatalogueError
        Naming every id that the catalogue does not have.
    """
    import pyarrow as pa

    if catalogue.id_kind == "string":
        return catalogue.rows_of(texts.to_pylist())
    try:
        numbers = texts.cast(pa.type_for_alias(catalogue.id_kind)).to_numpy()
    except pa.ArrowInvalid:
        numbers = np.array([catalogue.parse_id(text) for text in texts.to_pylist()])
    try:
        return catalogue.rows_of(numbers)
    except CatalogueError:
        return catalogue.rows_of(pd.unique(numbers))  # names each stranger once
