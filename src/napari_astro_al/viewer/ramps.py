"""Numbers as colours, in steps that the eye sees as equal.

A ramp is given by a few colours between which CIELAB lightness only rises or only falls, so that
it reads the same to colour-blind eyes and in grey; equal steps along it are equal distances in
CIELAB (CIE 1976, "Delta E*ab").
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from napari_astro_al.viewer.palette import Colours, rgba

RampName = Literal["uncertainty", "density", "values"]

STEPS = 256

_STOPS: dict[RampName, dict[bool, tuple[str, ...]]] = {
    "uncertainty": {
        True: ("#3B4A63", "#6F7F94", "#F0C419", "#FFF3B0"),
        False: ("#C9D1DB", "#8C98A8", "#C77700", "#7A2E00"),
    },
    "density": {
        True: ("#1B2A42", "#33588C", "#6FA0CC", "#F2F8FF"),
        False: ("#DCE5EE", "#8FAAC6", "#3F6896", "#0F2340"),
    },
    "values": {
        True: ("#3D2F7D", "#31688E", "#25A37F", "#8FD744", "#FDE725"),
        False: ("#440154", "#3B528B", "#21918C", "#5EC962", "#E6D322"),
    },
}
"""By name, then by whether the background is dark: from what recedes to what stands out; "values"
follows the hues of viridis (Smith & van der Walt 2015)."""


def ramp(name: RampName, values: npt.ArrayLike, *, dark: bool, alpha: float = 1.0) -> Colours:
    """Numbers as colours.

    Parameters
    ----------
    name : {"uncertainty", "density", "values"}
        Which ramp.
    values : array-like
        0 to 1, of any shape; NaN is transparent.
    dark : bool
        Whether the background is dark.
    alpha : float
        Opacity.

    Returns
    -------
    (..., 4) float32 ndarray
    """
    numbers = np.asarray(values, dtype=np.float32)
    steps = np.clip(np.nan_to_num(numbers) * (STEPS - 1) + 0.5, 0, STEPS - 1).astype(np.uint8)
    colours = np.array(_table(name, dark)[steps])
    colours[..., 3] = np.where(np.isnan(numbers), 0.0, alpha)
    return colours


@lru_cache(maxsize=16)
def _table(name: RampName, dark: bool) -> Colours:
    """The ramp in 256 opaque colours."""
    stops = np.array([rgba(one) for one in _STOPS[name][dark]])
    fine = np.linspace(0.0, len(stops) - 1, 4 * STEPS)
    path = np.column_stack(
        [np.interp(fine, np.arange(len(stops)), stops[:, channel]) for channel in range(4)]
    )
    strides = np.linalg.norm(np.diff(cielab(path[:, :3]), axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(strides)])
    wanted = np.linspace(0.0, along[-1], STEPS)
    return np.column_stack(
        [np.interp(wanted, along, path[:, channel]) for channel in range(4)]
    ).astype(np.float32)


def cielab(rgb: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Colours of sRGB in CIELAB, white point D65 (IEC 61966-2-1; CIE 15:2004).

    Parameters
    ----------
    rgb : (n, 3) array-like
        0 to 1.

    Returns
    -------
    (n, 3) float64 ndarray
        L*, a*, b*.
    """
    srgb = np.asarray(rgb, dtype=np.float64)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    relative = linear @ to_xyz.T / (to_xyz.sum(axis=1))
    knee = (6 / 29) ** 3
    root = np.where(relative > knee, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root.T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])
