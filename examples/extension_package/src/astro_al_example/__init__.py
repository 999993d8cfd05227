"""What an installed package can add to napari-astro-al: see the entry points in pyproject.toml."""

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier

from napari_astro_al.plots import Figure, PlotAxis, Series


def bright_doubt(candidates):
    """Doubt, weighed by the first feature: brighter sources first where it is a magnitude."""
    doubt = 1 - candidates.probabilities.max(axis=1)
    first = candidates.features[:, 0]
    return doubt / (1 + np.exp(np.nan_to_num(first)))


def calibrated_forest(seed):
    """A random forest whose probabilities are calibrated by cross-validation."""
    forest = RandomForestClassifier(n_estimators=50, random_state=seed)
    return CalibratedClassifierCV(forest, cv=2)


def log_ratio(columns):
    """log10(a/b): a colour, for fluxes. Missing where either is not positive."""
    (a, over), (b, under) = columns
    with np.errstate(all="ignore"):
        ratio = np.where((over > 0) & (under > 0), over / under, np.nan)
        return f"log({a}/{b})", np.log10(ratio)


def two_furthest(features, seed):
    """Distances from two sources that are far apart: cheap, and outliers stand alone."""
    start = np.random.default_rng(seed).integers(len(features))
    one = features[np.linalg.norm(features - features[start], axis=1).argmax()]
    other = features[np.linalg.norm(features - one, axis=1).argmax()]
    return np.stack([np.linalg.norm(features - end, axis=1) for end in (one, other)], axis=1)


class Colours:
    """The colours of a source, from blue to red."""

    title = "Colours u-g, g-r, r-i, i-z"
    requires = ("u", "g", "r", "i", "z")

    def draw(self, given):
        magnitudes = [given.number(band) for band in self.requires]
        return Figure(
            title=self.title,
            x=PlotAxis("colour, from blue to red"),
            y=PlotAxis("value", "mag"),
            series=(Series("this source", np.arange(4.0), -np.diff(magnitudes)),),
        )
