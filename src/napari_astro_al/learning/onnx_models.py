"""ONNX models of learners: written if they say the same, and asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.committee import Vote, combined_votes
from napari_astro_al.learning.learners import class_probabilities
from napari_astro_al.learning.models import describe

Shares = npt.NDArray[np.float32]

LARGEST_MODEL = 2**31 - 1
"""Bytes; protobuf holds no more."""
_NOT_INSTALLED = "{} needs onnx and onnxruntime: pip install 'napari-astro-al[onnx]'."
_CLOSE = 1e-4
_ROWS = 512
"""Rows that a graph is asked about at a time: rounding to bins takes 1 kB a feature and row."""
ABOUT = "napari_astro_al"
"""The key of the metadata that says what the model is."""


def onnx_model(
    learner: Any,
    classes: Sequence[str],
    sample: npt.NDArray[np.float32],
    vote: Vote = "soft",
    about: str = "",
) -> bytes:
    """A trained learner as the content of an ONNX file.

    Parameters
    ----------
    learner : modAL ActiveLearner or Committee
    classes : sequence of str
        The columns of probabilities.
    sample : (n, f) float32 ndarray
        Prepared features of real sources, on which the model must say what the learner says.
    vote : {"soft", "hard"}
    about : str
        What the model is, kept in its metadata.

    Returns
    -------
    bytes

    Raises
    ------
    LearnerError
        Naming the model that cannot be converted, or that says something else when it is.
    """
    try:
        from napari_astro_al.learning.onnx_graphs import onnx_bytes
    except ImportError as error:
        raise LearnerError(_NOT_INSTALLED.format("Writing a model as ONNX")) from error
    from napari_astro_al.learning.adapter import members

    names = describe([member.estimator for member in members(learner)])
    data = onnx_bytes(learner, classes, sample.shape[1], vote, {ABOUT: about})
    expected = combined_votes(class_probabilities(learner, sample, classes), vote)
    try:
        said = OnnxModel(data).probabilities(sample)
    except LearnerError as error:
        raise LearnerError(
            f"The model {names} cannot be written as ONNX: {error} Write it as .skops, or train "
            "another model."
        ) from error
    apart = np.abs(said - expected).max(axis=1) if len(sample) else np.zeros(0)
    if (apart > _CLOSE).any():
        raise LearnerError(
            f"The model {names} cannot be written as ONNX: converted, it gives "
            f"{int((apart > _CLOSE).sum()):,} of {len(sample):,} sources other probabilities "
            f"(by up to {apart.max():.2g}). Write it as .skops, or train another model."
        )
    return data


class OnnxModel:
    """An ONNX model that `onnx_model` made.

    Parameters
    ----------
    data : bytes

    Raises
    ------
    LearnerError
        If it is none, or onnxruntime is not installed.
    """

    def __init__(self, data: bytes) -> None:
        try:
            import onnxruntime

            from napari_astro_al.learning.onnx_soundness import check_graph

            check_graph(data)
        except ImportError as error:
            raise LearnerError(_NOT_INSTALLED.format("An ONNX model")) from error
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
            metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
            (fed,), (given,) = self._session.get_inputs(), self._session.get_outputs()
        except Exception as error:
            raise LearnerError(
                f"This is no ONNX model of this program: {type(error).__name__}: "
                f"{str(error).strip()[:200]}"
            ) from error
        self.about = metadata.get(ABOUT, "")
        self._fed, self._given = fed.name, given.name
        self.n_features = fed.shape[1] if len(fed.shape) == 2 else None

    def probabilities(self, X: npt.NDArray[np.float32]) -> Shares:
        """Class probabilities of prepared features, (n, k).

        Raises
        ------
        LearnerError
            If the model fails.
        """
        found = [np.empty((0, 0), dtype=np.float32)]
        for start in range(0, len(X), _ROWS):
            part = np.ascontiguousarray(X[start : start + _ROWS], dtype=np.float32)
            try:
                (said,) = self._session.run([self._given], {self._fed: part})
            except Exception as error:
                raise LearnerError(
                    f"The ONNX model failed: {type(error).__name__}: {str(error).strip()[:200]}"
                ) from error
            found.append(np.asarray(said, dtype=np.float32))
        return np.concatenate(found[1:]) if len(found) > 1 else found[0]
