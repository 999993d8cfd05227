"""One number a source, to colour by: a column's value, the predicted class, the model's doubt."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.features import feature_unit, raw_feature
from napari_astro_al.jobs import Job, Progress, guarded
from napari_astro_al.learning.trained import TrainResult
from napari_astro_al.session import Session

_CHUNK = 262_144
_MOST_COLUMNS = 4


@dataclass(frozen=True, eq=False)
class Values:
    """A column or feature, to be shown as colours.

    Attributes
    ----------
    name, unit : str
    values : (n_sources,) float32 ndarray
        NaN where missing.
    low, high : float
        What the ends of a colour bar stand for: all but the outermost two percent of the sketch
        lie between.
    """

    name: str
    unit: str
    values: npt.NDArray[np.float32]
    low: float
    high: float

    @property
    def title(self) -> str:
        """Name and unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name

    def scaled(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Values of this column as 0 to 1 between the ends; NaN stays."""
        span = max(self.high - self.low, 1e-30)
        return np.clip((values - np.float32(self.low)) / np.float32(span), 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model says of every source, in one number each.

    Attributes
    ----------
    classes : tuple of str
    codes : (n_sources,) int16 ndarray
        Place of the most probable class in `classes`; -1 where the model says nothing.
    doubt : (n_sources,) float32 ndarray
        1 minus the largest probability, relative to that of equal ones; NaN where nothing is said.
    """

    classes: tuple[str, ...]
    codes: npt.NDArray[np.int16]
    doubt: npt.NDArray[np.float32]

    @classmethod
    def of(cls, result: TrainResult) -> Predictions:
        """In chunks, so that little more memory is needed than is kept."""
        n = len(result.probabilities)
        codes, doubt = np.empty(n, dtype=np.int16), np.empty(n, dtype=np.float32)
        for start in range(0, n, _CHUNK):
            part = slice(start, start + _CHUNK)
            codes[part], doubt[part] = most_probable(result.probabilities[part])
        return cls(tuple(result.classes), codes, doubt)


def most_probable(
    probabilities: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.float32]]:
    """The place of the largest probability of each row, and how doubtful it is.

    Parameters
    ----------
    probabilities : (n, n_classes) float32 ndarray
        Rows of NaN say nothing.

    Returns
    -------
    codes : (n,) int16 ndarray
        -1 where nothing is said.
    doubt : (n,) float32 ndarray
        0 where the model is certain, 1 where all classes are equally probable.
    """
    known = np.isfinite(probabilities).all(axis=1)
    filled = np.where(known[:, None], probabilities, 0.0)
    codes = np.where(known, filled.argmax(axis=1), -1).astype(np.int16)
    span = 1.0 - 1.0 / max(probabilities.shape[1], 2)
    doubt = np.where(known, (1.0 - filled.max(axis=1)) / span, np.nan).astype(np.float32)
    return codes, doubt


class SourceValues:
    """Makes such numbers when first asked for, and keeps the last ones.

    It is asked by jobs in their threads, and answers with what it has on the main one.

    Parameters
    ----------
    session : Session
        Whose catalogue, features and models they are of.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reading, self._predicting = Lock(), Lock()
        self._generation = 0
        self._columns: dict[str, Values] = {}
        self._predictions: tuple[TrainResult, Predictions] | None = None

    def known(self, name: str | None) -> Values | None:
        """The values of a column or feature, if they have been read."""
        with self._reading:
            if name is None or name not in self._columns:
                return None
            values = self._columns.pop(name)
            self._columns[name] = values  # the last one used is the last one to go
            return values

    def forget(self) -> None:
        """Drop columns: features have changed, and names may mean something else."""
        with self._reading:
            self._generation += 1
            self._columns.clear()

    def column_job(self, name: str) -> Job[Values]:
        """Read a column, a feature or an expression.

        Raises
        ------
        FeatureError
            If there is no such thing.
        """
        session = self._session
        work = self._column_job(
            name,
            session.features.recipe,
            lambda: session.partition.sketch_rows(),
            self._generation,
        )
        return guarded(work, f"read {name}")

    def _column_job(self, name: str, recipe: Any, sketch: Any, generation: int) -> Job[Values]:
        kept = self.known(name)
        if kept is not None:
            return kept
        yield Progress(f"Reading {name}")
        catalogue = self._session.catalogue
        values = raw_feature(catalogue, name, recipe)
        unit = feature_unit(catalogue, name, recipe)
        some = values[sketch()]
        some = some[np.isfinite(some)]
        low, high = (0.0, 1.0) if not some.size else np.percentile(some, (1, 99)).tolist()
        if low == high:
            low, high = low - 0.5, high + 0.5
        made = Values(name, unit, values, low, high)
        with self._reading:
            if generation != self._generation:
                return made
            while len(self._columns) >= _MOST_COLUMNS:
                self._columns.pop(next(iter(self._columns)))
            self._columns[name] = made
        return made

    def predictions(self, result: TrainResult) -> Predictions:
        """What a model says of all sources; takes a moment for millions."""
        with self._predicting:
            if self._predictions is None or self._predictions[0] is not result:
                self._predictions = (result, Predictions.of(result))
            return self._predictions[1]
