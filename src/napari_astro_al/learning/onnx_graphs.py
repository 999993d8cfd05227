"""Trained learners as ONNX graphs: from prepared features to class probabilities.

The automatic vote is composed of its members: linear models and naive Bayes are written out in
double precision, trees as tree ensembles. Other estimators of scikit-learn's are converted by
skl2onnx; whether a graph says what its learner says is for `onnx_models` to check. This module
imports onnx and scikit-learn: import it inside functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from napari_astro_al.errors import LearnerError
from napari_astro_al.features.bins import MISSING, Bins
from napari_astro_al.learning.adapter import members
from napari_astro_al.learning.auto_vote import AutoVote
from napari_astro_al.learning.committee import Vote
from napari_astro_al.learning.onnx_trees import ensemble_of
from napari_astro_al.learning.predicting.trees import Nodes
from napari_astro_al.learning.stacking import LEAST
from napari_astro_al.learning.strategies.places import CLIP, Whitening

INPUT, OUTPUT = "features", "probabilities"
OPSETS = {"": 17, "ai.onnx.ml": 3}
_IR_VERSION = 8
_DOUBLE = TensorProto.DOUBLE
NO_SKL2ONNX = (
    "The model {} cannot be written as ONNX without skl2onnx. Install it: "
    "pip install 'napari-astro-al[onnx]'."
)


class _Graph:
    """Collects nodes and constants; every method gives the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, values: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def double(self, name: str) -> str:
        return self.add("Cast", name, to=_DOUBLE)

    def take_in(self, model: Any, source: str) -> list[str]:
        """The nodes of another model; the names of its outputs."""
        prefix = f"m{len(self.nodes)}_"
        graph = model.graph
        fed = graph.input[0].name

        def renamed(name: str) -> str:
            return source if name == fed else prefix + name if name else name

        for one in graph.initializer:
            copy = onnx.TensorProto()
            copy.CopyFrom(one)
            copy.name = renamed(one.name)
            self.constants.append(copy)
        for one in graph.node:
            copy = onnx.NodeProto()
            copy.CopyFrom(one)
            copy.name = prefix + one.name
            copy.input[:] = [renamed(name) for name in one.input]
            copy.output[:] = [renamed(name) for name in one.output]
            self.nodes.append(copy)
        return [renamed(one.name) for one in graph.output]


def onnx_bytes(
    learner: Any,
    classes: Sequence[str],
    n_features: int,
    vote: Vote = "soft",
    about: Mapping[str, str] | None = None,
) -> bytes:
    """A trained learner as an ONNX model.

    Parameters
    ----------
    learner : modAL ActiveLearner or Committee
    classes : sequence of str
        The columns of probabilities; a class that a member never saw has 0.
    n_features : int
    vote : {"soft", "hard"}
        As of a `LearnerRecipe`.
    about : mapping of str to str, optional
        Kept in the model's metadata.

    Returns
    -------
    bytes
        One input, ``features`` (n, n_features) float32, prepared as the recipe says; one output,
        ``probabilities`` (n, n_classes) float32.

    Raises
    ------
    LearnerError
        Naming the model that cannot be converted.
    """
    graph = _Graph()
    votes = []
    for member in members(learner):
        said = _probabilities(graph, member.estimator, INPUT, n_features)
        votes.append(_in_columns(graph, said, member.classes_, classes))
    together = votes[0] if len(votes) == 1 else _combined(graph, votes, vote, len(classes))
    graph.nodes.append(helper.make_node("Cast", [together], [OUTPUT], to=TensorProto.FLOAT))
    made = helper.make_graph(
        graph.nodes,
        "napari-astro-al",
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, [None, n_features])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, [None, len(classes)])],
        graph.constants,
    )
    opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
    model = helper.make_model(made, opset_imports=opsets, producer_name="napari-astro-al")
    model.ir_version = _IR_VERSION
    helper.set_model_props(model, dict(about or {}))
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _probabilities(graph: _Graph, estimator: Any, source: str, n_features: int) -> str:
    """Probabilities of an estimator in double precision, in the order of its classes."""
    if isinstance(estimator, AutoVote):
        return _vote(graph, estimator, source, n_features)
    if type(estimator) in (LogisticRegression, LinearDiscriminantAnalysis):
        return _linear(graph, estimator, source)
    if type(estimator) is GaussianNB:
        return _bayes(graph, estimator, source)
    if type(estimator) in (RandomForestClassifier, ExtraTreesClassifier):
        return _trees(graph, [one.tree_ for one in estimator.estimators_], source)
    if type(estimator) is DecisionTreeClassifier:
        return _trees(graph, [estimator.tree_], source)
    if type(estimator) is HistGradientBoostingClassifier:
        return _boosted(graph, estimator, source)
    return _converted(graph, estimator, source, n_features)


