"""Query strategies by name, and what is to be known of each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from importlib import import_module
from typing import Any, Literal

from napari_astro_al.errors import LearnerError, listing
from napari_astro_al.learning.parameters import Parameter, differing, of_function, parted, written
from napari_astro_al.registry import Registry

Strategy = Callable[..., Any]

_MODAL = "modAL."


class Group(StrEnum):
    """What strategies go by, as headings over those alike, in the order of a list."""

    DOUBT = "The model's doubt"
    WEIGHED = "Doubt and place"
    COMMITTEE = "Disagreement of several models"
    FORESIGHT = "What a label would change"
    ERRORS = "Errors of measurement"
    RARE = "Rare classes"
    ANOMALIES = "Anomalies"
    SPREAD = "Spread over feature space"
    CHANCE = "Chance"
    REGISTERED = "Registered"


@dataclass(frozen=True)
class About:
    """What is to be known of a strategy besides its scores.

    Attributes
    ----------
    reason : str
        Why it asks for a source, as a sentence without its full stop.
    group : Group
        What it goes by.
    needs_model : bool
        Whether it waits for a trained model. One that does not asks from the first label on.
    needs_committee : bool
        Whether it compares the members of a committee.
    diverse : bool
        Whether `rank` thins out a batch of its best scores where they lie close together.
    needs_marks : bool
        Whether it waits for a marked example.
    learns_interest : bool
        Whether it looks for anomalies, and learns from interest scores where there are any. The
        sources that have one come last.
    limit : int or None
        How many candidates it is shown at most; None for all. For strategies whose work grows
        faster than their number.
    shown : {"doubtful", "any", "mixed"}
        Which, where there are more: those with the smallest margin, those with the smallest
        hashes, or half and half.
    draws : bool
        Whether it draws from its candidates by chance, which makes no sense where the most
        doubtful are among them because they are doubtful.
    """

    reason: str = ""
    group: Group = Group.REGISTERED
    needs_model: bool = True
    needs_committee: bool = False
    needs_marks: bool = False
    learns_interest: bool = False
    diverse: bool = True
    limit: int | None = None
    shown: Literal["doubtful", "any", "mixed"] = "doubtful"
    draws: bool = False

    @property
    def searches_all(self) -> bool:
        """Whether it looks for few sources among all, of which a sample may have none."""
        return self.needs_marks or self.learns_interest

    @property
    def takes_a_sample(self) -> bool:
        """Whether some sources drawn at random stand for all, and the most doubtful do not."""
        return self.draws or not self.needs_model or self.shown == "any"


class StrategyRegistry(Registry[Strategy]):
    """Strategies by name, each with what is to be known of it."""

    def __init__(self) -> None:
        super().__init__("query strategy", "napari_astro_al.strategies")
        self._about: dict[str, About] = {}

    def __call__(self, name: str, about: About | None = None) -> Callable[[Strategy], Strategy]:
        """Register what is decorated under a name, as `Registry` does."""
        register = super().__call__(name)
        self._about[name] = about or About()
        return register

    def provide(self, name: str, about: About | None = None) -> Callable[[Strategy], Strategy]:
        """Register a built-in."""
        self._about[name] = about or About()
        return super().provide(name)

    def about(self, name: str) -> About:
        """What is to be known of a strategy; what holds by default for names not registered."""
        return self._about.get(name, About()) if name in self else About()

    def parameters(self, name: str) -> list[Parameter]:
        """What a strategy can be told: its function's keyword-only parameters but ``n``."""
        return of_function(self[name]) if name in self else []


STRATEGIES = StrategyRegistry()


def about(strategy: str | Strategy) -> About:
    """What is to be known of a strategy, whose reason is never empty."""
    name = parted(strategy_name(strategy))[0]
    known = STRATEGIES.about(name)
    return known if known.reason else replace(known, reason=f"The strategy {name} ranks it highest")


def grouped() -> dict[Group, list[str]]:
    """The registered strategies by what they go by; groups without any are left out."""
    found = {group: [one for one in STRATEGIES if about(one).group is group] for group in Group}
    return {group: names for group, names in found.items() if names}


def summary(name: str) -> str:
    """The first line of a registered strategy's docstring, for a tooltip; may be empty."""
    words = inspect.getdoc(STRATEGIES[name]) or ""
    return words.strip().partition("\n")[0]


