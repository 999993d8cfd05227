"""How interesting the current source is: six buttons, while anomalies are looked for."""

from __future__ import annotations

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QWidget

from napari_astro_al.annotation.events import MOST_INTERESTING
from napari_astro_al.catalogue import SourceId
from napari_astro_al.learning.strategies import about
from napari_astro_al.session import Session
from napari_astro_al.widgets.labelling import Labelling
from napari_astro_al.widgets.style import one_line, small

MEANINGS = (
    "of no interest at all, such as an artefact",
    "boring",
    "a little odd",
    "odd: an anomaly from here on",
    "worth a closer look",
    "exactly what is looked for",
)


class InterestRow(QWidget):
    """Buttons from 0 to 5, and how many sources have a score.

    It is there while a strategy looks for anomalies, and for a source that has a score.

    Parameters
    ----------
    labelling : Labelling
        What the buttons do.
    """

    def __init__(self, labelling: Labelling) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(small("Interest"))
        self.buttons: list[QPushButton] = []
        for score in range(MOST_INTERESTING + 1):
            button = QPushButton(str(score))
            key = labelling.keys[f"interest {score}"]
            button.setToolTip(
                f"{score}: {MEANINGS[score]} ({key}).\n"
                "No label: strategies for anomalies learn from it. Once more takes it away."
            )
            button.setCheckable(True)
            button.setFixedWidth(34)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(_bound(labelling, score))
            row.addWidget(button)
            self.buttons.append(button)
        self.told = one_line()
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.told, 1)

    def show_state(self, session: Session, current: SourceId | None) -> None:
        """Show the score of the current source, and how many there are."""
        score = None if current is None else session.interest_of(current)
        for value, button in enumerate(self.buttons):
            button.setChecked(value == score)
            button.setEnabled(current is not None)
        n = len(session.book.interest)
        self.told.setText(f"{n} scored" if n else "")
        self.told.setToolTip(f"{n} source{'' if n == 1 else 's'} with an interest score")
        self.setVisible(score is not None or looks_for_anomalies(session))


def looks_for_anomalies(session: Session) -> bool:
    """Whether a task's strategy learns from interest scores."""
    return any(about(one.strategy).learns_interest for one in session.learners.values())


def _bound(labelling: Labelling, score: int) -> object:
    return lambda: labelling.score_interest(score)
