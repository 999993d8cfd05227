"""Training one network. Imports PyTorch: import it inside functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from napari_astro_al.errors import LearnerError

ENOUGH_TO_WATCH = 200
"""Labels from which on a fifth of them tells when to stop: the loss on fewer is mostly chance."""
LEAST_BATCH, BATCHES = 8, 8
"""Labels of a batch at least, and batches of an epoch at least, before that."""
WATCHED = 5
LEAST_PROGRESS = 1e-3
"""Of the loss, relative."""


@contextmanager
def alone() -> Iterator[None]:
    """One thread, and a stream of chance that is put back afterwards.

    Several models may be trained side by side, and PyTorch has one stream for all.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            yield
    finally:
        torch.set_num_threads(threads)


@dataclass(frozen=True)
class Fit:
    """How a network is trained; see `TorchClassifier`."""

    module: Callable[[int, int], Any]
    max_epochs: int
    patience: int
    learning_rate: float
    weight_decay: float
    batch_size: int
    mirrored: bool
    device: str
    n_classes: int
    seed: int

    def trained(
        self,
        X: npt.NDArray[np.float32],
        codes: npt.NDArray[np.int64],
        weights: dict[str, Any] | None = None,
    ) -> Any:
        """A network that has learnt, from given weights or new ones.

        The weights are those with which the loss was least.

        Raises
        ------
        LearnerError
            If the network gives another shape, or its loss is not finite.
        """
        torch.manual_seed(self.seed)
        network = self.module(X.shape[1], self.n_classes)
        if weights is not None:
            network.load_state_dict(weights)
        network.to(self.device)
        settings = {"lr": self.learning_rate, "weight_decay": self.weight_decay}
        optimiser = torch.optim.AdamW(network.parameters(), **settings)
        learnt, watched = self._parts(codes)
        seen, known = self._tensors(X[learnt], codes[learnt])
        unseen, answers = self._tensors(X[watched], codes[watched])
        least, best, waited = np.inf, _copied(network), 0
        for epoch in range(self.max_epochs):
            loss = self._epoch(network, optimiser, seen, known)
            if len(answers):
                network.eval()
                with torch.no_grad():
                    loss = float(_loss(network, unseen, answers, self.n_classes))
            if not np.isfinite(loss):
                raise LearnerError(
                    f"The network's loss is {loss} in epoch {epoch + 1}. Scale the features, or "
                    "lower learning_rate."
                )
            waited += 1
            if loss < least * (1 - LEAST_PROGRESS):
                least, best, waited = loss, _copied(network), 0
            if waited >= self.patience:
                break
        network.load_state_dict(best)
        return network.eval()

    def _tensors(self, X: npt.NDArray[np.float32], codes: npt.NDArray[np.int64]) -> tuple[Any, Any]:
        return tuple(torch.from_numpy(one).to(self.device) for one in (X, codes))

    def _epoch(self, network: Any, optimiser: Any, seen: Any, known: Any) -> float:
        """Once through the labels in batches of nearly one size; the mean loss."""
        network.train()
        order = torch.randperm(len(seen))
        # with one batch an epoch, few labels would be over before anything is learnt
        size = min(self.batch_size, max(LEAST_BATCH, len(seen) // BATCHES))
        n_batches = -(-len(seen) // size)
        total = 0.0
        for rows in torch.tensor_split(order, n_batches):
            shown = _turned(seen[rows]) if self.mirrored else seen[rows]
            loss = _loss(network, shown, known[rows], self.n_classes)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += float(loss.detach()) * len(rows)
        return total / len(seen)

    def _parts(
        self, codes: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Labels to learn from and to watch: a fifth of each class, by chance."""
        everything = np.arange(len(codes))
        if len(codes) < ENOUGH_TO_WATCH:
            return everything, everything[:0]
        drawn = np.random.default_rng(self.seed).permutation(len(codes))
        watched = np.concatenate(
            [
                drawn[codes[drawn] == code][: int((codes == code).sum()) // WATCHED]
                for code in range(self.n_classes)
            ]
        )
        return np.setdiff1d(everything, watched), np.sort(watched)


def _loss(network: Any, X: Any, codes: Any, n_classes: int) -> Any:
    logits = network(X)
    if tuple(logits.shape) != (len(X), n_classes):
        raise LearnerError(
            f"The network gave shape {tuple(logits.shape)} for {len(X)} sources and {n_classes} "
            f"classes; ({len(X)}, {n_classes}) was expected."
        )
    return torch.nn.functional.cross_entropy(logits, codes)


def _copied(network: Any) -> dict[str, Any]:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def _turned(features: Any) -> Any:
    """Pictures in one of the eight ways to turn them: there is no up in the sky."""
    side = round((features.shape[1] / 3) ** 0.5)
    way = int(torch.randint(8, (1,)))
    shown = torch.rot90(features.reshape(-1, side, side, 3), way % 4, dims=(1, 2))
    return (shown.flip(2) if way >= 4 else shown).reshape(features.shape)
