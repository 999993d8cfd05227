"""Sessions that the label column answers, to see how many labels a way to learn needs."""

from napari_astro_al.simulation.arms import AllLabels, Arm, Learning
from napari_astro_al.simulation.astronomical import AstronomicAL
from napari_astro_al.simulation.compare import compare
from napari_astro_al.simulation.figure import Panel, figure
from napari_astro_al.simulation.simulate import simulate
from napari_astro_al.simulation.summary import (
    areas,
    bands,
    holm,
    labels_to,
    labels_until,
    paired,
    saved,
)

__all__ = [
    "AllLabels",
    "Arm",
    "AstronomicAL",
    "Learning",
    "Panel",
    "areas",
    "bands",
    "compare",
    "figure",
    "holm",
    "labels_to",
    "labels_until",
    "paired",
    "saved",
    "simulate",
]
