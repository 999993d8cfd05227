"""Pictures of simulated sources, rendered when they are looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue.ids import derived_seed
from napari_astro_al.samples.photometry import DEPTHS
from napari_astro_al.samples.simulated_sky import GALAXY, simulate_sky

Floats = npt.NDArray[np.float64]

SIDE = 48
PIXEL_SCALE = 0.396
"""Arcseconds a pixel."""

SEEING = 1.3
"""Full width at half maximum of the point-spread function, arcsec."""

_MARGIN = 12
_FINE = 3
_BETA = 3.0
_CHANNELS = (3, 2, 1)
"""Bands i, r, g shown as red, green, blue."""

_GAINS = np.array([1.0, 1.25, 1.9])
"""Of the channels, so that the colour of a star like the sun is near white."""


@dataclass(frozen=True, eq=False)
class SimulatedStamps:
    """An array column of rendered pictures.

    Attributes
    ----------
    ids : (n,) int64 ndarray
        Source ids.
    seed : int
        Seed of the survey.
    fractions : (float, float, float)
        As the survey was made with.
    """

    ids: npt.NDArray[Any]
    seed: int
    fractions: tuple[float, float, float]

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """``(n_sources, 48, 48, 3)``."""
        return (len(self.ids), SIDE, SIDE, 3)

    @property
    def dtype(self) -> np.dtype[np.uint8]:
        """uint8."""
        return np.dtype(np.uint8)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> npt.NDArray[np.uint8]:
        """The picture of one source, (48, 48, 3) uint8: i, r, g as red, green, blue."""
        bands = render(int(self.ids[row]), self.seed, self.fractions)
        return _colour_picture(bands)


def render(source: int, seed: int, fractions: tuple[float, float, float]) -> Floats:
    """Render one source with its sky, its neighbours and their noise.

    Stars and quasars are a Moffat profile; an early galaxy is a Sersic profile of index 4, a late
    one an exponential disc with spiral arms and a bulge; both are convolved with that Moffat
    profile.

    Parameters
    ----------
    source : int
        Its id.
    seed : int
        Seed of the survey.
    fractions : (float, float, float)
        Of stars, galaxies and quasars.

    Returns
    -------
    (3, 48, 48) ndarray
        Sky-subtracted flux a pixel in i, r, g, in nanomaggies (magnitude 22.5 is 1).
    """
    sky = simulate_sky(np.array([source], dtype=np.int64), seed, fractions)
    rng = np.random.default_rng(derived_seed(seed, "picture", source))
    fluxes = 10.0 ** (0.4 * (22.5 - sky.magnitudes[list(_CHANNELS), 0]))
    psf = _moffat()
    if sky.kind[0] == GALAXY:
        old, young = _galaxy(
            radius=float(sky.radius[0]) / PIXEL_SCALE,
            ellipticity=float(sky.ellipticity[0]),
            angle=float(sky.angle[0]),
            lateness=float(sky.lateness[0]),
            rng=rng,
        )
        bulge = np.clip(1.0 - 0.85 * sky.lateness[0], 0.0, 1.0) * np.array([1.12, 1.0, 0.82])
        bulge = np.clip(bulge, 0.0, 1.0)[:, np.newaxis, np.newaxis]
        shape = bulge * _convolve(old, psf) + (1.0 - bulge) * _convolve(young, psf)
    else:
        shape = np.repeat(psf[np.newaxis], 3, axis=0)
    clean = fluxes[:, np.newaxis, np.newaxis] * shape + _neighbours(psf, rng)
    clean = clean[:, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    return np.asarray(clean + rng.normal(size=clean.shape) * _noise(clean, psf))


def _grid() -> tuple[Floats, Floats]:
    """Coordinates x, y of fine pixels, in pixels from the middle of the picture and its margin."""
    side = SIDE + 2 * _MARGIN
    axis = (np.arange(side * _FINE) + 0.5) / _FINE - side / 2
    x, y = np.meshgrid(axis, axis)
    return x, y


def _binned(fine: Floats) -> Floats:
    side = fine.shape[0] // _FINE
    coarse = fine.reshape(side, _FINE, side, _FINE).mean(axis=(1, 3))
    return np.asarray(coarse / coarse.sum())


def _moffat() -> Floats:
    from astropy.modeling.functional_models import Moffat2D

    width = SEEING / PIXEL_SCALE / (2.0 * np.sqrt(2.0 ** (1.0 / _BETA) - 1.0))
    return _binned(Moffat2D(1.0, 0.0, 0.0, width, _BETA)(*_grid()))


def _galaxy(
    *, radius: float, ellipticity: float, angle: float, lateness: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Light of the bulge and of the disc, each of sum 1, before seeing."""
    from astropy.modeling.functional_models import Sersic2D

    x, y = _grid()
    early = lateness < 0.5
    bulge = Sersic2D(
        1.0,
        radius if early else 0.35 * radius,
        4.0 if early else 2.0,
        ellip=ellipticity if early else 0.4 * ellipticity,
        theta=angle,
    )(x, y)
    disc = Sersic2D(1.0, radius, 1.0, ellip=ellipticity, theta=angle)(x, y)
    return _binned(bulge), _binned(disc * _arms(x, y, radius, ellipticity, angle, rng))


