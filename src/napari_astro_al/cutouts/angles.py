"""Sizes on the sky."""

from __future__ import annotations

from typing import Any

from napari_astro_al.errors import CutoutError

_UNITS = (0.01, 0.1, 1.0, 60.0, 3600.0, 36000.0)

PLAIN = tuple(
    sorted({round(unit * steps, 2) for unit in _UNITS for steps in (1, 2, 3, 5, 10, 20, 30)})
)
"""Plain angles in arcseconds: 1, 2, 3, 5, 10, 20 or 30 of a unit."""

_SIGNS = ((3600.0, "\N{DEGREE SIGN}"), (60.0, "\N{PRIME}"), (1.0, "\N{DOUBLE PRIME}"))
_EQUAL = 1e-6


def arcseconds(size: Any) -> float | None:
    """A size on the sky in arcseconds.

    Parameters
    ----------
    size : str, astropy.units.Quantity or None
        An angle with its unit: ``"2 arcmin"``, ``"30 arcsec"``, ``0.01 * u.deg``.

    Returns
    -------
    float or None
        None for None.

    Raises
    ------
    CutoutError
        If the size has no unit of angle, or is not positive and finite.
    """
    if size is None:
        return None
    from astropy.units import Quantity, arcsec

    try:
        value = float(Quantity(size).to_value(arcsec))
    except (TypeError, ValueError):
        value = float("nan")
    if not 0 < value < float("inf"):
        raise CutoutError(
            f"The cutout size {size!r} is not a positive angle. Give a number and a unit, such as "
            "'2 arcmin' or '30 arcsec'."
        )
    return value


def rounded(size: float) -> float:
    """The largest plain angle that is not larger: 1, 2, 3, 5, 10, 20 or 30 of a unit.

    Parameters
    ----------
    size : float
        Arcseconds.

    Returns
    -------
    float
        Arcseconds. Sizes under a hundredth of an arcsecond are left as they are.

    Examples
    --------
    >>> rounded(25.4), rounded(691.2) / 60
    (20.0, 10.0)
    """
    return max((one for one in PLAIN if one <= size * (1 + _EQUAL)), default=size)


def next_size(size: float, *, larger: bool) -> float:
    """The next plain angle above or below a size; the size itself beyond the last.

    Parameters
    ----------
    size : float
        Arcseconds.
    larger : bool
        Whether the next above is meant.

    Examples
    --------
    >>> next_size(300.0, larger=True), next_size(300.0, larger=False)
    (600.0, 180.0)
    """
    if larger:
        return min((one for one in PLAIN if one > size * (1 + _EQUAL)), default=size)
    return max((one for one in PLAIN if one < size * (1 - _EQUAL)), default=size)


def angle_text(size: float) -> str:
    """A size in the unit that suits it, with the unit's sign.

    Parameters
    ----------
    size : float
        Arcseconds.

    Examples
    --------
    >>> angle_text(0.5), angle_text(90.0), angle_text(7200.0)
    ('0.5″', '1.5′', '2°')
    """
    large = ((unit, sign) for unit, sign in _SIGNS if size >= unit * (1 - _EQUAL))
    unit, sign = next(large, _SIGNS[-1])
    return f"{size / unit:.3g}{sign}"
