"""What models and strategies can be told: names, kinds, ranges, defaults, read from signatures."""

from __future__ import annotations

import ast
import inspect
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from napari_astro_al.errors import LearnerError, listing

Kind = Literal["flag", "whole", "number", "choice", "value"]
ABSENT = ("deprecated", "warn")
"""Defaults by which scikit-learn says that a parameter is on its way out."""
LONGEST_TIP = 400
"""Letters; a longer description ends after a sentence."""


@dataclass(frozen=True)
class Parameter:
    """One thing that a model or a strategy can be told.

    Attributes
    ----------
    name : str
        The keyword.
    default : object
        What holds where nothing is said.
    kind : {"flag", "whole", "number", "choice", "value"}
        True or False; a whole number; a number; one of some texts; anything else that can be
        written down, such as ``None``, ``"sqrt"`` or ``(64, 32)``.
    low, high : float
        The range of numbers, ends included.
    choices : tuple of str
    tip : str
        What it means.
    """

    name: str
    default: Any
    kind: Kind
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    tip: str = ""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.kind == "flag":
            return "True or False"
        if self.kind == "choice":
            return f"one of {listing(self.choices)}"
        what = {"whole": "a whole number", "number": "a number"}.get(self.kind, "a value")
        low = "" if math.isinf(self.low) else f" from {self.low:g}"
        high = "" if math.isinf(self.high) else f" to {self.high:g}"
        return f"{what}{low}{high}"

    def checked(self, value: object) -> Any:
        """A value in its one spelling.

        Raises
        ------
        LearnerError
            If it is not allowed.
        """
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if self.kind == "flag":
            right = isinstance(value, bool)
        elif self.kind == "choice":
            right = value in self.choices
        elif self.kind == "value":
            right = True
        else:
            right = number and self.low <= float(value) <= self.high  # type: ignore[arg-type]
            if self.kind == "whole" and right:
                right = float(value).is_integer()  # type: ignore[arg-type]
        if not right:
            raise LearnerError(f"{self.name}={value!r} is not {self.allowed}.")
        if self.kind == "whole":
            return int(value)  # type: ignore[call-overload]
        return float(value) if self.kind == "number" else value  # type: ignore[arg-type]


