"""Finding the sources of an image, seen on the image before they become a catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from napari.layers import Layer
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout

from napari_astro_al.errors import AstroALError
from napari_astro_al.imaging import OpenImage, SkyImage
from napari_astro_al.imaging.files import opening_job
from napari_astro_al.imaging.settings import DetectionSettings
from napari_astro_al.viewer.images import (
    layer_of,
    layer_tuple,
    open_images,
    pixels_of,
    sky_image_of,
)
from napari_astro_al.widgets.busy_bar import BusyBar
from napari_astro_al.widgets.detecting import Preview, catalogue_proposal_job, preview_job
from napari_astro_al.widgets.detection_form import DetectionForm
from napari_astro_al.widgets.detection_preview import DetectionPreview
from napari_astro_al.widgets.image_row import ImageRow
from napari_astro_al.widgets.opening import Proposal
from napari_astro_al.widgets.rest import Rest
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.style import caption, small
from napari_astro_al.widgets.workspace import Workspace, report

WIDTH = 360
REST_AFTER = 600  # milliseconds


class DetectionDialog(QDialog):
    """Settings, the number of sources that they find, and a button that measures those.

    Parameters
    ----------
    workspace : Workspace
        The window's.
    offer : callable
        Takes the `Proposal` of a catalogue.
    layer : Layer, optional
        The image to begin with; by default the one on top.
    """

    def __init__(
        self,
        workspace: Workspace,
        offer: Callable[[Proposal], None],
        layer: Layer | None = None,
        parent: Any = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Detect sources in an image")
        self._workspace = workspace
        self._offer = offer
        self._layer: Any = None
        self._running: Running | None = None
        self._found: Preview | None = None
        self._soon = Rest(self, REST_AFTER)
        self._preview = DetectionPreview(workspace.viewer)
        self.image = ImageRow()
        self.form = DetectionForm()
        self.count = caption("")
        self.note = small("")
        self._bar = BusyBar(4)
        self.make = QPushButton("Measure and make a catalogue")
        self.cancel = QPushButton("Cancel")
        self._lay_out()
        self._connect()
        images = open_images(workspace.viewer)
        chosen = layer if layer is not None and sky_image_of(layer) is not None else None
        self._take(chosen or (images[0] if images else None))

    def _lay_out(self) -> None:
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(34)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        top = QFormLayout()
        top.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        top.addRow(small("Image"), self.image)
        buttons = QHBoxLayout()
        buttons.addWidget(self.make, 1)
        buttons.addWidget(self.cancel)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 12)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(self.form)
        rows.addWidget(self.count)
        rows.addWidget(self.note)
        rows.addWidget(self._bar)
        rows.addLayout(buttons)
        self.setFixedWidth(WIDTH)

    def _connect(self) -> None:
        self.image.chosen.connect(lambda image: self._take(self._layer_of(image)))
        self.image.opened.connect(self._open)
        self.image.wanted.connect(self._list_images)
        self.form.changed.connect(lambda: self._soon(self._look))
        self.make.clicked.connect(lambda _: self._make())
        self.cancel.clicked.connect(lambda _: self.reject())
        self._workspace.jobs.changed.connect(self._show_work)

    def _layer_of(self, image: SkyImage) -> Layer | None:
        return layer_of(self._workspace.viewer, image)

    def _list_images(self) -> None:
        layers = open_images(self._workspace.viewer)
        shown = [sky_image_of(layer) for layer in layers]
        now = None if self._layer is None else sky_image_of(self._layer)
        self.image.offer([one for one in shown if one is not None], now)

    def _open(self, path: Path) -> None:
        def done(found: list[OpenImage]) -> None:
            for one in found[::-1]:
                if self._layer_of(one.image) is None:
                    self._workspace.viewer.add_layer(Layer.create(*layer_tuple(one)))
            self._take(self._layer_of(found[0].image))

        self._workspace.run(opening_job(path), title=f"Opening {path.name}", done=done)

    def _take(self, layer: Any) -> None:
        """Find the sources of another image from now on."""
        self._give_up()
        self._found = None
        self._layer = layer
        self._preview.clear()
        self._list_images()
        if layer is None:
            self._say(
                "No image is open", "Open a FITS file, a PNG or a JPEG with the button above."
            )
            self._show_work()
            return
        self._look()

    def _settings(self) -> DetectionSettings | None:
        """What the form says; where that is not allowed, say why."""
        try:
            return self.form.settings()
        except AstroALError as error:
            self._say("", str(error))
            return None

    def _look(self) -> None:
        """Find sources, and show them."""
        self._give_up()
        self._found = None
        settings = self._settings()
        if self._layer is None or settings is None:
            self._show_work()
            return
        self._say("Looking…", "")
        self._start(
            preview_job(pixels_of(self._layer), settings), "Looking for sources", self._show
        )

    def _show(self, preview: Preview) -> None:
        self._running = None
        self._found = preview
        found, places = preview
        n = len(found)
        self._say(
            f"{n:,} {'source' if n == 1 else 'sources'}",
            f"{len(found.blended):,} of them taken apart from neighbours. Measuring them takes "
            f"about {_seconds(n)}.",
        )
        self._preview.show(self._layer, places)
        self._show_work()

    def _make(self) -> None:
        settings, layer = self._settings(), self._layer
        image = None if layer is None else sky_image_of(layer)
        if settings is None or image is None:
            return
        opened = OpenImage(image, pixels_of(layer), str(layer.metadata.get("unit") or ""))
        found = None if self._found is None else self._found[0]
        self._give_up()
        self._start(
            catalogue_proposal_job(opened, found, settings), f"Measuring {image.name}", self._made
        )

    def _made(self, proposal: Proposal) -> None:
        self._running = None
        self.accept()
        self._offer(proposal)

    def _start(self, job: Any, title: str, done: Callable[[Any], None]) -> None:
        self._running = self._workspace.jobs.run(job, title=title, done=done, failed=self._failed)
        self._show_work()

    def _failed(self, error: Exception) -> None:
        self._running = None
        self._preview.clear()
        self._show_work()
        if not isinstance(error, AstroALError):
            report(error)
        self._say("No sources", str(error))

    def _give_up(self) -> None:
        self._soon.forget()
        running, self._running = self._running, None
        if running is not None:
            running.cancel()

    def _say(self, headline: str, words: str) -> None:
        self.count.setText(headline)
        self.note.setText(words)

    def _show_work(self) -> None:
        running = self._running
        self._bar.setVisible(running is not None)
        self.make.setEnabled(self._layer is not None and (running is None or self._found is None))
        self.cancel.setText("Cancel")
        if running is not None:
            self.note.setText(running.message)

    def done(self, result: int) -> None:
        """Give up what is being done, and take the rings away: however it is closed."""
        self._give_up()
        self._workspace.jobs.changed.disconnect(self._show_work)
        self._preview.clear()
        super().done(result)


def _seconds(n_sources: int) -> str:
    """How long measuring takes, from some milliseconds a source."""
    seconds = max(1, round(n_sources * 0.006))
    return f"{seconds} s" if seconds < 100 else f"{round(seconds / 60)} minutes"
