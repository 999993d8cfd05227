"""Whether an ONNX graph from a file ends: no loops, and trees that lead to their leaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_astro_al.errors import LearnerError

_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
_REFUSED = ("Loop", "Scan", "If")


def check_graph(data: bytes) -> None:
    """Refuse a graph that may not come to an end, or is not of standard operators.

    Raises
    ------
    LearnerError
        Naming the operator.
    """
    import onnx

    try:
        graph = onnx.load_from_string(data).graph
    except Exception as error:
        raise LearnerError(f"This is no ONNX model: {type(error).__name__}: {error}") from error
    for node in graph.node:
        if node.domain not in _DOMAINS or node.op_type in _REFUSED:
            raise LearnerError(
                f"The ONNX model is not used: it has the operator {node.op_type!r}, which no model "
                "of this program has."
            )
        if node.op_type.startswith("TreeEnsemble"):
            _check_trees(node)


def _check_trees(node: Any) -> None:
    told = {one.name: one for one in node.attribute}

    def numbers(name: str) -> Any:
        return np.array(told[name].ints if name in told else (), dtype=np.int64)

    tree, own = numbers("nodes_treeids"), numbers("nodes_nodeids")
    yes, no = numbers("nodes_truenodeids"), numbers("nodes_falsenodeids")
    modes = list(told["nodes_modes"].strings) if "nodes_modes" in told else []
    if len({len(tree), len(own), len(yes), len(no), len(modes)}) != 1 or not len(tree):
        raise _damaged(node.op_type)
    branch = np.array([mode != b"LEAF" for mode in modes])
    known = set(zip(tree.tolist(), own.tolist(), strict=True))
    for child in (yes, no):
        there = zip(tree[branch].tolist(), child[branch].tolist(), strict=True)
        if (child[branch] <= own[branch]).any() or not all(one in known for one in there):
            raise _damaged(node.op_type)


def _damaged(operator: str) -> LearnerError:
    return LearnerError(
        f"The ONNX model is not used: its {operator} is damaged and leads out of itself. Ask where "
        "the file comes from."
    )
