"""The button that saves charts, each as a picture or as its numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMenu, QPushButton, QWidget

from napari_astro_al.widgets.chart_saving import TIP, ask_and_save

ShownChart = tuple[str, QWidget, pd.DataFrame]
"""Name, widget and numbers."""


class SaveButton(QPushButton):
    """Saves the chart that is on show; where there are several, asks which.

    Parameters
    ----------
    charts : callable
        ``charts()`` gives name, widget and numbers of each.
    """

    def __init__(self, charts: Callable[[], list[ShownChart]]) -> None:
        super().__init__("Save…")
        self._charts = charts
        self.setToolTip(TIP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choice = QMenu(self)
        self.clicked.connect(lambda _: self._save_or_ask())

    def _save_or_ask(self) -> None:
        charts = self._charts()
        if len(charts) == 1:
            _save(charts[0])
            return
        self.choice.clear()
        for chart in charts:
            action = self.choice.addAction(f"{_words(chart).capitalize()}…")
            action.triggered.connect(partial(_save, chart))
        self.choice.popup(self.mapToGlobal(self.rect().bottomLeft()))


def _words(chart: ShownChart) -> str:
    return chart[0].replace("-", " ")


def _save(chart: ShownChart, *_: object) -> None:
    ask_and_save(chart[1], chart[2], _words(chart))
