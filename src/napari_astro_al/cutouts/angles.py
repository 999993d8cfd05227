"""Sizes on the sky."""

from __future__ import annotations

from typing import Any

from napari_astro_al.errors import CutoutError


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
    units = (0.01, 0.1, 1.0, 60.0, 3600.0, 36000.0)
    plain = [unit * steps for unit in units for steps in (1, 2, 3, 5, 10, 20, 30)]
    return max((one for one in plain if one <= size), default=size)
