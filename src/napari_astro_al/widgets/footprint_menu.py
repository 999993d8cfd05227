"""Selecting by a footprint on the sky (MOC), and writing that of a selection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from napari.utils.notifications import show_info
from qtpy.QtWidgets import QFileDialog, QInputDialog, QMenu, QPushButton, QWidget

from napari_astro_al.catalogue.footprint import ORDER
from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.session.selection import How
from napari_astro_al.widgets.workspace import Workspace, report

FILES = "Footprints (*.fits *.fit *.fits.gz *.json *.txt *.moc);;All files (*)"
WRITTEN = "FITS (*.fits);;JSON (*.json);;Text (*.txt)"
TIP = (
    "Parts of the sky as cells (MOC), as archives publish for surveys: select what lies inside\n"
    "or outside of one, or write that of the selection"
)
NO_POSITIONS = "Needs columns of right ascension and declination"
ORDERS = {
    "14 arcmin (order 8)": 8,
    "3.4 arcmin (order 10)": 10,
    "52 arcsec (order 12)": 12,
    "13 arcsec (order 14)": 14,
}


class FootprintMenu(QMenu):
    """What can be done with footprints, as far as it can be done now.

    Parameters
    ----------
    workspace : Workspace
        Whose selection it is.
    """

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__("Footprint", parent)
        self._workspace = workspace
        self.setToolTipsVisible(True)
        self.inside = self.addAction("Select sources inside…")
        self.outside = self.addAction("Select sources outside…")
        self.keep = self.addAction("Keep selected sources inside…")
        self.addSeparator()
        self.of_selection = self.addAction("Write that of the selection…")
        for action, act in (
            (self.inside, lambda: self._ask()),
            (self.outside, lambda: self._ask(outside=True)),
            (self.keep, lambda: self._ask(how="intersect")),
            (self.of_selection, self._ask_for_file),
        ):
            action.triggered.connect(_plainly(act))
        self.aboutToShow.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Offer what can be done."""
        session = self._workspace.session
        placed = session is not None and session.catalogue.roles.ra is not None
        some = session is not None and session.selection.count > 0
        for action in (self.inside, self.outside):
            action.setEnabled(placed)
            action.setToolTip("Of a MOC in FITS, JSON or text" if placed else NO_POSITIONS)
        for action in (self.keep, self.of_selection):
            action.setEnabled(placed and some)
            why = "" if some else "Select sources first"
            action.setToolTip(why if placed else NO_POSITIONS)

    def _ask(self, *, outside: bool = False, how: How = "replace") -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open a footprint (MOC)", "", FILES)
        if path:
            self.select(Path(path), outside=outside, how=how)

    def select(self, path: Path, *, outside: bool = False, how: How = "replace") -> None:
        """Select the sources inside or outside of a footprint."""
        session = self._workspace.session
        if session is None:
            return

        def done(rows: npt.NDArray[np.int64]) -> None:
            if self._workspace.session is session:
                session.select_rows(rows, how)
                where = "outside of" if outside else "in"
                show_info(f"{len(rows):,} of {len(session.catalogue):,} sources lie {where} it.")

        self._run(
            lambda: session.footprint_rows_job(path, outside=outside), f"Reading {path.name}", done
        )

    def _ask_for_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Write a footprint (MOC)", "", WRITTEN)
        if not path:
            return
        now = list(ORDERS.values()).index(ORDER)
        words, given = QInputDialog.getItem(
            self, "Write a footprint", "Cells on the sky of", list(ORDERS), now, editable=False
        )
        if given:
            file = Path(path)
            self.write(file if file.suffix else file.with_suffix(".fits"), ORDERS[words])

    def write(self, path: Path, order: int) -> None:
        """Write the footprint of the selected sources."""
        session: Session | None = self._workspace.session
        if session is not None:
            self._run(
                lambda: session.write_footprint_job(path, order=order),
                f"Writing {path.name}",
                lambda file: show_info(f"The footprint is in {file}."),
            )

    def _run(self, begin: Callable[[], object], title: str, done: Callable[..., None]) -> None:
        try:
            job = begin()
        except AstroALError as error:
            report(error)
            return
        self._workspace.run(job, title=title, done=done)


def footprint_button(workspace: Workspace) -> QPushButton:
    """A button with the menu."""
    button = QPushButton("Footprint")
    button.setToolTip(TIP)
    button.setMenu(FootprintMenu(workspace, button))
    return button


def _plainly(act: Callable[[], None]) -> Callable[[bool], None]:
    return lambda _: act()
