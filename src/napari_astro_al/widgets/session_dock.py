"""The Session dock: checkpoints, the time machine, sharing."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from napari_astro_al.session import Session
from napari_astro_al.widgets.checkpoint_list import CheckpointList
from napari_astro_al.widgets.section import Section
from napari_astro_al.widgets.share_form import ShareForm
from napari_astro_al.widgets.style import EmptyState
from napari_astro_al.widgets.time_slider import TimeSlider
from napari_astro_al.widgets.workspace import Workspace


class SessionDock(QWidget):
    """Sections side by side: what becomes of the session as a whole.

    Parameters
    ----------
    workspace : Workspace
        Whose session it is.

    Attributes
    ----------
    checkpoints : CheckpointList
    time : TimeSlider
    share : ShareForm
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._sections = QHBoxLayout()
        self._sections.setContentsMargins(0, 0, 0, 0)
        self._sections.setSpacing(18)
        self.checkpoints = CheckpointList(workspace)
        self.time = TimeSlider(workspace)
        self.share = ShareForm(workspace)
        inside = QWidget()
        inside.setLayout(self._sections)
        for section, stretch in ((self.checkpoints, 5), (self.time, 3), (self.share, 4)):
            self.add_section(section, stretch=stretch)
        self._body = QScrollArea()  # or a small window would be no wider than this dock
        self._body.setWidgetResizable(True)
        self._body.setFrameShape(QFrame.Shape.NoFrame)
        self._body.setWidget(inside)
        self._empty = EmptyState(
            "No catalogue is open", "Open one in the Catalogue dock, or drop a file on the canvas."
        )
        self._pages = QStackedLayout()
        self._pages.addWidget(self._body)
        self._pages.addWidget(self._empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(10, 6, 10, 6)
        whole.addLayout(self._pages)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def add_section(self, section: Section, *, stretch: int = 3) -> None:
        """Put a further section beside the others, the newest on the right.

        Parameters
        ----------
        section : Section
            With a title and rows of its own; it listens to the session by itself.
        stretch : int
            How wide it is, compared with the others.
        """
        self._sections.addWidget(section, stretch, Qt.AlignmentFlag(0))

    def _take(self, session: Session | None) -> None:
        self._pages.setCurrentWidget(self._empty if session is None else self._body)
