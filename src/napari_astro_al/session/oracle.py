"""Who answers queries when no person does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import LabelError, listing


class Oracle(Protocol):
    """Anything that labels sources when asked."""

    def label(self, ids: Sequence[SourceId]) -> Sequence[str | None]:
        """Labels of sources, in the order of the ids; None where the oracle is unsure."""
        ...


class ColumnOracle:
    """Answers with the labels that the catalogue came with.

    Parameters
    ----------
    catalogue : Catalogue
        With a label column.

    Raises
    ------
    LabelError
        If the catalogue has no label column.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        if catalogue.roles.label is None:
            raise LabelError(
                f"{catalogue.name!r} has no label column, so nothing can be replayed from it. "
                "Name one: Catalogue.read(..., label=...)."
            )
        self._catalogue = catalogue

    def label(self, ids: Sequence[SourceId]) -> list[str]:
        """Labels from the column.

        Raises
        ------
        LabelError
            Naming every source without one.
        """
        labels = self._catalogue.column_labels[self._catalogue.rows_of(ids)]
        blank = [source for source, label in zip(ids, labels, strict=True) if label is None]
        if blank:
            raise LabelError(
                f"Column {self._catalogue.roles.label!r} has no label for {listing(blank)}. "
                'Ask only for labelled sources: Session(..., pool="labelled").'
            )
        return [str(label) for label in labels]

    def knows(self, source: SourceId) -> bool:
        """Whether the column has a label for a source."""
        return self._catalogue.column_labels[self._catalogue.row_of(source)] is not None
