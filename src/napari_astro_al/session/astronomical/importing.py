"""An AstronomicAL configuration as a session."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, AstroALWarning, SessionError
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.astronomical.answers import (
    Answer,
    answers_of,
    known_answers,
    labelled_answers,
    test_answers,
)
from napari_astro_al.session.astronomical.draft import Draft, drafted
from napari_astro_al.session.astronomical.parting import split_of
from napari_astro_al.session.astronomical.settings import (
    Settings,
    read_settings,
    read_test_set,
)
from napari_astro_al.session.comparison import STORED, Notes
from napari_astro_al.session.session import Session

DISPUTED = "answered differently"
"""The set of sources of which two classifiers were told different things."""
MOST_LEFT_OVER = 2**20
"""Characters of what is kept for an export."""
_TEST_SET = "test_set.json"

Paths = str | PathLike[str] | Sequence[str | PathLike[str]]


def import_astronomical(
    config: str | PathLike[str],
    catalogue: Catalogue | None = None,
    *,
    classifier: str | int | None = None,
    answers: bool = True,
    test_set: str | PathLike[str] | None = None,
    labelled: Paths = (),
    path: str | PathLike[str] | None = None,
    annotator: str | None = None,
) -> Session:
    """An AstronomicAL configuration as a session.

    Each classifier becomes a one-vs-rest task with its models and strategy, its answers become
    annotations in their order, its plots further views. Sources are held out as AstronomicAL holds
    them out. Tasks share their annotations, so each learns from the answers to all classifiers.

    Parameters
    ----------
    config : path-like
        The JSON file.
    catalogue : Catalogue, optional
        Its catalogue, with any roles. By default the file that the configuration names is read.
    classifier : str or int, optional
        Import only this one, by the name or number of its class: it learns from its own answers
        alone, as in AstronomicAL.
    answers : bool
        False imports the settings without what was answered.
    test_set : path-like, optional
        Its ``test_set.json``. Where the configuration uses one, it is looked for beside the file,
        in ``data`` there, and in ``data`` beside the file's folder.
    labelled : path-like or sequence of them, optional
        Exports of labelled sources (columns id and label), whose labels follow the others.
    path, annotator : optional
        As for `Session`; the answers are the annotator's.

    Returns
    -------
    Session
        ``session.imported`` says what was taken over, and what has no equal.

    Raises
    ------
    AstroALError
        If the file is no such configuration, or does not fit the catalogue. No session is left.

    Warns
    -----
    AstroALWarning
        If something has no equal here.
    """
    job = import_astronomical_job(
        config,
        catalogue,
        classifier=classifier,
        answers=answers,
        test_set=test_set,
        labelled=labelled,
        path=path,
        annotator=annotator,
    )
    session = drain(job)
    told = session.imported
    if told is not None and told.no_equal:
        warnings.warn(
            AstroALWarning(
                f"{len(told.no_equal)} things in {told.source} have no equal here; "
                "session.imported lists them."
            ),
            stacklevel=2,
        )
    return session


def import_astronomical_job(
    config: str | PathLike[str],
    catalogue: Catalogue | None = None,
    *,
    classifier: str | int | None = None,
    answers: bool = True,
    test_set: str | PathLike[str] | None = None,
    labelled: Paths = (),
    path: str | PathLike[str] | None = None,
    annotator: str | None = None,
) -> Job[Session]:
    """`import_astronomical` as a job."""
    source = Path(config).expanduser().absolute()
    several = [labelled] if isinstance(labelled, (str, PathLike)) else labelled
    exports = [Path(one) for one in several]
    curated = None if test_set is None else Path(test_set)
    work = _import(source, catalogue, classifier, answers, curated, exports, path, annotator)
    return guarded(work, f"import {source.name}")


def _import(
    source: Path,
    catalogue: Catalogue | None,
    classifier: str | int | None,
    with_answers: bool,
    test_set: Path | None,
    exports: list[Path],
    path: str | PathLike[str] | None,
    annotator: str | None,
) -> Job[Session]:
    yield Progress(f"Reading {source.name}")
    notes = Notes()
    settings, content = read_settings(source)
    if catalogue is None:
        yield Progress("Reading the catalogue")
        catalogue = _read_catalogue(source, settings)
    draft = drafted(settings, catalogue, classifier, notes)
    catalogue = draft.catalogue
    yield Progress("Reading answers")
    curated = _test_set(source, settings, test_set, notes)
    said: list[Answer] = []
    if with_answers:
        said += answers_of(settings, draft.classifiers)
        for one in exports:
            said += labelled_answers(one, settings)
    said, disputed = known_answers(said, catalogue, notes)
    split = split_of(settings, catalogue, curated, {one.source for one in said}, notes)
    if curated and with_answers and split.ids and split.ids.get("test"):
        held = {str(one) for one in split.ids["test"]}
        checked = [one for one in test_answers(settings, curated) if one.source in held]
        said += checked
    if said:
        told = len({one.source for one in said})
        notes.take(f"{len(said):,} answers about {told:,} sources, in their order")
    yield Progress(f"Preparing {catalogue.name}: features and split")
    session = Session(
        catalogue,
        features=draft.features,
        task=draft.tasks,
        learner=draft.learners,
        split=split,
        path=path,
        pool=draft.pool,
        exclude_labels=draft.left_out,
        annotator=annotator,
    )
    try:
        session.book.take_answers([one.entry() for one in said])
        if disputed:
            session.sets.save(DISPUTED, [catalogue.parse_id(one) for one in disputed])
        _show(session, draft, notes)
        session.window[STORED] = notes.comparison(source.name, _leftover(content)).to_json()
        if session.path is not None:
            session.save()
    except BaseException:
        _undo(session)
        raise
    return session


def _undo(session: Session) -> None:
    from napari_astro_al.session import folder

    path, session.path = session.path, None
    session.close()
    if path is not None:
        folder.discard(path)


def _leftover(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a session has no place for, and an export shall have again."""
    kept = ("Author", "doi", "optimise_data", "layout")
    left = {
        key: value
        for key, value in content.items()
        if key in kept or key not in Settings.model_fields
    }
    return left if len(json.dumps(left)) <= MOST_LEFT_OVER else {}


