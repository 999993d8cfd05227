"""A session's model as files of its own: skops or ONNX, and a card."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from napari_astro_al.catalogue import ROWS
from napari_astro_al.errors import LearnerError, listing
from napari_astro_al.learning.metrics import exact_bounds
from napari_astro_al.learning.store import save_model
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session.document import write_atomically
from napari_astro_al.session.model_about import ModelAbout, plain
from napari_astro_al.session.model_card import as_json, as_markdown, card_of
from napari_astro_al.session.origin import origin_of
from napari_astro_al.session.state import State

SUFFIXES = (".skops", ".onnx")
_SAMPLE = 2_000
"""Sources on which an ONNX model must say what the model says."""
_FEW = 100


def about_model(session: State, result: TrainResult) -> ModelAbout:
    """What a model's file says of it."""
    roles = session.catalogue.roles
    rows = [row for row in session.history.rows if row.get("task") == result.task_name]
    newest: dict[str, Any] = {str(row["split"]): row for row in rows}
    counts = dict.fromkeys(result.classes, 0)
    if result.request is not None:
        for label in result.request.labels:
            counts[label] += 1
    columns = () if roles.id is ROWS else roles.id
    return ModelAbout(
        task=result.task_name,
        classes=list(result.classes),
        vote=session.learners[result.task_name].vote,
        model=result.model,
        recipe=session.features.recipe.to_json(),
        fit=session.features.fit.to_json(),
        id=[columns] if isinstance(columns, str) else list(columns),
        labels=counts,
        scores=[
            plain({key: row[key] for key in row if key != "confusion"} | exact_bounds(row))
            for row in newest.values()
        ],
        origin=origin_of(session, [result], "model"),
    )


def export_model(session: State, result: TrainResult, path: Path) -> Path:
    """Write a model with its recipe, as .skops or .onnx.

    Raises
    ------
    LearnerError
        If the suffix is another, or the model cannot be written so.
    SessionError
        If the file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise LearnerError(
            f"Models are written as {listing(SUFFIXES)}, not as {path.suffix or path.name!r}."
        )
    if session.features.is_empty:
        raise LearnerError("The model has no features, so it cannot be applied elsewhere.")
    about = about_model(session, result).model_dump_json()
    if path.suffix == ".skops":
        return save_model(result.learner, path, about)
    from napari_astro_al.learning.onnx_models import onnx_model

    rows = session.partition.sketch_rows()
    rows = rows[session.features.usable[rows]][:_SAMPLE]
    vote = session.learners[result.task_name].vote
    sample = session.features.values[rows]
    write_atomically(path, onnx_model(result.learner, result.classes, sample, vote, about))
    return path


def export_card(
    session: State,
    result: TrainResult,
    path: Path,
    title: str | None,
    intended_use: Sequence[str],
    limits: Sequence[str],
) -> Path:
    """Write a model card: Markdown or JSON, by the suffix.

    Raises
    ------
    LearnerError
        If the suffix is another.
    SessionError
        If the file cannot be written.
    """
    if path.suffix not in (".md", ".json"):
        raise LearnerError(f"Model cards are written as .md or .json, not as {path.suffix!r}.")
    about = about_model(session, result)
    facts = {
        "title": title or f"{session.catalogue.name}: {result.task_name}",
        "intended_use": [*intended_use, *_uses(session)],
        "limits": [*limits, *_limits(session, about)],
    }
    card = card_of(about, facts)
    text = as_json(card) if path.suffix == ".json" else as_markdown(card)
    write_atomically(path, text.encode())
    return path


def _uses(session: State) -> list[str]:
    return [
        f"Classifying sources like those of {session.catalogue.name}, measured with the same "
        "columns, in the same units and to a similar depth."
    ]


def _limits(session: State, about: ModelAbout) -> list[str]:
    said = []
    few = [name for name, count in about.labels.items() if count < 10]
    if few:
        said.append(f"Fewer than ten labels of {', '.join(few)}: what it says of them is a guess.")
    splits = {row.get("split") for row in about.scores}
    if not splits & {"validation", "test"}:
        said.append("No held-out sources: scores come from the labels themselves.")
    elif "test" not in splits:
        said.append("The test set was not looked at; validation scores were, while labelling.")
    if sum(about.labels.values()) < _FEW:
        said.append("Few labels: intervals are wide, and the next labels may change it.")
    said += [
        "Labels were chosen by a query strategy where it hesitated; the label counts say nothing "
        "of how common the classes are.",
        "Probabilities hold for sources like those that were labelled; they are not corrected for "
        "another mixture of classes.",
        "Sources far from all labelled ones get a class all the same.",
    ]
    if about.labels and session.catalogue.note:
        said.append(f"The catalogue is {session.catalogue.note}.")
    return said
