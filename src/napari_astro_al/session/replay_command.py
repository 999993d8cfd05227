"""The command ``napari-astro-al replay``: does a share file give the same results again?"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from napari_astro_al.jobs import Progress
from napari_astro_al.session.beginning import catalogue_for
from napari_astro_al.session.command_line import followed
from napari_astro_al.session.replaying import replay_job
from napari_astro_al.session.share_document import read_share


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    own = argparse.ArgumentParser(
        prog="napari-astro-al replay",
        description="Make a session again from a share file, step by step: every question is asked "
        "and every model is trained and scored anew. The status is 0 where all is the same, and 1 "
        "where a step comes out otherwise, which is named.",
    )
    own.add_argument("share", metavar="SHARE", help="what session.export_config wrote")
    own.add_argument("catalogue", metavar="CATALOGUE", help="the file that was labelled")
    own.add_argument(
        "--out",
        metavar="SESSION",
        help="keep the session that is made as this folder, NAME.astroal",
    )
    own.add_argument(
        "--all", action="store_true", help="name every difference, not the first alone"
    )
    return own


def run(arguments: Sequence[str], tell: Callable[[str], None], show: Callable[[str], None]) -> bool:
    """Replay what the options name.

    Parameters
    ----------
    arguments : sequence of str
    tell, show : callable
        Take lines for a person: what is to stay, and how far it is.

    Returns
    -------
    bool
        Whether everything that was repeated came out as it was.

    Raises
    ------
    AstroALError
        For what the person can put right.
    """
    options = parser().parse_args(arguments)
    document = read_share(Path(options.share).expanduser())
    catalogue = catalogue_for(document, options.catalogue)

    def say(progress: Progress) -> None:
        if progress.total:
            show(f"Step {progress.done:,} of {progress.total:,}")

    session = followed(replay_job(document, catalogue, path=options.out), say)
    show("")
    report = session.replayed
    assert report is not None  # it comes from a replay
    tell(str(report))
    if options.all:
        for difference in report.differences:
            tell(f"  {difference}")
    session.close()
    return report.same
