"""A session's verb for examples: sources to find more of, and what not to find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import as_ids
from napari_astro_al.errors import LabelError
from napari_astro_al.session.marks import MARK, put_mark
from napari_astro_al.session.state import State


class Marking(State):
    """Marks of a session.

    A mark is no label: it trains nothing and scores nothing. The strategy "examples" asks for
    sources like those that are marked.
    """

    @property
    def marked(self) -> Mapping[SourceId, bool]:
        """Whether each marked source is an example (True) or the opposite (False), oldest first."""
        return MappingProxyType(self.marks)

    def mark(self, ids: SourceId | Iterable[SourceId], like: bool | None = True) -> None:
        """Mark sources as examples of what to look for. Durable when it returns.

        Parameters
        ----------
        ids : int, str, or iterable of them
            Any sources of the catalogue, labelled or not.
        like : bool or None
            True: more like these. False: not like these. None: no mark any more.

        Raises
        ------
        LabelError
            If `like` is something else.
        CatalogueError
            Naming sources that the catalogue does not have.
        LedgerError
            If it could not be written. In each case nothing has changed.
        """
        if like is not None and not isinstance(like, bool):
            raise LabelError(f"like is True, False or None (no mark any more), not {like!r}.")
        given = list(dict.fromkeys(as_ids(ids)))
        sources = self.catalogue.ids_at(self.catalogue.rows_of(given))
        changed = tuple(one for one in sources if self.marks.get(one) is not like)
        if not changed:
            return
        self.ledger.append_many([(MARK, {"source": str(one), "like": like}) for one in changed])
        for one in changed:
            put_mark(self.marks, one, like)
        self.book.revision += 1
        self._tell(self.marks_changed, changed)

    def _marked_rows(self, like: bool) -> npt.NDArray[np.int64]:
        """Rows of the sources with this mark, in the order of the marks."""
        return self.catalogue.rows_of([one for one, kind in self.marks.items() if kind is like])
