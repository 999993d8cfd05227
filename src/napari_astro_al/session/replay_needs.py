"""What is to be made again while a history is replayed, and when.

An answer says of its question at which position of the ledger it was asked, and from which
positions its model was. Read beforehand, these tell what to train on the way, and how long to keep
it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from napari_astro_al.annotation import Event
from napari_astro_al.annotation.events import STEPPING
from napari_astro_al.session.curated import STRATEGY as CURATED
from napari_astro_al.session.survey import SURVEY

UNASKED = ("start", CURATED, SURVEY)
"""How sources come that no model asks for."""


@dataclass(frozen=True)
class Model:
    """A model that a question was asked with: of which task, from which position."""

    task: str
    position: int
    passed: bool
    """Whether it had been asked about the whole pool."""


@dataclass
class Question:
    """A query that answers refer to.

    Attributes
    ----------
    task : str
    made : mapping
        As `QueryRequest.made` told it.
    at : int
        Its position.
    asked : list of (int, mapping)
        Which event answered, from 1, with what it says of how its source was asked for; beside
        the source under ``source``.
    """

    task: str
    made: Mapping[str, Any]
    at: int
    asked: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def model(self) -> Model | None:
        """The model that it was asked with."""
        position = self.made.get("model_at")
        if position is None:
            return None
        return Model(self.task, int(position), bool(self.made.get("passed")))

    @property
    def last_pass(self) -> Model | None:
        """The model whose pass over the pool said which sources are doubtful."""
        position = self.made.get("pass_at")
        return None if position is None else Model(self.task, int(position), True)


@dataclass
class Needs:
    """What to make at each position.

    Attributes
    ----------
    questions : dict of int to list of Question
    models : dict of int to list of Model
    last_use : dict of Model to int
        The position after which it is not needed any more.
    untold : list of int
        Events that answered a question of which too little is known to ask it again.
    """

    questions: dict[int, list[Question]] = field(default_factory=lambda: defaultdict(list))
    models: dict[int, list[Model]] = field(default_factory=lambda: defaultdict(list))
    last_use: dict[Model, int] = field(default_factory=dict)
    untold: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, events: Sequence[Event]) -> Needs:
        """Those of a whole history."""
        needs, known = cls(), dict[str, Question]()
        for number, event in enumerate(events, 1):
            asked = event.payload.get("asked") if event.kind in STEPPING else None
            if isinstance(asked, Mapping) and asked.get("strategy") not in UNASKED:
                needs._take(number, asked, str(event.payload["source"]), known)
        for question in known.values():
            needs.questions[question.at].append(question)
            for model in (question.model, question.last_pass):
                if model is not None:
                    if model not in needs.last_use:
                        needs.models[model.position].append(model)
                    last = needs.last_use.get(model, 0)
                    needs.last_use[model] = max(last, question.at)
        return needs

    def _take(
        self, number: int, asked: Mapping[str, Any], source: str, known: dict[str, Question]
    ) -> None:
        made = asked.get("made")
        if not _is_whole(made, number) or not isinstance(asked.get("task"), str):
            self.untold.append(number)
            return
        assert isinstance(made, Mapping)
        task = str(asked["task"])
        key = repr((task, sorted((name, repr(value)) for name, value in made.items())))
        question = known.setdefault(key, Question(task, made, int(made["at"])))
        question.asked.append((number, {**asked, "source": source}))


def _is_whole(made: object, number: int) -> bool:
    """Whether it tells of a query before this event, from models before that."""
    if not isinstance(made, Mapping):
        return False
    at, n = made.get("at"), made.get("n")
    places = [at, *(made[key] for key in ("model_at", "pass_at") if made.get(key) is not None)]
    if not all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in places):
        return False
    sizes = [n, *([made["size"]] if made.get("size") is not None else [])]
    if not all(isinstance(one, int) and 0 < one <= 10**9 for one in sizes):
        return False
    return at < number and all(one <= at for one in places)  # type: ignore[operator]