def catalogue_beside(source: Path, settings: Settings) -> Path | None:
    """The catalogue that a configuration names, seen from where that lies; None where it is not."""
    named = settings.dataset_filepath
    places = [source.parent / named, source.parent.parent / named, source.parent / Path(named).name]
    for place in places if named else ():
        with suppress(OSError, ValueError):  # what the file names may be no path at all
            if place.is_file():
                return place
    return None


def _read_catalogue(source: Path, settings: Settings) -> Catalogue:
    file = catalogue_beside(source, settings)
    if file is None:
        raise SessionError(
            f"{source.name} names the catalogue {settings.dataset_filepath!r}, which is not beside "
            "it. Give it: aal.import_astronomical(config, aal.Catalogue.read(...))."
        )
    return Catalogue.read(file, id=settings.id_col, label=settings.label_col)


def _test_set(
    source: Path, settings: Settings, given: Path | None, notes: Notes
) -> dict[str, int] | None:
    if given is not None:
        return read_test_set(given)
    if not settings.test_set_file:
        return None
    here = source.parent
    for place in (here / _TEST_SET, here / "data" / _TEST_SET, here.parent / "data" / _TEST_SET):
        if place.is_file():
            return read_test_set(place)
    why = f"There is no {_TEST_SET} beside the file: give test_set=. Drawn at random instead."
    notes.miss("test_set_file", "true", why)
    return None


def _show(session: Session, draft: Draft, notes: Notes) -> None:
    """Show the plots: the first is the projection, others become further views."""
    stored = []
    for place, (key, recipe) in enumerate(draft.plots):
        try:
            if place == 0:
                session.project(recipe)
            else:
                drain(session.project_job(recipe))
                stored.append({"projection": recipe.to_json(), "appearance": {}, "floating": None})
        except AstroALError as error:
            notes.miss(key, [recipe.x, recipe.y], f"This cannot be shown: {error}")
            continue
        notes.take(f"{key}: {recipe.title}")
    if stored:
        session.window["views"] = stored
