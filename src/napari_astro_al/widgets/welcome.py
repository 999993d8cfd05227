"""What is shown while there is no session: ways to begin, for newcomers the sample first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from napari_astro_al.annotation import Identity
from napari_astro_al.widgets.style import caption, small

TEXT_WIDTH = 230
"""Pixels that wrapped text is laid out for at least: Qt would plan its height for less."""
NEW = "New here?"
FIRST_STEPS = (
    "The Hubble sample needs no data. A galaxy is shown, a key answers, and the model learns "
    "after each answer: 1 smooth, 2 featured or disc, 3 star or artefact. Try it for a quarter of "
    "an hour, then open a catalogue of your own."
)
FORMATS = (
    "FITS, VOTable, ECSV, CSV, Parquet, HDF5: choose a file, or drop it on the canvas. Everything "
    "stays on this machine."
)
ELSEWHERE = "Preferences: File > Preferences > AstroAL. Keys: press ? once a catalogue is open."


class Welcome(QWidget):
    """Ways to begin.

    Parameters
    ----------
    ways : iterable of QWidget
        Lead to what a person has.
    sample : callable
        Opens the sample of a name: "hubble" or "simulated".
    """

    def __init__(
        self,
        ways: Iterable[QWidget],
        sample: Callable[[str], object],
    ) -> None:
        super().__init__()
        self.is_first = not Identity.is_kept()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        hubble = button("Hubble eXtreme Deep Field", lambda: sample("hubble"))
        simulated = button("Simulated survey", lambda: sample("simulated"))
        if self.is_first:
            rows.addWidget(caption(NEW))
            rows.addWidget(_wrapped(FIRST_STEPS))
            rows.addWidget(hubble)
            rows.addSpacing(8)
        rows.addWidget(caption("Your own sources"))
        rows.addWidget(_wrapped(FORMATS))
        for way in ways:
            rows.addWidget(way)
        rows.addSpacing(8)
        rows.addWidget(caption("Another sample" if self.is_first else "Or try a sample"))
        if not self.is_first:
            rows.addWidget(hubble)
        rows.addWidget(simulated)
        rows.addSpacing(8)
        rows.addWidget(_wrapped(ELSEWHERE))


def _wrapped(words: str) -> QWidget:
    label = small(words)
    label.setWordWrap(True)
    label.setMinimumWidth(TEXT_WIDTH)
    return label


def button(text: str, action: Callable[[], object]) -> QPushButton:
    """A button that does something when it is clicked."""
    made = QPushButton(text)
    made.clicked.connect(lambda: action())
    return made
