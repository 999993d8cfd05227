"""The docks one by one, as napari's menu opens them.

napari looks at the signature of a class for the parameter ``napari_viewer``, not at a function's.
"""

from __future__ import annotations

from typing import Any

from napari.viewer import Viewer

from napari_astro_al.errors import SessionError
from napari_astro_al.viewer.images import open_images, sky_image_of
from napari_astro_al.widgets.catalogue_dock import CatalogueDock
from napari_astro_al.widgets.curation_dock import CurationDock
from napari_astro_al.widgets.cutouts_dock import CutoutsDock
from napari_astro_al.widgets.dashboard import Dashboard, dashboard_of
from napari_astro_al.widgets.error_dialog import show_problems
from napari_astro_al.widgets.estimate_dock import EstimateDock
from napari_astro_al.widgets.label_dock import LabelDock
from napari_astro_al.widgets.planner_dock import PlannerDock
from napari_astro_al.widgets.plots_dock import PlotsDock
from napari_astro_al.widgets.session_dock import SessionDock
from napari_astro_al.widgets.source_dock import SourceDock
from napari_astro_al.widgets.table_dock import TableDock
from napari_astro_al.widgets.training_dock import TrainingDock
from napari_astro_al.widgets.triage_dock import TriageDock
from napari_astro_al.widgets.why_dock import WhyDock
from napari_astro_al.widgets.workbench import workbench_of
from napari_astro_al.widgets.workspace import report


class MenuDashboard(CatalogueDock):
    """The Catalogue dock of a viewer, with all other docks laid out around it."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench)
        bench.attach(self)
        if bench.dashboard is None:
            Dashboard(bench, catalogue=self)


class MenuCatalogue(CatalogueDock):
    """The Catalogue dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench)
        bench.attach(self)


class MenuLabel(LabelDock):
    """The Label dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace, bench.labelling)
        bench.attach(self)


class MenuCutouts(CutoutsDock):
    """The Cutouts dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(workbench_of(napari_viewer))


class MenuSource(SourceDock):
    """The Source dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


class MenuPlots(PlotsDock):
    """The Plots dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


class MenuTable(TableDock):
    """The Table dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


class MenuTraining(TrainingDock):
    """The Training dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


class MenuTestSet(CurationDock):
    """The Test set dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench)
        bench.attach(self)


class MenuSession(SessionDock):
    """The Session dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


class MenuTriage(TriageDock):
    """The Triage dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        super().__init__(workbench_of(napari_viewer))


class MenuWhy(WhyDock):
    """The Why dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


class MenuEstimates(EstimateDock):
    """The Estimates dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


class MenuPlanner(PlannerDock):
    """The Planner dock of a viewer."""

    def __init__(self, napari_viewer: Any) -> None:
        bench = workbench_of(napari_viewer)
        super().__init__(bench.workspace)
        bench.attach(self)


def open_dashboard(viewer: Viewer) -> None:
    """Open all docks, laid out."""
    dashboard_of(viewer)


def detect_sources(viewer: Viewer) -> None:
    """Find the sources of the active image, or of the one on top."""
    dashboard_of(viewer).catalogue.ask_for_detection(viewer.layers.selection.active)


def show_on_image(viewer: Viewer) -> None:
    """Show the sources on the active image, or on the one on top."""
    bench = dashboard_of(viewer).bench
    layers = [viewer.layers.selection.active, *open_images(bench.viewer)]
    images = [image for layer in layers if layer and (image := sky_image_of(layer))]
    if bench.view is None:
        report(SessionError("There are no sources to show yet. Open a catalogue first."))
    elif not images:
        report(SessionError("There is no image to show sources on. Open one first."))
    else:
        bench.view.lie_on(images[0])


def new_view(viewer: Viewer) -> None:
    """Open a further view of the sources."""
    dashboard_of(viewer).add_view()


def what_went_wrong(viewer: Viewer) -> None:
    """Show the errors since the program was started, with reports that can be sent on."""
    show_problems(dashboard_of(viewer).catalogue.window())
