"""The rules for what is seen of a source: plots and services of pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.errors import AstroALError, NetworkError
from napari_astro_al.testing.contract import NAME, ContractBroken


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

    try:
        with SOURCE_PLOTS.lent(NAME, plot):
            made = plot_named(NAME)
            said = complete(made, catalogue, settings)
            obstacle = why_not(made, catalogue, said)
            if obstacle:
                raise ContractBroken(f"It cannot be drawn of {catalogue.name!r}: {obstacle}")
            for source in (
                catalogue.ids_at(range(min(5, len(catalogue)))) if sources is None else (sources)
            ):
                draw(NAME, Given(catalogue, source, said))
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