def _arms(
    x: Floats,
    y: Floats,
    radius: float,
    ellipticity: float,
    angle: float,
    rng: np.random.Generator,
) -> Floats:
    """Two logarithmic spiral arms in the plane of the disc, as a factor around 1."""
    along = x * np.cos(angle) + y * np.sin(angle)
    across = (y * np.cos(angle) - x * np.sin(angle)) / (1.0 - ellipticity)
    distance = np.hypot(along, across) / radius + 1e-3
    pitch = np.radians(rng.uniform(14.0, 28.0)) * rng.choice([-1.0, 1.0])
    phase = 2.0 * (np.arctan2(across, along) - np.log(distance) / np.tan(pitch))
    strength = rng.uniform(0.3, 0.9) * np.clip((distance - 0.3) / 0.7, 0.0, 1.0)
    return np.asarray(1.0 + strength * np.cos(phase + rng.uniform(0.0, 2.0 * np.pi)))


def _convolve(image: Floats, psf: Floats) -> Floats:
    from scipy.signal import fftconvolve

    return np.asarray(fftconvolve(image, psf, mode="same"))


def _neighbours(psf: Floats, rng: np.random.Generator) -> Floats:
    """Faint point sources elsewhere in the field, about one in two pictures."""
    from scipy.ndimage import shift

    field = np.zeros((3, *psf.shape))
    for _ in range(rng.poisson(0.7)):
        r = 22.5 + np.log10(rng.uniform(0.01, 1.0)) / 0.6
        g_r, r_i = rng.choice([(0.4, 0.15), (0.8, 0.3), (1.4, 0.9)])
        flux = 10.0 ** (0.4 * (22.5 - np.array([r - r_i, r, r + g_r])))
        distance, direction = rng.uniform(12.0, 32.0), rng.uniform(0.0, 2.0 * np.pi)
        place = (distance * np.sin(direction), distance * np.cos(direction))
        field += flux[:, np.newaxis, np.newaxis] * shift(psf, place, order=1)
    return field


def _noise(clean: Floats, psf: Floats) -> Floats:
    """Standard deviation a pixel: sky for the survey's depth, and the photons of the source."""
    depths = DEPTHS[list(_CHANNELS)][:, np.newaxis, np.newaxis]
    sky = 10.0 ** (0.4 * (22.5 - depths)) / 5.0 * np.sqrt(np.sum(psf**2))
    return np.asarray(np.sqrt(sky**2 + 0.002 * np.clip(clean, 0.0, None)))


def _colour_picture(bands: Floats) -> npt.NDArray[np.uint8]:
    """An asinh colour composite after Lupton et al. 2004, PASP 116, 133."""
    from astropy.visualization import make_lupton_rgb

    picture = make_lupton_rgb(
        *(bands * _GAINS[:, np.newaxis, np.newaxis]), minimum=-0.02, stretch=0.4, Q=9
    )
    return np.asarray(picture, dtype=np.uint8)
