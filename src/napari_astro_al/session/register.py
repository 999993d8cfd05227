"""`register`: names for models, strategies, generators, projections, plots and services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from napari_astro_al.cutouts.online import SERVICES
from napari_astro_al.features import GENERATORS
from napari_astro_al.learning import MODELS, STRATEGIES
from napari_astro_al.learning.costs import COSTS
from napari_astro_al.learning.stopping import CRITERIA
from napari_astro_al.learning.strategies import About
from napari_astro_al.plots.plot import register_plot
from napari_astro_al.projection import PLANES
from napari_astro_al.projection.registered import register_layout

T = TypeVar("T")


class _Register:
    """Decorators by kind: ``@aal.register.strategy("mine")``."""

    def strategy(
        self, name: str, *, reason: str = "", needs_model: bool = True, limit: int | None = None
    ) -> Callable[[T], T]:
        """Name a query strategy.

        Parameters
        ----------
        name : str
        reason : str
            Why it asks for a source, for the person who is asked.
        needs_model : bool
            False: it asks from the first query on, without probabilities.
        limit : int, optional
            The most candidates that it is shown: the most doubtful ones, or where it needs no
            model a random choice.

        Returns
        -------
        decorator
            For a function from `Candidates` to ``(n_candidates,)`` scores, which may choose a
            batch by itself, with a keyword-only ``n``, and then returns the places that it
            chooses and their scores; or for one of modAL's kind,
            ``f(classifier, X, n_instances=1)`` to indices.
        """
        about = About(reason=reason, needs_model=needs_model, limit=limit)
        return _kept(STRATEGIES(name, about))

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

    def stopping(self, name: str) -> Callable[[T], T]:
        """Name a stopping criterion: a function from `Course` to a `Verdict`, or None."""
        return _kept(CRITERIA(name))

    def cost(self, name: str) -> Callable[[T], T]:
        """Name the cost of labels.

        Parameters
        ----------
        name : str

        Returns
        -------
        decorator
            For a function from the catalogue's table, a pandas.DataFrame, to one number a row,
            above 0, or NaN for sources that are never to be asked for.
        """
        return _kept(COSTS(name))

    def generator(self, name: str) -> Callable[[T], T]:
        """Name a feature generator: one combination of ``(name, values)`` columns to a column."""
        return _kept(GENERATORS(name))

    def projection(self, name: str) -> Callable[[T], T]:
        """Name a way to lay sources out in the plane.

        Parameters
        ----------
        name : str

        Returns
        -------
        decorator
            For a function ``lay_out(features, seed)``. It is given the features of every source
            that has any, (n, f) float32 as models see them and without missing values, in an order
            that does not depend on that of the rows, and a whole number; it returns (n, 2) places,
            NaN for none. In a session with a folder the result is kept and found again until
            features, sources, seed or the function's own code are others.
        """
        return _kept(lambda function: register_layout(name, function))

    def plane(self, name: str) -> Callable[[T], T]:
        """Name a diagnostic plane: a `napari_astro_al.projection.Plane`."""
        return _kept(PLANES(name))

    def source_plot(self, name: str) -> Callable[[T], T]:
        """Name a plot of one source.

        Parameters
        ----------
        name : str

        Returns
        -------
        decorator
            For a class without parameters, or an object, with a ``title``, ``requires``, a
            sequence of columns, roles and `Field` s, and ``draw(given)`` that makes a `Figure`
            of a `Given`, both from `napari_astro_al.plots`. It is called in a thread.
        """
        return _kept(lambda entry: register_plot(name, entry))

    def cutout_service(self, name: str) -> Callable[[T], T]:
        """Name a service on the web that has pictures.

        Parameters
        ----------
        name : str

        Returns
        -------
        decorator
            For a class or function that makes a `CutoutService` from options given as keywords;
            `napari_astro_al.cutouts.service` then takes the name, and sessions keep it.
        """
        return _kept(SERVICES(name))


def _kept(register_entry: Callable[[Any], Any]) -> Callable[[T], T]:
    def decorate(entry: T) -> T:
        register_entry(entry)
        return entry

    return decorate


register = _Register()
