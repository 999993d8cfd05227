"""Saving a chart: as a picture of the widget that draws it, or its numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from qtpy.QtCore import QPoint, QRectF, QSize
from qtpy.QtGui import QImage, QPainter
from qtpy.QtWidgets import QFileDialog, QGraphicsView, QWidget

from napari_astro_al.errors import AstroALError, SessionError
from napari_astro_al.widgets.workspace import report

FILTERS = {
    ".png": "PNG picture (*.png)",
    ".svg": "SVG picture (*.svg)",
    ".csv": "CSV table (*.csv)",
    ".parquet": "Parquet table (*.parquet)",
}
SCALE = 2
"""Pixels of a PNG a pixel on screen."""


def save_chart(widget: QWidget, table: pd.DataFrame, path: Path) -> Path:
    """Write a chart to a file.

    Parameters
    ----------
    widget : QWidget
        Draws it.
    table : pandas.DataFrame
        Its numbers, a row a point, as matplotlib takes them.
    path : Path
        The suffix says the format: .png, .svg, .csv, .parquet.

    Raises
    ------
    SessionError
        If the suffix is not known or the file cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in FILTERS:
        raise SessionError(
            f"A chart is saved as {', '.join(FILTERS)}; {path.name!r} ends in none of these."
        )
    try:
        if suffix == ".csv":
            table.to_csv(path, index=False)
        elif suffix == ".parquet":
            table.to_parquet(path, index=False)
        elif suffix == ".svg":
            _draw_svg(widget, path)
        elif not _picture(widget).save(str(path)):
            raise OSError("the picture could not be written")
    except OSError as error:
        raise SessionError(
            f"{path} could not be written: {error}. Choose another folder."
        ) from error
    return path


def _picture(widget: QWidget) -> QImage:
    image = QImage(widget.size() * SCALE, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(SCALE)
    image.fill(widget.palette().window().color())
    painter = QPainter(image)
    _paint(widget, painter)
    painter.end()
    return image


def _draw_svg(widget: QWidget, path: Path) -> None:
    from qtpy.QtSvg import QSvgGenerator

    with path.open("wb"):  # says why it cannot be written; the generator does not
        pass
    svg = QSvgGenerator()
    svg.setFileName(str(path))
    svg.setSize(QSize(widget.width(), widget.height()))
    svg.setViewBox(widget.rect())
    painter = QPainter(svg)
    _paint(widget, painter)
    painter.end()


def _paint(widget: QWidget, painter: QPainter) -> None:
    if isinstance(widget, QGraphicsView):
        widget.render(painter, QRectF(widget.rect()), widget.viewport().rect())
    else:
        widget.render(painter, QPoint())


def ask_and_save(widget: QWidget, table: pd.DataFrame, name: str) -> None:
    """Ask where a chart is to be saved, and save it there."""
    start = f"{name}.png"
    chosen, _ = QFileDialog.getSaveFileName(
        widget, f"Save {name.replace('_', ' ')}", start, ";;".join(FILTERS.values())
    )
    if not chosen:
        return
    try:
        save_chart(widget, table, Path(chosen))
    except AstroALError as error:
        report(error)
