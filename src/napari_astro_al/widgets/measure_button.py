"""The button that measures pictures, and goes on until the models see the numbers."""

from __future__ import annotations

from dataclasses import replace

from napari.utils.notifications import show_info
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QWidget

from napari_astro_al.errors import AstroALError
from napari_astro_al.features import FeatureMatrix, FeatureRecipe
from napari_astro_al.session import Session
from napari_astro_al.session.columns import NewColumns
from napari_astro_al.widgets.measure_dialog import MeasureDialog, Wanted
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.workspace import Workspace, report

NO_PICTURES = "There are no pictures to measure: this session has no cutouts"
TIP = "Make columns of the pictures: a network's embedding, or morphology"


class MeasureButton(QWidget):
    """Asks what to measure, measures, and gives the numbers to the models; or stops.

    Parameters
    ----------
    workspace : Workspace
        Whose session's pictures are measured.
    """

    finished = Signal()
    """Columns are there and features, where wanted, are made of them; or it was stopped."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._running: Running | None = None
        self.start = QPushButton("Measure pictures…")
        self.start.clicked.connect(self.ask)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Stop measuring; what is measured is kept for the next start")
        self.stop.clicked.connect(self.cancel)
        self.stop.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.start, 1)
        row.addWidget(self.stop)
        workspace.jobs.changed.connect(self._show_progress)

    def show_state(self, session: Session | None) -> None:
        """Offer what is possible with a session."""
        pictured = session is not None and len(session.cutouts) > 0
        why_not = "" if session is None else session.why_not("columns")
        self.start.setEnabled(pictured and not why_not and self._running is None)
        self.start.setToolTip(why_not or (TIP if pictured else NO_PICTURES))

    def ask(self) -> None:
        """Let the person choose, and begin."""
        session = self._workspace.session
        if session is None:
            return
        names = [one.name for one in session.cutouts.providers]
        dialog = MeasureDialog(names, len(session.catalogue), self)
        dialog.offer_uses(some=not session.features.is_empty)
        if dialog.exec():
            self.measure(dialog.wanted)

    def measure(self, wanted: Wanted) -> None:
        """Begin to measure."""
        session = self._workspace.session
        if session is None or self._running is not None:
            return
        try:
            job = session.measure_images_job(
                wanted.what, wanted.provider, n_components=wanted.n_components
            )
        except AstroALError as error:
            report(error)
            return
        self._running = self._workspace.jobs.run(
            job,
            title="Measuring pictures",
            done=lambda new: self._measured(session, wanted, new),
            failed=self._failed,
            discard=lambda late: late.drop(),
        )
        self._show_progress()

    def cancel(self) -> None:
        """Stop; the next start of the same kind goes on."""
        if self._running is not None:
            self._running.cancel()
        self._end()

    def _failed(self, error: Exception) -> None:
        self._end()
        report(error)

    def _measured(self, session: Session, wanted: Wanted, new: NewColumns) -> None:
        self._running = None
        try:
            taken = session.accept_columns(new)
        except AstroALError as error:
            self._failed(error)
            return
        if not taken:
            self._end()
            show_info("Columns or features have changed in the meantime: measure once more.")
            return
        made = new.group.made
        show_info(
            f"{made['measured']:,} of {len(session.catalogue):,} sources are measured: "
            f"{len(new.group.names)} columns {new.group.name!r}."
        )
        recipe = None if new.features is not None else _recipe(session, wanted, new)
        if recipe is None:
            self._end()
            return
        self._running = self._workspace.jobs.run(
            session.features_job(recipe),
            title="Making features",
            done=lambda features: self._take(session, features),
            failed=self._failed,
        )
        self._show_progress()

    def _take(self, session: Session, features: FeatureMatrix) -> None:
        try:
            session.accept_features(features)
        except AstroALError as error:
            report(error)
        self._end()

    def _end(self) -> None:
        self._running = None
        self._show_progress()
        self.finished.emit()

    def _show_progress(self) -> None:
        running = self._running
        if running is not None and running.cancelled:
            running = self._running = None
        self.stop.setVisible(running is not None)
        words = "Measure pictures…" if running is None else running.message or running.title
        self.start.setText(words)
        self.show_state(self._workspace.session)


def _recipe(session: Session, wanted: Wanted, new: NewColumns) -> FeatureRecipe | None:
    """The features that are wanted; None where they stay as they are."""
    if wanted.use == "keep":
        return None
    now = session.features.recipe
    fresh = [name for name in new.group.names if not name.endswith("_flag")]
    if wanted.use == "replace":
        return replace(now, columns=tuple(fresh), generators=())
    return now.with_columns(tuple(dict.fromkeys([*(now.columns or ()), *fresh])))
