"""What goes wrong with a service, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from napari_astro_al.errors import AstroALError, InteropError


def quietly(call: Callable[[], object]) -> None:
    """Do what may fail without harm, such as taking leave of a service."""
    with suppress(Exception):
        call()


@contextmanager
def in_words(host: str) -> Iterator[None]:
    """Let whatever goes wrong with a service be said in words, its own where it has some."""
    try:
        yield
    except AstroALError:
        raise
    except Exception as error:
        raise explained(error, host) from error


def explained(error: Exception, host: str) -> AstroALError:
    """What went wrong with a service."""
    from pyvo.dal.exceptions import DALAccessError, DALProtocolError
    from requests import RequestException
    from urllib3.exceptions import HTTPError

    from napari_astro_al.interop.vo.said import words_of

    cause = error.cause if isinstance(error, DALProtocolError) else error
    if isinstance(cause, AstroALError):
        return cause
    response = getattr(cause, "response", None)
    if response is not None:
        return InteropError(words_of(response, host))
    if isinstance(cause, (RequestException, HTTPError, OSError)):
        from napari_astro_al.cutouts.online.request import why

        return InteropError(f"{why(host, cause)}.")
    if isinstance(error, DALAccessError):
        return InteropError(f"{host} says: {error.reason}")
    return InteropError(
        f"{host} sent something that cannot be read: {type(error).__name__}: {str(error)[:300]}"
    )