def _vote(graph: _Graph, vote: AutoVote, source: str, n_features: int) -> str:
    total = None
    rounded = None if vote.bins is None else _rounded(graph, vote.bins, source)
    for name, weight, estimator in zip(vote.names_, vote.weights_, vote.fitted_, strict=True):
        linear = name in ("logistic_regression", "linear_discriminant")
        seen, width = source if linear or rounded is None else rounded, n_features
        if name == "naive_bayes" and vote.places is not None:
            seen, width = _placed(graph, vote.places, seen), len(vote.places.scale)
        said = _probabilities(graph, estimator, seen, width)
        share = _in_columns(graph, said, estimator.classes_, vote.classes_)
        share = graph.add("Mul", share, graph.constant(np.float64(weight)))
        total = share if total is None else graph.add("Add", total, share)
    assert total is not None
    least = graph.add("Max", total, graph.constant(np.float64(LEAST)))
    sharp = graph.add("Pow", least, graph.constant(np.float64(1.0 / vote.temperature)))
    return _normal(graph, sharp)


def _normal(graph: _Graph, shares: str) -> str:
    total = graph.add("ReduceSum", shares, graph.constant(np.array([1])), keepdims=1)
    return graph.add("Div", shares, total)


def _in_columns(graph: _Graph, said: str, own: Any, classes: Any) -> str:
    """Probabilities of an estimator's own classes in the columns of all classes."""
    names = [str(one) for one in classes]
    places = np.zeros((len(own), len(names)))
    places[np.arange(len(own)), [names.index(str(one)) for one in own]] = 1.0
    return graph.add("MatMul", said, graph.constant(places))


def _linear(graph: _Graph, estimator: Any, source: str) -> str:
    weights = np.asarray(estimator.coef_.T, dtype=np.float64)
    bias = np.asarray(estimator.intercept_, dtype=np.float64)
    product = graph.add("MatMul", graph.double(source), graph.constant(weights))
    decision = graph.add("Add", product, graph.constant(bias))
    return _linked(graph, decision, len(bias))


def _bayes(graph: _Graph, estimator: Any, source: str) -> str:
    """Gaussian naive Bayes: the squares written out, (x - m)^2 / v = x^2/v - 2xm/v + m^2/v."""
    means, variances = np.float64(estimator.theta_), np.float64(estimator.var_)
    x = graph.double(source)
    squares = graph.add("MatMul", graph.add("Mul", x, x), graph.constant((0.5 / variances).T))
    crossed = graph.add("MatMul", x, graph.constant((means / variances).T))
    level = (
        np.log(estimator.class_prior_)
        - 0.5 * np.log(2 * np.pi * variances).sum(axis=1)
        - 0.5 * (means**2 / variances).sum(axis=1)
    )
    joint = graph.add("Add", graph.add("Sub", crossed, squares), graph.constant(level))
    return graph.add("Softmax", joint, axis=1)


def _ensemble(graph: _Graph, nodes: Nodes, weight: float, source: str) -> str:
    attributes = ensemble_of(nodes, weight)
    said = graph.add("TreeEnsembleRegressor", source, domain="ai.onnx.ml", **attributes)
    return graph.double(said)


def _trees(graph: _Graph, trees: list[Any], source: str) -> str:
    return _ensemble(graph, Nodes.of_trees(trees), 1 / len(trees), source)


