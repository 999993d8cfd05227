"""The docks one by one, as napari's menu opens them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.viewer import Viewer
from qtpy.QtWidgets import QWidget

from napari_astro_al.widgets.catalogue_dock import CatalogueDock
from napari_astro_al.widgets.cutouts_dock import CutoutsDock
from napari_astro_al.widgets.label_dock import LabelDock
from napari_astro_al.widgets.source_dock import SourceDock
from napari_astro_al.widgets.training_dock import TrainingDock
from napari_astro_al.widgets.workbench import Workbench, workbench_of


def _attached(viewer: Any, make: Callable[[Workbench], QWidget]) -> QWidget:
    bench = workbench_of(viewer)
    widget = make(bench)
    bench.attach(widget)
    return widget


def catalogue_dock(napari_viewer: Any) -> QWidget:
    """The Catalogue dock of a viewer."""
    return _attached(napari_viewer, lambda bench: CatalogueDock(bench.workspace))


def label_dock(napari_viewer: Any) -> QWidget:
    """The Label dock of a viewer."""
    return _attached(napari_viewer, lambda bench: LabelDock(bench.workspace, bench.labelling))


def cutouts_dock(napari_viewer: Any) -> QWidget:
    """The Cutouts dock of a viewer."""
    return _attached(napari_viewer, CutoutsDock)


def source_dock(napari_viewer: Any) -> QWidget:
    """The Source dock of a viewer."""
    return _attached(napari_viewer, lambda bench: SourceDock(bench.workspace))


def training_dock(napari_viewer: Any) -> QWidget:
    """The Training dock of a viewer."""
    return _attached(napari_viewer, lambda bench: TrainingDock(bench.workspace))


def dashboard_widget(napari_viewer: Any) -> QWidget:
    """All docks, laid out; the Catalogue dock is the one that napari itself puts in."""
    from napari_astro_al.widgets.dashboard import dashboard_of

    if workbench_of(napari_viewer).dashboard is not None:
        return catalogue_dock(napari_viewer)
    return dashboard_of(napari_viewer, hosts_catalogue=False).catalogue


def open_dashboard(viewer: Viewer) -> None:
    """Open all docks, laid out."""
    from napari_astro_al.widgets.dashboard import dashboard_of

    dashboard_of(viewer)
