"""Holding a key: the source before is on show until the key is let go."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject
from qtpy.QtGui import QKeyEvent, QKeySequence
from qtpy.QtWidgets import QApplication

from napari_astro_al.widgets.labelling import Labelling


class Comparing(QObject):
    """Waits for the release of the key, wherever the focus is by then.

    Parameters
    ----------
    labelling : Labelling
        Shows the sources.
    parent : QObject
    """

    def __init__(self, labelling: Labelling, parent: QObject) -> None:
        super().__init__(parent)
        self._labelling = labelling
        labelling.compare_wanted.connect(self._begin)

    def _begin(self) -> None:
        application = QApplication.instance()
        if application is not None and self._labelling.compare():
            application.installEventFilter(self)

    def eventFilter(self, _: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """End with the key's release, or when the program is left meanwhile."""
        if event is not None and self._ends(event):
            application = QApplication.instance()
            if application is not None:
                application.removeEventFilter(self)
            self._labelling.end_comparing()
        return False

    def _ends(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ApplicationDeactivate:
            return True
        if event.type() != QEvent.Type.KeyRelease or not isinstance(event, QKeyEvent):
            return False
        name = self._labelling.keys["compare"].rpartition("-")[2] or "-"
        return not event.isAutoRepeat() and event.key() == QKeySequence(name)[0].key()
