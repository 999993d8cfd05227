"""Several questions about a source, of which each answer decides which come next: a tree.

The answers to a source, one after another, are a path through the tree, and the paths that end are
the classes of a task: "disc / face-on / clockwise". Paths that go on are coarse labels. So answers
are labels like any other, also those of somebody who cannot tell half-way.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_astro_al.errors import LabelError, listing

SEPARATOR = " / "
"""Between the answers of a path."""
MOST_PATHS = 200
"""Ways to answer all questions; each is a class."""

Answers = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    ask : str
        In words, for the person.
    answers : tuple of str
        Two or more, in the order of their keys; without "/".
    after : str
        It is asked where the answers so far begin with these, ``"disc / face-on"``; by default of
        every source.
    """

    ask: str
    answers: tuple[str, ...]
    after: str = ""

    def __post_init__(self) -> None:
        if len(self.answers) < 2:
            raise LabelError(f"The question {self.ask!r} needs a list of two answers or more.")
        answers = tuple(str(one).strip() for one in self.answers)
        wrong = [one for one in answers if not one or "/" in one or one.startswith("~")]
        if wrong or len(set(answers)) < len(answers) or not str(self.ask).strip():
            raise LabelError(
                f"The question {self.ask!r} has the answers {listing(answers)}. Each needs a name "
                'of its own, without "/" and without "~" before it, and the question words.'
            )
        object.__setattr__(self, "answers", answers)
        object.__setattr__(self, "after", SEPARATOR.join(path_of(self.after)))


def path_of(text: str) -> Answers:
    """The answers of a path: ``"disc / face-on"`` is ``("disc", "face-on")``."""
    return tuple(part.strip() for part in str(text).split("/")) if str(text).strip() else ()


@dataclass(frozen=True)
class QuestionTree:
    """Questions in the order in which they are asked.

    Parameters
    ----------
    questions : sequence of Question or of dict
        A dict has the keys ``ask``, ``answers`` and, where it is not asked of all, ``after``. Of
        two questions after the same answers the second is asked whatever the first one's answer.

    Raises
    ------
    LabelError
        If a question can never be asked, or there are more ways to answer than 200.
    """

    questions: tuple[Question, ...]

    def __init__(self, questions: Sequence[Question | Mapping[str, Any]]) -> None:
        made = tuple(one if isinstance(one, Question) else _question(one) for one in questions)
        if not made:
            raise LabelError("A tree of questions needs one question or more.")
        asked: dict[Answers, Question] = {}
        ends: list[Answers] = [()]
        for question in made:
            after = path_of(question.after)
            here = [end for end in ends if end[: len(after)] == after]
            if not here:
                raise LabelError(
                    f"The question {question.ask!r} is never asked: no answers lead to "
                    f"{question.after!r}. Ways to answer so far: {listing(map(_written, ends))}."
                )
            asked.update(dict.fromkeys(here, question))
            ends = [
                longer
                for end in ends
                for longer in ([(*end, a) for a in question.answers] if end in here else [end])
            ]
            if len(ends) > MOST_PATHS:
                raise LabelError(
                    f"With {question.ask!r} there are {len(ends)} ways to answer, and "
                    f"{MOST_PATHS} at most can be told apart. Ask it of fewer sources (after=...)."
                )
        object.__setattr__(self, "questions", made)
        object.__setattr__(self, "_asked", asked)
        object.__setattr__(self, "_ends", tuple(ends))

    @property
    def paths(self) -> tuple[str, ...]:
        """Every way to answer all questions, as text: the classes."""
        return tuple(map(_written, self._ends))  # type: ignore[attr-defined]

    @property
    def partial(self) -> dict[str, tuple[str, ...]]:
        """Answers after which another question comes, and the classes that they leave open."""
        ends: tuple[Answers, ...] = self._ends  # type: ignore[attr-defined]
        return {
            _written(path): tuple(_written(end) for end in ends if end[: len(path)] == path)
            for path in self._asked  # type: ignore[attr-defined]
            if path
        }

    def next_after(self, answers: Sequence[str]) -> Question | None:
        """The question that comes after these answers; None after the last one.

        Raises
        ------
        LabelError
            If these are no answers to the questions before.
        """
        path = tuple(answers)
        question: Question | None = self._asked.get(path)  # type: ignore[attr-defined]
        if question is None and path not in self._ends:  # type: ignore[attr-defined]
            raise LabelError(
                f"{_written(path)!r} is no way to answer. Ways: {listing(self.paths, most=20)}."
            )
        return question

    def asked_on(self, path: str) -> Iterator[tuple[Question, str]]:
        """The questions that a path answers, with their answers."""
        answers = path_of(path)
        for place, answer in enumerate(answers):
            question = self.next_after(answers[:place])
            if question is not None:
                yield question, answer

    def to_json(self) -> list[dict[str, Any]]:
        """The questions as JSON values."""
        return [
            {
                "ask": one.ask,
                "answers": list(one.answers),
                **({"after": one.after} if one.after else {}),
            }
            for one in self.questions
        ]

    @classmethod
    def read(cls, path: str | Path) -> QuestionTree:
        """The tree that a JSON file has: a list of questions, as `to_json` writes them.

        Raises
        ------
        LabelError
            If the file cannot be read, or is no such list.
        """
        file = Path(path).expanduser()
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LabelError(f"The questions in {file.name} cannot be read: {error}.") from error
        if not isinstance(content, list):
            raise LabelError(f"{file.name} must hold a list of questions, with ask and answers.")
        return cls(content)


def _written(path: Sequence[str]) -> str:
    return SEPARATOR.join(path)


def _question(content: Any) -> Question:
    keys = set(content) if isinstance(content, Mapping) else set()
    if not {"ask", "answers"} <= keys <= {"ask", "answers", "after"}:
        raise LabelError(
            f"A question is a dict with ask, answers and perhaps after, not {content!r}."
        )
    answers = content["answers"]
    if isinstance(answers, str) or not isinstance(answers, Sequence):
        raise LabelError(f"The answers to {content['ask']!r} must be a list, not {answers!r}.")
    return Question(str(content["ask"]), tuple(answers), str(content.get("after", "")))


@dataclass(frozen=True)
class Fork:
    """A place in a tree of paths where a question is answered, told from the paths alone.

    Attributes
    ----------
    after : tuple of str
        The answers before.
    answers : tuple of str
    columns : tuple of tuple of int
        The places of the paths that go on with each answer.
    """

    after: Answers
    answers: tuple[str, ...]
    columns: tuple[tuple[int, ...], ...]


def forks_of(paths: Sequence[str]) -> list[Fork]:
    """Where paths part, those asked first first; of classes that are no paths, one fork."""
    parted = [path_of(one) for one in paths]
    found: list[Fork] = []
    waiting: list[Answers] = [()]
    while waiting:
        after = waiting.pop(0)
        here = [at for at, one in enumerate(parted) if one[: len(after)] == after]
        going: dict[str, list[int]] = {}
        for at in here:
            if len(parted[at]) > len(after):
                going.setdefault(parted[at][len(after)], []).append(at)
        if len(going) > 1:
            columns = tuple(tuple(going[answer]) for answer in going)
            found.append(Fork(after, tuple(going), columns))
        waiting += [(*after, answer) for answer, at in going.items() if len(at) > 1]
    return found
