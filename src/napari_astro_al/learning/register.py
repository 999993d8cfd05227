"""`register`: names for models, query strategies and feature generators, which recipes hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from napari_astro_al.learning.models import MODELS
from napari_astro_al.learning.strategies import STRATEGIES

T = TypeVar("T")


class _Register:
    """Decorators by kind: ``@aal.register.strategy("mine")``."""

    def strategy(self, name: str) -> Callable[[T], T]:
        """Name a query strategy.

        Parameters
        ----------
        name : str

        Returns
        -------
        decorator
            For a function from `Candidates` to ``(n,)`` scores, or one of modAL's kind,
            ``f(classifier, X, n_instances=1)`` to indices.
        """
        return _kept(STRATEGIES(name))

    def model(self, name: str) -> Callable[[T], T]:
        """Name a model.

        Parameters
        ----------
        name : str

        Returns
        -------
        decorator
            For a function ``make(seed)`` that gives an unfitted scikit-learn classifier, or for
            such a classifier itself.
        """
        return _kept(MODELS(name))

    def generator(self, name: str) -> Callable[[T], T]:
        """Name a feature generator: one combination of ``(name, values)`` columns to a column."""
        from napari_astro_al.features.generators import GENERATORS

        return _kept(GENERATORS(name))


def _kept(register_entry: Callable[[Any], Any]) -> Callable[[T], T]:
    def decorate(entry: T) -> T:
        register_entry(entry)
        return entry

    return decorate


register = _Register()
