"""Arithmetic on columns, written as text: ``log10(w3 / w2)``, ```[OIII] 5007` / hbeta``.

No Python is run. The text is cut into numbers, names and signs, and each number and name is
replaced by a stand-in before Python's parser is asked for the tree alone; nodes, functions, size
and depth are those allowed below.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import FeatureError, listing

Values = npt.NDArray[np.float64]

LONGEST = 1000
"""Characters of an expression."""
MOST_TOKENS = 250
DEEPEST = 40
CHUNK = 65_536
"""Sources evaluated at a time."""

_ONE: Mapping[str, Callable[[Values], Values]] = MappingProxyType(
    {
        "log10": np.log10,
        "log2": np.log2,
        "log": np.log,
        "ln": np.log,
        "exp": np.exp,
        "sqrt": np.sqrt,
        "abs": np.abs,
        "sign": np.sign,
        "floor": np.floor,
        "ceil": np.ceil,
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "arcsin": np.arcsin,
        "arccos": np.arccos,
        "arctan": np.arctan,
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "degrees": np.degrees,
        "radians": np.radians,
    }
)
_TWO: Mapping[str, Callable[[Values, Values], Values]] = MappingProxyType(
    {"min": np.minimum, "max": np.maximum, "hypot": np.hypot, "arctan2": np.arctan2}
)
FUNCTIONS = (*_ONE, *_TWO)
"""What may stand before a bracket; `log` and `ln` are natural, angles are in radians."""
CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": float(np.pi)})

_SIGNS: Mapping[type[ast.operator], Callable[[Values, Values], Values]] = MappingProxyType(
    {
        ast.Add: np.add,
        ast.Sub: np.subtract,
        ast.Mult: np.multiply,
        ast.Div: np.divide,
        ast.Pow: np.power,
    }
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)|`(?P<quoted>(?:[^`]|``)+)`"
    r"|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/(),]))"
)
_PLAIN = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Expression:
    """An expression that was understood.

    Attributes
    ----------
    text : str
    names : tuple of str
        Columns and features that it uses, in order of appearance.
    """

    text: str
    names: tuple[str, ...]
    _tree: ast.expr = field(repr=False, compare=False)
    _leaves: Mapping[str, str | float] = field(repr=False, compare=False)

    def evaluate(self, columns: Mapping[str, npt.NDArray[Any]]) -> Values:
        """Its values.

        Parameters
        ----------
        columns : mapping of str to (n,) ndarray
            The values of each of `names`.

        Returns
        -------
        (n,) float64 ndarray
            As NumPy has it: infinite after division by zero, NaN where nothing is defined. A single
            number, of shape (), where no name is used.
        """
        with np.errstate(all="ignore"):
            return np.asarray(self._value(self._tree, columns), dtype=np.float64)

    def _value(self, node: ast.expr, columns: Mapping[str, npt.NDArray[Any]]) -> Values:
        if isinstance(node, ast.Name):
            leaf = self._leaves[node.id]
            return np.asarray(columns[leaf] if isinstance(leaf, str) else leaf, dtype=np.float64)
        if isinstance(node, ast.UnaryOp):
            operand = self._value(node.operand, columns)
            return np.negative(operand) if isinstance(node.op, ast.USub) else operand
        if isinstance(node, ast.BinOp):
            left, right = self._value(node.left, columns), self._value(node.right, columns)
            return _SIGNS[type(node.op)](left, right)
        assert isinstance(node, ast.Call)
        given = [self._value(one, columns) for one in node.args]
        name = _function(node)
        return _ONE[name](*given) if name in _ONE else _TWO[name](*given)

    def unit(self, unit_of: Callable[[str], str]) -> str:
        """The unit of sums, differences and extremes of columns with one unit; else empty."""
        return self._unit(self._tree, unit_of)

    def _unit(self, node: ast.expr, unit_of: Callable[[str], str]) -> str:
        if isinstance(node, ast.Name):
            leaf = self._leaves[node.id]
            return unit_of(leaf) if isinstance(leaf, str) else ""
        parts: list[ast.expr] = []
        if isinstance(node, ast.UnaryOp):
            parts = [node.operand]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Call) and _function(node) in ("abs", "min", "max", "hypot"):
            parts = node.args
        units = {self._unit(part, unit_of) for part in parts}
        return units.pop() if len(units) == 1 else ""


def parse_expression(text: str) -> Expression:
    """Understand an expression; which names exist is not asked.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / **``, brackets and `FUNCTIONS`. A name with anything but letters,
        digits and underscores stands between backquotes; a backquote in it is written twice.

    Raises
    ------
    FeatureError
        If it is no such expression; the message says what was not understood.
    """
    if len(text) > LONGEST:
        raise FeatureError(
            f"An expression has at most {LONGEST} characters, this one {len(text):,}: "
            f"{text[:40]!r}... Put part of it into a column of the table."
        )
    if not text.strip():
        raise FeatureError("The expression is empty; write a column's name, or such as 'u - g'.")
    tokens = _tokens(text)
    if len(tokens) > MOST_TOKENS:
        raise FeatureError(
            f"The expression {text[:40]!r}... has {len(tokens)} parts, and {MOST_TOKENS} are "
            "allowed. Put part of it into a column of the table."
        )
    leaves: dict[str, str | float] = {}
    words = [_stand_in(one, following, leaves) for one, following in _pairs(tokens)]
    try:
        tree = ast.parse(" ".join(words).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FeatureError(
            f"The expression {text!r} was not understood: a sign, a bracket or a name is missing, "
            "or stands where it cannot. It is to look like 'log10(w3 / w2)'; names with signs or "
            "spaces go between backquotes."
        ) from None
    _check(tree, text, DEEPEST)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names = [one for key, one in leaves.items() if key in used and isinstance(one, str)]
    return Expression(text, tuple(dict.fromkeys(names)), tree, MappingProxyType(leaves))


def quoted(name: str) -> str:
    """A column's name as it is written in an expression: between backquotes where it must be."""
    return name if _PLAIN.fullmatch(name) else f"`{name.replace('`', '``')}`"


