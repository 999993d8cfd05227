"""Whole numbers as people give them: Python's own or numpy's."""

from __future__ import annotations

import operator

from napari_astro_al.errors import AstroALError


def whole_number(value: object, name: str, error: type[AstroALError]) -> int:
    """A whole number as a plain int.

    Parameters
    ----------
    value : int or numpy integer
        What was given.
    name : str
        The parameter, for the message.
    error : type
        What to raise.

    Raises
    ------
    AstroALError
        Of the type `error`, if it is something else: a float, a bool, text.
    """
    if not isinstance(value, bool):
        try:
            return operator.index(value)  # type: ignore[arg-type]
        except TypeError:
            pass
    raise error(f"{name} is a whole number, not {value!r} ({type(value).__name__}).")