def _boosted(graph: _Graph, estimator: Any, source: str) -> str:
    """Histogram gradient boosting: the sum of its trees through a link, one column a class."""
    rounds = estimator._predictors
    if any(one.nodes["is_categorical"].any() for row in rounds for one in row):
        raise LearnerError(
            "The model HistGradientBoostingClassifier cannot be written as ONNX: it splits by "
            "categories. Write it as .skops."
        )
    columns = [
        _ensemble(graph, Nodes.of_predictors(column), 1.0, source)
        for column in zip(*rounds, strict=True)
    ]
    raw = columns[0] if len(columns) == 1 else graph.add("Concat", *columns, axis=1)
    start = np.float64(np.ravel(estimator._baseline_prediction))
    return _linked(graph, graph.add("Add", raw, graph.constant(start)), len(columns))


def _linked(graph: _Graph, decision: str, n_columns: int) -> str:
    """Probabilities from decisions: one for two classes, or one a class."""
    if n_columns > 1:
        return graph.add("Softmax", decision, axis=1)
    likely = graph.add("Sigmoid", decision)
    other = graph.add("Sub", graph.constant(np.float64(1.0)), likely)
    return graph.add("Concat", other, likely, axis=1)


def _placed(graph: _Graph, places: Whitening, source: str) -> str:
    """Where a `Whitening` puts sources."""
    middle = graph.constant(np.float32(places.middle))
    filled = graph.add("Where", graph.add("IsNaN", source), middle, source)
    tame = graph.double(graph.add("Asinh", graph.add("Sub", filled, middle)))
    axes = np.float64(places.axes.T / places.scale)
    centred = graph.add("Sub", tame, graph.constant(np.float64(places.centre)))
    spread = graph.add("MatMul", centred, graph.constant(axes))
    ends = graph.constant(np.float64(-CLIP)), graph.constant(np.float64(CLIP))
    return graph.add("Clip", spread, *ends)


def _rounded(graph: _Graph, bins: Bins, source: str) -> str:
    """The values of `Bins` that stand for features; missing ones stay missing."""
    edges = np.asarray(bins.edges, dtype=np.float32)
    n_features = len(edges)
    apart = graph.add("Unsqueeze", source, graph.constant(np.array([2])))
    beyond = graph.add("Less", graph.constant(edges[None]), apart)
    counted = graph.add("Cast", beyond, to=TensorProto.FLOAT)
    code = graph.add("ReduceSum", counted, graph.constant(np.array([2])), keepdims=0)
    place = graph.add(
        "Add",
        graph.add("Cast", code, to=TensorProto.INT64),
        graph.constant(np.arange(n_features, dtype=np.int64)[None] * 256 + 1),
    )
    told = graph.add("Gather", graph.constant(np.float32(bins.values).ravel()), place, axis=0)
    missing = graph.constant(np.full(n_features, bins.values[0, MISSING], dtype=np.float32))
    return graph.add("Where", graph.add("IsNaN", source), missing, told)


def _combined(graph: _Graph, votes: list[str], vote: Vote, n_classes: int) -> str:
    if vote == "hard":
        votes = [_one_hot(graph, one, n_classes) for one in votes]
    total = graph.add("Sum", *votes)
    return graph.add("Div", total, graph.constant(np.float64(len(votes))))


def _one_hot(graph: _Graph, said: str, n_classes: int) -> str:
    best = graph.add("ArgMax", graph.add("Cast", said, to=TensorProto.FLOAT), axis=1, keepdims=0)
    numbers = graph.constant(np.arange(n_classes)[None])
    apart = graph.add("Unsqueeze", best, graph.constant(np.array([1])))
    return graph.double(graph.add("Equal", apart, numbers))


def _converted(graph: _Graph, estimator: Any, source: str, n_features: int) -> str:
    name = type(estimator).__name__
    try:
        from skl2onnx import convert_sklearn
        from skl2onnx.common.data_types import FloatTensorType
    except ImportError as error:
        raise LearnerError(NO_SKL2ONNX.format(name)) from error
    try:
        model = convert_sklearn(
            estimator,
            initial_types=[("X", FloatTensorType([None, n_features]))],
            options={id(estimator): {"zipmap": False}},
            target_opset=OPSETS,
        )
    except Exception as error:
        raise LearnerError(
            f"The model {name} cannot be written as ONNX: skl2onnx has no converter for it "
            f"({type(error).__name__}: {_first_line(error)}). Write it as .skops, or train another "
            "model."
        ) from error
    outputs = graph.take_in(model, source)
    return graph.double(outputs[-1])


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [""])[0][:200]
