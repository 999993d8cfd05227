"""Active learning for astronomical catalogues in napari.

Names are imported when first used: ``import napari_astro_al`` itself loads nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Catalogue": "catalogue",
    "ROWS": "catalogue",
    "Roles": "catalogue",
    "Footprint": "catalogue",
    "Criterion": "catalogue",
    "AllOf": "catalogue",
    "AnyOf": "catalogue",
    "FeatureRecipe": "features",
    "Task": "learning",
    "LearnerRecipe": "learning",
    "Split": "learning",
    "QuestionTree": "learning",
    "detect": "imaging",
    "read_tap": "interop.vo",
    "cone_search": "interop.vo",
    "tap_tables": "interop.vo",
    "tap_columns": "interop.vo",
    "PartitionedCatalogue": "scale",
    "register": "session",
    "extensions": "session",
    "Session": "session",
    "Sampling": "session",
    "replay": "session",
    "ColumnOracle": "session",
    "Oracle": "session",
    "import_astronomical": "session.astronomical",
    "predict": "session.predicting",
    "simulate": "simulation",
    "compare": "simulation",
    "open_viewer": "widgets",
    "AstroALError": "errors",
    "AstroALWarning": "errors",
}
_MODULES = ("cutouts", "imaging", "plots", "samples", "simulation", "testing")

__all__ = [*_HOME, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, *(n for n in globals() if n.startswith("__"))])
