"""Which projection to make, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from napari_astro_al.errors import ProjectionError, listing

Kind = Literal["columns", "pca"]
ScaleChoice = Literal["auto", "linear", "log"]


@dataclass(frozen=True)
class ProjectionRecipe:
    """Which projection to make.

    Attributes
    ----------
    kind : {"columns", "pca"}
        Two columns or features against each other, or the first two principal components of the
        feature matrix.
    x, y : str or None
        Columns or features, for "columns".
    x_scale, y_scale : {"auto", "linear", "log"}
        How the axes are drawn, for "columns"; "auto" is logarithmic where all values are positive
        and spread over decades.
    """

    kind: Kind = "columns"
    x: str | None = None
    y: str | None = None
    x_scale: ScaleChoice = "auto"
    y_scale: ScaleChoice = "auto"

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ProjectionError(
                f"There is no projection {self.kind!r}. Known: {listing(get_args(Kind))}."
            )
        for name in ("x_scale", "y_scale"):
            if getattr(self, name) not in get_args(ScaleChoice):
                raise ProjectionError(
                    f"{name}={getattr(self, name)!r} is not one of "
                    f"{listing(get_args(ScaleChoice))}."
                )
        if self.kind == "columns" and not (self.x and self.y):
            raise ProjectionError(
                "A projection of columns needs both x and y, such as x='u-g', y='g-r'; "
                f"given were x={self.x!r} and y={self.y!r}."
            )
        if self.kind == "pca" and (self.x or self.y):
            raise ProjectionError(
                "Principal components are made of all features; leave x and y out, or use the "
                "kind 'columns'."
            )

    @property
    def title(self) -> str:
        """What the projection shows, for a heading."""
        return "Principal components" if self.kind == "pca" else f"{self.y} against {self.x}"

    def to_json(self) -> dict[str, Any]:
        """The recipe as a plain dict of text."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ProjectionRecipe:
        """The inverse of `to_json`; fields that are absent take their defaults.

        Raises
        ------
        ProjectionError
            If a field is unknown or has a value that is not allowed.
        """
        strangers = sorted(set(stored) - set(cls.__dataclass_fields__))
        if strangers:
            raise ProjectionError(
                f"A projection recipe has no {listing(strangers)}. Known: "
                f"{listing(cls.__dataclass_fields__)}."
            )
        return cls(**stored)
