"""Loading what every catalogue needs, while a person still chooses one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from threading import Lock, Thread

from napari_astro_al.widgets.garbage import collected_by_the_window
from napari_astro_al.widgets.runner import stand_back

_MODULES = (
    "scipy.spatial.transform",
    "astropy.io.fits",
    "napari_astro_al.projection.hash_kernels",
    "napari_astro_al.projection.sort_kernels",
    "napari_astro_al.projection.find_kernels",
    "napari_astro_al.projection.raster_kernels",
)
"""In the order in which opening a catalogue asks for them."""
_LOADING = Lock()
_MODELS = ("sklearn.ensemble", "sklearn.linear_model")


@cache
def warm_up() -> Thread:
    """Load in a thread, once a process, what opening a catalogue needs and is slow to load.

    Together it takes as long as reading a million sources: SciPy's rotations, which napari's camera
    turns by, the units of napari's layers, and compiled kernels.
    """
    return _started(_load)


@cache
def warm_up_models() -> Thread:
    """Load what training needs, once a process; for the time between picture and first labels."""
    return _started(lambda: _import(_MODELS))


def _started(load: Callable[[], None]) -> Thread:
    def work() -> None:
        with collected_by_the_window():
            load()

    thread = Thread(target=work, name="astro-al: Warming up", daemon=True)
    thread.start()
    return thread


def load_units() -> None:
    """Load the units of napari's layers; where another thread is about to, wait for it.

    While one thread loads pint's registry, another finds it there, but without its units.
    """
    with _LOADING:
        from napari.utils.transforms import Affine

        Affine(ndim=2)


def _load() -> None:
    import_module(_MODULES[0])
    load_units()
    _import(_MODULES[1:])


def _import(modules: Sequence[str]) -> None:
    stand_back()
    for name in modules:
        import_module(name)
