"""Opening a catalogue in partitions from the Catalogue dock: progress, cancel, consent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from napari_astro_al.jobs import Job
from napari_astro_al.scale import PartitionedCatalogue, UnreadablePartitions
from napari_astro_al.session import Session
from napari_astro_al.session.places import is_session, stays_on_disk
from napari_astro_al.widgets.opening import Proposal, folder_job
from napari_astro_al.widgets.opening_whole import (
    known_whole_job,
    whole_folder_job,
    whole_proposal_job,
    whole_session_job,
)
from napari_astro_al.widgets.pass_line import PassLine
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import Workspace, report

FOLDER = "Open a folder (Parquet, HATS)…"
"""The button for a catalogue larger than memory."""
WIDTH = 520


class WholeOpening(PassLine):
    """Opens catalogues in partitions, and shows how far that is.

    Where partitions cannot be read they are named, and left out if the person wants that.

    Parameters
    ----------
    workspace : Workspace
        Which takes the session.
    """

    proposed = Signal(object)
    """A `Proposal`, to be looked at."""
    settled = Signal()
    """What was begun has failed or was stopped."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.jobs)
        self._workspace = workspace
        self.consent: ConsentDialog | None = None

    def ask_for_folder(self) -> None:
        """Let the person choose a folder of Parquet files, or a HATS catalogue."""
        path = QFileDialog.getExistingDirectory(self, "Open a folder of Parquet files, or HATS")
        if not path:
            return
        if is_session(Path(path)):
            self.open_session(Path(path))
        else:
            self.propose(Path(path))

    def open_session(self, path: Path) -> None:
        """Open a session's folder, whichever kind its catalogue is."""
        if stays_on_disk(path):
            self.go_on(path)
        else:
            self._workspace.open(folder_job(path), title=f"Opening {path.name}")

    def propose(self, path: Path, *, skip_unreadable: bool = False) -> None:
        """Look at a folder's first rows; the proposal comes as a signal."""
        self.watch(
            whole_proposal_job(path, skip_unreadable=skip_unreadable),
            title=f"Reading {path.name}",
            done=self.proposed.emit,
            failed=lambda error: self._failed(error, path),
        )

    def start(self, proposal: Proposal, roles: dict[str, Any], *, anew: bool, **how: Any) -> None:
        """Begin the session of a proposal."""
        job = whole_session_job(proposal, roles, anew=anew, **how)
        self._open(job, proposal.catalogue.path)

    def go_on(self, place: Path, whole: PartitionedCatalogue | None = None) -> None:
        """Open a session's folder."""
        self._open(whole_folder_job(place, whole), None if whole is None else whole.path)

    def begin(self, whole: PartitionedCatalogue) -> None:
        """Open or make the session of a catalogue whose roles are known."""
        self._open(known_whole_job(whole), whole.path)

    def _open(self, job: Job[Session], path: Path | None) -> None:
        self.watch(
            job,
            title="Opening",
            done=self._workspace.take,
            failed=lambda error: self._failed(error, path),
            discard=lambda late: late.close(),
            given_up=self.settled.emit,
        )

    def _failed(self, error: Exception, path: Path | None) -> None:
        self.settled.emit()
        if path is None or not isinstance(error, UnreadablePartitions):
            report(error)
            return
        self.consent = ConsentDialog(
            str(error), lambda: self.propose(path, skip_unreadable=True), self
        )
        self.consent.open()


class ConsentDialog(QDialog):
    """Names partitions that cannot be read, and asks whether to go on without them."""

    def __init__(self, why: str, leave_out: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Partitions that cannot be read")
        self.setMinimumWidth(WIDTH)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.addWidget(caption("A part of this catalogue cannot be read"))
        self.why = told = small(why.partition(" Restore the files;")[0])
        told.setWordWrap(True)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows.addWidget(told)
        then = small(
            "Restore the files and open it again. Or leave these sources out of all that follows: "
            "they are never asked for, and nothing is said of them. Every partition is then read "
            "once, to find all that are damaged."
        )
        then.setWordWrap(True)
        rows.addWidget(then)
        buttons = QDialogButtonBox()
        self.leave_out = buttons.addButton("Leave them out", QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(leave_out)
        rows.addWidget(buttons)
