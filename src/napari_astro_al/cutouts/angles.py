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
