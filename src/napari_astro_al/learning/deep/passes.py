"""Monte Carlo dropout that leaves out the same units for every source. Imports PyTorch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch import nn

_KINDS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout)


@contextmanager
def sampled_dropout(network: Any, place: int, seed: int) -> Iterator[None]:
    """Let the dropout of a network that predicts leave out units.

    Parameters
    ----------
    network : torch.nn.Module
    place : int
        Which pass; 0 for none.
    seed : int
        Seed, pass and layer say which units: not the source, nor how many are asked about at once.
    """
    network.eval()
    layers = [one for one in network.modules() if isinstance(one, _KINDS)] if place else []
    hooks = [
        layer.register_forward_hook(partial(_left_out, (seed, place, k)))
        for k, layer in enumerate(layers)
    ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _left_out(key: tuple[int, int, int], layer: Any, given: tuple[Any, ...], _: Any) -> Any:
    (values,) = given
    share = float(layer.p)
    if share == 0:
        return values
    shape = list(values.shape[1:])
    if isinstance(layer, (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)):
        shape[1:] = [1] * (len(shape) - 1)
    seed, place, k = key
    generator = torch.Generator().manual_seed((seed * 1_000_003 + place) * 1_009 + k)
    kept = (torch.rand([1, *shape], generator=generator) >= share).to(values)
    return values * kept / max(1 - share, 1e-6)
