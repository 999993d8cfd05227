"""What a person sees before anything is open: for newcomers the sample first, else their files."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtWidgets import QVBoxLayout, QWidget

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


def welcome(ways: Iterable[QWidget], samples: Iterable[QWidget]) -> QWidget:
    """The ways to begin.

    Parameters
    ----------
    ways : iterable of QWidget
        To what a person has.
    samples : iterable of QWidget
        To what comes with the program; a newcomer is led to the first of them.
    """
    part = QWidget()
    rows = QVBoxLayout(part)
    rows.setContentsMargins(0, 0, 0, 0)
    first, *others = samples
    is_new = not Identity.is_kept()
    if is_new:
        rows.addWidget(caption(NEW))
        rows.addWidget(_wrapped(FIRST_STEPS))
        rows.addWidget(first)
        rows.addSpacing(8)
    rows.addWidget(caption("Your own sources"))
    rows.addWidget(_wrapped(FORMATS))
    for way in ways:
        rows.addWidget(way)
    rows.addSpacing(8)
    rows.addWidget(caption("Another sample" if is_new else "Or try a sample"))
    for sample in others if is_new else (first, *others):
        rows.addWidget(sample)
    rows.addSpacing(8)
    rows.addWidget(_wrapped(ELSEWHERE))
    return part


def _wrapped(words: str) -> QWidget:
    label = small(words)
    label.setWordWrap(True)
    label.setMinimumWidth(TEXT_WIDTH)
    return label
