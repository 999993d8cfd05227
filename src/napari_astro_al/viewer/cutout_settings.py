"""How the pictures of a source are shown: what a session keeps of it, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Self

from napari_astro_al.cutouts import Composite
from napari_astro_al.errors import CutoutError, check_fields

SHEER = 0.5
"""Opacity at first of a picture that lies over others."""


@dataclass(frozen=True)
class Look:
    """What napari's own controls say of one picture's layer.

    Attributes
    ----------
    colormap : str
        napari's name.
    gamma : float
    contrast : (low, high)
        Of the brightness, 0 to 1, that the stretch gives.
    opacity : float
        While it lies over others; side by side all are opaque.
    blending : str
        napari's name; likewise.
    interpolation : str
        napari's name.
    """

    colormap: str = "gray"
    gamma: float = 1.0
    contrast: tuple[float, float] = (0.0, 1.0)
    opacity: float = SHEER
    blending: str = "translucent_no_depth"
    interpolation: str = "linear"

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """From what `dataclasses.asdict` gave.

        Raises
        ------
        CutoutError
            If it is not that.
        """
        _check(cls, stored, "A look")
        given = dict(stored)
        if "contrast" in given:
            low, high = given["contrast"]
            given["contrast"] = float(low), float(high)
        return cls(**given)


@dataclass(frozen=True)
class Arrangement:
    """How all pictures of a source are laid out.

    Attributes
    ----------
    size : float or None
        Arcseconds a side; None for what the providers find good.
    overlaid : bool
        Whether the pictures lie over each other, not side by side.
    crosshair, scale, sources : bool
        Whether these are drawn: the cross-hair at the source, scale bar and compass, rings around
        other sources of the catalogue.
    composite : Composite or None
        A colour picture of three others, as one more panel.
    looks : mapping of str to Look
        By the name of the picture.
    """

    size: float | None = None
    overlaid: bool = False
    crosshair: bool = True
    scale: bool = True
    sources: bool = True
    composite: Composite | None = None
    looks: Mapping[str, Look] = field(default_factory=dict)

    def look_of(self, name: str) -> Look:
        """That of a picture."""
        return self.looks.get(name, Look())

    def with_look(self, name: str, look: Look) -> Arrangement:
        """The same with another look of a picture."""
        return replace(self, looks={**self.looks, name: look})

    def to_json(self) -> dict[str, Any]:
        """As values of JSON."""
        plain = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in ("composite", "looks")
        }
        composite = None if self.composite is None else self.composite.to_json()
        looks = {name: asdict(look) for name, look in self.looks.items()}
        for look in looks.values():
            look["contrast"] = list(look["contrast"])
        return {**plain, "composite": composite, "looks": looks}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """From what `to_json` gave; what is not there is as it is at first.

        Raises
        ------
        CutoutError
            If it is not that.
        """
        _check(cls, stored, "The arrangement of cutouts")
        given = dict(stored)
        try:
            if given.get("composite") is not None:
                given["composite"] = Composite.from_json(given["composite"])
            looks = given.pop("looks", {})
            given["looks"] = {name: Look.from_json(look) for name, look in looks.items()}
            if given.get("size") is not None:
                given["size"] = float(given["size"])
        except (TypeError, ValueError, AttributeError) as error:
            raise CutoutError(f"The arrangement of cutouts cannot be used: {error}") from error
        return cls(**given)


def _check(kind: type, stored: Mapping[str, Any], what: str) -> None:
    if not isinstance(stored, Mapping):
        raise CutoutError(f"{what} is not {stored!r}.")
    check_fields(stored, [one.name for one in fields(kind)], what, CutoutError)
