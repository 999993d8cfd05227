"""A session's verbs for checking labels: shown again blindly, doubted by model and neighbours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import AUDIT, LABEL, UNSURE, annotator_of
from napari_astro_al.catalogue import SourceId
from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.errors import SessionError
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning import Task
from napari_astro_al.learning.cross_validation import cross_predict_job
from napari_astro_al.learning.label_noise import NEIGHBOURS, NONE, confident_classes, outvoted
from napari_astro_al.learning.trained import TrainRequest
from napari_astro_al.learning.training import fit_job
from napari_astro_al.session.answering import Answering, finite_number, text_or_none
from napari_astro_al.session.audit import LabelAudit, Suspect, consistency_of, drift_of
from napari_astro_al.session.blindness import BLIND

SHARE = "shown again"
"""Where a session's window keeps which share of questions is about labelled sources."""
MOST_SHARE = 0.5
REST = 10
"""A source is shown again after so many other labels at the soonest."""
DRAWS = 20
"""Labelled sources that are drawn, until one is fit to be shown again."""


@dataclass(frozen=True, eq=False)
class AuditRequest:
    """Everything that an audit needs, captured.

    Attributes
    ----------
    train : TrainRequest
        The labels, and how a model is made of them.
    sources : list of int or str
        Of `train.labelled_rows`.
    answers : callable
        Gives those that were not taken back.
    last_audits : dict of int or str to Event
        By source, the audits that are the last answer to it.
    annotator : str
        Of whom drift is told.
    """

    train: TrainRequest
    sources: list[SourceId]
    answers: Callable[[], list[Event]]
    last_audits: dict[SourceId, Event]
    annotator: str


class Auditing(Answering):
    """Checks of a session's labels."""

    @property
    def audit_share(self) -> float:
        """Which share of questions shows a labelled source again, 0 to 0.5; kept with the session.

        The person is not told which: such a source is shown without label and predictions.
        """
        return self._kept_share(SHARE)

    @audit_share.setter
    def audit_share(self, share: float) -> None:
        self._keep_share(SHARE, share, "audit_share")

    def _kept_share(self, what: str) -> float:
        share = self.window.get(what, 0.0)
        fine = isinstance(share, (int, float)) and 0 <= share <= MOST_SHARE
        return float(share) if fine else 0.0

    def _keep_share(self, what: str, share: float, called: str) -> None:
        if isinstance(share, bool) or not isinstance(share, (int, float)):
            raise SessionError(f"{called} is a number from 0 to {MOST_SHARE}, not {share!r}.")
        if not 0 <= share <= MOST_SHARE:
            raise SessionError(
                f"{called} goes from 0 to {MOST_SHARE}: of ten questions, 0.1 shows one "
                f"labelled source again. {share!r} does not."
            )
        self.window[what] = float(share)
        self._tell(self.blind_changed)

    def due_again(self) -> SourceId | None:
        """The labelled source to be shown again in place of the next question, if one is due.

        Which questions, and which sources, is drawn by the session's seed and the number of
        answers. Only sources that this annotator labelled, at least ten labels ago, and that were
        not checked since.
        """
        if not self.audit_share:
            return None
        rows, _ = self.book.labelled()
        n = len(rows) + len(self.book.unsure_rows())
        if len(rows) <= REST or self._reshown_at == n:
            return None
        rng = np.random.default_rng(derived_seed(self.seed, "audit", n))
        if rng.random() >= self.audit_share:
            return None
        for source in self.catalogue.ids_at(rows[rng.integers(len(rows) - REST, size=DRAWS)]):
            if self._is_fit_to_check(source):
                return source
        return None

    def _is_fit_to_check(self, source: SourceId) -> bool:
        answers = self.book.history_of(source)
        own = annotator_of(answers[-1].chain) == self.ledger.chain.annotator
        return own and answers[-1].kind == LABEL and self.book.state_of(source) == "labelled"

    def show_again(self, source: SourceId) -> None:
        """Show a labelled source without its label and predictions, to be answered once more.

        Give the answer to `answer_again`. Showing another source ends it.

        Raises
        ------
        SessionError
            If the source has no label.
        """
        if self.book.state_of(source) != "labelled":
            raise SessionError(f"Source {source} has no label that could be checked.")
        self._reshown_at = len(self.book.labelled()[0]) + len(self.book.unsure_rows())
        self.reshown = self.catalogue.ids_at(self.catalogue.rows_of([source]))[0]
        self.show(source)
        self._tell(self.blind_changed)

    def answer_again(
        self,
        source: SourceId,
        label: object | None,
        *,
        seconds: float | None = None,
        comment: str | None = None,
    ) -> bool:
        """Record what a labelled source is taken for once more.

        Of somebody who has answered before, the label stays as it is. To change it, `annotate`;
        the earlier label stays in the ledger then, as always. Where only others have answered, it
        is a vote beside theirs.

        Parameters
        ----------
        source : int or str
            A labelled source.
        label : str or None
            As for `annotate`; None for unsure.
        seconds, comment
            As for `annotate`.

        Returns
        -------
        bool
            Whether the answer is the same as the label.

        Raises
        ------
        SessionError
            If the source has no label.
        LabelError
            If no task knows the label. In each case nothing has changed.
        """
        self.check_present()
        first = self.book.label_of(source)
        if first is None:
            raise SessionError(f"Source {source} has no label that could be checked.")
        name = None if label is None else self._class_name(label)
        said: dict[str, Any] = {"first": first, "label": name, "comment": text_or_none(comment)}
        was_blind = self.hides_label(source)
        self._record_again(source, said, seconds, blind=was_blind)
        if was_blind:
            self.reshown = None
            self._note_seen()
            self._tell(self.blind_changed)
        return name == first

    def _record_again(
        self, source: SourceId, said: dict[str, Any], seconds: float | None, *, blind: bool
    ) -> None:
        told = {**said, "seconds": finite_number(seconds, "seconds")}
        words = {key: value for key, value in told.items() if value is not None}
        one = self.catalogue.ids_at(self.catalogue.rows_of([source]))
        kind = AUDIT if self._has_answered(source) else LABEL if "label" in words else UNSURE
        self._changed(self.book.record(kind, one, [{**words, BLIND: blind}]))

    def _has_answered(self, source: SourceId) -> bool:
        """Whether the session's annotator has said what a source is, and not taken it back."""
        return self.ledger.chain.annotator in self.book.votes_of(source)

    def contradicted(self) -> dict[SourceId, str | None]:
        """Labelled sources that were called otherwise when shown again, and not settled since.

        Returns
        -------
        dict of int or str to str or None
            What they were called; None for unsure.
        """
        return {
            self.catalogue.ids_at([row])[0]: event.payload.get("label")
            for row, event in self.book.last_audits().items()
            if not _confirms(event) and row in self.book.labels
        }

    def audit(self, task: str | None = None) -> LabelAudit:
        """Which labels to look at again, how consistent each annotator is, and drift.

        Parameters
        ----------
        task : str, optional
            The first one by default.

        Raises
        ------
        NotEnoughLabels
            With labels of fewer than two classes.
        """
        return drain(self.audit_job(task))

    def audit_job(self, task: str | None = None) -> Job[LabelAudit]:
        """The work of `audit`, captured now: cross-validates a model, so it takes seconds."""
        name = self._task_name(task)
        known = self.task_labels(name)
        request = AuditRequest(
            train=self._train_request(name, known),
            sources=list(self.catalogue.ids_at(known.rows)),
            answers=self.book.answers(),
            last_audits={
                self.catalogue.ids_at([row])[0]: event
                for row, event in self.book.last_audits().items()
            },
            annotator=self.ledger.chain.annotator,
        )
        return guarded(_audit(request), "check the labels")


