"""Models by name, and one of any module of PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from napari_astro_al.errors import LearnerError

TORCH_MODELS = ("torch_mlp", "torch_cnn")
"""Names of the models that need PyTorch."""
WITHOUT_TORCH = (
    "needs PyTorch, which is not installed: "
    'pip install "napari-astro-al[torch]". On Linux that brings a build for CUDA of several GB; '
    "for a small one install torch from https://download.pytorch.org/whl/cpu first."
)


NETWORKS: dict[str, Callable[[int, int], Any]] = {}
"""What makes networks, by the name under which their weights are stored."""


def network_name(module: Callable[[int, int], Any]) -> str:
    """The name of what makes a network: its module and its own."""
    kind = module if hasattr(module, "__qualname__") else type(module)
    return f"{kind.__module__}.{kind.__qualname__}"


def has_torch() -> bool:
    """Whether PyTorch is installed; does not load it."""
    return find_spec("torch") is not None


def torch_model(module: Callable[[int, int], Any], **params: Any) -> Callable[[int], Any]:
    """A model of any network of PyTorch, to be registered.

    Parameters
    ----------
    module : callable
        ``module(n_features, n_classes)`` gives a ``torch.nn.Module`` from features,
        ``(n, n_features)`` float32, to one number a class, ``(n, n_classes)``: logits, without
        softmax. A class of modules whose ``__init__`` takes these two is such a callable.
    **params
        Of `TorchClassifier`: ``passes=10`` for Monte Carlo dropout, ``members=5`` for an ensemble.

    Returns
    -------
    callable
        ``make(seed)``, for ``aal.register.model(name)``.

    Raises
    ------
    LearnerError
        When it is called, if PyTorch is not installed.
    """
    NETWORKS[network_name(module)] = module

    def make(seed: int) -> Any:
        if not has_torch():
            raise LearnerError(f"A network {WITHOUT_TORCH}")
        from napari_astro_al.learning.deep.classifier import TorchClassifier

        return TorchClassifier(module, **{"random_state": seed, **params})

    return make


def build_torch(name: str, seed: int, params: dict[str, Any]) -> Any:
    """One of `TORCH_MODELS`, unfitted.

    Raises
    ------
    LearnerError
        If PyTorch is not installed.
    """
    if not has_torch():
        raise LearnerError(f"The model {name!r} {WITHOUT_TORCH}")
    from napari_astro_al.learning.deep.classifier import TorchClassifier
    from napari_astro_al.learning.deep.networks import Convolutional, Perceptron

    if name == "torch_mlp":
        return TorchClassifier(Perceptron, **{"random_state": seed, **params})
    pictures = {"standardise": False, "max_epochs": 60, "learning_rate": 0.003, "mirrored": True}
    return TorchClassifier(Convolutional, **{**pictures, "random_state": seed, **params})
