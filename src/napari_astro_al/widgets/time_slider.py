"""The time machine in the Session dock: a slider through the labelling history."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QSlider

from napari_astro_al.errors import AstroALError
from napari_astro_al.session import Session
from napari_astro_al.session.timeline import Timeline
from napari_astro_al.widgets.checkpoint_list import local_time, short_time
from napari_astro_al.widgets.section import Section, button
from napari_astro_al.widgets.style import one_line, small
from napari_astro_al.widgets.workspace import Workspace, report

LOOK_BACK, RETURN = "Look back", "Return"
TIPS = {
    LOOK_BACK: "Let all views show labels as they were; nothing is changed",
    RETURN: "Return to the present: let all views show labels as they are",
}
NOTE_COLOUR, NOTE_SIZE = "#f0c541", 10
PRESENT = "Every view shows how things stand now. Look back, and scrub through what was labelled."
NOTHING_YET = "Nothing was labelled yet: label some sources, and you can look back at it here."
IN_THE_PAST = "You see the past: nothing can be labelled until you return to the present."


class TimeSlider(Section):
    """A slider with a place for each step of the history; at its right end is the present.

    Parameters
    ----------
    workspace : Workspace
        Whose session is looked at.
    """

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("Time machine")
        self._workspace = workspace
        self._session: Session | None = None
        self._timeline: Timeline | None = None
        overlay: Any = workspace.viewer.canvas.overlays.text
        self._plain = (overlay.color, overlay.font_size)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setToolTip("Steps of the labelling history; ← and → go one step at a time")
        self.slider.valueChanged.connect(self._moved)
        self.turns = button(LOOK_BACK, TIPS[LOOK_BACK], self.turn)
        self.step = one_line()
        self.what = one_line()
        self.says = small(PRESENT)
        self.says.setWordWrap(True)
        self.head.addWidget(self.turns)
        self.rows.addWidget(self.slider)
        for one in (self.step, self.what, self.says):
            self.rows.addWidget(one)
        self.rows.addStretch(1)
        workspace.session_changed.connect(self._take)
        self._take(workspace.session)

    def _take(self, session: Session | None) -> None:
        if self._session is not None and self._session.past is not None:
            self._session.return_to_present()
        self._session, self._timeline = session, None
        self._show()

    def turn(self) -> None:
        """Look back, or return to the present."""
        session = self._session
        if session is None:
            return
        if self._timeline is not None:
            self.leave()
        else:
            self._workspace.run(
                session.timeline_job(), title="Reading the history", done=self._opened
            )

    def _opened(self, timeline: Timeline) -> None:
        session = self._session
        if session is None:
            return
        if not len(timeline):
            self.says.setText(NOTHING_YET)
            return
        try:
            session.look_back(len(timeline), timeline)
        except AstroALError as error:
            report(error)
            return
        self._timeline = timeline
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(timeline))
        self.slider.setPageStep(max(1, len(timeline) // 20))
        self.slider.setValue(len(timeline))
        self.slider.blockSignals(False)
        self.slider.setFocus()
        self._show()

    def leave(self) -> None:
        """Return to the present."""
        self._timeline = None
        if self._session is not None:
            self._session.return_to_present()
        self._show()

    def _moved(self, place: int) -> None:
        if self._session is not None and self._timeline is not None:
            self._session.look_back(place, self._timeline)
            self._show()

    def _show(self) -> None:
        session, timeline = self._session, self._timeline
        looking = timeline is not None and session is not None
        self.turns.setText(words := RETURN if looking else LOOK_BACK)
        self.turns.setToolTip(TIPS[words])
        if not looking:
            self.slider.blockSignals(True)
            self.slider.setRange(0, 1)
            self.slider.setValue(1)  # at the right end is the present
            self.slider.blockSignals(False)
        self.turns.setEnabled(session is not None)
        self.slider.setEnabled(looking)
        self.step.setVisible(looking)
        self.what.setVisible(looking)
        self.says.setText(IN_THE_PAST if looking else PRESENT)
        past = None if session is None else session.past
        if timeline is None or past is None:
            self._note("")
            return
        moment, n = past.moment, len(timeline)
        labels = 0 if moment is None else moment.n_labels
        when = "before the first" if moment is None else short_time(moment.utc)
        self.step.setText(f"Step {past.place:,} of {n:,} · {labels:,} labels · {when}")
        self.step.setToolTip("" if moment is None else f"{local_time(moment.utc)}, your time")
        self.what.setText("" if moment is None else moment.words)
        self.what.setToolTip(self.what.text())
        self._note(f"The past: step {past.place:,} of {n:,}")

    def _note(self, words: str) -> None:
        """Say on the main canvas that it shows the past."""
        overlay: Any = self._workspace.viewer.canvas.overlays.text
        if words:
            overlay.text, overlay.position, overlay.box = words, "top_center", False
            overlay.color, overlay.font_size, overlay.visible = NOTE_COLOUR, NOTE_SIZE, True
        elif overlay.position == "top_center":
            overlay.visible = False
            overlay.color, overlay.font_size = self._plain
