"""``napari-astro-al bundle``: the pictures of many sources, in one file that others can open."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from napari_astro_al.catalogue import Catalogue, SourceId
from napari_astro_al.cutouts import allow, image_columns, service
from napari_astro_al.cutouts.bundle import SUFFIX
from napari_astro_al.cutouts.bundling import BundleReport
from napari_astro_al.errors import CatalogueError, CutoutError, SessionError, listing
from napari_astro_al.jobs import Progress
from napari_astro_al.session.command_line import catalogue_of, followed
from napari_astro_al.session.session import Session

MOST_REASONS = 8


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    own = argparse.ArgumentParser(
        prog="napari-astro-al bundle",
        description="Put the pictures of many sources into one file that others can open without "
        "a network. What was fetched before is not fetched again; given again, the same command "
        "completes the file.",
    )
    own.add_argument("what", metavar="SESSION_OR_CATALOGUE", help="NAME.astroal, or a table")
    own.add_argument("--id", nargs="+", metavar="COLUMN", help="of a table's source ids")
    own.add_argument("--ra", metavar="COLUMN", help="of a table's right ascension, in degrees")
    own.add_argument("--dec", metavar="COLUMN", help="of a table's declination, in degrees")
    own.add_argument(
        "--sources",
        default="all",
        metavar="WHICH",
        help="labelled, queried (those that would be asked for next), all, or a text file with an "
        "id a line (all)",
    )
    own.add_argument("--n", type=int, default=100, metavar="N", help="with queried: how many (100)")
    own.add_argument(
        "--output", type=Path, default=Path(f"pictures{SUFFIX}"), metavar="FILE", help="to write"
    )
    own.add_argument("--size", metavar="ANGLE", help="on the sky, such as '2 arcmin'")
    own.add_argument(
        "--service",
        nargs="+",
        action="append",
        default=[],
        metavar=("NAME", "OPTION=VALUE"),
        help="a cutout service to ask as well, such as: --service hips2fits hips=CDS/P/DSS2/color",
    )
    own.add_argument(
        "--allow", nargs="+", default=[], metavar="HOST", help="allow requests to it, for good"
    )
    return own


def run(arguments: Sequence[str], tell: Callable[[str], None], show: Callable[[str], None]) -> None:
    """Make the bundle that the options ask for.

    Parameters
    ----------
    arguments : sequence of str
    tell : callable
        Takes lines that stay.
    show : callable
        Takes how far it is, again and again.

    Raises
    ------
    AstroALError
        For what the person can put right.
    """
    options = parser().parse_args(arguments)
    if options.n < 1:
        raise SessionError(f"--n is how many sources there are, from 1 on, not {options.n}.")
    more = [_service(one) for one in options.service]
    allow(*options.allow)
    with closing(_session(options)) as session:
        for provider in more:
            session.cutouts.add(provider)
        sources = _sources(session, options.sources, options.n)
        job = session.cutouts.bundle_job(options.output, sources, options.size)
        report = followed(job, lambda said: show(_so_far(said)))
    show("")
    for line in in_words(report):
        tell(line)


def in_words(report: BundleReport) -> list[str]:
    """A report as lines for a person."""
    lines = [
        f"{report.path}: {report.n_pictures:,} pictures, {report.n_new:,} of them new, "
        f"for {report.n_sources:,} sources."
    ]
    reasons = sorted(report.missing.items(), key=lambda one: -one[1])
    lines += [f"  missing {count:,} x {reason}" for reason, count in reasons[:MOST_REASONS]]
    if len(reasons) > MOST_REASONS:
        lines.append(f"  and {len(reasons) - MOST_REASONS} more reasons")
    if report.asks_for:
        lines.append(f"To allow requests, add: --allow {' '.join(report.asks_for)}")
    elif report.n_failed:
        lines.append("The same command tries those again that could not be fetched.")
    return lines


def _session(options: argparse.Namespace) -> Session:
    """A session as it is, or one in memory over a catalogue with its own pictures."""
    if (Path(options.what) / "session.json").is_file():
        return Session.open(options.what, read_only=True)
    catalogue = catalogue_of(options.what, options, ("ra", "dec"))
    session = Session(catalogue)
    have = {one.name for one in session.cutouts.providers}
    for column in image_columns(catalogue):
        if column.name not in have:
            session.cutouts.add(column)
    return session


def _sources(session: Session, which: str, n: int) -> list[SourceId]:
    catalogue = session.catalogue
    if which == "all":
        return catalogue.ids_at(np.arange(len(catalogue)))
    if which == "queried":
        return session.query(n=n)
    if which == "labelled":
        labelled: list[SourceId] = list(session.labels.index)
        if not labelled:
            labelled = catalogue.ids_at(
                np.flatnonzero([one is not None for one in catalogue.column_labels])
            )
        if not labelled:
            raise SessionError(f"No source of {catalogue.name!r} is labelled.")
        return labelled
    try:
        lines = Path(which).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SessionError(
            f"--sources is labelled, queried, all, or a text file with an id a line; {which!r} "
            f"cannot be read: {error}."
        ) from error
    return _parsed(catalogue, [one.strip() for one in lines if one.strip()])


def _parsed(catalogue: Catalogue, texts: list[str]) -> list[SourceId]:
    known: list[SourceId] = []
    strangers: list[str] = []
    for text in texts:
        try:
            known.append(catalogue.parse_id(text))
        except CatalogueError:
            strangers.append(text)
    if strangers or not known:
        raise SessionError(
            f"{catalogue.name!r} has no source {listing(strangers)}. Give one id a line, such as "
            f"{catalogue.ids[0]!s}."
        )
    return known


def _service(words: list[str]) -> Any:
    name, *pairs = words
    options: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise CutoutError(f"--service {name} takes OPTION=VALUE, and not {pair!r}.")
        try:
            options[key] = json.loads(value)
        except ValueError:
            options[key] = value
    return service(name, **options)


def _so_far(said: Progress) -> str:
    return f"{said.message} {said.done:,} / {said.total:,}" if said.total else said.message
