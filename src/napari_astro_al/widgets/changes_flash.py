"""What a new model changed, seen for a moment in feature space."""

from __future__ import annotations

from qtpy.QtCore import QObject

from napari_astro_al.session import Session
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.widgets.changes_line import most_changed
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.preferences import preferences
from napari_astro_al.widgets.rest import Rest

FOR = 700
"""Milliseconds."""


class ChangesFlash(QObject):
    """Shows the sources that the newest model takes for another class than the model before.

    Parameters
    ----------
    parent : QObject
    session : Session
    space : FeatureSpace
    """

    def __init__(self, parent: QObject, session: Session, space: FeatureSpace) -> None:
        super().__init__(parent)
        self._session, self._space = session, space
        self._over = Rest(self, FOR)
        self._links = Links()
        self._links.tie(session.trained, self._show)

    def _show(self, *_: object) -> None:
        if not preferences().flash:
            return
        changed = most_changed(self._session)
        if changed is not None and changed.count:
            self._space.flash(changed.rows)
            self._over(lambda: self._space.flash(None))

    def finish(self) -> None:
        """Show nothing more."""
        self._links.cut()
        self._over.forget()
        self.deleteLater()
