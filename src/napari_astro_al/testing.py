"""Rules that an extension must keep, as checks that its author runs.

Each function takes what would be registered, uses it as the program does on made-up sources, and
raises `ContractBroken` with what was expected and what came. The program's own entries pass them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import AstroALError, NetworkError

__all__ = [
    "ContractBroken",
    "check_cutout_service",
    "check_generator",
    "check_model",
    "check_projection",
    "check_source_plot",
    "check_strategy",
]

CLASSES = ("GALAXY", "QSO", "STAR")
N_SOURCES, N_FEATURES, N_LABELS = 60, 4, 12


class ContractBroken(AssertionError):
    """An extension does something else than the program relies on."""


def check_strategy(strategy: Any, *, needs_model: bool = True) -> None:
    """Check a query strategy.

    It asks for sources that there are, each once; the same ones again when it is asked again, and
    in whatever order it is shown them; it does not change what it is shown; it does with one
    candidate, and with as many as are wanted.

    Parameters
    ----------
    strategy : str or callable
        As for `aal.register.strategy`.
    needs_model : bool
        False: it is shown candidates without probabilities as well.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.learning.strategies import Candidates, rank

    rng = np.random.default_rng(0)
    features = rng.normal(size=(N_SOURCES, N_FEATURES)).astype(np.float32)
    votes = rng.dirichlet(np.ones(3), size=(2, N_SOURCES)).astype(np.float32)
    hashes = rng.permutation(N_SOURCES).astype(np.uint64)
    labelled = rng.normal(size=(N_LABELS, N_FEATURES)).astype(np.float32)
    labels = np.array([CLASSES[k % 3] for k in range(N_LABELS)])
    learner = _modal_learner(labelled, labels)
    mixed = rng.permutation(N_SOURCES)
    for has_model in (True,) if needs_model else (True, False):
        said = votes if has_model else votes[:, :, :0]
        every = {"features": features, "votes": said, "probabilities": said.mean(axis=0)}

        def shown(
            order: npt.NDArray[np.int64], every: dict[str, Any] = every, has: bool = has_model
        ) -> Candidates:
            return Candidates(
                probabilities=every["probabilities"][order].copy(),
                features=every["features"][order].copy(),
                votes=every["votes"][:, order].copy(),
                classes=CLASSES if has else (),
                labelled_features=labelled.copy(),
                labels=labels.copy(),
                rng=np.random.default_rng(1),
                learner=learner if has else None,
                like=labelled[:2].copy(),
                unlike=labelled[2:3].copy(),
            )

        def asked(
            order: npt.NDArray[np.int64],
            n: int,
            shown: Callable[[npt.NDArray[np.int64]], Candidates] = shown,
        ) -> list[int]:
            candidates, before = shown(order), shown(order)
            try:
                places, _ = rank(strategy, candidates, hashes[order], n)
            except AstroALError as error:
                raise ContractBroken(str(error)) from error
            for name in ("probabilities", "features", "votes", "labelled_features"):
                _same(getattr(candidates, name), getattr(before, name), f"It changes the {name}")
            return [int(one) for one in order[places]]

        as_they_are = np.arange(N_SOURCES)
        for n in (1, 5, N_SOURCES + 10):
            first = asked(as_they_are, n)
            if len(set(first)) != len(first) or len(first) > min(n, N_SOURCES):
                raise ContractBroken(f"Asked for {n}, it gives {first}: some twice, or too many.")
            if asked(as_they_are, n) != first:
                raise ContractBroken(
                    f"Asked for {n} twice, it gives other sources. Draw by chance with "
                    "candidates.generator(), which is keyed by seed and labels."
                )
            if asked(mixed, n) != first:
                raise ContractBroken(
                    f"Asked for {n} of the same sources in another order, it gives others. What "
                    "it says of a source must not depend on where it stands."
                )
        if not asked(as_they_are[:1], 1):
            raise ContractBroken("Of a single candidate it asks for none.")


def _modal_learner(features: npt.NDArray[Any], labels: npt.NDArray[np.str_]) -> Any:
    from sklearn.linear_model import LogisticRegression

    from napari_astro_al.learning.adapter import Learner

    return Learner(LogisticRegression(), X_training=features, y_training=labels)


