"""Lines and regions drawn over a projection, from a few lines of JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import FeatureError, ProjectionError, listing
from napari_astro_al.features.expression import CONSTANTS, Expression, parse_expression
from napari_astro_al.projection.types import Curve

MOST_CURVES = 100
MOST_VERTICES = 10_000
LARGEST_FILE = 4_000_000
"""Bytes."""

_SAMPLES = 257
_DECADES = 100.0
"""A positive range that spans more than this factor is sampled evenly in the logarithm."""
_EXAMPLE = '{"curves": [{"name": "Kewley 2001", "y": "0.61/(x-0.47)+1.19", "x": [-2, 0.3]}]}'


def read_curves(source: str | PathLike[str] | Mapping[str, Any]) -> tuple[Curve, ...]:
    """Lines and regions in data values.

    Parameters
    ----------
    source : path-like or mapping
        A JSON file or what stands in it: ``{"name": ..., "curves": [...]}``. Each curve may have a
        "name" and is one of

        - ``{"y": "0.61/(x-0.47)+1.19", "x": [-2, 0.3]}``, an expression of x over a range of x, as
          `parse_expression` has it, or the same with x and y exchanged;
        - ``{"points": [[x, y], ...]}``, a line;
        - ``{"region": [[x, y], ...]}``, a region whose last vertex joins the first.

    Returns
    -------
    tuple of Curve
        A line that is not defined everywhere is as many curves of one name as it has parts.

    Raises
    ------
    ProjectionError
        If the file cannot be read, or saying which curve is wrong and how.
    """
    content = curves_content(source)
    strangers = sorted(set(content) - {"name", "curves"})
    entries = content.get("curves")
    if strangers or not isinstance(entries, list) or not isinstance(content.get("name", ""), str):
        raise ProjectionError(
            f'Curves are {{"name": text, "curves": list}}, such as {_EXAMPLE}; these have '
            f"{listing(content)}."
        )
    if len(entries) > MOST_CURVES:
        raise ProjectionError(
            f"At most {MOST_CURVES} curves can be drawn; these are {len(entries)}."
        )
    return tuple(
        curve
        for place, entry in enumerate(entries, start=1)
        for curve in _curves_of(entry, f"Curve {place}")
    )


def curves_content(source: str | PathLike[str] | Mapping[str, Any]) -> dict[str, Any]:
    """What stands in a file of curves, or a mapping as JSON would hold it; not checked further.

    Raises
    ------
    ProjectionError
        If it cannot be read or is not JSON.
    """
    if isinstance(source, Mapping):
        what, given = "The curves", _as_json(source)
    else:
        what, given = f"The curves in {source}", _read(Path(source).expanduser())
    if not isinstance(given, dict):
        raise ProjectionError(f"{what} are no JSON object; such as {_EXAMPLE} is expected.")
    return given


def _as_json(content: Mapping[str, Any]) -> Any:
    try:
        return json.loads(json.dumps(dict(content), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise ProjectionError(f"The curves cannot be said in JSON: {error}.") from error


def _read(path: Path) -> Any:
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise ProjectionError(
                f"{path} has more than {LARGEST_FILE:,} bytes, too many for a few curves."
            )
        return json.loads(raw)
    except OSError as error:
        raise ProjectionError(
            f"Could not read the curves in {path}: {error.strerror or error}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ProjectionError(
            f"{path} is not valid JSON: {error}. Such as {_EXAMPLE} is expected."
        ) from error


def _curves_of(entry: Any, where: str) -> list[Curve]:
    if not isinstance(entry, dict) or not isinstance(entry.get("name", ""), str):
        raise ProjectionError(f"{where} is {entry!r}; such as {_EXAMPLE} is expected.")
    name = entry.get("name", "")
    if name:
        where = f"{where} ({name!r})"
    keys = set(entry) - {"name"}
    if keys == {"points"}:
        return [Curve(name, _vertices(entry["points"], where, 2))]
    if keys == {"region"}:
        return [Curve(name, _vertices(entry["region"], where, 3), closed=True)]
    if keys == {"x", "y"}:
        for along, up in (("x", "y"), ("y", "x")):
            if isinstance(entry[up], str):
                line = _evaluated(entry[up], along, _range(entry[along], where), where)
                return [Curve(name, part if along == "x" else part[:, ::-1]) for part in line]
    raise ProjectionError(
        f"{where} has {listing(sorted(keys))}. Expected is an expression and a range, "
        '"y": "2*x+1", "x": [0, 1] (or x and y exchanged), or "points", or "region".'
    )


def _vertices(given: Any, where: str, least: int) -> npt.NDArray[np.float64]:
    fits = isinstance(given, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(map(_is_number, pair)) for pair in given
    )
    if not fits or not least <= len(given) <= MOST_VERTICES:
        raise ProjectionError(
            f"{where} needs from {least} to {MOST_VERTICES:,} pairs of finite numbers, [[x, y], "
            "...]."
        )
    return np.array(given, dtype=np.float64)


def _range(given: Any, where: str) -> tuple[float, float]:
    fits = isinstance(given, list) and len(given) == 2 and all(map(_is_number, given))
    if not fits or not given[0] < given[1]:
        raise ProjectionError(
            f"{where} needs a range of two ascending numbers, such as [-2, 0.3], not {given!r}."
        )
    return float(given[0]), float(given[1])


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and type(value) is not bool and math.isfinite(value)


def _evaluated(
    text: str, along: str, ends: tuple[float, float], where: str
) -> list[npt.NDArray[np.float64]]:
    """The parts of ``(along, expression)`` where the expression is defined."""
    expression = _expression(text, along, where)
    even = ends[0] <= 0 or ends[1] < _DECADES * ends[0]
    steps = np.linspace(*ends, _SAMPLES) if even else np.geomspace(*ends, _SAMPLES)
    columns: dict[str, npt.NDArray[Any]] = {
        name: np.asarray(value) for name, value in CONSTANTS.items()
    }
    values = np.broadcast_to(expression.evaluate({**columns, along: steps}), steps.shape)
    defined = np.isfinite(values)
    ends_of_parts = np.flatnonzero(np.diff(defined.astype(np.int8))) + 1
    parts = [
        np.column_stack([steps[part], values[part]])
        for part in np.split(np.arange(_SAMPLES), ends_of_parts)
        if defined[part[0]] and part.size > 1
    ]
    if not parts:
        raise ProjectionError(f"{where} is defined nowhere from {ends[0]:g} to {ends[1]:g}.")
    return parts


def _expression(text: str, along: str, where: str) -> Expression:
    try:
        expression = parse_expression(text)
    except FeatureError as error:
        raise ProjectionError(f"{where}: {error}") from error
    strangers = [name for name in expression.names if name != along and name not in CONSTANTS]
    if strangers:
        raise ProjectionError(
            f"{where} is an expression of {along} alone; {text!r} has {listing(strangers)}."
        )
    return expression
