"""What changed of a session's recipes, as its ledger tells it.

Labels are events; so are changes of what is made from them, or models of earlier labels could not
be made again. A change says what was before and what is now, as JSON values, of the recipes that
are others: the recipes at any event follow from those of now and from the changes since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from napari_astro_al.annotation import Event
from napari_astro_al.errors import LearnerError

if TYPE_CHECKING:
    from napari_astro_al.session.state import State

RECIPES = "recipes"
"""The kind of an event that tells of a change; one of classes has it under this key."""

Recipes = dict[str, Any]


def _in_order(value: Any) -> Any:
    """Names and recipes as pairs: the ledger sorts keys, and the order of tasks means something."""
    return [[name, one.to_json()] for name, one in value.items()]


def _each(value: Any) -> Any:
    return {name: one.to_json() for name, one in value.items()}


_AS_JSON: Mapping[str, Callable[[Any], Any]] = {
    "features": lambda value: value.recipe.to_json(),
    "tasks": _in_order,
    "learners": _each,
    "split": lambda value: value.to_json(),
    "going_on": sorted,
    "plans": _each,
}


def recipes_now(session: State) -> Recipes:
    """The recipes of a session as JSON values; null for one that no file can hold."""
    return {name: _said(name, getattr(session, name)) for name in _AS_JSON}


def change_of(session: State, changes: Mapping[str, Any]) -> dict[str, Recipes] | None:
    """What is about to change of a session's recipes; None where nothing does.

    Parameters
    ----------
    session : State
        As it is before.
    changes : mapping
        Attributes as they are about to be.
    """
    before, now = Recipes(), Recipes()
    for name in _AS_JSON:
        if name in changes:
            was, becomes = _said(name, getattr(session, name)), _said(name, changes[name])
            if was != becomes:
                before[name], now[name] = was, becomes
    return {"before": before, "now": now} if now else None


def change_in(event: Event) -> Mapping[str, Mapping[str, Any]] | None:
    """The change that an event tells of, None where it tells of none."""
    found = event.payload if event.kind == RECIPES else event.payload.get(RECIPES)
    whole = isinstance(found, Mapping) and {"before", "now"} <= set(found)
    return found if whole else None


def _said(name: str, value: Any) -> Any:
    try:
        return _AS_JSON[name](value)
    except LearnerError:
        return None
