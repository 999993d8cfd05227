"""A model card: what a model is, what it learnt from, how good it is, what it is for.

Mitchell et al. 2019, "Model cards for model reporting".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from napari_astro_al.session.model_about import ModelAbout, plain

_METRICS = ("accuracy", "balanced_accuracy", "f1", "precision", "recall", "average_precision")
_IN_WORDS = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "precision": "purity (precision)",
    "recall": "completeness (recall)",
    "average_precision": "average precision",
}
_SPLITS = {
    "validation": "held-out validation sources",
    "test": "held-out test sources",
    "cross-validation": "the labels themselves, by cross-validation",
}


def card_of(about: ModelAbout, facts: Mapping[str, Any]) -> dict[str, Any]:
    """A model card as JSON values.

    Parameters
    ----------
    about : ModelAbout
    facts : mapping
        ``title``, ``intended_use``, ``limits`` (lists of sentences), and what else is to be said.
    """
    return {
        "title": facts.get("title", about.task),
        "task": about.task,
        "classes": list(about.classes),
        "model": about.model,
        "labels": dict(about.labels),
        "metrics": [_scores_of(row, about.classes) for row in about.scores],
        "features": {
            "names": list(about.fit.get("names", ())),
            "recipe": about.recipe,
        },
        "data": about.origin.get("prov:used", {}),
        "intended_use": list(facts.get("intended_use", ())),
        "limits": list(facts.get("limits", ())),
        "origin": about.origin,
    }


def _scores_of(row: Mapping[str, Any], classes: Sequence[str]) -> dict[str, Any]:
    def with_interval(name: str) -> dict[str, Any]:
        found = {"value": row.get(name), "low": row.get(f"{name}_low")}
        told: dict[str, Any] = plain({**found, "high": row.get(f"{name}_high")})
        return told

    own = [f"{metric}_{name}" for name in classes for metric in ("precision", "recall", "f1")]
    return {
        "split": row.get("split"),
        "n_labels": row.get("n_labels"),
        **{name: with_interval(name) for name in _METRICS if name in row},
        "classes": {name: with_interval(name) for name in own if name in row},
    }


def as_json(card: Mapping[str, Any]) -> str:
    """The card as a JSON file."""
    return json.dumps(plain(card), indent=2, ensure_ascii=False) + "\n"


def as_markdown(card: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    data = card["data"].get("catalogue", {})
    n_labels = sum(card["labels"].values())
    parts = [
        f"# {_line(card['title'])}",
        f"Tells apart {_names(card['classes'])} by {len(card['features']['names'])} features. "
        f"Model: {card['model']}, trained on {n_labels:,} labels.",
        "## Data",
        f"Catalogue {_line(data.get('name', ''))!r}"
        + (f" ({_line(data['file'])})" if data.get("file") else "")
        + f", {data.get('n_sources', 0):,} sources; digest of their ids {data.get('id_digest')}.",
        _table(["class", "labels"], [[_line(k), f"{v:,}"] for k, v in card["labels"].items()]),
        "Features: " + ", ".join(f"`{_line(name)}`" for name in card["features"]["names"]) + ".",
        "## How good it is",
        *_metrics(card),
        "## Intended use",
        _listed(card["intended_use"]),
        "## Limits",
        _listed(card["limits"]),
        "## Where it came from",
        _listed(_origin_lines(card["origin"])),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _metrics(card: Mapping[str, Any]) -> list[str]:
    found = []
    for row in card["metrics"]:
        where = _SPLITS.get(str(row["split"]), str(row["split"]))
        lines = [
            [_IN_WORDS[name], *_numbers(row[name])]
            for name in _METRICS
            if name in row and row[name]["value"] is not None
        ]
        for name, value in row["classes"].items():
            metric, _, of = name.partition("_")
            if value["value"] is not None:
                lines.append([f"{_IN_WORDS[metric]} of {_line(of)}", *_numbers(value)])
        found += [f"On {where}:", _table(["measure", "value", "95 % interval"], lines)]
    return found or ["It was not scored."]


def _numbers(value: Mapping[str, Any]) -> list[str]:
    low, high = value["low"], value["high"]
    interval = "–" if low is None or high is None else f"{low:.3f} to {high:.3f}"
    return [f"{value['value']:.3f}", interval]


def _origin_lines(origin: Mapping[str, Any]) -> list[str]:
    session = origin.get("prov:used", {}).get("session", {})
    versions = origin.get("versions", {})
    return [
        f"written {origin.get('prov:generatedAtTime', '')} by "
        f"{origin.get('prov:wasAssociatedWith', '')}",
        f"session {session.get('hash', '')}",
        ", ".join(f"{name} {number}" for name, number in versions.items()),
    ]


def _table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _listed(sentences: Sequence[str]) -> str:
    return "\n".join(f"- {_line(one)}" for one in sentences)


def _names(classes: Sequence[str]) -> str:
    return ", ".join(_line(one) for one in classes[:-1]) + f" and {_line(classes[-1])}"


def _line(text: object) -> str:
    """A name on one line that Markdown does not take for anything else."""
    return " ".join(str(text).split()).replace("|", "\\|").replace("`", "'")
