"""A session made again, step by step, from a share file: the same questions, models and scores.

The answers are taken as they were given; what follows from them is made anew and compared with what
the history says. So a difference in one step does not lead to others in all that follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.annotation import Event
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, CatalogueError
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.learning.class_changes import shared_renames
from napari_astro_al.learning.trained import Fitted, TrainResult
from napari_astro_al.learning.training import fit_job
from napari_astro_al.session.asking import query_job
from napari_astro_al.session.beginning import (
    assembled,
    catalogue_for,
    check_answers,
    laid_out,
    warn_of,
    with_shared_roles,
)
from napari_astro_al.session.candidate_rows import Reservoir
from napari_astro_al.session.catalogue_print import change_job
from napari_astro_al.session.combining import COMBINED
from napari_astro_al.session.excluding import NAME as EXCLUDED
from napari_astro_al.session.history import LOOKED
from napari_astro_al.session.marks import MARK, put_mark
from napari_astro_al.session.recipe_changes import Recipes, change_in
from napari_astro_al.session.replay_needs import Model, Needs, Question
from napari_astro_al.session.replay_report import Difference, Kind, ReplayReport
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.share_document import ShareDocument, read_share
from napari_astro_al.session.shared_events import from_shared
from napari_astro_al.session.shared_layout import check_layout
from napari_astro_al.session.shared_recipes import recipes_from, recipes_of_share
from napari_astro_al.session.sharing import versions_now

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

Rows = npt.NDArray[np.int64]
TRAINED = "trained"
_TOLD = ("model", "classes", "scores", "choice", "pool")
"""Of what an event says of a model, all that is to be the same; it took another time."""


def replay(
    share: str | PathLike[str],
    catalogue: Catalogue | str | PathLike[str],
    *,
    path: str | PathLike[str] | None = None,
    annotator: str | None = None,
) -> Session:
    """Make a session again from a share file, step by step, and compare.

    Every question that was answered is asked again with a model of the labels that there were, and
    every model is trained and scored again. On the same versions all is the same.

    Parameters
    ----------
    share : path-like
        What `Session.export_config` wrote.
    catalogue : Catalogue or path-like
        The catalogue that was labelled; a file is read with the roles of the share file.
    path : path-like, optional
        Folder to make and keep the session in; None: in memory.
    annotator : str, optional
        Who labels from now on, as of `Session`.

    Returns
    -------
    Session
        With the same labels; its ``differences`` are the steps that came out otherwise or could not
        be repeated, and ``replayed`` says it in words.

    Raises
    ------
    SessionError
        If it is no share file, or the catalogue lacks sources that there are answers about.
    """
    document = read_share(Path(share).expanduser())
    found = catalogue_for(document, catalogue)
    return drain(replay_job(document, found, path=path, annotator=annotator))


def replay_job(
    document: ShareDocument,
    catalogue: Catalogue,
    *,
    path: str | PathLike[str] | None = None,
    annotator: str | None = None,
) -> Job[Session]:
    """The work of `replay`."""
    job = _replayed(document, catalogue, path, annotator)
    return guarded(job, "replay the session")


def _replayed(
    document: ShareDocument,
    catalogue: Catalogue,
    path: str | PathLike[str] | None,
    annotator: str | None,
) -> Job[Session]:
    from napari_astro_al.session.session import chain_of

    check_layout(document.layout)
    catalogue = with_shared_roles(document, catalogue)
    change = yield from change_job(document.fingerprint, catalogue)
    events = from_shared(document.annotators, document.events)
    check_answers(document, catalogue, change)
    warn_of(change, catalogue)
    content = first_recipes(recipes_of_share(document), events)
    seed = document.recipes.seed
    recipes = recipes_from(content, catalogue, seed)
    place = None if path is None else Path(path).expanduser().absolute()
    empty = document.model_copy(update={"excluded": [], "sets": {}})
    session = yield from assembled(empty, catalogue, recipes, chain_of(annotator), [], place)
    try:
        session.annotator = annotator
        player = _Player(session, document, events, content)
        session.retold = []
        yield from player.play()
        session.retold = None
        for name, ids in document.sets.items():
            session.sets.save(name, player.selection(ids))
        session.replayed = player.report
        session.say_about_share(author=document.author, doi=document.doi)
        laid_out(session, document)
    except BaseException:
        session.give_up()
        raise
    return session


def first_recipes(content: Recipes, events: list[Event]) -> Recipes:
    """The recipes before all events, from those of the end."""
    found = dict(content)
    for event in reversed(events):
        change = change_in(event)
        if change is not None:
            found.update(change["before"])
    return found


class _Player:
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
        session.book.take_in([event])
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
            mine, theirs = told.get(name), now.get(name)
            if mine != theirs:
                kind: Kind = "model" if name in ("model", "classes", "choice") else "scores"
                self._note(number, kind, *_first_difference(name, mine, theirs))
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


def _first_difference(name: str, told: Any, now: Any) -> tuple[str, str]:
    for where, mine, theirs in _parts(name, told, now):
        if mine != theirs:
            return f"{where} {mine!r}", repr(theirs)
    return f"{name} {told!r}", repr(now)


def _parts(name: str, told: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    """Values at the same place of two JSON values, down to those that are neither list nor dict."""
    if isinstance(told, dict) and isinstance(now, dict):
        for key in [*told, *(one for one in now if one not in told)]:
            yield from _parts(f"{name}, {key}" if name else str(key), told.get(key), now.get(key))
    elif isinstance(told, list) and isinstance(now, list) and len(told) == len(now):
        for place, (one, other) in enumerate(zip(told, now, strict=True)):
            split = one.get("split", place) if isinstance(one, dict) else place
            yield from _parts(f"{name} ({split})", one, other)
    else:
        yield name, told, now
