"""Going through a history once more: what is made again at each step, and compared."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import LABEL, REDO, UNDO, UNSURE
from napari_astro_al.errors import AstroALError, CatalogueError
from napari_astro_al.jobs import Job, Progress
from napari_astro_al.learning.class_changes import shared_renames
from napari_astro_al.learning.trained import Fitted, TrainResult
from napari_astro_al.learning.training import fit_job
from napari_astro_al.session.asking import query_job
from napari_astro_al.session.candidate_rows import Reservoir
from napari_astro_al.session.combining import COMBINED
from napari_astro_al.session.excluding import NAME as EXCLUDED
from napari_astro_al.session.history import LOOKED
from napari_astro_al.session.marks import MARK, put_mark
from napari_astro_al.session.recipe_changes import Recipes, change_in
from napari_astro_al.session.replay_needs import Model, Needs, Question
from napari_astro_al.session.replay_report import (
    Difference,
    Kind,
    ReplayReport,
    first_difference,
)
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.share_document import ShareDocument
from napari_astro_al.session.shared_recipes import recipes_from
from napari_astro_al.session.sharing import versions_now
from napari_astro_al.session.survey import SURVEY

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

TRAINED = "trained"
_TOLD = ("model", "classes", "scores", "choice", "pool")
"""Of what an event says of a model, all that is to be the same; it took another time."""


class Player:
    """Replays events in a session without any.

    Parameters
    ----------
    session : Session
        With the recipes of before the first event.
    document : ShareDocument
        What is to be repeated.
    events : list of Event
        Its events, for the ledger.
    content : dict
        The recipes of before the first event, as JSON values.

    Attributes
    ----------
    report : ReplayReport
        What was found so far.
    """

    def __init__(
        self, session: Session, document: ShareDocument, events: list[Event], content: Recipes
    ) -> None:
        self._session, self._events, self._content = session, events, dict(content)
        self._needs = Needs.of(events)
        self._made: dict[Model, Fitted | TrainResult] = {}
        self._unknown = ""
        """Why nothing can be trained or asked just now; empty while it can."""
        self._excluded = self.selection(document.excluded)
        self._sets = {name: self.selection(ids) for name, ids in document.sets.items()}
        self.report = ReplayReport(n_events=len(events))
        self.report.note_versions(document.versions, versions_now())

    def selection(self, texts: list[str]) -> Selection:
        """Sources that the catalogue has, of ids as text."""
        catalogue, known = self._session.catalogue, list[Any]()
        for text in texts:
            with suppress(CatalogueError):
                known.append(catalogue.parse_id(text))
        return Selection.of_rows(catalogue, catalogue.rows_of(known))

    def play(self) -> Job[None]:
        """Go through the history."""
        n = len(self._events)
        for number in self._needs.untold:
            words = "the answer does not say from which labels it was asked for"
            self._note(number, "not repeated", "the question", words)
        for position in range(n + 1):
            yield Progress("Replaying", position, n)
            if position:
                event = self._events[position - 1]
                yield from self._step(position, event)
            yield from self._make(position)
            for question in self._needs.questions.get(position, ()):
                yield from self._ask(question)
            for model in [one for one in self._made if self._needs.last_use[one] <= position]:
                del self._made[model]
        self.report.differences.sort(key=lambda one: one.step)

    def _note(self, number: int, kind: Kind, expected: str, found: str) -> None:
        utc = self._events[number - 1].utc
        self.report.differences.append(Difference(number, utc, kind, expected, found))

    def _step(self, number: int, event: Event) -> Job[None]:
        session = self._session
        session.book.take_in([event], trains=event.kind in (LABEL, UNSURE, UNDO, REDO))
        if event.kind == TRAINED:
            if event.payload.get("task") == COMBINED:
                self._compare_scores(number, event)
            else:
                yield from self._train(number, event)
            return
        change = change_in(event)
        if change is not None:
            yield from self._change(number, change["now"])
        elif event.kind == EXCLUDED:
            self._exclude(number, event)
        elif event.kind == SURVEY:
            session.draw_replayed()
        elif event.kind == MARK:
            source = session.catalogue.parse_id(event.payload["source"])
            put_mark(session.marks, source, event.payload["like"])
        elif event.kind == LOOKED:
            session.history.note_look(event)
        elif event.kind == "opened":
            session.forget_settling()

    def _change(self, number: int, now: Mapping[str, Any]) -> Job[None]:
        session = self._session
        self._content.update(now)
        lost = [name for name, value in self._content.items() if value is None]
        if lost:
            self._unknown = f"no file can hold what {lost[0]} were then"
            self._note(number, "not repeated", f"{lost[0]} of that time", self._unknown)
            return
        recipes = recipes_from(self._content, session.catalogue, session.seed)
        features, partition = session.features, session.partition
        if "split" in now or "features" in now:
            partition = recipes.partition
            features = yield from session.features_for(recipes.features, partition)
        session.adopt_replayed(recipes, partition, features, set(self._content["going_on"]))
        session.book.rename(shared_renames(session.tasks.values()))
        session.history.rename(shared_renames(session.tasks.values()))
        self._unknown = ""

    def _exclude(self, number: int, event: Event) -> None:
        session, said = self._session, event.payload
        digest = session.partition.digest
        if isinstance(said.get("sources"), list):
            kept_out = self.selection(said["sources"])
        elif said.get("digest") == digest(self._excluded.rows):
            kept_out = self._excluded
        else:
            self._unknown = "the share file does not say which sources were excluded then"
            self._note(number, "not repeated", "excluding sources", self._unknown)
            return
        self._unknown = ""
        session.keep_out_replayed(kept_out)

    def _make(self, position: int) -> Job[None]:
        """Train what later questions were asked with."""
        for model in self._needs.models.get(position, ()):
            if self._unknown or model.task not in self._session.tasks:
                continue
            try:
                self._made[model] = yield from self._trained(model)
            except AstroALError:  # said where the question is
                continue

    def _trained(self, model: Model) -> Job[Fitted | TrainResult]:
        session = self._session
        wanted = session.wanted_model(model.task)
        known = session.results.get(model.task)
        if model.passed:
            if known is not None and known.made_by(wanted):
                return known
            return (yield from session.train_job(model.task))
        for one in self._made.values():
            if isinstance(one, Fitted) and one.request.same(wanted):
                return one
        return (yield from fit_job(wanted))

    def _train(self, number: int, event: Event) -> Job[None]:
        session, task = self._session, event.payload.get("task")
        if self._unknown or task not in session.tasks:
            why = self._unknown or "there is no such task in the share file"
            self._note(number, "not repeated", f"training {task!r}", why)
            return
        known = session.results.get(task)
        tested = any(row.get("split") == "test" for row in event.payload.get("scores", ()))
        try:
            if tested or known is None or not known.made_by(session.wanted_model(task)):
                known = yield from session.train_job(task, test=tested)
            session.accept_replayed(known)
        except AstroALError as error:
            self._note(number, "scores", "a model with scores", f"an error: {error}")
            return
        self._compare_scores(number, event)

    def _compare_scores(self, number: int, event: Event) -> None:
        told, now = event.payload, self._newest(event.payload.get("task"))
        self.report.n_scores += 1
        for name in _TOLD:
            found = first_difference(name, told.get(name), now.get(name))
            if found is not None:
                kind: Kind = "model" if name in ("model", "classes", "choice") else "scores"
                self._note(number, kind, *found)
                return

    def _newest(self, task: object) -> Mapping[str, Any]:
        retold = reversed(self._session.retold or [])
        return next((told for told in retold if told.get("task") == task), {})

    def _ask(self, question: Question) -> Job[None]:
        why = self._cannot_ask(question)
        if why:
            number, asked = question.asked[0]
            self._note(number, "not repeated", f"the question about {asked['source']}", why)
            return
        session, made = self._session, question.made
        last = None if question.last_pass is None else self._made[question.last_pass]
        best = last.doubtful if isinstance(last, TrainResult) else np.empty(0, dtype=np.int64)
        request = session.query_again(
            made["n"],
            question.task,
            self._within(made.get("within")),
            None if question.model is None else self._made[question.model],
            None if made.get("strategy") is None else str(made["strategy"]),
            None if made.get("size") is None else Reservoir(best, made["size"]),
            None if made.get("cost") is None else str(made["cost"]),
            made.get("budget"),
        )
        try:
            query = yield from query_job(request)
        except AstroALError as error:
            number, asked = question.asked[0]
            self._note(number, "question", f"about {asked['source']}", f"an error: {error}")
            return
        now = query.provenance()
        by_rank = {told["rank"]: (str(source), told["score"]) for source, told in now.items()}
        for number, asked in question.asked:
            self.report.n_questions += 1
            source, score = by_rank.get(asked.get("rank"), ("none", None))
            if source != asked["source"]:
                self._note(number, "question", f"about {asked['source']}", f"about {source}")
            elif score != asked.get("score"):
                was, became = f"scored {asked.get('score')}", f"scored {score}"
                self._note(number, "question", f"about {source}, {was}", f"{became}")

    def _cannot_ask(self, question: Question) -> str:
        """Why a question cannot be repeated; empty where it can."""
        if self._unknown:
            return self._unknown
        if question.task not in self._session.tasks:
            return f"there is no task {question.task!r} in the share file"
        models = (question.model, question.last_pass)
        if any(one is not None and one not in self._made for one in models):
            return "its model could not be trained again"
        within = question.made.get("within")
        if within is not None and self._within(within) is None:
            return "it was asked within sources that the share file does not name"
        return ""

    def _within(self, digest: object) -> Selection | None:
        known = self._session.partition.digest
        return next((one for one in self._sets.values() if known(one.rows) == digest), None)
