"""A session made again, step by step, from a share file: the same questions, models and scores.

The answers are taken as they were given; what follows from them is made anew and compared with what
the history says. So a difference in one step does not lead to others in all that follow.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from napari_astro_al.annotation import Event
from napari_astro_al.catalogue import Catalogue
from napari_astro_al.jobs import Job, drain
from napari_astro_al.session.beginning import (
    assembled,
    catalogue_for,
    check_answers,
    laid_out,
    undamaged,
    warn_of,
    with_shared_roles,
)
from napari_astro_al.session.catalogue_print import change_job
from napari_astro_al.session.recipe_changes import Recipes, change_in
from napari_astro_al.session.replay_player import Player
from napari_astro_al.session.share_document import ShareDocument, read_share
from napari_astro_al.session.shared_events import from_shared
from napari_astro_al.session.shared_layout import check_layout
from napari_astro_al.session.shared_recipes import recipes_from, recipes_of_share

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session


def replay(
    share: str | PathLike[str],
    catalogue: Catalogue | str | PathLike[str],
    *,
    path: str | PathLike[str] | None = None,
    annotator: str | None = None,
) -> Session:
    """Make a session again from a share file, step by step, and compare.

    Every question that was answered is asked again with a model of the labels that there were, and
    every model is trained and scored again. On the same versions all is the same.

    Parameters
    ----------
    share : path-like
        What `Session.export_config` wrote.
    catalogue : Catalogue or path-like
        The catalogue that was labelled; a file is read with the roles of the share file.
    path : path-like, optional
        Folder to make and keep the session in; None: in memory.
    annotator : str, optional
        Who labels from now on, as of `Session`.

    Returns
    -------
    Session
        With the same labels; its ``differences`` are the steps that came out otherwise or could not
        be repeated, and ``replayed`` says it in words.

    Raises
    ------
    SessionError
        If it is no share file, or the catalogue lacks sources that there are answers about.
    """
    document = read_share(Path(share).expanduser())
    found = catalogue_for(document, catalogue)
    return drain(replay_job(document, found, path=path, annotator=annotator))


def replay_job(
    document: ShareDocument,
    catalogue: Catalogue,
    *,
    path: str | PathLike[str] | None = None,
    annotator: str | None = None,
) -> Job[Session]:
    """The work of `replay`."""
    job = _replayed(document, catalogue, path, annotator)
    return undamaged(job)


def _replayed(
    document: ShareDocument,
    catalogue: Catalogue,
    path: str | PathLike[str] | None,
    annotator: str | None,
) -> Job[Session]:
    from napari_astro_al.session.session import chain_of

    check_layout(document.layout)
    catalogue = with_shared_roles(document, catalogue)
    change = yield from change_job(document.fingerprint, catalogue)
    events = from_shared(document.annotators, document.events)
    check_answers(document, catalogue, change)
    warn_of(change, catalogue)
    content = first_recipes(recipes_of_share(document), events)
    seed = document.recipes.seed
    recipes = recipes_from(content, catalogue, seed)
    place = None if path is None else Path(path).expanduser().absolute()
    empty = document.model_copy(update={"excluded": [], "sets": {}})
    session = yield from assembled(empty, catalogue, recipes, chain_of(annotator), [], place)
    try:
        session.annotator = annotator
        player = Player(session, document, events, content)
        session.retold = []
        yield from player.play()
        session.retold = None
        for name, ids in document.sets.items():
            session.sets.save(name, player.selection(ids))
        session.replayed = player.report
        session.say_about_share(author=document.author, doi=document.doi)
        laid_out(session, document)
    except BaseException:
        session.give_up()
        raise
    return session


def first_recipes(content: Recipes, events: list[Event]) -> Recipes:
    """The recipes before all events, from those of the end."""
    found = dict(content)
    for event in reversed(events):
        change = change_in(event)
        if change is not None:
            found.update(change["before"])
    return found
