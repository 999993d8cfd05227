"""What the newest labels did: how many predictions they changed, and which."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel

from napari_astro_al.session import Selection, Session
from napari_astro_al.widgets.workspace import Workspace

TIP = "Sources that the newest model takes for another class than the model before. Click to select"


class ChangesLine(QLabel):
    """One line, whose number is a link that selects the sources.

    Parameters
    ----------
    workspace : Workspace
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setMinimumHeight(self.fontMetrics().lineSpacing())
        self.linkActivated.connect(self.select)

    def show_state(self, session: Session) -> None:
        """Tell of the newest model of the task whose predictions changed most."""
        changed = most_changed(session)
        count = 0 if changed is None else changed.count
        self.setToolTip(TIP if count else "")
        if changed is None:
            self.setText("")
        elif not count:
            self.setText("The newest model changed no prediction")
        else:
            noun = "prediction" if count == 1 else "predictions"
            colour = self.palette().text().color().name()
            self.setText(
                f'<a href="changed" style="color: {colour}">{count:,} {noun}</a> '
                "changed with the newest model"
            )

    def select(self, _: str = "") -> None:
        """Select the sources whose predictions changed."""
        session = self._workspace.session
        changed = None if session is None else most_changed(session)
        if session is not None and changed is not None:
            session.select(changed)


def most_changed(session: Session) -> Selection | None:
    """The changes of the task with the most of them; None where no two models can be compared."""
    told = [one for one in map(session.changes, session.tasks) if one is not None]
    return max(told, key=lambda one: one.count, default=None)
