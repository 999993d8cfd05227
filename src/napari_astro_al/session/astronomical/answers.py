"""The answers in AstronomicAL's files as events of the ledger, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any
from uuid import uuid4

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import CatalogueError, SessionError, listing
from napari_astro_al.learning.class_names import NOT
from napari_astro_al.session.astronomical.settings import UNKNOWN, Settings
from napari_astro_al.session.comparison import Notes

PROGRAM = "AstronomicAL"
"""How their sources were asked for: by that program."""
_SHOWN = 5


@dataclass(frozen=True)
class Answer:
    """What was said of a source.

    Attributes
    ----------
    source : str
        Its id as text.
    label : str or None
        The class; None: unsure.
    task : str
        Whose classifier asked; empty where none did.
    place : int
        Which of its answers it is, from 0.
    """

    source: str
    label: str | None
    task: str
    place: int

    def entry(self) -> tuple[str, dict[str, Any]]:
        """Kind and payload of the event."""
        asked = {"strategy": PROGRAM, "task": self.task, "place": self.place}
        said = {"source": self.source, "step": uuid4().hex, "asked": asked}
        return ("unsure", said) if self.label is None else ("label", {**said, "label": self.label})


def answers_of(settings: Settings, tasks: Mapping[str, str]) -> list[Answer]:
    """Every answer to every classifier.

    Parameters
    ----------
    settings : Settings
    tasks : mapping of str to str
        Of each classifier that is imported, by its number as text, the task's name.

    Returns
    -------
    list of Answer
        The first of each classifier, then the second of each, and so on: each one's are in order.

    Raises
    ------
    SessionError
        Naming a number that is no class.
    """
    says_yes_or_no = _says_yes_or_no(settings)
    columns = []
    for raw, task in tasks.items():
        one = settings.classifiers.get(raw)
        pairs = [] if one is None else zip(one.id, one.y, strict=True)
        columns.append(
            [
                Answer(str(source), _label(settings, raw, number, says_yes_or_no), task, place)
                for place, (source, number) in enumerate(pairs)
            ]
        )
    rows = chain.from_iterable(zip_longest(*columns))
    return _spelled_out([one for one in rows if one is not None])


def _spelled_out(answers: list[Answer]) -> list[Answer]:
    """The same, with "not a star" as "galaxy" where another classifier was told so."""
    definite = {
        one.source: one.label for one in answers if one.label and not one.label.startswith(NOT)
    }

    def told(one: Answer) -> Answer:
        better = definite.get(one.source)
        coarse = one.label is not None and one.label.startswith(NOT)
        fits = coarse and better is not None and one.label != NOT + better
        return replace(one, label=better) if fits else one

    return [told(one) for one in answers]


def _says_yes_or_no(settings: Settings) -> bool:
    """Whether answers are 1 for the classifier's class and 0 for any other, as they once were."""
    return any(
        raw not in ("0", "1") and one.y and set(one.y) <= {UNKNOWN, 0, 1}
        for raw, one in settings.classifiers.items()
    )


def _label(settings: Settings, raw: str, number: int, says_yes_or_no: bool) -> str | None:
    if number == UNKNOWN:
        return None
    if says_yes_or_no and number in (0, 1):
        alias = settings.alias(int(raw))
        return alias if number else NOT + alias
    if str(number) not in settings.aliases:
        raise SessionError(
            f"The answers in classifiers.{raw} have the class {number}, which labels does not "
            f"name; it has {listing(settings.aliases)}."
        )
    return settings.alias(number)


def test_answers(settings: Settings, test_set: Mapping[str, int]) -> list[Answer]:
    """The answers of a curated test set."""
    found = []
    for place, (source, number) in enumerate(test_set.items()):
        if number != UNKNOWN and str(number) not in settings.aliases:
            raise SessionError(
                f"The test set has the class {number}, which labels does not name; it has "
                f"{listing(settings.aliases)}."
            )
        label = None if number == UNKNOWN else settings.alias(number)
        found.append(Answer(source, label, "", place))
    return found


def labelled_answers(path: Path, settings: Settings) -> list[Answer]:
    """The answers in an export of labelled sources: a table with columns id and label.

    Raises
    ------
    CatalogueError
        If the file holds no table.
    SessionError
        If it has other columns or classes.
    """
    from napari_astro_al.catalogue.reading import read_table

    frame = read_table(path).frame
    if not {"id", "label"} <= set(frame.columns):
        raise SessionError(
            f"{path.name} is no export of AstronomicAL's: columns id and label are expected, and "
            f"it has {listing(frame.columns)}."
        )
    names = settings.aliases
    found, strangers = [], set()
    gone = frame["label"].isna()
    for place, (source, value) in enumerate(zip(frame["id"], frame["label"], strict=True)):
        text = str(value).strip()
        if gone[place] or text in ("", str(UNKNOWN), settings.alias(UNKNOWN)):
            found.append(Answer(str(source).strip(), None, "", place))
        elif text in names or text in names.values():
            found.append(Answer(str(source).strip(), names.get(text, text), "", place))
        else:
            strangers.add(text)
    if strangers:
        raise SessionError(
            f"{path.name} has labels {listing(sorted(strangers))}, which the configuration does "
            f"not name; it has {listing(names.values())}."
        )
    return found


def known_answers(
    answers: Iterable[Answer], catalogue: Catalogue, notes: Notes
) -> tuple[list[Answer], list[str]]:
    """The answers about sources of the catalogue, and the ids that were answered differently.

    Raises
    ------
    SessionError
        If there are answers, and none is about a source of the catalogue.
    """
    known: list[Answer] = []
    lost: dict[str, None] = {}
    texts: dict[str, str] = {}
    for one in answers:
        if one.source not in texts and one.source not in lost:
            try:
                texts[one.source] = str(catalogue.parse_id(one.source))
            except CatalogueError:
                lost[one.source] = None
        if one.source in texts:
            known.append(replace(one, source=texts[one.source]))
    if lost and not known:
        raise SessionError(
            f"None of the {len(lost):,} sources that were answered is in {catalogue.name!r}: "
            f"{listing(lost, most=3)}. Its ids are such as {catalogue.ids[0]!s}. Give the "
            "catalogue that the configuration belongs to."
        )
    if lost:
        why = (
            f"{len(lost):,} answered sources are not in the catalogue; their answers are left out."
        )
        notes.miss("classifiers", [*lost][:_SHOWN], why)
    said: dict[str, set[str | None]] = {}
    for one in known:
        said.setdefault(one.source, set()).add(one.label)
    split = [source for source, labels in said.items() if len(labels) > 1]
    if split:
        why = (
            f"{len(split):,} sources were answered differently by several classifiers. A source "
            "has one label here: the later answer counts, and the set “answered differently” "
            "holds them."
        )
        notes.miss("classifiers", split[:_SHOWN], why)
    return known, split
