"""Pictures as small squares."""

from __future__ import annotations

import numpy as np
import pytest

from napari_astro_al.errors import ImagingError
from napari_astro_al.vision import square_pixels


def test_the_middle_square_by_means():
    shown = np.zeros((16, 20), dtype=np.uint8)
    shown[0:2, 2:4] = 255  # the first pixel of eight, left of which two columns are cut off
    shown[2:4, 2] = 255  # half of the one below
    shown[:, :2] = 255

    small = square_pixels(shown, 8)
    assert small.shape == (8, 8, 3)
    assert small[0, 0].tolist() == [1, 1, 1]
    assert small[1, 0] == pytest.approx(0.5, abs=0.01)
    assert small[:, 1:].max() == 0


def test_channels_stay_apart():
    shown = np.zeros((9, 9, 3), dtype=np.uint8)
    shown[..., 1] = 51
    assert square_pixels(shown, 9)[4, 4] == pytest.approx([0, 0.2, 0])


@pytest.mark.parametrize("side", [7, 57])
def test_not_too_small_nor_too_large(side):
    with pytest.raises(ImagingError, match="a side of 8 to 56"):
        square_pixels(np.zeros((60, 60), dtype=np.uint8), side)
