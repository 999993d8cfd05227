"""How a session gets at its folder: alone and to write, or for reading only; and that it did."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from napari_astro_al.annotation import Chain, Ledger
from napari_astro_al.errors import AstroALWarning, LedgerError
from napari_astro_al.session.folder import ledger_path
from napari_astro_al.session.known_catalogue import keep_small_print
from napari_astro_al.session.lock import FolderLock, NotAlone

if TYPE_CHECKING:
    from napari_astro_al.session.state import State


@contextmanager
def access(
    folder: Path | None, chain: Chain, id_kind: str, *, read_only: bool | None
) -> Iterator[tuple[Ledger, FolderLock | None]]:
    """The ledger of a session, and the lock that keeps others from writing.

    Both are let go of again if the block fails.

    Parameters
    ----------
    folder : Path or None
        The session's folder; None in memory.
    chain : Chain
        Whose events the ledger records.
    id_kind : str
        Of the catalogue's ids.
    read_only : bool or None
        None: to write if that is possible, or else for reading only, which a warning says.

    Raises
    ------
    SessionError, LedgerError
        If it cannot be opened.

    Warns
    -----
    AstroALWarning
        If it could be opened for reading only.
    """
    with ExitStack() as failed:
        ledger, lock = _opened(folder, chain, id_kind, read_only, failed)
        if lock is not None:
            lock.ledger = ledger
        yield ledger, lock
        failed.pop_all()


def _opened(
    folder: Path | None, chain: Chain, id_kind: str, read_only: bool | None, failed: ExitStack
) -> tuple[Ledger, FolderLock | None]:
    place = ledger_path(folder)
    reason = ""
    if not read_only:
        with ExitStack() as attempt:
            try:
                lock = None if folder is None else FolderLock(folder)
                if lock is not None:
                    attempt.callback(lock.release)
                ledger = attempt.enter_context(Ledger(place, chain, id_kind=id_kind))
            except (NotAlone, LedgerError) as error:
                if read_only is not None or place is None or not place.exists():
                    raise
                reason = str(error)
            else:
                if read_only is not None or ledger.takes_events:
                    failed.push(attempt.pop_all())
                    return ledger, lock
                reason = f"{place} may not be written to."
    ledger = failed.enter_context(Ledger(place, chain, id_kind=id_kind, read_only=True))
    if reason and folder is not None:
        warnings.warn(
            f"{folder.name} is open READ-ONLY: look at everything, but no answer is recorded and "
            f"nothing is kept. {reason}",
            AstroALWarning,
            stacklevel=7,
        )
    return ledger, None


def note_opening(session: State, *, anew: bool) -> None:
    """Record that a session was made or opened, with the catalogue that it is about.

    Warns
    -----
    AstroALWarning
        If it could not be recorded: answers would not be either.
    """
    if session.path is None:
        return
    catalogue = session.catalogue
    said = {
        "new": anew,
        "version": version("napari-astro-al"),
        "catalogue": catalogue.name,
        "n_sources": len(catalogue),
        "id_digest": catalogue.id_digest,
    }
    try:
        session.book.note("opened", said)
        keep_small_print(session)
    except LedgerError as error:
        warnings.warn(
            f"{session.path.name} is open, but nothing could be recorded in it just now. {error}",
            AstroALWarning,
            stacklevel=4,
        )
