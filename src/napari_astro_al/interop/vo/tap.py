"""Tables by TAP: a query in ADQL, waited for or run as a job at the service.

References
----------
IVOA Recommendations TAP 1.1 and UWS 1.1.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, get_args

from napari_astro_al.annotation.events import utc_now
from napari_astro_al.catalogue.provenance import DataOrigin
from napari_astro_al.errors import AstroALError, InteropError
from napari_astro_al.interop.vo.answers import beside, checked_place, kept, received_job
from napari_astro_al.interop.vo.door import MOST_BYTES, connected, permitted
from napari_astro_al.interop.vo.failing import explained, in_words, quietly
from napari_astro_al.jobs import Job, Progress, aside, drain, guarded

if TYPE_CHECKING:
    from pathlib import Path

    from napari_astro_al.catalogue import Catalogue

Mode = Literal["sync", "async"]
TAP = "ivo://ivoa.net/std/TAP"
ROWS = 100_000
"""Rows that are asked for where nothing else is said."""
MOST_ROWS = 20_000_000
PATIENCE = 600.0
"""Seconds that a query may take where nothing else is said."""
NO_PYVO = "Services are asked with pyvo, which is not installed: pip install 'napari-astro-al[vo]'."
_FROM = re.compile(r"\bFROM\s+(?:\w+\.)?(?:\"([^\"]+)\"|([\w.]+))", re.IGNORECASE)
_BETWEEN = (0.5, 5.0)
"""Seconds between two looks at a job: at first, and at most."""
_LEAVE = 5.0
"""Seconds that a service is given to hear that a job is not wanted any more."""
_MISSED = 5
"""Looks at a job in a row that may fail before it is given up."""
_WORKING = ("PENDING", "QUEUED", "EXECUTING", "RUN", "HELD", "SUSPENDED", "UNKNOWN")


def read_tap(
    url: str,
    adql: str,
    *,
    to: str | PathLike[str] | None = None,
    mode: Mode = "sync",
    maxrec: int = ROWS,
    timeout: float = PATIENCE,
    **roles: Any,
) -> Catalogue:
    """Ask a TAP service, and open what it sends as a catalogue.

    The answer is kept as a VOTable file, in which the service, the query and the time are noted:
    the catalogue is opened from it again without the network.

    Parameters
    ----------
    url : str
        The service, such as ``"https://tapvizier.cds.unistra.fr/TAPVizieR/tap"``. Its host must be
        allowed: ``aal.cutouts.allow("tapvizier.cds.unistra.fr")``.
    adql : str
        The query.
    to : path-like, optional
        A new file for the answer; by default one in the person's data folder.
    mode : {"sync", "async"}
        Wait for the answer, or let the query run as a job at the service and look now and then how
        it stands, which long ones need.
    maxrec : int
        Rows at most. An answer that the service cut short is warned of.
    timeout : float
        Seconds; after them a job is ended at the service, too.
    **roles
        As of `Catalogue.read`; what is not given is guessed from UCDs and names.

    Raises
    ------
    NotAllowedError
        If the host, or one that it leads to, is not allowed.
    InteropError
        If the service refuses, fails or sends something else, in its own words.
    CatalogueError
        If the table cannot become a catalogue: it has no rows, say.

    Warns
    -----
    AstroALWarning
        Where there were more rows than were sent.
    """
    job = read_tap_job(url, adql, to=to, mode=mode, maxrec=maxrec, timeout=timeout, **roles)
    return drain(job)


def read_tap_job(
    url: str,
    adql: str,
    *,
    to: str | PathLike[str] | None = None,
    mode: Mode = "sync",
    maxrec: int = ROWS,
    timeout: float = PATIENCE,
    **roles: Any,
) -> Job[Catalogue]:
    """The work of `read_tap`; what was asked for is checked at once, and nothing is sent before."""
    base = base_of(url)
    host = permitted(base)
    words = adql.strip().rstrip(";").strip()
    if not words:
        raise InteropError("The query is empty. Such as: SELECT TOP 100 * FROM TABLE")
    if mode not in get_args(Mode):
        raise InteropError(f"mode is {mode!r}; it may be 'sync' or 'async'.")
    if not 1 <= maxrec <= MOST_ROWS:
        raise InteropError(f"maxrec is {maxrec:,}; 1 to {MOST_ROWS:,} rows can be asked for.")
    place = checked_place(to, _name_of(words))
    query = _Query(base, host, words, maxrec, timeout, place, roles)
    return guarded(query.at_once() if mode == "sync" else query.as_job(), f"ask {host}")


def _name_of(adql: str) -> str:
    """The table that a query is about, without its schema."""
    found = _FROM.search(adql)
    if not found:
        return "table"
    return found[1] or found[2].rpartition(".")[2]


def base_of(url: str) -> str:
    """The address of a service, without what belongs to its parts.

    Raises
    ------
    InteropError
        If pyvo is not installed.
    """
    try:
        import pyvo
    except ImportError as error:
        raise InteropError(NO_PYVO) from error
    del pyvo
    base = url.strip().rstrip("?/")
    for part in ("/sync", "/async", "/tables", "/capabilities"):
        base = base.removesuffix(part)
    return base


class _Query:
    """One query to one service."""

    def __init__(
        self,
        base: str,
        host: str,
        adql: str,
        maxrec: int,
        timeout: float,
        place: Path,
        roles: dict[str, Any],
    ) -> None:
        self._base, self._host, self._adql = base, host, adql
        self._maxrec, self._timeout = maxrec, timeout
        self._place, self._roles = place, roles
        self._origin = DataOrigin(
            service_protocol=TAP, request=base, query=adql, request_date=utc_now()[:19] + "Z"
        )

    def at_once(self) -> Job[Catalogue]:
        """Ask, and wait for the answer."""
        from pyvo.dal.tap import TAPQuery
        from requests import Timeout

        with connected(wait=self._timeout, most=MOST_BYTES) as client:
            query = TAPQuery(
                self._base, self._adql, mode="sync", maxrec=self._maxrec, session=client
            )

            def ask() -> Any:
                try:
                    return query.submit()
                except Timeout as error:
                    raise InteropError(
                        f"{self._host} has not answered after {self._timeout:,.0f} s. Let long "
                        'queries run as a job at the service: mode="async".'
                    ) from error

            return (yield from self._opened(ask))

    def as_job(self) -> Job[Catalogue]:
        """Let it run at the service, and fetch what it found."""
        from pyvo.dal.tap import AsyncTAPJob

        with connected() as client, connected(most=MOST_BYTES) as large:

            def begin() -> Any:
                with in_words(self._host):
                    return AsyncTAPJob.create(
                        self._base, self._adql, maxrec=self._maxrec, session=client
                    ).run()

            job = yield from aside(begin, lambda: f"Beginning a job at {self._host}", _end)
            try:
                yield from self._waited_for(job)
                url = job.result_uri
                if not url:
                    raise InteropError(f"The job at {self._host} is complete and names no result.")
                return (yield from self._opened(lambda: large.get(url, stream=True)))
            finally:
                _end(job)

    def _opened(self, fetch: Callable[[], Any]) -> Job[Catalogue]:
        with beside(self._place) as part:
            yield from received_job(fetch, self._host, part, self._origin)
            yield Progress(f"Reading {self._place.name}")
            return kept(part, self._place, self._roles)

    def _waited_for(self, job: Any) -> Job[None]:
        until = time.monotonic() + self._timeout
        pause, missed, phase = _BETWEEN[0], 0, "PENDING"
        while True:
            again = min(time.monotonic() + pause, until)
            while time.monotonic() < again:
                yield Progress(f"{self._host}: the job is {phase.lower()}")
                time.sleep(0.05)
            try:
                phase = yield from aside(lambda: str(job.phase), lambda: f"Asking {self._host}")
                missed = 0
            except AstroALError:
                raise
            except Exception as error:
                missed += 1
                if missed == _MISSED or not _may_pass(error):
                    raise explained(error, self._host) from error
            if phase == "COMPLETED":
                return
            if phase not in _WORKING:
                raise InteropError(self._why_ended(job, phase))
            if time.monotonic() >= until:
                raise InteropError(
                    f"The job at {self._host} is {phase.lower()} after {self._timeout:,.0f} s; it "
                    "was ended. Ask for less, or wait longer: timeout=..."
                )
            pause = min(pause * 1.3, _BETWEEN[1])

    def _why_ended(self, job: Any, phase: str) -> str:
        from pyvo.dal.exceptions import DALQueryError

        words = ""
        try:
            job.raise_if_error()
        except DALQueryError as error:
            words = error.reason.removeprefix("Query Error: ").strip()
        told = f": “{words}”" if words and not words.startswith("<No useful") else "."
        return f"The job at {self._host} has ended as {phase}{told}"


def _may_pass(error: Exception) -> bool:
    """Whether a failed look at a job may be followed by one that does not fail."""
    from requests import RequestException

    cause = getattr(error, "cause", error)
    response = getattr(cause, "response", None)
    if response is not None:
        return bool(response.status_code >= 500 or response.status_code == 429)
    return isinstance(cause, (RequestException, OSError))


def _end(job: Any) -> None:
    """Delete a job at its service; it ends where it still runs."""
    with connected(wait=_LEAVE) as client:
        quietly(lambda: client.delete(job.url, allow_redirects=False))
