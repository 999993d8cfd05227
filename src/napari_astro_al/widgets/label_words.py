"""What the Label dock says, in words: states, reasons, coarse labels, verdicts."""

from __future__ import annotations

from napari_astro_al.catalogue import SourceId
from napari_astro_al.learning import Advice, Task
from napari_astro_al.learning.class_names import NOT
from napari_astro_al.session import Session
from napari_astro_al.session.curated import STRATEGY as CURATED

BLIND = "Blind: what the model says, and why it asks, is told once you have answered."


def state_words(label: str | None, state: str | None, exhausted: bool) -> str:
    """What is known of a source beside its label, in words."""
    if state == "excluded":
        return "Excluded: never asked for, and not trained on. Its answers are kept."
    if exhausted and state in ("labelled", "unsure"):
        return "Nothing is left to ask for. Go back or click a source to change an answer."
    if state == "labelled":
        return f"Labelled {Task.words(str(label))}. Another answer corrects it."
    if state == "unsure":
        return "You were unsure of this one. A label settles it."
    return "Skipped before." if state == "skipped" else ""


def coarse_labels(session: Session) -> dict[str, str]:
    """Coarse labels that are no classes, and what they mean."""
    found = {
        name: f"One of {', '.join(members)}; cannot say which"
        for name, members in session.groups.items()
    }
    sought = [task.positive for task in session.tasks.values() if task.positive is not None]
    if len(sought) == 1 and NOT + sought[0] not in session.classes:
        found[NOT + sought[0]] = f"Anything but {sought[0]}"
    return found


def verdicts(advice: Advice) -> str:
    """What each stopping rule says, a line each; empty without advice."""
    if not advice.words:
        return ""
    lines = [
        advice.words,
        *(f"{'✓' if one.stop else '–'} {one.words}" for one in advice.verdicts.values()),
    ]
    return "\n".join([*lines, "Advice only: nothing stops by itself."])


def why_words(session: Session, source: SourceId) -> str:
    """Why a source was asked for, and what the model says of it."""
    if session.hides_predictions(source):
        return BLIND
    parts = []
    task = session.asking_task(source)
    why = session.asked(source).get("why")
    if why:
        asks = f"{task} asks" if len(session.tasks) > 1 else "Asked"
        parts.append(f"{asks} because: {why}")
    curated = session.asked(source).get("strategy") == CURATED
    probabilities = session.probabilities_of(source, task)
    if probabilities and not curated:  # a test label that the model suggests would flatter it
        told = ", ".join(
            f"{Task.words(name)} {share:.0%}" for name, share in list(probabilities.items())[:3]
        )
        parts.append(f"The model says {told}.")
    return "\n".join(parts)


def can_go_on(session: Session) -> bool:
    """Whether a task still looks for classes without labels, and need not."""
    return any(session.can_train(name) and session.is_covering(name) for name in session.tasks)
