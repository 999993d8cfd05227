"""Trained learners in files, by skops: no pickle is written or read."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from napari_astro_al.errors import LearnerError, listing

FORMAT = "napari-astro-al learner 1"
LARGEST = 2**30
"""Bytes of a file, and of what it unpacks to."""
LARGEST_SCHEMA = 2**26
"""Bytes of the description of a model within its file."""

TRUSTED = frozenset(
    {
        "napari_astro_al.learning.auto_vote.AutoVote",
        "napari_astro_al.learning.deep.classifier.TorchClassifier",
        "napari_astro_al.learning.forking.Forking",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
        "sklearn.gaussian_process.kernels.ConstantKernel",
        "sklearn.gaussian_process.kernels.DotProduct",
        "sklearn.gaussian_process.kernels.Matern",
        "sklearn.gaussian_process.kernels.Product",
        "sklearn.gaussian_process.kernels.RBF",
        "sklearn.gaussian_process.kernels.RationalQuadratic",
        "sklearn.gaussian_process.kernels.Sum",
        "sklearn.gaussian_process.kernels.WhiteKernel",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.metrics._dist_metrics.ManhattanDistance64",
        "sklearn.neighbors._ball_tree.BallTree",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
        "sklearn.utils._bunch.Bunch",
    }
)
"""Trusted beside scikit-learn's public classes, which skops trusts: our vote, and their parts."""


def save_model(learner: Any, path: str | Path, about: str | None = None) -> Path:
    """Write a trained learner; the file appears whole or not at all.

    Parameters
    ----------
    learner : modAL ActiveLearner or Committee
        As `build_learner` gives it. Its training data are not written.
    path : str or Path
        Ends in ``.skops``.
    about : str, optional
        What the model is and what it is given, for `load_with_about`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    LearnerError
        If the suffix is another, or the learner holds types that `load_model` would refuse.
    """
    target = _checked_suffix(path)
    _write_whole(target, model_bytes(learner, about))
    return target


def model_bytes(learner: Any, about: str | None = None) -> bytes:
    """A trained learner as the content of a file, and as it travels to other processes.

    Raises
    ------
    LearnerError
        As `save_model`.
    """
    import skops.io

    from napari_astro_al.learning.adapter import members

    content = {"format": FORMAT, "estimators": [one.estimator for one in members(learner)]}
    if about is not None:
        content["about"] = about
    names = " + ".join(type(one).__name__ for one in content["estimators"])
    try:
        data: bytes = skops.io.dumps(content)
    except Exception as error:
        raise LearnerError(
            f"The model {names} cannot be stored: {type(error).__name__}: {error}"
        ) from error
    refused = _untrusted(data)
    if refused:
        raise LearnerError(
            f"The model {names} cannot be stored: it holds types outside scikit-learn and numpy, "
            f"which no one could load safely: {listing(refused)}. Register the model under a name "
            "and train it again from the session instead."
        )
    return data


def load_model(path: str | Path) -> Any:
    """Read a learner that `save_model` wrote.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    modAL ActiveLearner or Committee
        Ready to predict; without its training data.

    Raises
    ------
    LearnerError
        If the file is not such a file, or holds types that are not trusted; names them. Nothing in
        the file is built before its types are checked.
    """
    return load_with_about(path)[0]


def load_with_about(path: str | Path) -> tuple[Any, str | None]:
    """`load_model`, and what the file says of the model; None where it says nothing."""
    source = _checked_suffix(path)
    return learner_from(read_bounded(source), source.name)


def learner_from(data: bytes, name: str) -> tuple[Any, str | None]:
    """The learner that `model_bytes` wrote, and what is said of it; `name` is for messages."""
    import skops.io
    from modAL.uncertainty import margin_sampling

    from napari_astro_al.learning.adapter import assemble
    from napari_astro_al.learning.soundness import check_sound

    try:
        _check_size(data)
        refused = _untrusted(data)
    except Exception as error:
        raise LearnerError(
            f"{name} is not a model file of skops: {type(error).__name__}: {error}"
        ) from error
    if refused:
        raise LearnerError(
            f"{name} is not loaded: it holds types that are not trusted: {listing(refused)}."
            " Only scikit-learn's and numpy's own are. Ask where the file comes from."
        )
    try:
        content = skops.io.loads(data, trusted=sorted(TRUSTED))
    except Exception as error:
        raise LearnerError(
            f"{name} cannot be loaded with the scikit-learn installed here: "
            f"{type(error).__name__}: {error}"
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise LearnerError(f"{name} does not hold a learner of this program ({FORMAT!r}).")
    estimators, about = content.get("estimators"), content.get("about")
    if not isinstance(estimators, list) or not estimators:
        raise LearnerError(f"{name} holds no estimators.")
    check_sound(estimators)
    try:
        learner = assemble(estimators, margin_sampling)
    except Exception as error:
        raise LearnerError(
            f"{name} holds something that is no model: {type(error).__name__}: {error}"
        ) from error
    return learner, about if isinstance(about, str) else None


def read_bounded(source: Path) -> bytes:
    """The content of a model's file.

    Raises
    ------
    LearnerError
        If it cannot be read, or is larger than `LARGEST`.
    """
    try:
        with source.open("rb") as stream:
            data = stream.read(LARGEST + 1)
    except OSError as error:
        raise LearnerError(f"The model {source.name} cannot be read: {error}") from error
    if len(data) > LARGEST:
        raise LearnerError(
            f"{source.name} has more than {LARGEST // 2**20:,} MiB, which no model here has."
        )
    return data


def _check_size(data: bytes) -> None:
    """Refuse a file that is small and unpacks to more than a model may be."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        total = sum(one.file_size for one in archive.infolist())
        # the description of the model is JSON, which takes many times its size once read
        described = [one.file_size for one in archive.infolist() if one.filename == "schema.json"]
    if total > LARGEST or any(size > LARGEST_SCHEMA for size in described):
        raise LearnerError("it unpacks to more than a model may be")


def _untrusted(data: bytes) -> list[str]:
    import skops.io

    return sorted(set(skops.io.get_untrusted_types(data=data)) - TRUSTED)


def _checked_suffix(path: str | Path) -> Path:
    target = Path(path)
    if target.suffix != ".skops":
        raise LearnerError(f"Models are stored in .skops files, not {target.name!r}.")
    return target


def _write_whole(target: Path, data: bytes) -> None:
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.name}.", delete=False
        ) as beside:
            beside.write(data)
            beside.flush()
            os.fsync(beside.fileno())
        Path(beside.name).replace(target)
    except OSError as error:
        raise LearnerError(f"The model cannot be written to {target}: {error}") from error
