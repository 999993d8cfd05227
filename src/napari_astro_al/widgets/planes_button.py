"""The button that opens the chooser of diagnostic planes."""

from __future__ import annotations

from qtpy.QtWidgets import QPushButton

from napari_astro_al.widgets.plane_dialog import PlaneDialog
from napari_astro_al.widgets.workbench import Workbench


class PlanesButton(QPushButton):
    """Opens one dialog for the session that is worked on, and closes it with the session.

    Parameters
    ----------
    bench : Workbench
        Whose main canvas shows the planes.

    Attributes
    ----------
    dialog : PlaneDialog or None
        Once it was opened.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__("Planes…")
        self._bench = bench
        self.dialog: PlaneDialog | None = None
        self.setToolTip("BPT, WHAN, WISE cuts and other planes with their curves and regions")
        self.clicked.connect(lambda _: self.ask())

    def ask(self) -> None:
        """Open the dialog, or bring it to the front."""
        session, view = self._bench.workspace.session, self._bench.view
        if session is None or view is None:
            return
        if self.dialog is None:
            dashboard = self._bench.dashboard
            further = None if dashboard is None else dashboard.add_view
            self.dialog = PlaneDialog(session, view.choose, further, self.window())
        self.dialog.show()
        self.dialog.raise_()

    def forget(self) -> None:
        """Close the dialog: another session is worked on."""
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None
