"""What a session is to be made of, from the settings of AstronomicAL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.errors import AstroALError, LabelError, SessionError, listing
from napari_astro_al.features import FeatureRecipe
from napari_astro_al.learning import LearnerRecipe, Task
from napari_astro_al.projection import ProjectionRecipe
from napari_astro_al.session.astronomical.settings import UNKNOWN, Settings
from napari_astro_al.session.astronomical.words import dock_named, generator_named, learner_named
from napari_astro_al.session.comparison import Notes

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_PLOT = "Basic Plot"
_DIAGNOSTIC = ("BPT Plots", "Mateos 2012 Wedge")
_UNUSED = {
    "Author": "Written back on export; who labels is the session's annotator.",
    "doi": "Written back on export.",
    "optimise_data": "Columns are kept in the smallest exact form anyway.",
}


@dataclass(frozen=True)
class Draft:
    """The recipes of a session.

    Attributes
    ----------
    classifiers : mapping of str to str
        Task of each classifier, by the number of its class as text.
    plots : tuple of (str, ProjectionRecipe)
        Where each stands in the file, the main one first.
    """

    catalogue: Catalogue
    features: FeatureRecipe
    tasks: Mapping[str, Task]
    learners: Mapping[str, LearnerRecipe]
    classifiers: Mapping[str, str]
    pool: Literal["all", "labelled"]
    left_out: tuple[str, ...]
    plots: tuple[tuple[str, ProjectionRecipe], ...]


def drafted(
    settings: Settings, catalogue: Catalogue, classifier: str | int | None, notes: Notes
) -> Draft:
    """Translate settings.

    Raises
    ------
    AstroALError
        If they contradict themselves or do not fit the catalogue.
    """
    catalogue = _with_roles(settings, catalogue, notes)
    raws = _trained(settings, classifier, notes)
    tasks, learners = {}, {}
    colours = _colours(settings, notes)
    for raw in raws:
        name = settings.alias(int(raw))
        try:
            tasks[name] = Task.one_vs_rest(name, settings.aliases, colours=colours)
        except LabelError as error:
            raise SessionError(
                f"The classes of the configuration cannot be used: {error}"
            ) from error
        learners[name] = _learner(settings, raw, notes)
    if len(tasks) > 1:
        notes.miss(
            "classifiers",
            list(tasks),
            "Each learns from the answers to all of them here, for a source is labelled once; "
            "in a script, classifier= imports one of them with its own answers alone.",
        )
    there = set(catalogue.column_labels)
    if settings.scale_data and settings.exclude_unknown_labels and None in there:
        why = "Fitted to the sources without a label too, as all that is not held out."
        notes.miss("scale_data", True, why)
    left_out = [
        name
        for name in (settings.unclassified_labels if settings.exclude_labels else ())
        if settings.raw_of(name) in there
    ]
    _note_unused(settings, notes)
    return Draft(
        catalogue=catalogue,
        features=_features(settings, notes),
        tasks=tasks,
        learners=learners,
        classifiers={raw: settings.alias(int(raw)) for raw in raws},
        pool="labelled" if settings.exclude_unknown_labels else "all",
        left_out=tuple(left_out),
        plots=_plots(settings, notes),
    )


def _with_roles(settings: Settings, catalogue: Catalogue, notes: Notes) -> Catalogue:
    names = {*catalogue.table.columns, *catalogue.arrays}

    def there(key: str) -> tuple[str, ...]:
        wanted = list(dict.fromkeys(getattr(settings, key)))
        gone = [name for name in wanted if name not in names]
        if gone:
            notes.miss(key, gone, "The catalogue has no such columns.")
        return tuple(name for name in wanted if name in names)

    images = there("extra_image_cols")
    catalogue = catalogue.with_roles(
        id=settings.id_col,
        label=settings.label_col,
        info=there("extra_info_cols"),
        images=images or catalogue.roles.images,
        unknown=[str(UNKNOWN)],
        label_use="reference",
    )
    strangers = {one for one in catalogue.column_labels if one is not None} - set(settings.aliases)
    if strangers:
        raise SessionError(
            f"The label column {settings.label_col!r} has {listing(sorted(strangers))}, which the "
            f"configuration does not name; its classes are {listing(settings.aliases)}."
        )
    notes.take(f"id_col: {settings.id_col}; label_col: {settings.label_col}")
    return catalogue


def _trained(settings: Settings, classifier: str | int | None, notes: Notes) -> list[str]:
    """The classes that have a classifier, as text of their numbers."""
    if classifier is not None:
        text = str(classifier)
        raw = text if text in settings.aliases else settings.raw_of(text)
        if raw is None:
            known = listing(settings.aliases.values())
            raise SessionError(f"There is no classifier {text!r}; the classes are {known}.")
        return [raw]
    strangers = [key for key in settings.classifiers if key not in settings.aliases]
    if strangers:
        raise SessionError(
            f"classifiers has {listing(strangers)}, which labels does not name; it has "
            f"{listing(settings.aliases)}."
        )
    found = {settings.raw_of(name) for name in settings.labels_to_train}
    lost = [name for name in settings.labels_to_train if settings.raw_of(name) is None]
    if lost:
        notes.miss("labels_to_train", lost, "No class is called so.")
    wanted = found | set(settings.classifiers) or set(settings.aliases)
    order = {raw: place for place, raw in enumerate(settings.aliases)}
    return sorted((raw for raw in wanted if raw is not None), key=order.__getitem__)


def _colours(settings: Settings, notes: Notes) -> dict[str, str]:
    colours = {}
    for raw, colour in settings.label_colours.items():
        if raw == str(UNKNOWN):
            continue
        if raw in settings.aliases and _HEX.fullmatch(colour):
            colours[settings.aliases[raw]] = colour
        else:
            notes.miss(f"label_colours.{raw}", colour, "No class, or no colour such as #ff7f0e.")
    return colours


def _learner(settings: Settings, raw: str, notes: Notes) -> LearnerRecipe:
    one, key = settings.classifiers.get(raw), f"classifiers.{raw}"
    if one is None:
        notes.take(f"{settings.alias(int(raw))}: no classifier yet; the automatic vote learns")
        return LearnerRecipe()
    recipe: LearnerRecipe = learner_named(one.classifier, one.query, key, notes)
    models = " + ".join(one.classifier) or "automatic"
    notes.take(f"{settings.alias(int(raw))}: {models}, {len(one.id):,} answers")
    return recipe


def _features(settings: Settings, notes: Notes) -> FeatureRecipe:
    generators = []
    for operator, n in settings.feature_generation:
        name = generator_named(operator)
        if name is None:
            why = "No such generator: register one under that name, and import again."
            notes.miss("feature_generation", [operator, n], why)
        else:
            generators.append((name, n))
    recipe = FeatureRecipe(
        columns=settings.features_for_training,
        generators=generators,
        missing="median",
        scale="robust" if settings.scale_data else "none",
        tails="keep",
    )
    made = "".join(f", {name} {n}" for name, n in generators)
    notes.take(f"{len(settings.features_for_training)} features{made}")
    return recipe


def _plots(settings: Settings, notes: Notes) -> tuple[tuple[str, ProjectionRecipe], ...]:
    wanted: list[tuple[str, Any]] = []
    if settings.default_vars:
        wanted.append(("default_vars", settings.default_vars))
    for key, panel in settings.layout.items():
        where = f"layout.{key}"
        if panel.contents == _PLOT:
            wanted.append((where, panel.panel_contents))
        elif dock_named(panel.contents) is not None:
            notes.take(f"{where} ({panel.contents}): {dock_named(panel.contents)}")
        elif panel.contents in _DIAGNOSTIC:
            why = "Open a view of the two quantities, with the curves from a file."
            notes.miss(where, panel.contents, why)
        else:
            notes.miss(where, panel.contents, "No dock shows it.")
    if settings.layout:
        notes.miss("layout", "", "Places on its grid; the dashboard has places of its own.")
    found: dict[tuple[str, str], tuple[str, ProjectionRecipe]] = {}
    for where, pair in wanted:
        try:
            x, y = pair
            recipe = ProjectionRecipe("columns", x=x, y=y)
        except (AstroALError, TypeError, ValueError):
            notes.miss(where, pair, "Two columns are expected.")
            continue
        found.setdefault((x, y), (where, recipe))
    return tuple(found.values())


def _note_unused(settings: Settings, notes: Notes) -> None:
    for key, why in _UNUSED.items():
        value = getattr(settings, key)
        if key in settings.model_fields_set and value not in (None, ""):
            notes.miss(key, value, why)
    for key, value in (settings.model_extra or {}).items():
        notes.miss(key, value, "Unknown; written back on export.")
    for raw, one in settings.classifiers.items():
        for key, value in (one.model_extra or {}).items():
            notes.miss(f"classifiers.{raw}.{key}", value, "Unknown.")