def check_model(model: Any) -> None:
    """Check a model.

    It learns two and three classes that are called by text, from few labels; gives probabilities
    that sum to one, in the order of its ``classes_`` (one without ``predict_proba`` gives those of
    its decision function or its predictions); is the same for the same seed; and does not change
    what it is shown.

    Parameters
    ----------
    model : callable or scikit-learn classifier
        As for `aal.register.model`.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.learning import MODELS
    from napari_astro_al.learning.adapter import Learner
    from napari_astro_al.learning.models import build_estimator

    name = "checked by napari_astro_al.testing"
    with MODELS.lent(name, model):
        rng = np.random.default_rng(0)
        for n_classes, n_labels in ((2, 4), (3, 30)):
            classes = np.array(CLASSES[:n_classes])
            codes = np.arange(n_labels) % n_classes
            features = rng.normal(size=(n_labels, N_FEATURES)).astype(np.float32)
            features[:, 0] += 4 * codes
            labels, pool = classes[codes], rng.normal(size=(50, N_FEATURES)).astype(np.float32)
            kept, kept_pool = features.copy(), pool.copy()
            said = []
            try:
                for _ in range(2):
                    estimator = build_estimator(name, 7, labels.tolist())
                    learner = Learner(estimator, X_training=features, y_training=labels)
                    said.append(np.asarray(learner.predict_proba(pool), dtype=np.float64))
            except AstroALError as error:
                raise ContractBroken(str(error)) from error
            except Exception as error:
                raise ContractBroken(
                    f"With {n_labels} labels of {n_classes} classes it fails: "
                    f"{type(error).__name__}: {error}"
                ) from error
            _same(features, kept, "It changes the features that it is trained on")
            _same(pool, kept_pool, "It changes the features that it predicts")
            if list(learner.classes_) != classes.tolist():
                raise ContractBroken(
                    f"Its classes_ are {list(learner.classes_)}; the labels, sorted, are "
                    f"{classes.tolist()}."
                )
            _shape(said[0], (50, n_classes), "predict_proba")
            if not np.allclose(said[0].sum(axis=1), 1, atol=1e-3) or said[0].min() < 0:
                raise ContractBroken("Its probabilities do not sum to one, or are negative.")
            if not np.allclose(said[0], said[1], atol=1e-6):
                raise ContractBroken(
                    "Trained twice with the same seed, it predicts otherwise. Hand the seed over "
                    "to what draws by chance: random_state=seed."
                )


def check_generator(generator: Callable[..., Any], *, n_columns: int = 2) -> None:
    """Check a feature generator.

    It gives a name and one number a source; works on each source by itself, on none at all to say
    the name, and with values missing; and does not change what it is given.

    Parameters
    ----------
    generator : callable
        As for `aal.register.generator`.
    n_columns : int
        How many columns it combines.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.features import GENERATORS
    from napari_astro_al.features.plan import run_generator

    rng = np.random.default_rng(0)
    values = rng.uniform(1, 30, size=(n_columns, N_SOURCES)).astype(np.float32)
    values[:, ::7] = np.nan
    name = "checked by napari_astro_al.testing"

    def made(rows: slice) -> tuple[str, npt.NDArray[np.float32]]:
        columns = [(f"column {k}", values[k, rows].copy()) for k in range(n_columns)]
        try:
            return run_generator(name, columns)
        except AstroALError as error:
            raise ContractBroken(str(error).replace(repr(name), "that you gave")) from error

    with GENERATORS.lent(name, generator):
        called, whole = made(slice(None))
        if not isinstance(called, str) or not called:
            raise ContractBroken(f"It calls its feature {called!r}; a text was expected.")
        if made(slice(0, 0))[0] != called:
            raise ContractBroken(
                f"Of no sources it calls its feature {made(slice(0, 0))[0]!r}, else {called!r}."
            )
        halves = np.concatenate([made(slice(0, 20))[1], made(slice(20, None))[1]])
        if not np.array_equal(halves, whole, equal_nan=True):
            raise ContractBroken(
                "What it says of a source depends on the others: it is given the catalogue in "
                "chunks. Use numbers of your own instead of means or ranks over all."
            )


