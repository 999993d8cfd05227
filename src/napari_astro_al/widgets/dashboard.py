"""All docks of a window, laid out: catalogue, feature space, answers, pictures, particulars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QDockWidget, QMainWindow

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import SessionError
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.scale import PartitionedCatalogue
from napari_astro_al.session import Session
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.on_screen import on_screen
from napari_astro_al.widgets.catalogue_dock import CatalogueDock
from napari_astro_al.widgets.curation_dock import CurationDock
from napari_astro_al.widgets.cutouts_dock import CutoutsDock
from napari_astro_al.widgets.dock_layout import STORED, noted, put
from napari_astro_al.widgets.estimate_dock import EstimateDock
from napari_astro_al.widgets.further_views import FurtherViews, dock_of
from napari_astro_al.widgets.label_dock import LabelDock
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.planner_dock import PlannerDock
from napari_astro_al.widgets.plots_dock import PlotsDock
from napari_astro_al.widgets.projection_dock import ProjectionDock
from napari_astro_al.widgets.session_dock import SessionDock
from napari_astro_al.widgets.source_dock import SourceDock
from napari_astro_al.widgets.table_dock import TableDock
from napari_astro_al.widgets.tall_tab import TallTab
from napari_astro_al.widgets.training_dock import TrainingDock
from napari_astro_al.widgets.triage_dock import TriageDock
from napari_astro_al.widgets.why_dock import WhyDock
from napari_astro_al.widgets.workbench import Workbench, workbench_of

WIDTHS = {"left": 290, "right": 440}
HEIGHTS = {"with pictures": (320, 200), "without pictures": (110, 560)}
"""Of the docks on the right below Label: Cutouts, Source."""
TRAINING_HEIGHT = 250
TRIAGE_SHARE = 0.59
"""Of the window's height, while the contact sheet is in front of the Training dock."""
TITLE_BAR = 26


