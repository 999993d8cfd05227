"""A session's verbs for sources that more than one person answers, without a server."""

from __future__ import annotations

import numpy as np

from napari_astro_al.annotation.events import CATALOGUE
from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.session.auditing import Auditing

OVERLAP = "asked of two"
"""Where a session's window keeps which share of questions others have answered already."""
_DRAWS = 100


class Overlapping(Auditing):
    """Questions that others have answered already."""

    @property
    def overlap_share(self) -> float:
        """Which share of questions asks for a vote beside somebody else's, 0 to 0.5.

        Kept with the session. The answers of others come from their files (`merge`). Such a source
        is shown without its label and predictions, and the person is not told which it is: how well
        people agree is measured on it.
        """
        return self._kept_share(OVERLAP)

    @overlap_share.setter
    def overlap_share(self, share: float) -> None:
        self._keep_share(OVERLAP, share, "overlap_share")

    def due_overlap(self) -> SourceId | None:
        """The source to be voted on in place of the next question, if one is due.

        Which questions, and which sources, is drawn by the session's seed and the number of
        answers. Only sources that one other person has answered, and this annotator has not.
        """
        if not self.overlap_share or len(self.book.annotators) < 2:
            return None
        rows, _ = self.book.labelled()
        n = len(rows) + len(self.book.unsure_rows())
        if not len(rows) or self._reshown_at == n:
            return None
        rng = np.random.default_rng(derived_seed(self.seed, "overlap", n))
        if rng.random() >= self.overlap_share:
            return None
        drawn = rows[rng.integers(len(rows), size=_DRAWS)]
        return next((one for one in self.catalogue.ids_at(drawn) if self._lacks_vote(one)), None)

    def _lacks_vote(self, source: SourceId) -> bool:
        people = self.book.votes_of(source).keys() - {CATALOGUE}
        return len(people) == 1 and self.ledger.chain.annotator not in people