def _audit(request: AuditRequest) -> Job[LabelAudit]:
    train = request.train
    fitted = yield from fit_job(train)
    usable = train.features.usable[train.labelled_rows]
    rows = train.labelled_rows[usable]
    sources = [one for one, use in zip(request.sources, usable, strict=True) if use]
    labels = np.array(train.labels, dtype=np.str_)[usable]
    names = train.task.names
    said = yield from cross_predict_job(
        fitted.resolved.models,
        train.features.values[rows],
        labels,
        train.id_hashes[rows],
        fitted.seed,
        names,
        vote=train.recipe.vote,
    )
    yield Progress("Comparing labels with their neighbours")
    place = {name: k for k, name in enumerate(names)}
    given = np.array([place[str(label)] for label in labels], dtype=np.int64)
    found = _suspects(request, sources, given, said, train.features.values[rows])
    yield Progress("Reading the answers")
    answers = request.answers()
    agrees = {str(source): bool(said[i].argmax() == given[i]) for i, source in enumerate(sources)}
    return LabelAudit(
        task=train.task_name,
        suspects=tuple(sorted(found, key=lambda one: (-len(one.reasons), one.margin))),
        consistency=consistency_of(answers),
        drift=drift_of(answers, agrees, request.annotator),
        n_checked=len(sources),
    )


def _suspects(
    request: AuditRequest,
    sources: list[SourceId],
    given: npt.NDArray[np.int64],
    said: npt.NDArray[np.float32],
    features: npt.NDArray[np.float32],
) -> list[Suspect]:
    names = request.train.task.names
    confident = confident_classes(said, given)
    around, votes = outvoted(features, given)
    found = []
    for i, source in enumerate(sources):
        reasons, suggested = [], NONE
        if (audited := request.last_audits.get(source)) is not None:
            if _confirms(audited):
                continue
            said_again = audited.payload.get("label")
            other = None if said_again is None else request.train.task.target(said_again)
            if said_again is None or other not in (None, names[given[i]]):
                reasons.append(f"Shown again, you {_said(other)}.")
                suggested = NONE if other is None else names.index(other)
        if confident[i] not in (NONE, given[i]):
            suggested = int(confident[i]) if suggested == NONE else suggested
            reasons.append(
                f"A model without this label says {_percent(said, i, int(confident[i]), names)} "
                f"and {_percent(said, i, int(given[i]), names)}."
            )
        if around[i] != NONE:
            suggested = int(around[i]) if suggested == NONE else suggested
            reasons.append(
                f"{votes[i]} of its {NEIGHBOURS} nearest labelled sources are "
                f"{Task.words(names[around[i]])}."
            )
        if reasons:
            other_share = said[i, suggested] if suggested != NONE else said[i].max()
            margin = float(said[i, given[i]] - other_share)
            name = names[suggested] if suggested != NONE else names[given[i]]
            found.append(Suspect(source, names[given[i]], name, tuple(reasons), margin))
    return found


def _confirms(audit: Event) -> bool:
    same: bool = audit.payload.get("label") == audit.payload["first"]
    return same


def _said(label: str | None) -> str:
    return "were unsure" if label is None else f"said {Task.words(label)}"


def _percent(said: npt.NDArray[np.float32], row: int, place: int, names: tuple[str, ...]) -> str:
    return f"{Task.words(names[place])} {100 * said[row, place]:.0f} %"
