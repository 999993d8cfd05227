"""Which image the sources lie on: one that is open, or one of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from napari_astro_al.imaging import SkyImage
from napari_astro_al.widgets.name_box import ChoiceBox

KINDS = "Images (*.fits *.fit *.fts *.fits.gz *.fits.bz2 *.fz *.png *.jpg *.jpeg *.tif *.tiff)"


class ImageRow(QWidget):
    """The open images, and a button for another file."""

    chosen = Signal(object)
    """A `SkyImage` that is open."""
    opened = Signal(object)
    """The path of a file to open."""
    wanted = Signal()
    """The list is about to be looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.box = _Images("The image that the sources lie on")
        self.file = QPushButton("Open…")
        self.file.setStyleSheet("padding: 3px 6px;")
        self.file.setToolTip("Open another image: FITS, PNG, JPEG or TIFF")
        self._images: list[SkyImage] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.box, 1)
        row.addWidget(self.file)
        self.box.activated.connect(lambda place: self.chosen.emit(self._images[place]))
        self.box.opening.connect(self.wanted)
        self.file.clicked.connect(lambda _: self.ask())

    def offer(self, images: Sequence[SkyImage], shown: SkyImage | None) -> None:
        """List images, and show which one sources lie on."""
        listed = list(images)
        if shown is not None and not any(one.is_same_as(shown) for one in listed):
            listed.append(shown)
        self._images = listed
        self.box.clear()
        for image in listed:
            self.box.addItem(image.name)
            self.box.setItemData(self.box.count() - 1, _about(image), 3)
        places = [k for k, one in enumerate(listed) if shown is not None and one.is_same_as(shown)]
        self.box.setCurrentIndex(places[0] if places else -1)

    def ask(self) -> bool:
        """Let the person choose a file; whether one was chosen."""
        path, _ = QFileDialog.getOpenFileName(self, "Open an image", "", KINDS)
        if path:
            self.opened.emit(Path(path))
        return bool(path)


class _Images(ChoiceBox):
    opening = Signal()

    def showPopup(self) -> None:  # noqa: N802
        self.opening.emit()
        super().showPopup()


def _about(image: SkyImage) -> str:
    where = "with world coordinates" if image.header else "without world coordinates"
    return f"{image.width} x {image.height} pixels, {where}\n{image.path}".strip()
