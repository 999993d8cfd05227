"""Networks of PyTorch as a scikit-learn classifier. Imports PyTorch: import it inside functions."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from sklearn.base import BaseEstimator, ClassifierMixin

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.deep.fitting import Fit, alone
from napari_astro_al.learning.deep.models import NETWORKS, network_name
from napari_astro_al.learning.deep.networks import Convolutional, Perceptron
from napari_astro_al.learning.deep.passes import sampled_dropout
from napari_astro_al.learning.deep.remembered import REMEMBERED, beginning, fingerprint

Floats = npt.NDArray[np.floating[Any]]
CHUNK = 2_048
"""Sources that a network is asked about at a time."""


class TorchClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One network or several; a committee by itself where there are several.

    The same labels in the same order and the same seed give the same model on the same computer.

    Parameters
    ----------
    module : callable
        ``module(n_features, n_classes)`` gives the network; see `torch_model`.
    members : int
        Networks that are trained from other beginnings: an ensemble (Lakshminarayanan et al.
        2017, arXiv:1612.01474).
    passes : int
        Predictions of each network with other units left out by its dropout (Gal & Ghahramani
        2016, arXiv:1506.02142). The units are the same for every source, as Kirsch et al. 2019
        have it (arXiv:1906.08158). 0: one prediction, without dropout.
    max_epochs, patience : int
        Passes over the labels at most, and how many without progress end it. Progress is seen on
        a fifth of the labels where there are 200 or more, otherwise on those trained on.
    learning_rate, weight_decay : float
    batch_size : int
        At most; with few labels batches are smaller, eight or more an epoch.
    standardise : bool
        Whether features are given mean 0 and standard deviation 1 over the labels.
    mirrored : bool
        Whether features are pictures that may be mirrored and turned by right angles while it
        learns.
    warm_start : bool
        Whether it begins with the weights that it has after an earlier part of the labels, and
        says so in a note. That is a function of the labels alone: the model is the same whatever
        was trained before.
    device : str
        "auto": a graphics card where there is one.
    random_state : int, optional
    """

    def __init__(
        self,
        module: Callable[[int, int], Any],
        members: int = 1,
        passes: int = 0,
        max_epochs: int = 200,
        patience: int = 20,
        learning_rate: float = 0.01,
        weight_decay: float = 0.001,
        batch_size: int = 64,
        standardise: bool = True,
        mirrored: bool = False,
        warm_start: bool = False,
        device: str = "auto",
        random_state: int | None = None,
    ) -> None:
        self.module = module
        self.members = members
        self.passes = passes
        self.max_epochs = max_epochs
        self.patience = patience
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.standardise = standardise
        self.mirrored = mirrored
        self.warm_start = warm_start
        self.device = device
        self.random_state = random_state

    def fit(self, X: Floats, y: npt.NDArray[Any]) -> TorchClassifier:
        """Learn."""
        if self.members < 1 or self.passes < 0:
            raise LearnerError("A network needs members=1 or more, and passes=0 or more.")
        data = np.asarray(X, dtype=np.float32)
        self.classes_ = np.unique(y)
        codes = np.searchsorted(self.classes_, y).astype(np.int64)
        self.mean_ = np.zeros(data.shape[1], np.float32)
        self.scale_ = np.ones(data.shape[1], np.float32)
        if self.standardise:
            self.mean_, spread = data.mean(axis=0), data.std(axis=0)
            self.scale_ = np.where(spread > 0, spread, 1).astype(np.float32)
        seen = (data - self.mean_) / self.scale_
        seed = 0 if self.random_state is None else int(self.random_state)
        seeds = [seed + 7_919 * member for member in range(self.members)]
        with alone():
            self.networks_ = [self._trained(seen, codes, own) for own in seeds]
        return self

    def _trained(self, X: npt.NDArray[np.float32], codes: npt.NDArray[np.int64], seed: int) -> Any:
        fit = Fit(
            self.module,
            max_epochs=self.max_epochs,
            patience=self.patience,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            batch_size=self.batch_size,
            mirrored=self.mirrored,
            device=device_of(self.device),
            n_classes=len(self.classes_),
            seed=seed,
        )
        n = beginning(len(codes)) if self.warm_start else 0
        if n == 0 or len(np.unique(codes[:n])) < len(self.classes_):
            return fit.trained(X, codes)
        # features as they are scaled now: the earlier part is seen as the whole is
        key = fingerprint(fit, X[:n], codes[:n])
        weights = REMEMBERED.get(key)
        if weights is None:
            weights = REMEMBERED.keep(key, fit.trained(X[:n], codes[:n]).state_dict())
        warnings.warn(f"It began with the weights of the first {n} labels.", stacklevel=2)
        return fit.trained(X, codes, weights)

    @property
    def n_voters(self) -> int:
        """Predictions of which its own is the mean."""
        return int(self.members * max(1, self.passes))

    def voters(self) -> list[Callable[[Floats], Floats]]:
        """What each member and pass predicts, as ``predict_proba``; one where there is one."""
        return [
            partial(self._said, network, 0 if self.passes == 0 else place + 1)
            for network in self.networks_
            for place in range(max(1, self.passes))
        ]

    def predict_proba(self, X: Floats) -> npt.NDArray[np.float64]:
        """The mean of its voters, (n, n_classes)."""
        mean: npt.NDArray[np.float64] = np.mean([voter(X) for voter in self.voters()], axis=0)
        return mean

    def predict(self, X: Floats) -> npt.NDArray[Any]:
        """The likeliest class of each row."""
        best: npt.NDArray[Any] = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return best

    def __getstate__(self) -> dict[str, Any]:
        """Parameters, and weights as arrays under the name of what makes the network.

        Nothing of PyTorch is among them, so that a model is stored without any code.
        """
        state = dict(vars(self))
        networks = state.pop("networks_", [])
        state["module"] = network_name(self.module)
        state["weights"] = [
            {name: tensor.cpu().numpy() for name, tensor in one.state_dict().items()}
            for one in networks
        ]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        own = dict(state)
        weights, name = own.pop("weights"), own["module"]
        known = {**NETWORKS, **{network_name(one): one for one in (Perceptron, Convolutional)}}
        if name not in known:
            raise LearnerError(
                f"It is a network {name!r}, which nobody has registered here: "
                "aal.register.model(...)(torch_model(...)) first."
            )
        own["module"] = known[name]
        self.__dict__.update(own)
        if weights:
            self.networks_ = [self._restored(one) for one in weights]

    def _restored(self, weights: dict[str, Any]) -> Any:
        with alone():
            network = self.module(len(self.mean_), len(self.classes_))
        tensors = {name: torch.from_numpy(np.array(one)) for name, one in weights.items()}
        network.load_state_dict(tensors)
        return network.to(device_of(self.device)).eval()

    def _said(self, network: Any, place: int, X: Floats) -> npt.NDArray[np.float64]:
        seen = (np.asarray(X, dtype=np.float32) - self.mean_) / self.scale_
        parts = [np.empty((0, len(self.classes_)))]
        device = next(network.parameters()).device
        with alone(), torch.no_grad(), sampled_dropout(network, place, self.random_state or 0):
            for start in range(0, len(seen), CHUNK):
                some = torch.from_numpy(np.ascontiguousarray(seen[start : start + CHUNK]))
                logits = network(some.to(device)).double()
                parts.append(torch.softmax(logits, dim=1).cpu().numpy())
        return np.concatenate(parts)


def device_of(name: str) -> str:
    """Where a network is trained."""
    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"
