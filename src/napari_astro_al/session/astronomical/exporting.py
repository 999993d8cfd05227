"""A session as an AstronomicAL configuration, as far as that can say it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from napari_astro_al.annotation.events import LABEL, SKIP
from napari_astro_al.errors import SessionError
from napari_astro_al.learning import Task
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.session.astronomical.answers import PROGRAM
from napari_astro_al.session.astronomical.settings import UNKNOWN
from napari_astro_al.session.astronomical.words import names_of, operator_of
from napari_astro_al.session.comparison import Comparison, Notes, comparison_of
from napari_astro_al.session.document import write_atomically
from napari_astro_al.session.state import State

TEST_SET = "test_set.json"
_PALETTE = ("#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22")
_UNKNOWN_COLOUR = "#1f77b4"
_LAYOUT = {
    "0": {"x": 0, "y": 0, "w": 6, "h": 6, "contents": "Active Learning", "panel_contents": []},
    "1": {"x": 6, "y": 0, "w": 6, "h": 4, "contents": "Selected Source Info", "panel_contents": []},
}


def export_astronomical(session: State, path: Path) -> Comparison:
    """Write a configuration, and a test set beside it where sources were curated.

    Raises
    ------
    SessionError
        If the session has no column of ids or of labels, which AstronomicAL needs, or the file
        cannot be written; nothing is written then.
    """
    notes = Notes()
    content = configuration_of(session, notes)
    curated = _curated(session, content)
    content["test_set_file"] = curated is not None
    if not path.parent.is_dir():
        raise SessionError(f"There is no folder {path.parent} to write {path.name} to.")
    if curated is not None:
        write_atomically(path.with_name(TEST_SET), _text(curated))
        notes.take(f"{TEST_SET}: {len(curated):,} curated sources")
    write_atomically(path, _text(content))
    return notes.comparison(path.name, {})


def _text(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, indent=4, ensure_ascii=False).encode()


def configuration_of(session: State, notes: Notes) -> dict[str, Any]:
    """What stands in the configuration of a session, but for its test set."""
    roles = session.catalogue.roles
    if not isinstance(roles.id, str) or roles.label is None:
        lacking = "one column of ids" if not isinstance(roles.id, str) else "a column of labels"
        raise SessionError(
            f"AstronomicAL needs {lacking}, which {session.catalogue.name!r} does not have. Give "
            "the catalogue that role first."
        )
    numbers = _numbers(session, notes)
    names = {str(number): name for name, number in numbers.items()}
    told = comparison_of(session)
    features = session.features.recipe
    tasks = _tasks(session)
    content: dict[str, Any] = {
        "dataset_filepath": _file_of(session, notes),
        "optimise_data": True,
        "layout": _layout(session),
        "id_col": roles.id,
        "label_col": roles.label,
        "default_vars": _default_vars(session, notes),
        "labels": [UNKNOWN, *numbers.values()],
        "label_colours": {**_colours(session, numbers), str(UNKNOWN): _UNKNOWN_COLOUR},
        "labels_to_strings": {**names, str(UNKNOWN): "Unknown"},
        "strings_to_labels": {"Unknown": UNKNOWN, **numbers},
        "extra_info_cols": list(roles.info),
        "extra_image_cols": list(roles.images),
        "labels_to_train": [name for name in tasks if name in numbers],
        "features_for_training": list(features.columns or ()),
        "exclude_labels": False,
        "exclude_unknown_labels": session.pool == "labelled",
        "unclassified_labels": [name for name in numbers if name not in tasks],
        "scale_data": features.scale == "robust",
        "feature_generation": [[operator_of(name), n] for name, n in features.generators],
        "test_set_file": False,
        "classifiers": _classifiers(session, tasks, numbers, notes),
    }
    _note_what_is_lost(session, notes)
    if told is not None:
        content |= told.leftover
    return content


def _numbers(session: State, notes: Notes) -> dict[str, int]:
    """The number of each class: that of the label column, or the next free one."""
    raws: dict[str, int] = {}
    names: list[str] = []
    for task in session.tasks.values():
        names += task.classes
        for raw, name in task.aliases.items():
            if raw.lstrip("-").isdecimal() and int(raw) != UNKNOWN:
                raws.setdefault(task.alias(name), int(raw))
    numbers: dict[str, int] = {}
    for name in dict.fromkeys(names):
        if name in raws:
            numbers[name] = raws[name]
        else:
            free = next(k for k in range(10**6) if k not in {*raws.values(), *numbers.values()})
            numbers[name] = int(name) if name.isdecimal() else free
    changed = [f"{name}: {number}" for name, number in numbers.items() if name not in raws]
    if changed:
        why = "AstronomicAL needs whole numbers in the label column; put these there."
        notes.miss("labels", changed, why)
    return numbers


def _tasks(session: State) -> dict[str, str]:
    """The task behind each classifier, by the class that it looks for."""
    found: dict[str, str] = {}
    for name, task in session.tasks.items():
        for positive in [task.positive] if task.positive else task.classes:
            if positive is not None:
                found.setdefault(positive, name)
    return found


def _classifiers(
    session: State, tasks: Mapping[str, str], numbers: Mapping[str, int], notes: Notes
) -> dict[str, Any]:
    content = {}
    for positive, name in tasks.items():
        if positive not in numbers:
            continue
        key = f"classifiers.{numbers[positive]}"
        models, queries = names_of(session.learners[name], key, notes)
        ids, y = _answers(session, session.tasks[name], name, numbers, notes, key)
        content[str(numbers[positive])] = {
            "classifier": models,
            "query": queries,
            "id": ids,
            "y": y,
        }
        notes.take(f"{positive}: {' + '.join(models)}, {len(ids):,} answers")
    return content


def _answers(
    session: State,
    task: Task,
    name: str,
    numbers: Mapping[str, int],
    notes: Notes,
    key: str,
) -> tuple[list[str], list[int]]:
    """Ids and numbers of the answers that a classifier learns from, in order.

    Those that were given in AstronomicAL belong to their classifier, any others to all.
    """
    said: dict[str, int] = {}
    coarse = 0
    for event in session.book.answers()():
        asked = event.payload.get("asked") or {}
        elsewhere = asked.get("strategy") == PROGRAM and asked.get("task") != name
        source = event.payload["source"]
        if elsewhere or event.kind not in (LABEL, "unsure") or not _trains(session, source):
            continue
        said.pop(source, None)
        if event.kind != LABEL:
            said[source] = UNKNOWN
        elif task.alias(event.payload["label"]) in numbers:
            said[source] = numbers[task.alias(event.payload["label"])]
        else:
            coarse += 1
    if coarse:
        notes.miss(f"{key}.y", f"{coarse:,} answers", "AstronomicAL knows no coarse labels.")
    return list(said), list(said.values())


def _trains(session: State, source: str) -> bool:
    row = session.catalogue.row_of(session.catalogue.parse_id(source))
    return session.partition.part_name(row) == "pool"


def _curated(session: State, content: Mapping[str, Any]) -> dict[str, int] | None:
    named = (session.split.ids or {}).get("test", ())
    numbers: Mapping[str, int] = content["strings_to_labels"]
    labels, found = session.book.labels, {}
    for row in session.catalogue.rows_of(named).tolist():
        if row in labels:
            name = next(iter(session.tasks.values())).alias(labels[row])
            if name in numbers:
                found[str(session.catalogue.ids_at([row])[0])] = numbers[name]
    return found or None


def _default_vars(session: State, notes: Notes) -> list[str]:
    recipe, names = session.projection_recipe, session.features.names
    if recipe is not None and recipe.kind == "columns" and recipe.x and recipe.y:
        return [recipe.x, recipe.y]
    if recipe is not None:
        why = "AstronomicAL shows two columns; the first two features are written."
        notes.miss("projection", recipe.title, why)
    return [*names[:2]]


def _layout(session: State) -> dict[str, Any]:
    layout: dict[str, Any] = dict(_LAYOUT)
    views = session.window.get("views")
    for stored in views if isinstance(views, list) else ():
        recipe = ProjectionRecipe.from_json(stored["projection"])
        if recipe.kind == "columns":
            place = {"x": 6, "y": 4 * len(layout), "w": 6, "h": 4}
            plot = {"contents": "Basic Plot", "panel_contents": [recipe.x, recipe.y]}
            layout[str(len(layout))] = {**place, **plot}
    return layout


def _colours(session: State, numbers: Mapping[str, int]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for task in session.tasks.values():
        chosen |= task.colours
    return {
        str(number): chosen.get(name, _PALETTE[place % len(_PALETTE)])
        for place, (name, number) in enumerate(numbers.items())
    }


def _file_of(session: State, notes: Notes) -> str:
    path = session.catalogue.path
    if path is None:
        notes.miss("dataset_filepath", "", "The catalogue is in memory: save it, and name it here.")
        return ""
    if path.suffix.lower() not in (".fits", ".fit", ".csv"):
        notes.miss("dataset_filepath", path.name, "AstronomicAL reads FITS; convert the catalogue.")
    return f"data/{path.name}"


def _note_what_is_lost(session: State, notes: Notes) -> None:
    features = session.features.recipe
    if any(name.startswith("missing(") for name in session.features.names):
        why = "AstronomicAL takes no missing values: fill them in before."
        notes.miss("features.missing", features.missing, why)
    if features.scale == "robust" and features.tails == "log":
        notes.miss("features.tails", features.tails, "Tails are not compressed there.")
    answers: Sequence[Any] = session.book.answers()()
    comments = sum(bool(event.payload.get("comment")) for event in answers)
    if comments:
        notes.miss("comments", f"{comments:,}", "Answers have no comments there.")
    if any(event.kind == SKIP for event in answers):
        notes.miss("skipped", "", "Sources are not put off there.")
    if session.kept_out.count:
        notes.miss("excluded", f"{session.kept_out.count:,} sources", "Nothing is excluded there.")
    if session.split.ids is None:
        notes.miss("split", session.split.to_json(), "It parts by its own draw, 60/20/20.")