class Dashboard:
    """The docks of one window.

    Parameters
    ----------
    bench : Workbench
        What the docks share.
    catalogue : CatalogueDock, optional
        One that napari itself puts into the window, as it does with what its menu asked for.

    Attributes
    ----------
    catalogue, label, cutouts, source, plots, table : QWidget
    training, test_set, session_dock, triage, why, estimates, planner : QWidget
        The docks' widgets.
    views : FurtherViews
        Further views of feature space.
    """

    def __init__(self, bench: Workbench, *, catalogue: CatalogueDock | None = None) -> None:
        self.bench = bench
        self._laid_out = False
        self._had_session = False
        self._links = Links()
        self._session: Session | None = None
        bench.dashboard = self
        self.catalogue = catalogue or CatalogueDock(bench)
        self.label = LabelDock(bench.workspace, bench.labelling)
        self.cutouts = CutoutsDock(bench)
        self.source = SourceDock(bench.workspace)
        self.plots = PlotsDock(bench.workspace)
        self.table = TableDock(bench.workspace)
        self.training = TrainingDock(bench.workspace)
        self.test_set = CurationDock(bench)
        self.session_dock = SessionDock(bench.workspace)
        self.triage = TriageDock(bench)
        self.why = WhyDock(bench.workspace)
        self.estimates = EstimateDock(bench.workspace)
        self.planner = PlannerDock(bench.workspace)
        self._places = {
            "Catalogue": (self.catalogue, "left"),
            "Label": (self.label, "right"),
            "Cutouts": (self.cutouts, "right"),
            "Source": (self.source, "right"),
            "Plots": (self.plots, "right"),
            "Table": (self.table, "right"),
            "Training": (self.training, "bottom"),
            "Test set": (self.test_set, "bottom"),
            "Session": (self.session_dock, "bottom"),
            "Triage": (self.triage, "bottom"),
            "Why": (self.why, "bottom"),
            "Estimates": (self.estimates, "bottom"),
            "Planner": (self.planner, "bottom"),
        }
        for name in self._places:
            if catalogue is None or name != "Catalogue":
                self._add(name)
        self._tab()
        bench.attach(self.label)
        self.label.selection.restricted.connect(self._share_height_soon)
        self.views = FurtherViews(bench)
        self.session_dock.share.about_to_write.connect(self.note_docks)
        self.catalogue.offer_views(self._new_view)
        bench.workspace.session_changed.connect(self._follow)
        bench.viewer.update_console({"cutouts": self.cutouts.model, "dashboard": self})
        QTimer.singleShot(0, self._lay_out)

    def _add(self, name: str) -> None:
        widget, area = self._places[name]
        self.bench.viewer.window.add_dock_widget(
            widget, name=name, area=area, add_vertical_stretch=False
        )

    def show_all(self) -> None:
        """Bring back docks that were hidden or closed."""
        for name, (widget, _) in self._places.items():
            dock = dock_of(widget)
            if dock is not None:
                dock.show()
            elif self._laid_out:
                self._add(name)
        self.views.show_all()

    def _lay_out(self) -> None:
        """Put each dock in its place, once the window has a size."""
        if self.bench.dashboard is not self:
            return
        self._laid_out = True
        catalogue, training = dock_of(self.catalogue), dock_of(self.training)
        main = self.label.window()
        if catalogue is None or training is None or not isinstance(main, QMainWindow):
            return
        corner, area = Qt.Corner, Qt.DockWidgetArea
        main.setCorner(corner.BottomLeftCorner, area.LeftDockWidgetArea)
        main.setCorner(corner.BottomRightCorner, area.RightDockWidgetArea)
        _tab_with_layers(main, catalogue)
        self._tab()
        self._share_width()
        main.resizeDocks([training], [TRAINING_HEIGHT], Qt.Orientation.Vertical)
        triage, session = dock_of(self.triage), dock_of(self.session_dock)
        if triage is not None:
            low = [dock for dock in (training, dock_of(self.test_set), session) if dock is not None]
            TallTab(triage, low, TRIAGE_SHARE)
        catalogue.raise_()
        self._share_height()

    def _tab(self) -> None:
        """Put docks behind rows of tabs: below one another they would make the window grow."""
        main = self.source.window()
        for first, second in (
            (self.source, self.plots),
            (self.source, self.table),
            (self.training, self.test_set),
            (self.training, self.session_dock),
            (self.training, self.triage),
            (self.training, self.why),
            (self.training, self.estimates),
            (self.training, self.planner),
        ):
            front, behind = dock_of(first), dock_of(second)
            if front is not None and behind is not None and isinstance(main, QMainWindow):
                main.tabifyDockWidget(front, behind)
                front.raise_()

    def _share_width(self) -> None:
        catalogue, label = dock_of(self.catalogue), dock_of(self.label)
        main = self.label.window()
        if isinstance(main, QMainWindow) and catalogue is not None and label is not None:
            widths = [WIDTHS["left"], WIDTHS["right"]]
            main.resizeDocks([catalogue, label], widths, Qt.Orientation.Horizontal)

    def _follow(self, session: Session | None) -> None:
        self._links.cut()
        if self._session is not None:
            self._session.on_screen = None
        self._session = session
        if session is not None:
            session.on_screen = self._on_screen
            put(self._docks(), session.window.get(STORED))
            if not self._had_session:
                self._had_session = True
                self._share_width()
            self._links.tie(session.classes_changed, self._share_height_soon)
        self._share_height()

    def _docks(self) -> dict[str, QDockWidget]:
        found = {name: dock_of(widget) for name, (widget, _) in self._places.items()}
        return {name: dock for name, dock in found.items() if dock is not None}

    def note_docks(self) -> None:
        """Write down in the session's window where the docks are."""
        if self._session is not None:
            self._session.window[STORED] = noted(self._docks())

    def _on_screen(self) -> dict[str, Any]:
        return on_screen(self.bench.feature_space, self.cutouts.canvas)

    def _share_height_soon(self) -> None:
        QTimer.singleShot(50, self._share_height)

    def _share_height(self) -> None:
        """Give the room of pictures to the table where there are none."""
        if self.bench.dashboard is not self:
            return
        docks = [dock_of(widget) for widget in (self.label, self.cutouts, self.source)]
        main = self.label.window()
        session = self.session
        pictures = session is not None and len(session.cutouts) > 0
        heights = HEIGHTS["with pictures" if pictures else "without pictures"]
        if isinstance(main, QMainWindow) and all(docks):
            whole = sum(dock.height() for dock in docks if dock is not None)
            label = self.label.wanted_height() + TITLE_BAR
            cutouts, source = (dock.minimumSizeHint().height() for dock in docks[1:] if dock)
            left = max(whole - label, cutouts + source)
            below = max(round(left * heights[1] / sum(heights)), source)
            beside = max(left - below, cutouts)
            shared = [whole - beside - below, beside, below]
            main.resizeDocks(docks, shared, Qt.Orientation.Vertical)

    def add_view(
        self, recipe: ProjectionRecipe | None = None, appearance: Appearance | None = None
    ) -> ProjectionDock:
        """Open a further view of the sources, in a dock of its own.

        It follows the current source, the selection, labels and models, is found again with the
        session, and may be put anywhere or floated.

        Parameters
        ----------
        recipe : ProjectionRecipe, optional
            By default principal components, or the first two features where the main canvas shows
            those.
        appearance : Appearance, optional
            By default that of the main canvas.

        Returns
        -------
        ProjectionDock
            Its ``view`` chooses another projection, its ``model`` is the canvas's.

        Raises
        ------
        SessionError
            If there is no session.
        """
        return self.views.open(recipe, appearance)

    def _new_view(self) -> None:
        self.add_view()

    @property
    def session(self) -> Session | None:
        """What is worked on."""
        return self.bench.workspace.session


def _tab_with_layers(main: QMainWindow, catalogue: QDockWidget) -> None:
    """Put the catalogue and napari's own left docks behind one row of tabs."""
    left = Qt.DockWidgetArea.LeftDockWidgetArea
    napari_docks = [
        dock
        for dock in main.findChildren(QDockWidget)
        if dock is not catalogue and not dock.isFloating() and main.dockWidgetArea(dock) == left
    ]
    main.addDockWidget(left, catalogue)
    for dock in napari_docks:
        main.tabifyDockWidget(catalogue, dock)


def dashboard_of(viewer: Any) -> Dashboard:
    """The dashboard of a viewer, opened when first asked for."""
    bench = workbench_of(viewer)
    if bench.dashboard is None:
        Dashboard(bench)
    found = bench.dashboard
    assert isinstance(found, Dashboard)
    found.show_all()
    return found


def open_viewer(
    what: Catalogue | PartitionedCatalogue | Session | str | Path | None = None,
    *,
    viewer: Any = None,
    show: bool = True,
) -> Any:
    """Open napari with the dashboard.

    Parameters
    ----------
    what : Catalogue, PartitionedCatalogue, Session, path-like, optional
        A catalogue begins, or goes on with, the session kept beside its file (in the user's data
        folder where it has none). A path is a catalogue file, or a folder of Parquet files or HATS
        catalogue, whose roles are shown before they are used, or a session's folder. None opens an
        empty dashboard.
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
        dashboard.bench.workspace.take(what, owned=False)
    elif isinstance(what, Catalogue):
        dashboard.catalogue.begin(what)
    elif isinstance(what, PartitionedCatalogue):
        dashboard.catalogue.whole.begin(what)
    elif what is not None:
        dashboard.catalogue.open_path(Path(what))
    return viewer
