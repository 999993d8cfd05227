"""A session's questions about several annotators: do they agree, where not, and what together?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from napari_astro_al.annotation.agreement import (
    Agreement,
    cohen,
    confusion,
    fleiss,
    krippendorff,
    overlaps,
)
from napari_astro_al.annotation.answers import Answers
from napari_astro_al.annotation.consensus import dawid_skene, majority
from napari_astro_al.catalogue import SourceId
from napari_astro_al.errors import LabelError
from napari_astro_al.jobs import Job, drain, guarded
from napari_astro_al.session.disputes import Dispute, disputes_of
from napari_astro_al.session.merging import Merging


@dataclass(frozen=True, eq=False)
class TeamAgreement:
    """How far annotators agree.

    Attributes
    ----------
    pairs : pandas.DataFrame
        A row for each two annotators: ``first``, ``second``, ``n_sources`` that both have
        answered, Cohen's ``kappa``, and its 95 % interval from ``low`` to ``high``.
    fleiss : Agreement
        Fleiss' kappa, over the sources with the most answers.
    krippendorff : Agreement
        Krippendorff's alpha, over all sources with two answers or more.
    overlaps : pandas.DataFrame
        How many sources each two annotators have both answered; on the diagonal, each one.
    confusion : dict of str to pandas.DataFrame
        For each annotator, what they say (columns) of sources that most of the others say are
        something (rows), as counts. Sources where the others are divided are left out.
    """

    pairs: pd.DataFrame
    fleiss: Agreement
    krippendorff: Agreement
    overlaps: pd.DataFrame
    confusion: dict[str, pd.DataFrame]


class Agreeing(Merging):
    """What several annotators say of the same sources."""

    def agreement(self) -> TeamAgreement:
        """How far annotators agree beyond chance, with intervals.

        "Unsure" is no answer here. Labels count under their names of now; a coarse label is a class
        of its own. Intervals are bootstraps over sources.
        """
        said = self._answers()
        codes, counts, n = said.codes, said.counts(), len(said.classes)
        rows = [
            {
                "first": said.annotators[one],
                "second": said.annotators[two],
                **_row(cohen(codes[:, one], codes[:, two], n, self.seed), "kappa"),
            }
            for one, two in combinations(range(len(said.annotators)), 2)
        ]
        names = list(said.annotators)
        return TeamAgreement(
            pd.DataFrame(rows, columns=["first", "second", "n_sources", "kappa", "low", "high"]),
            fleiss(counts, self.seed),
            krippendorff(counts, self.seed),
            pd.DataFrame(overlaps(codes), index=names, columns=names),
            {who: _against_the_others(said, place) for place, who in enumerate(names)},
        )

    def disagreements(self) -> list[SourceId]:
        """Sources of which annotators do not all say the same, the most contested first.

        See `disputes_job` for their order.
        """
        return [one.source for one in drain(self.disputes_job())]

    def disputes_job(self) -> Job[tuple[Dispute, ...]]:
        """The disagreements with what each annotator says, as a job.

        Most contested are those whose votes are shared most evenly; of these, those with more
        votes, then those answered first. "Unsure" is a vote like others here.
        """
        job = disputes_of(self.ledger, self.book.naming, self.catalogue)
        return guarded(job, "look for disagreements")

    def consensus(self, method: Literal["majority", "dawid-skene"] = "majority") -> pd.DataFrame:
        """What annotators say together of each source that anybody has answered.

        Parameters
        ----------
        method : {"majority", "dawid-skene"}
            "majority": what more of them say than anything else. "dawid-skene": the likeliest
            class, given how often each of them is right, which is learnt from all answers.

        Returns
        -------
        pandas.DataFrame
            Indexed by source id: ``label``, None for a tie; ``probability``, which is the share of
            the votes for "majority"; ``n_answers``. `labels` are not changed by it.

        Raises
        ------
        LabelError
            If there is no such method.
        """
        if method not in ("majority", "dawid-skene"):
            raise LabelError(f'The methods are "majority" and "dawid-skene", not {method!r}.')
        said = self._answers()
        counts = said.counts()
        if method == "majority" or not len(said):
            chosen = majority(counts)
            sure = counts.max(axis=1, initial=0) / np.maximum(counts.sum(axis=1), 1)
        else:
            probabilities = dawid_skene(said.said()).probabilities
            chosen, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
        labels = [None if one < 0 else said.classes[one] for one in chosen]
        index = pd.Index([self.catalogue.parse_id(one) for one in said.sources], name="source")
        n_answers = counts.sum(axis=1)
        return pd.DataFrame(
            {
                "label": pd.Series(labels, index=index, dtype=object),
                "probability": pd.Series(sure, index=index, dtype=float),
                "n_answers": pd.Series(n_answers, index=index, dtype=int),
            }
        )

    def _answers(self) -> Answers:
        return Answers.of({str(source): votes for source, votes in self.book.votes().items()})


def _row(found: Agreement, name: str) -> dict[str, float]:
    return {
        "n_sources": found.n_sources,
        name: found.value,
        "low": found.low,
        "high": found.high,
    }


def _against_the_others(said: Answers, place: int) -> pd.DataFrame:
    others = majority(said.said()[:, np.arange(len(said.annotators)) != place].sum(axis=1))
    table = confusion(said.codes[:, place], others, len(said.classes))
    return pd.DataFrame(table, index=list(said.classes), columns=list(said.classes))