def looks_like_expression(text: str) -> bool:
    """Whether a text that is no name has signs of arithmetic in it."""
    return bool(re.search(r"[-+*/()`]", text))


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            odd = text[place:].lstrip()
            hint = {
                "^": "powers are written **",
                "`": "a backquote is not closed",
                "[": "names with brackets in them go between backquotes",
            }.get(odd[0], "names with signs, spaces or a digit first go between backquotes")
            raise FeatureError(
                f"The expression {text!r} was not understood at {odd[:12]!r}: {hint}."
            )
        kind = str(found.lastgroup)
        written = found[kind].replace("``", "`") if kind == "quoted" else found[kind]
        tokens.append((kind, written))
        place = found.end()
    return tokens


def _pairs(tokens: list[tuple[str, str]]) -> list[tuple[tuple[str, str], str]]:
    following = [token for _, token in tokens[1:]] + [""]
    return list(zip(tokens, following, strict=True))


def _stand_in(token: tuple[str, str], following: str, leaves: dict[str, str | float]) -> str:
    """What Python's parser sees: signs as they are, functions as ``f_NAME``, else ``v_NUMBER``."""
    kind, written = token
    if kind == "sign":
        return written
    if kind == "name" and following == "(":
        if written not in FUNCTIONS:
            raise FeatureError(
                f"There is no function {written!r} in expressions. Known: "
                f"{listing(FUNCTIONS, most=len(FUNCTIONS))}."
            )
        return f"f_{written}"
    key = f"v_{len(leaves)}"
    leaves[key] = float(written) if kind == "number" else written
    return key


def _function(node: ast.Call) -> str:
    assert isinstance(node.func, ast.Name)
    return node.func.id.removeprefix("f_")


def _check(node: ast.AST, text: str, depth: int) -> None:
    """Refuse all but the allowed nodes, and what is nested too deeply."""
    if depth == 0:
        raise FeatureError(f"The expression {text[:40]!r}... is nested deeper than {DEEPEST}.")
    if isinstance(node, ast.Name):
        return
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        parts = [node.operand]
    elif isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        name, parts = _function(node), node.args
        wanted = 1 if name in _ONE else 2
        if not node.func.id.startswith("f_") or node.keywords or len(parts) != wanted:
            raise FeatureError(
                f"In the expression {text!r}, {name} takes {wanted} "
                f"value{'s' * (wanted > 1)} and was given {len(parts)}."
            )
    else:
        raise FeatureError(
            f"The expression {text!r} has something that is no arithmetic. Known are numbers, "
            "columns, + - * / **, brackets and functions."
        )
    for part in parts:
        _check(part, text, depth - 1)
