"""The one number that matters, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session


MORE = (2, 1)
"""Per cent for which a number of labels is told: the first that can be."""


@dataclass(frozen=True)
class Headline:
    """A headline and what it rests on.

    Attributes
    ----------
    headline : str
        For example ``"QSO purity 94 % (91–96)"``.
    basis : str
        On which sources it was measured, and how many labels went in.
    forecast : str
        For example ``"About 30 more labels for 97 % (10 to 80)"``; empty where nothing honest can
        be said.
    """

    headline: str
    basis: str
    forecast: str = ""


def headline_of(session: Session, task: str | None = None) -> Headline:
    """What can honestly be said of the classifier now.

    The number is macro-F1 where several classes are told apart, and purity where one is sought. It
    is that of the task's model as it is: none of a model of other recipes, and what became of the
    labels since is said.

    Parameters
    ----------
    session : Session
        With or without a model.
    task : str, optional
        The first one by default.
    """
    name = task if task is not None else next(iter(session.tasks))
    titled = f"{name}: " if len(session.tasks) > 1 else ""
    n_now = len(session.labelled_for(name)[1])
    result = session.results.get(name)
    if result is None or result.classes != session.tasks[name].names:
        return Headline(*_without_model(session, name, titled, n_now))
    row = next((one for one in result.scores if one["split"] != "test"), result.scores[0])
    number = _number_of(session, name, row)
    basis = _measured(session, name, row) + _since(session, name, row, n_now)
    if number.beside:
        basis = f"{number.beside}. {basis}"
    titled = "" if session.tasks[name].positive == name else titled
    shown = f"{titled}{number.title} {in_percent(number.value, number.low, number.high)}"
    return Headline(shown, basis, _carried_on(session, name, number))


@dataclass(frozen=True)
class _Number:
    """A score with its interval, and what is to be known beside it."""

    title: str
    key: str
    value: float
    low: float
    high: float
    beside: str = ""


def _number_of(session: Session, name: str, row: dict[str, Any]) -> _Number:
    positive = session.tasks[name].positive
    if positive is None:
        value, low, high = (_finite(row.get(key)) for key in ("f1", "f1_low", "f1_high"))
        return _Number("Macro-F1", "f1", value, low, high)
    (hits, missed), (false, _) = row["confusion"]
    low, high = wilson(hits, hits + false)
    purity = hits / (hits + false) if hits + false else math.nan
    found = f"Finds {hits / (hits + missed):.0%} of {positive}" if hits + missed else ""
    return _Number(
        f"{positive} purity", f"precision_{positive}", purity, low, high, found.replace("%", " %")
    )


def _carried_on(session: Session, name: str, number: _Number) -> str:
    """How many labels more for two per cent more, or for one where that cannot be said."""
    forecast = session.forecast(name, number.key)
    if forecast is None or not math.isfinite(number.value):
        return ""
    base = max(round(100 * number.value), round(100 * forecast.level))
    for more in MORE:
        labels = forecast.labels_to((base + more) / 100) if base + more < 100 else None
        if labels is not None:
            about, low, high = (_rounded(one) for one in (labels.about, labels.low, labels.high))
            return f"About {_more(about)} for {base + more} % ({low:,} to {high:,})"
    return ""


def _without_model(session: Session, name: str, titled: str, n_now: int) -> tuple[str, str]:
    if session.features.is_empty:
        wait = "Sources come at random until pictures are measured."
        return f"{titled}No features yet", f"{_counted(n_now)}. {wait}"
    if not session.can_train(name):
        wait = f"{_counted(n_now)}. Training begins with labels of two classes."
        return f"{titled}No model yet", wait
    if session.history.latest(name) is None:
        return f"{titled}No model yet", f"{_counted(n_now)} to train the first one on."
    again = f"Recipes, classes or session are new; {_counted(n_now)} to train on."
    return f"{titled}To be trained again", again


def _measured(session: Session, name: str, row: dict[str, Any]) -> str:
    n_scored = sum(map(sum, row["confusion"]))
    if row["split"] != "cross-validation":
        return f"On {n_scored:,} held-out source{'' if n_scored == 1 else 's'} that never train, "
    if session.learners[name].strategy == "random":
        return "Cross-validated, "
    return "Cross-validated on sources chosen for being hard: progress, not quality; "


def _since(session: Session, name: str, row: dict[str, Any], n_now: int) -> str:
    trained: int = row["n_labels"]
    if n_now > trained:
        more = n_now - trained
        return f"before the last {more:,} of {_counted(n_now)}"
    if n_now < trained:
        return f"before {trained - n_now:,} of {_counted(trained)} went"
    return f"{_counted(trained)}{', before the last change' if session.is_stale(name) else ''}"


def _counted(n_labels: int) -> str:
    return f"{n_labels:,} label{'' if n_labels == 1 else 's'}"


def _more(n_labels: int) -> str:
    return f"{n_labels:,} more label{'' if n_labels == 1 else 's'}"


def _rounded(number: int) -> int:
    """A number of labels as people say it: exact below ten, then in fives, fifties..."""
    if number < 10:
        return number
    step = 5 if number < 100 else 5 * 10 ** (len(str(number)) - 2)
    return max(step, step * round(number / step))


def _finite(value: float | None) -> float:
    return math.nan if value is None else float(value)


def in_percent(value: float, low: float = math.nan, high: float = math.nan) -> str:
    """A score with its 95 % interval: ``"93 % (91–95)"``; a dash where it has no value."""
    if not math.isfinite(value):
        return "–"
    if not (math.isfinite(low) and math.isfinite(high)):
        return f"{100 * value:.0f} %"
    return f"{100 * value:.0f} % ({100 * low:.0f}–{100 * high:.0f})"


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22, 209, there p. 212).

    Returns
    -------
    low, high : float
        0 to 1; NaN of nothing.
    """
    if total == 0:
        return math.nan, math.nan
    z = 1.959964
    share, spread = hits / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, middle - half), min(1.0, middle + half)
