"""One person's work on one catalogue: labels, models, scores, and what is on show."""

from napari_astro_al.session.asking import Query
from napari_astro_al.session.extensions import extensions
from napari_astro_al.session.oracle import ColumnOracle, Oracle
from napari_astro_al.session.register import register
from napari_astro_al.session.replaying import replay
from napari_astro_al.session.sampling import Sampling
from napari_astro_al.session.selection import Selection
from napari_astro_al.session.session import Session

__all__ = [
    "ColumnOracle",
    "Oracle",
    "Query",
    "Sampling",
    "Selection",
    "Session",
    "extensions",
    "register",
    "replay",
]
