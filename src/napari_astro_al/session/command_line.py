"""What commands of the command line share: a catalogue's options, and following a job."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import TypeVar

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.jobs import Job, Progress

T = TypeVar("T")


def catalogue_of(path: str, options: argparse.Namespace, roles: Iterable[str]) -> Catalogue:
    """Read a catalogue with the roles that options name; the others are guessed.

    Parameters
    ----------
    path : str
    options : argparse.Namespace
        With ``id``, a list of columns or None, and a column or None for each of `roles`.
    roles : iterable of str
        Such as ``"label"``.
    """
    given = {name: getattr(options, name) for name in roles if getattr(options, name)}
    if options.id:
        given["id"] = options.id[0] if len(options.id) == 1 else options.id
    return Catalogue.read(path, **given)


def followed(job: Job[T], show: Callable[[Progress], None]) -> T:
    """The result of a job, whose progress is shown; it is closed, whatever happens."""
    with closing(job):
        while True:
            try:
                show(next(job))
            except StopIteration as stop:
                result: T = stop.value
                return result