def checked_strategy(
    strategy: str | tuple[str, Mapping[str, Any]] | Strategy,
) -> str | Strategy:
    """A strategy in its one spelling.

    Parameters
    ----------
    strategy : str, (str, dict) or callable
        "auto", a registered name ("vote entropy" too), the dotted path of one of modAL's query
        functions, or a function. A registered one may have parameters: as a pair of name and
        dict, or as text, ``"epsilon_greedy(epsilon=0.2)"``, which is the one spelling.

    Returns
    -------
    str or callable

    Raises
    ------
    LearnerError
        If there is no such strategy or parameter, or a value is not allowed.
    """
    if isinstance(strategy, (tuple, list)) and len(strategy) == 2:
        return strategy_with(str(strategy[0]), strategy[1])
    if isinstance(strategy, str) and "(" in strategy:
        return strategy_with(*parted(strategy))
    if callable(strategy):
        return STRATEGIES.name_of(strategy) or strategy
    name = str(strategy)
    if name == "auto" or name in STRATEGIES:
        return name
    if name.startswith(_MODAL):
        _modal_function(name)
        return name
    plain = name.strip().lower().replace(" ", "_").replace("-", "_")
    if plain in STRATEGIES or plain == "auto":
        return plain
    raise LearnerError(
        f"There is no query strategy called {name!r}. Known: "
        f"{listing(sorted(STRATEGIES), most=40)}; or give one of modAL's query functions, or "
        "register one: aal.register.strategy(name)."
    )


def strategy_with(name: str, values: Mapping[str, Any]) -> str:
    """A strategy with parameters, as text; its name alone where all are the defaults.

    Raises
    ------
    LearnerError
        If there is no such strategy or parameter, or a value is not allowed.
    """
    plain = str(checked_strategy(name))
    try:
        changed = differing(STRATEGIES.parameters(plain), values)
    except LearnerError as error:
        raise LearnerError(f"The query strategy {plain!r}: {error}") from error
    return f"{plain}({written(changed)})" if changed else plain


def strategy_name(strategy: str | Strategy) -> str:
    """A short name for messages and tables."""
    if isinstance(strategy, str):
        return strategy
    registered = STRATEGIES.name_of(strategy)
    return registered or str(getattr(strategy, "__name__", type(strategy).__name__))


def strategy_to_json(strategy: str | Strategy) -> str:
    """A strategy's name, or the dotted path of one of modAL's functions.

    Raises
    ------
    LearnerError
        If the function is neither registered nor modAL's.
    """
    checked = checked_strategy(strategy)
    if isinstance(checked, str):
        return checked
    path = f"{getattr(checked, '__module__', '')}.{getattr(checked, '__qualname__', '')}"
    if path.startswith(_MODAL) and "<" not in path and _modal_function(path) is checked:
        return path
    raise LearnerError(
        f"The query strategy {strategy_name(checked)!r} cannot be written to a file: it is a "
        "function of yours. Register it under a name, aal.register.strategy(name), and use the "
        "name."
    )


def _modal_function(path: str) -> Strategy:
    module, _, name = path.rpartition(".")
    function: Any = None
    try:
        function = getattr(import_module(module), name, None)
    except ImportError as error:
        raise LearnerError(f"modAL has no {path!r} that works here: {error}.") from error
    if not callable(function) or not str(function.__module__).startswith(_MODAL):
        raise LearnerError(f"modAL has no query function {path!r}.")
    found: Strategy = function
    return found


def function_of(strategy: str | Strategy) -> Strategy:
    """The function behind a strategy's name."""
    checked = checked_strategy(strategy)
    if not isinstance(checked, str):
        return checked
    name, values = parted(checked)
    found = _modal_function(name) if name.startswith(_MODAL) else STRATEGIES[name]
    return partial(found, **values) if values else found


def is_modal(function: Strategy) -> bool:
    """Whether a function asks modAL's way: two parameters and more, the classifier and the pool."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [one for one in parameters if one.kind in positional and one.default is one.empty]
    return len(needed) >= 2 or any(one.kind is one.VAR_POSITIONAL for one in parameters)


def chooses_batches(function: Strategy) -> bool:
    """Whether a strategy chooses a batch by itself: it has a keyword-only parameter ``n``."""
    try:
        n = inspect.signature(function).parameters.get("n")
    except (TypeError, ValueError):
        return False
    return n is not None and n.kind is n.KEYWORD_ONLY
