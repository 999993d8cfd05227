"""All docks of a window, laid out: catalogue, feature space, answers, pictures, particulars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDockWidget, QMainWindow

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import SessionError
from napari_astro_al.session import Session
from napari_astro_al.widgets.catalogue_dock import CatalogueDock
from napari_astro_al.widgets.cutouts_dock import CutoutsDock
from napari_astro_al.widgets.label_dock import LabelDock
from napari_astro_al.widgets.source_dock import SourceDock
from napari_astro_al.widgets.training_dock import TrainingDock
from napari_astro_al.widgets.workbench import Workbench, workbench_of

WIDTHS = {"left": 290, "right": 440}
HEIGHTS = {"label": 330, "cutouts": 360, "source": 250, "training": 250}


class Dashboard:
    """The docks of one window.

    Attributes
    ----------
    catalogue, label, cutouts, source, training : QWidget
        The docks' widgets.
    """

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.catalogue = CatalogueDock(bench.workspace)
        self.label = LabelDock(bench.workspace, bench.labelling)
        self.cutouts = CutoutsDock(bench)
        self.source = SourceDock(bench.workspace)
        self.training = TrainingDock(bench.workspace)
        self._lay_out()
        self.catalogue.view.colours_chosen.connect(self._colour)
        bench.viewer.update_console({"cutouts": self.cutouts.model, "dashboard": self})

    def _lay_out(self) -> None:
        window = self.bench.viewer.window
        bench = self.bench
        docks = {
            name: window.add_dock_widget(widget, name=title, area=area)
            for name, widget, title, area in (
                ("catalogue", self.catalogue, "Catalogue", "left"),
                ("label", self.label, "Label", "right"),
                ("cutouts", self.cutouts, "Cutouts", "right"),
                ("source", self.source, "Source", "right"),
                ("training", self.training, "Training", "bottom"),
            )
        }
        main = docks["label"].window()
        assert isinstance(main, QMainWindow)
        for widget in (self.catalogue, self.label, self.source, self.training):
            bench.attach(widget)
        corner, area = Qt.Corner, Qt.DockWidgetArea
        main.setCorner(corner.BottomLeftCorner, area.LeftDockWidgetArea)
        main.setCorner(corner.BottomRightCorner, area.RightDockWidgetArea)
        _tab_with_layers(main, docks["catalogue"])
        across = Qt.Orientation.Horizontal
        down = Qt.Orientation.Vertical
        main.resizeDocks(
            [docks["catalogue"], docks["label"]], [WIDTHS["left"], WIDTHS["right"]], across
        )
        right = ("label", "cutouts", "source")
        main.resizeDocks([docks[n] for n in right], [HEIGHTS[n] for n in right], down)
        main.resizeDocks([docks["training"]], [HEIGHTS["training"]], down)

    def _colour(self, by: Any) -> None:
        space, session = self.bench.feature_space, self.bench.workspace.session
        if space is not None and session is not None:
            space.refresh_predictions(by)
            session.window["colour_by"] = by

    @property
    def session(self) -> Session | None:
        """What is worked on."""
        return self.bench.workspace.session


def _tab_with_layers(main: QMainWindow, catalogue: QDockWidget) -> None:
    """Put the catalogue and napari's own left docks behind one row of tabs."""
    napari_docks = [
        dock
        for dock in main.findChildren(QDockWidget)
        if dock is not catalogue
        and not dock.isFloating()
        and main.dockWidgetArea(dock) == Qt.DockWidgetArea.LeftDockWidgetArea
    ]
    for dock in napari_docks:
        main.tabifyDockWidget(catalogue, dock)
    main.setTabPosition(
        Qt.DockWidgetArea.LeftDockWidgetArea, main.tabPosition(Qt.DockWidgetArea.TopDockWidgetArea)
    )
    catalogue.raise_()


def dashboard_of(viewer: Any) -> Dashboard:
    """The dashboard of a viewer, opened when first asked for."""
    bench = workbench_of(viewer)
    if bench.dashboard is None:
        bench.dashboard = Dashboard(bench)
    assert isinstance(bench.dashboard, Dashboard)
    return bench.dashboard


def open_viewer(
    what: Catalogue | Session | str | Path | None = None, *, viewer: Any = None, show: bool = True
) -> Any:
    """Open napari with the dashboard.

    Parameters
    ----------
    what : Catalogue, Session, path-like, optional
        A catalogue begins, or goes on with, the session kept beside its file (in the user's data
        folder where it has none). A path is a catalogue file, whose roles are shown before they
        are used, or a session's folder. None opens an empty dashboard.
    viewer : napari.Viewer, optional
        The viewer to use; a new one by default.
    show : bool
        Whether a new viewer's window is shown.

    Returns
    -------
    napari.Viewer
        `session`, `cutouts` and `dashboard` are in its console.

    Raises
    ------
    SessionError
        If there is nothing at the path.
    """
    if isinstance(what, (str, Path)) and not Path(what).exists():
        raise SessionError(f"There is no file or folder {what}. Check the path.")
    if viewer is None:
        import napari

        viewer = napari.Viewer(show=show)
    dashboard = dashboard_of(viewer)
    if isinstance(what, Session):
        dashboard.bench.workspace.take(what)
    elif isinstance(what, Catalogue):
        dashboard.catalogue.begin(what)
    elif what is not None:
        dashboard.catalogue.open_path(Path(what))
    return viewer
