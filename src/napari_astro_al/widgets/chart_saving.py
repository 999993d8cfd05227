"""Writing a chart to a file: as a picture, as a drawing, or the numbers in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
from pyqtgraph import ScatterPlotItem
from qtpy.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRectF, QSize
from qtpy.QtGui import QImage, QPainter
from qtpy.QtSvg import QSvgGenerator
from qtpy.QtWidgets import QFileDialog, QGraphicsView, QWidget

from napari_astro_al.errors import AstroALError, SessionError
from napari_astro_al.session.document import write_atomically
from napari_astro_al.session.file_names import folder_stem
from napari_astro_al.widgets.workspace import report

FILTERS = {
    ".png": "PNG picture (*.png)",
    ".svg": "SVG drawing (*.svg)",
    ".csv": "CSV table of its numbers (*.csv)",
    ".parquet": "Parquet table of its numbers (*.parquet)",
}
TIP = "Save a chart as PNG or SVG, or its numbers as CSV or Parquet"
SHARPNESS = 3
"""Pixels of a picture to one on screen."""


def save_chart(widget: QWidget, table: pd.DataFrame, path: Path) -> Path:
    """Write a chart to a file, as a whole or not at all.

    Parameters
    ----------
    widget : QWidget
        Draws it.
    table : pandas.DataFrame
        Its numbers, a row a point, as matplotlib takes them.
    path : Path
        The suffix says how: .png, three times as sharp as on screen; .svg; .csv and .parquet, all
        of the numbers.

    Raises
    ------
    SessionError
        If the suffix is another, there is nothing to write, or the file cannot be written.
    """
    write = {".png": _png, ".svg": _svg}.get(suffix := path.suffix.lower())
    if suffix not in FILTERS:
        raise SessionError(f"A chart is written as {', '.join(FILTERS)}, not as {path.name!r}.")
    if table.empty:
        raise SessionError("There is nothing on the chart to write.")
    content = write(widget) if write is not None else _numbers(table, suffix)
    write_atomically(path, content)
    return path


def ask_and_save(widget: QWidget, table: pd.DataFrame, name: str) -> None:
    """Ask where a chart is to be saved, and save it there.

    A name without a suffix gets that of the format chosen.
    """
    start = f"{folder_stem(name)}.png"
    path, chosen = QFileDialog.getSaveFileName(
        widget, f"Save {name}", start, ";;".join(FILTERS.values())
    )
    if not path:
        return
    try:
        save_chart(widget, table, with_suffix(Path(path), chosen))
    except AstroALError as error:
        report(error)


def with_suffix(path: Path, chosen: str) -> Path:
    """A path with the suffix of one of `FILTERS`, unless it has one already."""
    if path.suffix:
        return path
    suffix = next((one for one, words in FILTERS.items() if words == chosen), ".png")
    return path.with_name(path.name + suffix)


def _png(widget: QWidget) -> bytes:
    image = QImage(_size(widget) * SHARPNESS, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(SHARPNESS)
    image.fill(widget.palette().window().color())
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint(widget, painter)
    painter.end()
    stored = QByteArray()
    buffer = QBuffer(stored)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(stored.data())


def _svg(widget: QWidget) -> bytes:
    stored = QByteArray()
    buffer = QBuffer(stored)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(_size(widget))
    generator.setViewBox(QRectF(0, 0, _size(widget).width(), _size(widget).height()))
    painter = QPainter(generator)
    painter.fillRect(generator.viewBox(), widget.palette().window())
    _paint(widget, painter)
    painter.end()
    return bytes(stored.data())


def _size(widget: QWidget) -> QSize:
    return widget.viewport().size() if isinstance(widget, QGraphicsView) else widget.size()


def _paint(widget: QWidget, painter: QPainter) -> None:
    if not isinstance(widget, QGraphicsView):
        widget.render(painter, QPoint())
        return
    whole = widget.viewport().rect()
    painter.fillRect(whole, widget.backgroundBrush())
    with _drawn_sharply(widget):
        widget.render(painter, QRectF(whole), whole)


@contextmanager
def _drawn_sharply(view: QGraphicsView) -> Iterator[None]:
    """Draw points anew in place of small pictures of them that are kept for the screen."""
    points = [one for one in view.scene().items() if isinstance(one, ScatterPlotItem)]
    for one in points:
        one.setExportMode(True, {"resolutionScale": 1})
    try:
        yield
    finally:
        for one in points:
            one.setExportMode(False)


def _numbers(table: pd.DataFrame, suffix: str) -> bytes:
    if suffix == ".csv":
        text = table.to_csv(index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
        return text.encode()
    content = io.BytesIO()
    table.to_parquet(content, index=False)
    return content.getvalue()
