"""Which projection to make, as data."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from napari_astro_al.errors import ProjectionError, check_fields, listing
from napari_astro_al.projection.curves import curves_content, read_curves
from napari_astro_al.projection.methods import method_named

ScaleChoice = Literal["auto", "linear", "log"]
COLUMNS_ONLY = ("x", "y", "x_scale", "y_scale")


@dataclass(frozen=True)
class ProjectionRecipe:
    """Which projection to make.

    Attributes
    ----------
    kind : str
        A name in `PROJECTIONS`: "columns", "pca", "umap", "tsne", "sky", "image", or one of your
        own.
    x, y : str or None
        Columns, features or expressions of columns, for "columns"; for "image" those that hold
        pixels, where sources are not to be placed by world coordinates.
    x_scale, y_scale : {"auto", "linear", "log"}
        How the axes are drawn, for "columns"; "auto" is logarithmic where all values are positive
        and spread over decades.
    x_reversed, y_reversed : bool or None
        Whether values grow to the left or downward. None is natural: magnitudes upward become
        brighter, right ascension grows to the left.
    parameters : dict
        What the kind can be told beside, by name, complete: what was not given has its default. Not
        to be modified.
    curves : dict or None
        Lines and regions to draw with it, as `read_curves` takes them. Not to be modified.
    """

    kind: str = "columns"
    x: str | None = None
    y: str | None = None
    x_scale: ScaleChoice = "auto"
    y_scale: ScaleChoice = "auto"
    x_reversed: bool | None = None
    y_reversed: bool | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict, hash=False)
    curves: Mapping[str, Any] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        method = method_named(self.kind)
        for name in ("x_scale", "y_scale"):
            if getattr(self, name) not in get_args(ScaleChoice):
                raise ProjectionError(
                    f"{name}={getattr(self, name)!r} is not one of "
                    f"{listing(get_args(ScaleChoice))}."
                )
        for name in ("x_reversed", "y_reversed"):
            if getattr(self, name) not in (None, True, False):
                raise ProjectionError(
                    f"{name}={getattr(self, name)!r} is neither True nor False, nor None for what "
                    "is natural."
                )
        if method.needs == "columns" or (method.needs == "image" and (self.x or self.y)):
            self._check_columns()
        if method.needs != "columns":
            known = ("x", "y") if method.needs == "image" else ()
            given = [
                name
                for name in COLUMNS_ONLY
                if name not in known and getattr(self, name) not in (None, "", "auto")
            ]
            if given:
                raise ProjectionError(
                    f"{method.title} takes no {listing(given)}: it is not made of two columns. "
                    "Leave them out, or use the kind 'columns'."
                )
        if not isinstance(self.parameters, Mapping):
            raise ProjectionError(f"parameters={self.parameters!r} is no dict of names to values.")
        if self.curves is not None:
            if not isinstance(self.curves, Mapping):
                raise ProjectionError(
                    f"curves={self.curves!r} is no dict. Give what stands in the file: "
                    "curves_content(path)."
                )
            read_curves(self.curves)
            object.__setattr__(self, "curves", curves_content(self.curves))
        object.__setattr__(self, "parameters", method.with_defaults(self.parameters))

    def _check_columns(self) -> None:
        odd = [one for one in (self.x, self.y) if one is not None and not isinstance(one, str)]
        if odd:
            raise ProjectionError(f"x and y are names as text, not {odd[0]!r}.")
        if not (self.x and self.y):
            raise ProjectionError(
                "A projection of columns needs both x and y, such as x='u-g', y='g-r'; "
                f"given were x={self.x!r} and y={self.y!r}."
            )

    @property
    def title(self) -> str:
        """What the projection shows, for a heading."""
        method = method_named(self.kind)
        if method.needs == "columns":
            return f"{self.y} against {self.x}"
        named = method.needs == "image" and self.parameters["name"]
        return f"On {named}" if named else method.title

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain dicts, lists, text and numbers."""
        return {one.name: deepcopy(getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ProjectionRecipe:
        """The inverse of `to_json`; fields that are absent take their defaults.

        Raises
        ------
        ProjectionError
            If a field is unknown or has a value that is not allowed.
        """
        check_fields(stored, cls.__dataclass_fields__, "A projection recipe", ProjectionError)
        return cls(**stored)
