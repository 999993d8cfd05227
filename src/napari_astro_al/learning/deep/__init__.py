"""Networks of PyTorch as models: the extra ``torch``.

Importing this does not load it. `torch_model` makes a model of any ``nn.Module``; `torch_mlp` and
`torch_cnn` are registered wherever PyTorch is installed.

Training is a loop of ours: modAL pins an old skorch that does not import on current Python, so no
extra could bring a skorch that works. Who has one registers its classifiers like any others.
"""

from napari_astro_al.learning.deep.models import (
    TORCH_MODELS,
    WITHOUT_TORCH,
    has_torch,
    torch_model,
)

__all__ = ["TORCH_MODELS", "WITHOUT_TORCH", "has_torch", "torch_model"]
