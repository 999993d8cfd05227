"""The Cutouts dock: every picture there is of the current source, in a napari canvas of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from napari.components import ViewerModel
from napari.qt import QtViewer
from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.catalogue import SourceId
from napari_astro_al.cutouts import Cutout
from napari_astro_al.jobs import Job
from napari_astro_al.session import Session
from napari_astro_al.viewer.cutout_canvas import CutoutCanvas
from napari_astro_al.viewer.keys import bind_keys
from napari_astro_al.viewer.late_pictures import LatePictures, ahead_job
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.picture_bar import PictureBar
from napari_astro_al.widgets.pictures_dialog import pictures_button
from napari_astro_al.widgets.runner import JobRunner, Running
from napari_astro_al.widgets.style import EmptyState
from napari_astro_al.widgets.workbench import Workbench
from napari_astro_al.widgets.workspace import report

AHEAD = 4
"""Sources of the queue whose pictures are read before they are asked for."""


class CutoutsDock(QWidget):
    """One Image layer a survey or band, side by side.

    Parameters
    ----------
    bench : Workbench
        Whose current source is pictured. Answers wait until its pictures are painted.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._bench = bench
        self._coming: tuple[SourceId, ...] = ()
        # a host that does not answer must not look as if the program were at work
        self._network = JobRunner(self)
        self._ahead: Running | None = None
        self._late: LatePictures | None = None
        self.bar = PictureBar()
        self._links = Links()
        self.model = ViewerModel(title="cutouts")
        self.qt_viewer = QtViewer(self.model)
        self._controls = self.qt_viewer.controls
        self.canvas: CutoutCanvas | None = None
        self._title = QLabel("")
        self._title.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._adjust = QToolButton()
        self._adjust.setText("Adjust")
        self._adjust.setToolTip("Contrast, gamma and colour map of the chosen picture")
        self._adjust.setCheckable(True)
        self._panel = QScrollArea()
        self._panel.setWidgetResizable(True)
        self._panel.setWidget(self._controls)
        self._panel.setMaximumHeight(220)
        self._panel.hide()
        self._adjust.toggled.connect(self._panel.setVisible)
        self._closed = EmptyState(
            "No pictures yet", "Every picture of a source has its place here."
        )
        self._empty = EmptyState(
            "No pictures",
            "Show files, images of the sky or surveys of each source.",
            pictures_button(bench.workspace, prominent=True),
        )
        rows = QVBoxLayout(self)
        rows.setContentsMargins(4, 4, 4, 4)
        rows.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        self._pictures = pictures_button(bench.workspace)
        top.addWidget(self._pictures)
        top.addWidget(self._adjust)
        rows.addLayout(top)
        rows.addWidget(self.bar)
        rows.addWidget(self.qt_viewer, 1)
        rows.addWidget(self._panel)
        rows.addWidget(self._empty, 1)
        rows.addWidget(self._closed, 1)
        self.qt_viewer.setMinimumHeight(110)
        bench.workspace.session_changed.connect(self._take)
        bench.attach(self)
        self._take(bench.workspace.session)

    def _take(self, session: Session | None) -> None:
        if self.canvas is not None:
            self.canvas.close()
            self.canvas = None
        if self._late is not None:
            self._late.close()
            self._late = None
        self._network.cancel_all()
        self._coming, self._ahead = (), None
        self._links.cut()
        self.bar.take(None if session is None else session.cutouts)
        if session is not None:
            self.canvas = CutoutCanvas(self.model, session, run=self._run)
            bind_keys(self.model, self._bench.labelling.actions())
            self._late = LatePictures(
                session.cutouts, run=self._run_beside, arrived=self.canvas.refresh
            )
            self._links.tie(session.current_changed, self._name_source, self._forget_late)
            self._links.tie(session.cutouts.changed, self._providers_changed)
            conductor = self._bench.workspace.conductor
            if conductor is not None:
                conductor.changed.connect(self._read_ahead)
        self._providers_changed()

    def _run(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        labelling = self._bench.labelling

        def shown(pictures: Any) -> None:
            try:
                done(pictures)
                self._follow(pictures)
            finally:
                QTimer.singleShot(0, labelling.painted)

        def failed(error: Exception) -> None:
            QTimer.singleShot(0, labelling.painted)
            report(error)

        return self._bench.workspace.jobs.run(
            job, title="Reading pictures", done=shown, failed=failed, shown=False
        )

    def _run_beside(self, job: Job[Any], done: Callable[[Any], None]) -> object:
        return self._network.run(
            job, title="Fetching pictures", done=done, failed=report, shown=False
        )

    def _follow(self, pictures: list[Cutout]) -> None:
        """Fetch what the pictures on show lack, and offer what the person can do about the rest."""
        session = self._bench.workspace.session
        if session is not None and self._late is not None:
            self._late.follow(session.current, pictures)
            self.bar.offer(pictures)

    def _forget_late(self, _: object) -> None:
        if self._late is not None:
            self._late.close()

    def _providers_changed(self) -> None:
        session = self._bench.workspace.session
        some = session is not None and len(session.cutouts) > 0
        self._bench.labelling.waits_for_paint = some
        for part in (self.qt_viewer, self._pictures, self._adjust, self._title):
            part.setVisible(some)
        self._panel.setVisible(some and self._adjust.isChecked())
        self._closed.setVisible(session is None)
        self._empty.setVisible(session is not None and not some)
        self._name_source()
        self._coming = ()
        self._read_ahead()

    def _name_source(self, *_: object) -> None:
        session = self._bench.workspace.session
        current = None if session is None else session.current
        self._title.setText("" if current is None else f"Source {current}")

    def _read_ahead(self) -> None:
        session = self._bench.workspace.session
        conductor = self._bench.workspace.conductor
        if session is None or conductor is None or len(session.cutouts) == 0:
            return
        coming = tuple(conductor.queue[:AHEAD])
        if coming and coming != self._coming:
            self._coming = coming
            if self._ahead is not None:
                self._ahead.cancel()
            self._ahead = self._network.run(
                ahead_job(session.cutouts, coming),
                title="Reading ahead",
                done=lambda _: None,
                failed=report,
                shown=False,
            )
