"""A session's verb for interest scores: how interesting a source is, whatever its class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napari_astro_al.annotation.events import INTEREST, MOST_INTERESTING
from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import as_ids
from napari_astro_al.errors import LabelError
from napari_astro_al.session.state import State


class Interest(State):
    """Interest scores of a session.

    A score is no label: it trains no classifier and scores none. Strategies that look for
    anomalies learn from it which oddities the person cares for.
    """

    @property
    def interest(self) -> pd.Series[Any]:
        """Scores by source id, 0 (boring) to 5; whoever gave them last, the newest at the end."""
        scores = self.book.interest
        rows = np.fromiter(scores, np.int64, len(scores))
        index = pd.Index(self.catalogue.ids[rows], name="source")
        return pd.Series(list(scores.values()), index=index, dtype=np.int64, name=INTEREST)

    def interest_of(self, source: SourceId) -> int | None:
        """The score of a source, or None."""
        return self.book.interest.get(self.catalogue.row_of(source))

    def score_interest(
        self, ids: SourceId | Iterable[SourceId], score: int | None, *, seconds: float | None = None
    ) -> None:
        """Say how interesting sources are, as one step. Durable when it returns.

        Parameters
        ----------
        ids : int, str, or iterable of them
            Any sources of the catalogue, labelled or not.
        score : int or None
            0, of no interest at all, to 5, exactly what is looked for; from 3 on it counts as an
            anomaly. None: no score any more.
        seconds : float, optional
            How long it took.

        Raises
        ------
        LabelError
            If the score is something else.
        CatalogueError
            Naming sources that the catalogue does not have.
        LedgerError
            If it could not be written. In each case nothing has changed.
        """
        whole = isinstance(score, (int, np.integer)) and not isinstance(score, bool)
        if score is not None and not (whole and 0 <= score <= MOST_INTERESTING):
            raise LabelError(
                f"An interest score is a whole number from 0 to {MOST_INTERESTING}, or None for "
                f"no score any more, not {score!r}."
            )
        given = list(dict.fromkeys(as_ids(ids)))
        self.check_present()
        if not given:
            return
        sources = self.catalogue.ids_at(self.catalogue.rows_of(given))
        said: dict[str, Any] = {"score": None if score is None else int(score)}
        if seconds is not None:
            said["seconds"] = float(seconds)
        payloads = [
            {**said, "asked": self._asked[one]} if one in self._asked else said for one in sources
        ]
        self._tell(self.interest_changed, self.book.record(INTEREST, sources, payloads))

    def _interest_rows(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows with a score and their scores, in the order of their hashes."""
        scores = self.book.interest
        rows = np.fromiter(scores, np.int64, len(scores))
        order = np.argsort(self.partition.hashes[rows], kind="stable")
        return rows[order], np.fromiter(scores.values(), np.int64, len(scores))[order]
