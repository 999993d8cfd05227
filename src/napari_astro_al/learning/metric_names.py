"""What metrics are called in windows and on charts."""

from __future__ import annotations

from napari_astro_al.learning.calibration import CALIBRATION_METRICS
from napari_astro_al.learning.metrics import METRICS
from napari_astro_al.learning.ranking import PURITY, RANKING_METRICS

METRIC_NAMES = {
    "f1": "F1",
    **{name: name.replace("_", " ").capitalize() for name in (*METRICS[:-1], *RANKING_METRICS)},
    "roc_auc": "ROC AUC",
    "recall_at_purity": f"Recall at {PURITY:.0%} purity",
    **{name: name.replace("_", " ").capitalize() for name in CALIBRATION_METRICS},
    "brier": "Brier score",
}
PER_CLASS = ("precision", "recall", "f1", *RANKING_METRICS, "calibration_error")
"""Metrics that every class has a value of its own in."""
