"""Models as JSON: a name and parameters, or a scikit-learn class path and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from napari_astro_al.errors import LearnerError
from napari_astro_al.learning.models import MODELS, ModelSpec, checked

_CLASS, _PARAMS = "class", "params"
_REFUSED_PARAMETERS = ("memory",)
"""joblib's cache would load pickles from a folder that the file names."""


def spec_to_json(spec: ModelSpec) -> Any:
    """A model specification as JSON values.

    Parameters
    ----------
    spec : str, (str, dict) or scikit-learn classifier
        A checked specification.

    Returns
    -------
    str or dict
        ``"knn"``, ``{"name": "knn", "params": {...}}`` or ``{"class": "sklearn...", "params":
        {...}}`` with the parameters that differ from the defaults.

    Raises
    ------
    LearnerError
        If the model is neither registered nor one of scikit-learn's with parameters that JSON
        holds; the message names it and the parameter.
    """
    if isinstance(spec, str):
        return spec
    if isinstance(spec, tuple):
        name, params = spec
        where = f"model {name!r}"
        return {"name": name, _PARAMS: {key: _encode(v, where, key) for key, v in params.items()}}
    registered = MODELS.name_of(spec)
    return registered or _encode_object(spec, f"model {type(spec).__name__!r}")


def spec_from_json(content: Any) -> ModelSpec:
    """The model specification that `spec_to_json` wrote.

    Raises
    ------
    LearnerError
        If it names a class outside scikit-learn, a class that is not an estimator, or a parameter
        that is refused in a file.
    """
    if isinstance(content, str):
        return checked(content)
    if isinstance(content, Mapping) and "name" in content:
        params = content.get(_PARAMS, {})
        return checked((content["name"], {key: _decode(v) for key, v in params.items()}))
    if isinstance(content, Mapping) and _CLASS in content:
        return checked(_decode(content))
    raise LearnerError(f"This is not the description of a model: {content!r}.")


def _encode_object(thing: Any, where: str) -> dict[str, Any]:
    kind = type(thing)
    path = f"{kind.__module__}.{kind.__qualname__}"
    if not _is_sklearn_class(kind):
        raise LearnerError(
            f"The {where} cannot be written to a file: its class {path} is not one of "
            "scikit-learn's. Register it under a name, aal.register.model(name), and use the name."
        )
    defaults = _defaults(kind)
    params = {
        key: _encode(value, where, key)
        for key, value in thing.get_params(deep=False).items()
        if key not in defaults or not _same(value, defaults[key])
    }
    return {_CLASS: path, _PARAMS: params}


def _encode(value: Any, where: str, key: str) -> Any:
    import numpy as np

    if key in _REFUSED_PARAMETERS and value is not None:
        raise LearnerError(f"The {where} cannot be written to a file: leave out {key}={value!r}.")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        return {"tuple": [_encode(one, where, key) for one in value]}
    if isinstance(value, list):
        return [_encode(one, where, key) for one in value]
    if isinstance(value, Mapping):
        pairs = [[_encode(k, where, key), _encode(v, where, key)] for k, v in value.items()]
        return {"dict": pairs}
    if callable(getattr(value, "get_params", None)) and not isinstance(value, type):
        return _encode_object(value, where)
    raise LearnerError(
        f"The {where} cannot be written to a file: {key}={value!r} is not a JSON value. Register "
        "it under a name, aal.register.model(name), and use the name."
    )


def _decode(content: Any) -> Any:
    if isinstance(content, list):
        return [_decode(one) for one in content]
    if not isinstance(content, Mapping):
        return content
    if "tuple" in content:
        return tuple(_decode(one) for one in content["tuple"])
    if "dict" in content:
        return {_decode(key): _decode(value) for key, value in content["dict"]}
    kind = _sklearn_class(str(content.get(_CLASS)))
    params = content.get(_PARAMS, {})
    refused = [key for key in _REFUSED_PARAMETERS if params.get(key) is not None]
    if refused:
        raise LearnerError(f"A file may not set {refused[0]!r} of {kind.__name__}.")
    try:
        return kind(**{key: _decode(value) for key, value in params.items()})
    except TypeError as error:
        raise LearnerError(f"The model {kind.__name__!r} could not be built: {error}") from error


def _sklearn_class(path: str) -> type:
    from importlib import import_module

    module, _, name = path.rpartition(".")
    kind = None
    if module.split(".")[0] == "sklearn":
        try:
            kind = getattr(import_module(module), name, None)
        except ImportError:
            kind = None
    if not isinstance(kind, type) or not _is_sklearn_class(kind):
        raise LearnerError(
            f"{path!r} is not an estimator of the scikit-learn installed here. Only those, and "
            "registered names, are built from a file."
        )
    return kind


def _is_sklearn_class(kind: type) -> bool:
    from sklearn.base import BaseEstimator
    from sklearn.gaussian_process.kernels import Kernel

    return issubclass(kind, (BaseEstimator, Kernel)) and kind.__module__.startswith("sklearn.")


def _defaults(kind: type) -> dict[str, Any]:
    from inspect import Parameter, signature

    parameters = signature(kind).parameters.values()
    return {one.name: one.default for one in parameters if one.default is not Parameter.empty}


def _same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    plain = (bool, int, float, str)
    return type(value) is type(default) and isinstance(value, plain) and value == default
