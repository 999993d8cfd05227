"""Pictures as points in a space where those that look alike are near each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ImagingError
from napari_astro_al.vision.network import SIDE, WIDTH, Network
from napari_astro_al.vision.unrolled import reach_of, unrolled

RAW = 2 * WIDTH
"""Numbers for each picture: those that a mirror leaves, then those whose sign it changes."""

ODD_SHARE = 4
"""One component in so many is of the numbers whose sign a mirror changes."""

FEWEST_COMPONENTS = 4
"""Components at least."""

_SOFT = 0.2


def prepared(pixels: npt.NDArray[Any], shown: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """A picture as the network gets it.

    Parameters
    ----------
    pixels : (ny, nx) or (ny, nx, 3) ndarray
        As measured, row 0 on top: they say how far the source reaches.
    shown : uint8 ndarray of the same shape
        As a screen shows them.

    Returns
    -------
    (224, 224, 3) uint8 ndarray
        See `unrolled`.
    """
    return unrolled(shown, reach_of(pixels), SIDE)


def raw_features(network: Network, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """What the network says of pictures and of their mirror images.

    Parameters
    ----------
    network : Network
    pictures : (n, 224, 224, 3) uint8 ndarray
        As `prepared` gives them.

    Returns
    -------
    (n, 464) float32 ndarray
        The mean of both, and half their difference.
    """
    told = network(np.concatenate([pictures, pictures[:, :, ::-1]]))
    one, mirrored = told[: len(pictures)], told[len(pictures) :]
    return np.hstack([(one + mirrored) / 2.0, (one - mirrored) / 2.0])


@dataclass(frozen=True, eq=False)
class Components:
    """Few numbers out of many: principal components, fitted to a part of the pictures.

    Numbers that a mirror leaves and those whose sign it changes have components of their own, for
    the latter vary little and would be lost. Each number is divided by its standard deviation,
    softened for those that hardly vary; components are not whitened, so that distances between
    pictures are what they were.

    Attributes
    ----------
    centre, scale : (464,) float64 ndarray
    axes : (464, n_components) float64 ndarray
    """

    centre: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]
    axes: npt.NDArray[np.float64]

    @classmethod
    def fit(cls, raw: npt.NDArray[np.float32], n_components: int) -> Components:
        """Fit to pictures.

        Parameters
        ----------
        raw : (n, 464) float32 ndarray
            As `raw_features` gives them.
        n_components : int
            A quarter of them is of the numbers whose sign a mirror changes.

        Raises
        ------
        ImagingError
            If there are fewer pictures than components, or too few or many components.
        """
        if not FEWEST_COMPONENTS <= n_components <= WIDTH:
            raise ImagingError(
                f"An embedding has {FEWEST_COMPONENTS} to {WIDTH} components, not {n_components}."
            )
        if len(raw) <= n_components:
            raise ImagingError(
                f"{n_components} components cannot be fitted to {len(raw)} pictures. Ask for "
                "fewer: n_components=."
            )
        values = raw.astype(np.float64)
        # a mirror image of each is as likely a picture: what changes sign has the mean 0
        centre = np.concatenate([values[:, :WIDTH].mean(axis=0), np.zeros(WIDTH)])
        spread = np.sqrt(((values - centre) ** 2).mean(axis=0))
        scale = np.empty(RAW)
        for part in (slice(0, WIDTH), slice(WIDTH, RAW)):
            scale[part] = spread[part] + _SOFT * max(float(spread[part].mean()), 1e-12)
        scaled = (values - centre) / scale
        n_odd = n_components // ODD_SHARE
        axes = np.zeros((RAW, n_components))
        axes[:WIDTH, : n_components - n_odd] = _principal(scaled[:, :WIDTH], n_components - n_odd)
        axes[WIDTH:, n_components - n_odd :] = _principal(scaled[:, WIDTH:], n_odd)
        return cls(centre, scale, axes)

    def of(self, raw: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Components of pictures, (n, n_components) float32."""
        return np.asarray(((raw - self.centre) / self.scale) @ self.axes, dtype=np.float32)


def _principal(values: npt.NDArray[np.float64], n: int) -> npt.NDArray[np.float64]:
    """The first axes, (n_features, n), each with its largest part above zero."""
    from scipy.linalg import eigh

    size = values.shape[1]
    axes = eigh(values.T @ values / len(values), subset_by_index=[size - n, size - 1])[1][:, ::-1]
    largest = np.abs(axes).argmax(axis=0)
    signed: npt.NDArray[np.float64] = axes * np.sign(axes[largest, np.arange(n)])
    return signed