def of_function(function: Callable[..., Any], hidden: Sequence[str] = ("n",)) -> list[Parameter]:
    """The keyword-only parameters of a function that have a default.

    Kinds follow from annotations, or else from defaults. ``Annotated[float, {"min": 0, "max":
    1}]`` says a range, as magicgui has it, and ``Literal["a", "b"]`` choices; tips come from the
    docstring's section *Parameters*.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        hints = {}
    tips = described(inspect.getdoc(function) or "")
    return [
        _annotated(one.name, one.default, hints.get(one.name), tips.get(one.name, ""))
        for one in parameters
        if one.kind is one.KEYWORD_ONLY and one.default is not one.empty and one.name not in hidden
    ]


def _annotated(name: str, default: Any, hint: Any, tip: str) -> Parameter:
    said: Mapping[str, Any] = {}
    for extra in getattr(hint, "__metadata__", ()):
        if isinstance(extra, Mapping):
            said = extra
    plain = get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    choices = get_args(plain) if get_origin(plain) is Literal else tuple(said.get("choices", ()))
    low, high = float(said.get("min", -math.inf)), float(said.get("max", math.inf))
    tip = str(said.get("tooltip", tip))
    if choices:
        return Parameter(name, default, "choice", choices=tuple(map(str, choices)), tip=tip)
    kinds: dict[Any, Kind] = {bool: "flag", int: "whole", float: "number"}
    kind = kinds.get(plain if plain in kinds else type(default), "value")
    return Parameter(name, default, kind, low, high, tip=tip)


def of_estimator(estimator: Any, hidden: Sequence[str] = ()) -> list[Parameter]:
    """The parameters of a scikit-learn estimator, with its own values as defaults.

    Ranges and choices are those that scikit-learn checks itself, where it says them. What no text
    can stand for, such as another estimator, is left out.
    """
    kind = type(estimator)
    rules = getattr(kind, "_parameter_constraints", None)
    tips = described(inspect.getdoc(kind) or "")
    found = []
    values = estimator.get_params(deep=False)
    order = [name for name in inspect.signature(kind).parameters if name in values]
    for name, default in ((name, values[name]) for name in dict.fromkeys([*order, *values])):
        if name not in hidden and is_literal(default) and default not in ABSENT:
            rule = rules.get(name, ()) if isinstance(rules, Mapping) else ()
            rule = rule if isinstance(rule, Sequence) and not isinstance(rule, str) else ()
            found.append(_constrained(name, default, rule, tips.get(name, "")))
    return found


def _constrained(name: str, default: Any, rules: Sequence[Any], tip: str) -> Parameter:
    texts = [one for one in rules if isinstance(getattr(one, "options", None), (set, frozenset))]
    ranges = [one for one in rules if hasattr(one, "left") and hasattr(one, "right")]
    others = len(rules) - len(texts) - len(ranges)
    if isinstance(default, bool) or rules == ["boolean"]:
        return Parameter(name, default, "flag", tip=tip)
    if isinstance(default, str) and len(texts) == 1 and not ranges and not others:
        choices = tuple(sorted(str(one) for one in texts[0].options))
        return Parameter(name, default, "choice", choices=choices, tip=tip)
    simple = not rules or (len(ranges) == 1 and not texts and not others)
    if isinstance(default, (int, float)) and simple:
        low, high, whole = -math.inf, math.inf, isinstance(default, int)
        if ranges:
            one = ranges[0]
            whole = one.type is Integral
            low = -math.inf if one.left is None else float(one.left)
            high = math.inf if one.right is None else float(one.right)
        return Parameter(name, default, "whole" if whole else "number", low, high, tip=tip)
    return Parameter(name, default, "value", tip=tip)


def is_literal(value: Any) -> bool:
    """Whether a value can be written down as text and read again."""
    if isinstance(value, (list, tuple)):
        return all(is_literal(one) for one in value)
    return isinstance(value, (bool, int, float, str, NoneType))


_HEAD = re.compile(r"^(\w[\w, *]*?) ?:(?: |$)")


def described(docstring: str) -> dict[str, str]:
    """What a numpydoc docstring says of each parameter, as one line."""
    lines = inspect.cleandoc(docstring).splitlines()
    start = next((at for at, one in enumerate(lines) if one.strip() == "Parameters"), None)
    if start is None:
        return {}
    found: dict[str, list[str]] = {}
    names: list[str] = []
    for at, line in enumerate(lines[start + 2 :], start + 2):
        if at + 1 < len(lines) and line and set(lines[at + 1].strip()) == {"-"}:
            break
        head = _HEAD.match(line)
        if head is not None:
            names = [one.strip() for one in head.group(1).split(",")]
            found.update({name: [] for name in names})
        elif line.startswith(" ") or not line:
            for name in names:
                found[name].append(line.strip())
        else:
            names = [one.strip() for one in line.split(",")]
            found.update({name: [] for name in names})
    return {name: _short(" ".join(filter(None, text))) for name, text in found.items()}


def _short(text: str) -> str:
    plain = re.sub(r":\w+:`~?([^`<]*?)(?: <[^`]*>)?`", r"\1", text)
    plain = re.sub(r"\.\. \w+:: .*", "", plain.replace("``", "")).strip()
    if len(plain) <= LONGEST_TIP:
        return plain
    end = plain.rfind(". ", 0, LONGEST_TIP)
    return plain[: end + 1] if end > 0 else f"{plain[:LONGEST_TIP]}…"


def differing(parameters: Sequence[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """Checked values that are not the defaults, in the parameters' order.

    Raises
    ------
    LearnerError
        If there is no such parameter, or a value is not allowed.
    """
    known = {one.name: one for one in parameters}
    strangers = [name for name in values if name not in known]
    if strangers:
        which = f"The parameters are {listing(known)}." if known else "It has none."
        raise LearnerError(f"There is no parameter {listing(strangers)}. {which}")
    checked = {one.name: one.checked(values[one.name]) for one in parameters if one.name in values}
    return {
        name: value
        for name, value in checked.items()
        if value != known[name].default or type(value) is not type(known[name].default)
    }


def written(values: Mapping[str, Any]) -> str:
    """Values as text: ``"epsilon=0.2, beta=1.0"``."""
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


_CALL = re.compile(r"^\s*([^()]+?)\s*\((.*)\)\s*$", re.DOTALL)


def parted(text: str) -> tuple[str, dict[str, Any]]:
    """The name in ``"name(key=value, ...)"``, and its values; none where there is no bracket.

    Raises
    ------
    LearnerError
        If what is in the bracket are no keywords with values.
    """
    found = _CALL.match(text)
    if found is None:
        return text, {}
    try:
        call = ast.parse(f"f({found.group(2)})", mode="eval").body
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.args:
            raise ValueError
        values = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords if one.arg}
        if len(values) < len(call.keywords):
            raise ValueError
    except (SyntaxError, ValueError):
        raise LearnerError(
            f"{text!r} is not a name with parameters. Write them as name(key=value, ...)."
        ) from None
    return found.group(1), values
