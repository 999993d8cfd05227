"""Networks where PyTorch is not installed; what they learn is tested in tests_further."""

from __future__ import annotations

import pytest

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.deep import models
from napari_astro_al.learning.deep.remembered import beginning


@pytest.mark.parametrize("name", models.TORCH_MODELS)
def test_the_extra_is_named(monkeypatch, name):
    monkeypatch.setattr(models, "has_torch", lambda: False)

    with pytest.raises(LearnerError, match=rf"model '{name}' needs PyTorch.*\[torch\]"):
        models.build_torch(name, 0, {})
    with pytest.raises(LearnerError, match=r"A network needs PyTorch.*\[torch\]"):
        models.torch_model(lambda n_features, n_classes: None)(0)


def test_a_warm_start_begins_from_a_part_of_the_labels_that_labels_alone_tell():
    assert [beginning(n) for n in (5, 10, 11, 12, 13, 20, 90)] == [0, 0, 10, 10, 12, 18, 78]
