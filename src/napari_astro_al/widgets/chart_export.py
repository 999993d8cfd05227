"""Writing a chart to a file: as a picture, as a drawing, as the numbers in it."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyqtgraph import ScatterPlotItem
from qtpy.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
from qtpy.QtGui import QImage, QPainter
from qtpy.QtSvg import QSvgGenerator

from napari_astro_al.errors import PlotError
from napari_astro_al.plots import Figure
from napari_astro_al.widgets.source_chart import SourceChart

SHARPNESS = 3
"""Pixels of a picture to one on screen."""
SUFFIXES = (".png", ".svg", ".csv")


def export_chart(chart: SourceChart, path: Path) -> Path:
    """Write what a chart shows.

    Parameters
    ----------
    chart : SourceChart
        With a figure.
    path : Path
        The suffix says how: .png, three times as sharp as on screen; .svg; .csv, every point that
        is drawn with its error bars, under the axes' names and units.

    Returns
    -------
    Path

    Raises
    ------
    PlotError
        If the suffix is another, there is nothing to write, or the file cannot be written.
    """
    figure = chart.figure
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise PlotError(f"A chart is written as {', '.join(SUFFIXES)}, not as {path.name!r}.")
    if figure is None or not figure.series:
        raise PlotError("There is nothing on the chart to write.")
    content = {".png": _png, ".svg": _svg}[suffix](chart) if suffix != ".csv" else _csv(figure)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise PlotError(f"Could not write {path}: {error.strerror or error}.") from error
    return path


@contextmanager
def _drawn_sharply(chart: SourceChart, scale: int) -> Iterator[None]:
    """Draw points anew in place of small pictures of them that are kept for the screen."""
    points = [one for one in chart.plotItem.items if isinstance(one, ScatterPlotItem)]
    for one in points:
        one.setExportMode(True, {"resolutionScale": scale})
    try:
        yield
    finally:
        for one in points:
            one.setExportMode(False)


def _png(chart: SourceChart) -> bytes:
    size = chart.viewport().size()
    image = QImage(size * SHARPNESS, QImage.Format.Format_ARGB32)
    image.fill(chart.backgroundBrush().color())
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    with _drawn_sharply(chart, SHARPNESS):
        chart.render(painter, QRectF(image.rect()), chart.viewport().rect())
    painter.end()
    stored = QByteArray()
    buffer = QBuffer(stored)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(stored.data())


def _svg(chart: SourceChart) -> bytes:
    stored = QByteArray()
    buffer = QBuffer(stored)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    size: QSize = chart.viewport().size()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(chart.viewport().rect())
    generator.setTitle(chart.figure.title if chart.figure is not None else "")
    painter = QPainter(generator)
    painter.fillRect(chart.viewport().rect(), chart.backgroundBrush())
    with _drawn_sharply(chart, 1):
        chart.render(painter, QRectF(chart.viewport().rect()), chart.viewport().rect())
    painter.end()
    return bytes(stored.data())


def _csv(figure: Figure) -> bytes:
    text = figure.table().to_csv(index=False, quoting=csv.QUOTE_MINIMAL, lineterminator="\n")
    return text.encode()
