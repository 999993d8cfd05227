"""What a person can choose that colours, image, scaling and aspect of a view mean."""

from __future__ import annotations

import pandas as pd

from napari_astro_al.features import feature_names
from napari_astro_al.session import Session

COLOURS = {
    "label": "label",
    "predicted class": "prediction",
    "uncertainty": "uncertainty",
    "confidence": "confidence",
    "right or wrong": "outcome",
    "split": "split",
}
IMAGES = {
    "number of sources": "count",
    "predicted class": "prediction",
    "uncertainty": "uncertainty",
    "share labelled": "labelled",
}
SCALINGS = {"logarithmic": "log", "asinh": "asinh", "equalised": "equalised", "linear": "linear"}
ASPECTS = {"as fits the layout": "natural", "free": "free", "equal scales": "equal"}


def names_of(session: Session) -> list[str]:
    """Features, then the other columns of numbers."""
    table = session.catalogue.table
    numbers = [str(n) for n in table.columns if pd.api.types.is_numeric_dtype(table[n])]
    features = feature_names(session.features.recipe, session.catalogue)
    return list(dict.fromkeys([*features, *numbers]))
