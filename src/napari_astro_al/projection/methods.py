"""Ways to lay sources out in the plane, by name, and what each can be told."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import ProjectionError, listing
from napari_astro_al.jobs import Job
from napari_astro_al.registry import Registry

if TYPE_CHECKING:
    from napari_astro_al.projection.request import ProjectionRequest
    from napari_astro_al.projection.types import Projection

Needs = Literal["columns", "features", "position", "image"]
Value = int | float | str | None


@dataclass(frozen=True)
class Parameter:
    """One thing that a method can be told.

    Attributes
    ----------
    name : str
        The keyword.
    title : str
        For a form.
    default : int, float, str or None
        None, which is then allowed, leaves the choice to the method. The type of the value follows
        from the default's; a float where that is None.
    low, high : float
        The range of a number, ends included.
    choices : tuple of str
        Allowed texts.
    tip : str
        One sentence.
    shown : bool
        Whether a form has a field for it.
    """

    name: str
    title: str
    default: Value
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()
    tip: str = ""
    shown: bool = True

    @property
    def kind(self) -> Literal["choice", "text", "whole", "number"]:
        """What its values are."""
        if self.choices:
            return "choice"
        if isinstance(self.default, str):
            return "text"
        return "whole" if isinstance(self.default, int) else "number"

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.choices:
            return f"one of {listing(self.choices)}"
        if self.kind == "text":
            return "text"
        what = "a whole number" if self.kind == "whole" else "a number"
        auto = ", or None for automatic" if self.default is None else ""
        return f"{what} from {self.low:g} to {self.high:g}{auto}"

    def checked(self, value: object) -> Value:
        """A value as JSON holds it.

        Raises
        ------
        ProjectionError
            If it is not allowed.
        """
        if value is None and self.default is None:
            return None
        if self.choices:
            if isinstance(value, str) and value in self.choices:
                return value
        elif self.kind == "text":
            if isinstance(value, str):
                return value
        elif isinstance(value, (int, float, np.integer, np.floating)) and type(value) is not bool:
            number = float(value)
            whole = self.kind == "whole"
            if self.low <= number <= self.high and (not whole or number.is_integer()):
                return int(number) if whole else number
        raise ProjectionError(f"{self.name}={value!r} is not {self.allowed}.")


@dataclass(frozen=True, eq=False)
class Method:
    """One way to lay sources out.

    Attributes
    ----------
    title : str
        For a chooser and a heading.
    needs : {"columns", "features", "position", "image"}
        What places follow from: two columns or expressions that somebody names, the feature matrix,
        right ascension and declination, or an image and either of the two.
    job : callable
        From a `ProjectionRequest` to a job that gives a `Projection`.
    parameters : tuple of Parameter
    fitted : bool
        Whether it takes long enough that results are kept in the session's folder.
    package, extra : str
        The module that it imports and the extra that brings it; empty where nothing is needed.
    understood : callable or None
        From keywords that a person may give to the parameters that they mean.
    """

    title: str
    needs: Needs
    job: Callable[[ProjectionRequest], Job[Projection]]
    parameters: tuple[Parameter, ...] = ()
    fitted: bool = False
    package: str = ""
    extra: str = ""
    understood: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None

    def why_not(self, catalogue: Catalogue | None = None) -> str:
        """Why it cannot be used, and what to do about it; empty where it can.

        Parameters
        ----------
        catalogue : Catalogue, optional
            What is to be laid out.
        """
        if self.package and find_spec(self.package) is None:
            return (
                f"{self.title} needs a package that is not installed: "
                f'pip install "napari-astro-al[{self.extra}]".'
            )
        if self.needs == "position" and catalogue is not None:
            lacking = [role for role in ("ra", "dec") if getattr(catalogue.roles, role) is None]
            if lacking:
                return (
                    f"{self.title} needs positions, and {catalogue.name!r} has no column in the "
                    f"role of {listing(lacking)}. Give it one: catalogue.with_roles(ra=..., "
                    "dec=...)."
                )
        return ""

    def with_defaults(self, given: Mapping[str, Any]) -> dict[str, Value]:
        """A value for each parameter.

        Raises
        ------
        ProjectionError
            If one is not known, or its value is not allowed.
        """
        known = {one.name for one in self.parameters}
        strangers = [name for name in given if name not in known]
        if strangers:
            takes = f"It takes {listing(sorted(known))}" if known else "It takes none"
            raise ProjectionError(f"{self.title} has no parameter {listing(strangers)}. {takes}.")
        return {one.name: one.checked(given.get(one.name, one.default)) for one in self.parameters}


PROJECTIONS: Registry[Method] = Registry("projection", "napari_astro_al.projections")
"""Every kind of projection."""


def method_named(kind: str) -> Method:
    """The method of a recipe's kind.

    Raises
    ------
    ProjectionError
        If there is none of this name.
    """
    if kind not in PROJECTIONS:
        raise ProjectionError(
            f"There is no projection {kind!r}. Known: {listing(PROJECTIONS)}. Functions of your "
            "own become one by @aal.register.projection(name)."
        )
    return PROJECTIONS[kind]
