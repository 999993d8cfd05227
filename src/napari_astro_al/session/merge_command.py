"""The command ``napari-astro-al merge``: take in what others have answered."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from napari_astro_al.errors import SessionError
from napari_astro_al.session.session import Session


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    own = argparse.ArgumentParser(
        prog="napari-astro-al merge",
        description="Take the answers of others into a session. The order of files does not "
        "matter, and what was merged before is not counted twice. Where one of them is broken or "
        "does not fit, nothing is taken at all.",
    )
    own.add_argument("session", metavar="SESSION", help="NAME.astroal, which takes them in")
    own.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="that session.export_ledger wrote, or folders of sessions",
    )
    return own


def run(arguments: Sequence[str], tell: Callable[[str], None]) -> None:
    """Merge the files that the options name.

    Parameters
    ----------
    arguments : sequence of str
    tell : callable
        Takes lines for a person.

    Raises
    ------
    AstroALError
        For what the person can put right; then nothing was merged.
    """
    options = parser().parse_args(arguments)
    with Session.open(options.session) as session:
        if session.read_only:
            raise SessionError(f"{options.session} cannot be written to: nothing was merged.")
        tell(str(session.merge(options.files)))
