"""Networks for tables and for pictures. Imports PyTorch: import it inside functions."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from napari_astro_al.errors import LearnerError

DROPOUT = 0.2


class Perceptron(nn.Module):  # type: ignore[misc]
    """Two hidden layers with dropout: for numbers, an embedding of pictures among them."""

    def __init__(self, n_features: int, n_classes: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(n_features, 64),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
            nn.Linear(64, 64),
            nn.ReLU(),
            nn.Dropout(DROPOUT),
            nn.Linear(64, n_classes),
        )

    def forward(self, features: Any) -> Any:
        """Logits."""
        return self.layers(features)


class Convolutional(nn.Module):  # type: ignore[misc]
    """Three convolutions, their mean over the picture, and dropout: for pictures of any size.

    What it sees are the pixels of `square_pictures`: square pictures of three channels, laid out
    as features, from 0 to 1.
    """

    def __init__(self, n_features: int, n_classes: int) -> None:
        super().__init__()
        self.side = side_of(n_features)
        self.layers = nn.Sequential(
            *_block(3, 16), nn.MaxPool2d(2), *_block(16, 32), nn.MaxPool2d(2), *_block(32, 64)
        )
        self.head = nn.Sequential(nn.Dropout(DROPOUT), nn.Linear(2 * 64, n_classes))

    def forward(self, features: Any) -> Any:
        """Logits."""
        pictures = features.reshape(-1, self.side, self.side, 3).permute(0, 3, 1, 2)
        found = self.layers(pictures - 0.5)
        return self.head(torch.cat([found.mean(dim=(2, 3)), found.amax(dim=(2, 3))], dim=1))


def _block(before: int, after: int) -> tuple[Any, ...]:
    # by groups, not by batches: what is said of a source does not depend on the others
    return (nn.Conv2d(before, after, 3, padding=1), nn.GroupNorm(4, after), nn.ReLU())


def side_of(n_features: int) -> int:
    """Pixels a side of square pictures of three channels.

    Raises
    ------
    LearnerError
        If the features are no such pictures.
    """
    side: int = round((n_features / 3) ** 0.5)
    if n_features < 3 * 4 * 4 or 3 * side * side != n_features:
        raise LearnerError(
            f"torch_cnn sees pictures, and {n_features} features are no square picture of three "
            "channels. Measure pixels first, session.measure_images('pixels'), and take only "
            "these columns as features, with FeatureRecipe(scale='none')."
        )
    return side
