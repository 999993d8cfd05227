"""Trees as ONNX's TreeEnsembleRegressor, which a value at most the threshold leaves to the left."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from napari_astro_al.learning.predicting.trees import Nodes


def ensemble_of(nodes: Nodes, weight: float) -> dict[str, Any]:
    """The attributes of the operator that sums what the leaves of trees say.

    Parameters
    ----------
    nodes : Nodes
    weight : float
        What every leaf is multiplied with.

    Returns
    -------
    dict
        Thresholds are rounded down to single precision: a float32 feature is at most the rounded
        one exactly if it is at most the threshold itself.
    """
    n = len(nodes.left)
    tree = np.repeat(np.arange(len(nodes.roots)), np.diff(nodes.roots, append=n))
    number = np.arange(n) - nodes.roots[tree]
    leaf = nodes.left < 0
    n_targets = nodes.values.shape[1]
    leaves = np.flatnonzero(leaf)
    return {
        "nodes_treeids": tree.tolist(),
        "nodes_nodeids": number.tolist(),
        "nodes_featureids": np.where(leaf, 0, nodes.feature).tolist(),
        "nodes_modes": np.where(leaf, "LEAF", "BRANCH_LEQ").tolist(),
        "nodes_values": np.where(leaf, 0, _rounded_down(nodes.threshold)).tolist(),
        "nodes_truenodeids": np.where(leaf, 0, nodes.left - nodes.roots[tree]).tolist(),
        "nodes_falsenodeids": np.where(leaf, 0, nodes.right - nodes.roots[tree]).tolist(),
        "nodes_missing_value_tracks_true": nodes.left_if_missing.astype(np.int64).tolist(),
        "target_treeids": np.repeat(tree[leaves], n_targets).tolist(),
        "target_nodeids": np.repeat(number[leaves], n_targets).tolist(),
        "target_ids": np.tile(np.arange(n_targets), len(leaves)).tolist(),
        "target_weights": (nodes.values[leaves] * weight).ravel().tolist(),
        "n_targets": n_targets,
        "aggregate_function": "SUM",
        "post_transform": "NONE",
    }


def _rounded_down(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(over="ignore"):
        single = values.astype(np.float32)
    too_high = single > values
    single[too_high] = np.nextafter(single[too_high], np.float32(-np.inf))
    largest = np.finfo(np.float32).max
    return np.clip(single, -largest, largest).astype(np.float64)