def check_projection(lay_out: Callable[..., Any]) -> None:
    """Check a function that lays sources out in the plane.

    It gives two numbers a source, the same for the same seed, and does not change what it is given.

    Parameters
    ----------
    lay_out : callable
        As for `aal.register.projection`.

    Raises
    ------
    ContractBroken
    """
    features = np.random.default_rng(0).normal(size=(N_SOURCES, N_FEATURES)).astype(np.float32)
    kept = features.copy()
    try:
        first, second = (np.asarray(lay_out(features, 7), dtype=np.float32) for _ in range(2))
    except Exception as error:
        raise ContractBroken(
            f"On {N_SOURCES} sources it fails: {type(error).__name__}: {error}"
        ) from error
    _shape(first, (N_SOURCES, 2), "It")
    _same(features, kept, "It changes the features")
    _same(first, second, "Called twice with the same seed, it gives other places")


def check_source_plot(
    plot: Any, catalogue: Catalogue, sources: Sequence[SourceId] | None = None, **settings: Any
) -> None:
    """Check a plot of one source.

    Parameters
    ----------
    plot : class or object
        As for `aal.register.source_plot`.
    catalogue : Catalogue
        One that it can draw.
    sources : sequence of int or str, optional
        To draw; the first five by default.
    **settings
        Of its fields; guessed where not given.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.plots import SOURCE_PLOTS, Given
    from napari_astro_al.plots.plot import complete, draw, plot_named, why_not

    name = "checked by napari_astro_al.testing"
    try:
        with SOURCE_PLOTS.lent(name, plot):
            made = plot_named(name)
            said = complete(made, catalogue, settings)
            obstacle = why_not(made, catalogue, said)
            if obstacle:
                raise ContractBroken(f"It cannot be drawn of {catalogue.name!r}: {obstacle}")
            for source in (
                catalogue.ids_at(range(min(5, len(catalogue)))) if sources is None else (sources)
            ):
                draw(name, Given(catalogue, source, said))
    except AstroALError as error:
        raise ContractBroken(str(error)) from error
    except ContractBroken:
        raise
    except Exception as error:
        raise ContractBroken(f"It fails: {type(error).__name__}: {error}") from error


def check_cutout_service(make: Callable[..., Any], **options: Any) -> None:
    """Check a service on the web that has pictures. Nothing is sent.

    It names its hosts, asks no others, asks only through ``ask``, and lets the troubles of the
    network through.

    Parameters
    ----------
    make : callable
        As for `aal.register.cutout_service`.
    **options
        Of the service.

    Raises
    ------
    ContractBroken
    """
    from napari_astro_al.cutouts.online.services import Place

    made = make(**options)
    hosts, size = tuple(made.hosts), float(made.natural_size)
    if not hosts or not size > 0 or not made.title:
        raise ContractBroken("It needs a title, hosts, and a natural_size above 0 arcsec.")
    asked: list[str] = []

    def ask(url: str, read: Any) -> Any:
        asked.append(url)
        raise NetworkError("There is no network in this check.")

    try:
        made.picture(Place(ra=150.1, dec=2.2, size=size, source=1), ask)
    except NetworkError:
        pass
    except Exception as error:
        raise ContractBroken(f"It fails: {type(error).__name__}: {error}") from error
    else:
        raise ContractBroken("It asked for nothing, or kept to itself that it got no answer.")
    strangers = sorted({urlsplit(url).hostname or url for url in asked} - set(hosts))
    if strangers:
        raise ContractBroken(f"It asks {strangers}, which are not among its hosts {list(hosts)}.")


def _same(now: Any, before: Any, what: str) -> None:
    if not np.array_equal(now, before, equal_nan=True):
        raise ContractBroken(f"{what}: they are to be the same.")


def _shape(values: npt.NDArray[Any], wanted: tuple[int, ...], who: str) -> None:
    if values.shape != wanted:
        raise ContractBroken(f"{who} gave shape {values.shape}; {wanted} was expected.")
