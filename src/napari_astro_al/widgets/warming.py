"""Loading what every catalogue needs, while a person still chooses one."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from threading import Thread

from napari_astro_al.widgets.runner import stand_back

_MODULES = (
    "scipy.spatial.transform",
    "astropy.io.fits",
    "napari_astro_al.projection.hash_kernels",
    "napari_astro_al.projection.sort_kernels",
    "napari_astro_al.projection.find_kernels",
    "napari_astro_al.projection.raster_kernels",
    "sklearn.ensemble",
    "sklearn.linear_model",
)
"""In the order in which opening a catalogue asks for them."""


@cache
def warm_up() -> Thread:
    """Load in a thread, once a process, what is slow to load when it is first used.

    Together it takes as long as reading a million sources: SciPy's rotations, which napari's camera
    turns by, the units of napari's layers, compiled kernels, and models.
    """
    thread = Thread(target=_load, name="astro-al: Warming up", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    from napari.utils.transforms import Affine

    stand_back()
    import_module(_MODULES[0])
    Affine(ndim=2)
    for name in _MODULES[1:]:
        import_module(name)
