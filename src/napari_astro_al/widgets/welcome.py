"""What a person sees before anything is open: what to do first."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_astro_al.widgets.style import caption, small

TEXT_WIDTH = 230
"""Pixels that wrapped text is laid out for at least: Qt would plan its height for less."""
WORDS = (
    "Open a catalogue of sources: FITS, VOTable, ECSV, CSV, Parquet, HDF5. "
    "Everything stays on this machine."
)


def welcome(ways: Iterable[QWidget], samples: Iterable[QWidget]) -> QWidget:
    """The ways to begin.

    Parameters
    ----------
    ways : iterable of QWidget
        To what a person has.
    samples : iterable of QWidget
        To what comes with the program.
    """
    part = QWidget()
    rows = QVBoxLayout(part)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.addWidget(caption("Begin"))
    words = small(WORDS)
    words.setWordWrap(True)
    words.setMinimumWidth(TEXT_WIDTH)
    rows.addWidget(words)
    for way in ways:
        rows.addWidget(way)
    rows.addSpacing(8)
    rows.addWidget(caption("Or try a sample"))
    for sample in samples:
        rows.addWidget(sample)
    return part
