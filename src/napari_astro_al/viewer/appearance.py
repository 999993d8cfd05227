"""How feature space is drawn: what colours mean, what the image below says, the aspect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from napari_astro_al.errors import AstroALError, check_fields, listing

Scaling = Literal["log", "asinh", "equalised", "linear"]
AspectChoice = Literal["natural", "free", "equal"]

PLAIN_COLOURS = ("label", "prediction", "uncertainty", "confidence", "outcome", "split")
PLAIN_DENSITIES = ("count", "prediction", "uncertainty", "labelled")
COLUMN, MEAN = "column:", "mean:"
"""What stands before a column's or feature's name."""


@dataclass(frozen=True)
class Appearance:
    """How feature space is drawn.

    Attributes
    ----------
    colour : str
        What the colours of points mean: "label" (grey, under the labelled ones), "prediction",
        "uncertainty", "confidence", "outcome" (trained, right or wrong), "split", or
        ``"column:NAME"`` for the values of a column or feature.
    density : str
        What the image under the points shows where they are too many to draw: "count",
        "prediction" (the class most predicted), "uncertainty" (its mean), "labelled" (the share
        that is), or ``"mean:NAME"``.
    scaling : {"log", "asinh", "equalised", "linear"}
        How counts become brightness.
    aspect : {"natural", "free", "equal"}
        Whether both axes have the same scale; "natural" leaves it to the projection.
    """

    colour: str = "label"
    density: str = "count"
    scaling: Scaling = "log"
    aspect: AspectChoice = "natural"

    def __post_init__(self) -> None:
        _check(self.colour, PLAIN_COLOURS, COLUMN, "Sources are coloured by")
        _check(self.density, PLAIN_DENSITIES, MEAN, "The image shows")
        _check(self.scaling, get_args(Scaling), None, "Counts are scaled")
        _check(self.aspect, get_args(AspectChoice), None, "The aspect is")

    @property
    def colour_column(self) -> str | None:
        """The column or feature that gives the colours, if one does."""
        return _named(self.colour, COLUMN)

    @property
    def density_column(self) -> str | None:
        """The column or feature whose mean the image shows, if it does."""
        return _named(self.density, MEAN)

    def to_json(self) -> dict[str, str]:
        """As a plain dict of text."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Appearance:
        """The inverse of `to_json`; what is absent takes its default.

        Raises
        ------
        AstroALError
            If a field is unknown or has a value that is not allowed.
        """
        check_fields(stored, cls.__dataclass_fields__, "An appearance", AstroALError)
        return cls(**stored)


def _check(value: object, plain: Iterable[str], prefix: str | None, what: str) -> None:
    known = list(plain)
    if value in known:
        return
    if prefix is not None and isinstance(value, str) and _named(value, prefix):
        return
    more = "" if prefix is None else f", or {prefix}NAME with a column's or feature's name"
    raise AstroALError(f"{what} {listing(known)}{more}; not {value!r}.")


def _named(value: str, prefix: str) -> str | None:
    return value.removeprefix(prefix).strip() or None if value.startswith(prefix) else None
