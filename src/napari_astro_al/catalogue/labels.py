"""Labels that a catalogue came with, as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from napari_astro_al.catalogue.catalogue import Catalogue


def read_labels(catalogue: Catalogue) -> npt.NDArray[np.object_]:
    """The label column as text.

    Parameters
    ----------
    catalogue : Catalogue
        With or without a label column.

    Returns
    -------
    (n_sources,) object ndarray
        str, or None where the cell is missing, blank, or one of ``roles.unknown``; all None
        without a label column.
    """
    roles = catalogue.roles
    if roles.label is None:
        return np.full(len(catalogue), None, dtype=object)
    labels = label_texts(catalogue.column(roles.label))
    if roles.unknown:
        labels[np.isin(labels.astype(str), list(roles.unknown))] = None
    return labels


def label_texts(column: pd.Series[Any]) -> npt.NDArray[np.object_]:
    """Cells of a label column as text, without white space around it.

    Parameters
    ----------
    column : (n,) pandas.Series
        In one of the forms of `cells`.

    Returns
    -------
    (n,) object ndarray
        str, or None where missing. Numbers without a fraction have no decimal point.
    """
    codes, values = pd.factorize(column)
    texts = np.array([*(label_text(one) for one in values), None], dtype=object)
    return texts[codes]


def label_text(value: object) -> str:
    """One label, however it is stored, as text."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def unknown_texts(values: Iterable[object]) -> tuple[str, ...]:
    """Values that mean "not known", as they stand among `label_texts`."""
    return tuple(dict.fromkeys(label_text(one) for one in values))
