"""The button that saves charts, each as a picture or as its numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMenu, QPushButton, QWidget

from napari_astro_al.widgets.chart_saving import ask_and_save

TIP = "Save a chart as PNG or SVG, or its numbers as CSV or Parquet"


class SaveButton(QPushButton):
    """Offers the charts that are on show.

    Parameters
    ----------
    charts : callable
        ``charts()`` gives name, widget and numbers of each.
    """

    def __init__(self, charts: Callable[[], list[tuple[str, QWidget, pd.DataFrame]]]) -> None:
        super().__init__("Save…")
        self._charts = charts
        self.setToolTip(TIP)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.setMenu(self._menu)

    def _fill(self) -> None:
        self._menu.clear()
        for name, widget, table in self._charts():
            words = name.replace("-", " ").capitalize()
            action = self._menu.addAction(f"{words}…")
            action.triggered.connect(partial(self._save, widget, table, name))

    @staticmethod
    def _save(widget: QWidget, table: pd.DataFrame, name: str, *_: object) -> None:
        ask_and_save(widget, table, name.replace(" ", "_").replace("-", "_"))
