"""Files and samples that napari is asked to open: in the dashboard where there is a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from napari.layers import Layer
from qtpy.QtCore import QTimer

from napari_astro_al.imaging import OpenImage, read_images
from napari_astro_al.imaging.files import has_images, is_fits, opening_job
from napari_astro_al.scale import holds_partitions
from napari_astro_al.session.places import is_session
from napari_astro_al.viewer import reader, sample_data
from napari_astro_al.viewer.images import layer_tuple, show_upright
from napari_astro_al.viewer.layers import METADATA_KEY

NO_LAYERS: list[Any] = [(None,)]
"""npe2's way to say that a file was opened and gave no layers."""
STAND_IN = "opening the sample"
LARGE = 2**26
"""Bytes of a FITS file from which on its images are read in a thread."""


def get_reader(
    path: str | PathLike[str] | Sequence[str],
) -> Callable[[Any], list[Any]] | None:
    """Napari's question whether we can open a path.

    Parameters
    ----------
    path : path-like or list of path-like
        Catalogue files, images of the sky in FITS, folders of Parquet files, HATS catalogues, and
        the folders of sessions.

    Returns
    -------
    callable or None
        None where it is none of these, so that other readers get it.
    """
    if isinstance(path, (str, PathLike)) and (
        is_session(Path(path)) or holds_partitions(Path(path))
    ):
        return open_in_dashboard
    if reader.get_reader(path) is not None:
        return open_in_dashboard
    one = _only(path)
    return open_images if one is not None and is_fits(one) and has_images(one) else None


def _only(path: str | PathLike[str] | Sequence[str]) -> Path | None:
    """The path that was asked for, if it is one."""
    if isinstance(path, (str, PathLike)):
        return Path(path)
    return Path(path[0]) if len(path) == 1 else None


def open_images(path: str | PathLike[str] | Sequence[str]) -> list[Any]:
    """The images of a FITS file as layers, row 0 at the bottom.

    Returns
    -------
    list
        A layer tuple for each image. Of a file that takes long to read no layers: they come later.
    """
    import napari

    one = path if isinstance(path, (str, PathLike)) else path[0]
    viewer = napari.current_viewer()
    if viewer is not None:
        show_upright(viewer)
    if viewer is None or Path(one).stat().st_size < LARGE:
        return [layer_tuple(image) for image in read_images(one)]
    from napari_astro_al.widgets.workbench import workbench_of

    def add(found: list[OpenImage]) -> None:
        for image in found:
            viewer.add_layer(Layer.create(*layer_tuple(image)))

    name = Path(one).name
    workbench_of(viewer).workspace.run(opening_job(one), title=f"Opening {name}", done=add)
    return NO_LAYERS


def open_in_dashboard(path: str | PathLike[str] | Sequence[str]) -> list[Any]:
    """Propose a catalogue, or open a session, in the dashboard of napari's current window.

    Returns
    -------
    list
        No layers where there is a window, for the dashboard adds its own; without one, the
        catalogue as a layer.
    """
    one = path if isinstance(path, (str, PathLike)) else path[0]
    dashboard = _current_dashboard()
    if dashboard is None:
        return reader.read_catalogue(one)
    dashboard.catalogue.open_path(Path(one))
    return NO_LAYERS


def hubble_deep_field() -> list[Any]:
    """The Hubble sample, in the dashboard where there is a window."""
    return _sample("hubble", sample_data.hubble_deep_field)


def simulated_survey() -> list[Any]:
    """The simulated survey, in the dashboard where there is a window."""
    return _sample("simulated", sample_data.simulated_survey)


def _sample(name: str, layers: Callable[[], list[Any]]) -> list[Any]:
    dashboard = _current_dashboard()
    if dashboard is None:
        return layers()
    dashboard.catalogue.open_sample(name)
    viewer = dashboard.bench.viewer
    QTimer.singleShot(0, lambda: _take_away_stand_ins(viewer))
    return [_stand_in()]


def _stand_in() -> tuple[Any, dict[str, Any], str]:
    """A layer for napari, which takes a sample without layers for an error."""
    role = {METADATA_KEY: {"role": STAND_IN}}
    return np.empty((0, 2), dtype=np.float32), {"name": STAND_IN, "metadata": role}, "points"


def _take_away_stand_ins(viewer: Any) -> None:
    for layer in list(viewer.layers):
        if layer.metadata.get(METADATA_KEY, {}).get("role") == STAND_IN:
            viewer.layers.remove(layer)


def _current_dashboard() -> Any:
    import napari

    viewer = napari.current_viewer()
    if viewer is None:
        return None
    from napari_astro_al.widgets.dashboard import dashboard_of

    return dashboard_of(viewer)
