"""A session's verbs for sharing: export_config, load_config, from_config."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from pydantic import ValidationError

from napari_astro_al.catalogue import Catalogue
from napari_astro_al.catalogue.provenance import facts_of
from napari_astro_al.cutouts import CutoutProvider
from napari_astro_al.errors import SessionError, listing
from napari_astro_al.features import FeatureMatrix
from napari_astro_al.jobs import Job, Progress, drain, guarded
from napari_astro_al.session.backups import check_name, replace_keeping
from napari_astro_al.session.catalogue_print import print_job
from napari_astro_al.session.folder import recipes_of, stored_roles_of
from napari_astro_al.session.known_catalogue import used_columns
from napari_astro_al.session.recipes import Recipes
from napari_astro_al.session.reopening import StoredRecipes
from napari_astro_al.session.share_document import (
    SharedCatalogue,
    SharedLayout,
    ShareDocument,
    SharedRecipes,
    read_share,
    share_text,
)
from napari_astro_al.session.shared_events import to_shared
from napari_astro_al.session.shared_layout import (
    ABOUT,
    check_layout,
    layout_of,
    pictures_job,
    recipe_of,
    without_paths,
)
from napari_astro_al.session.shared_recipes import shared_recipes

if TYPE_CHECKING:
    from napari_astro_al.session.session import Session

Level = Literal["layout", "settings", "everything"]
LEVELS = get_args(Level)
PACKAGES = ("napari-astro-al", "numpy", "scipy", "scikit-learn", "modAL-python", "numba", "pandas")
"""Those that models, queries and scores depend on."""
_SAID = ("author", "doi", "licence", "description")


@dataclass(frozen=True, eq=False)
class Settings:
    """Recipes of a share file, ready to be taken."""

    recipes: StoredRecipes
    going_on: set[str]
    features: FeatureMatrix
    document: ShareDocument


class Sharing(Recipes):
    """Sessions as one file that others can read."""

    def export_config(
        self,
        path: str | PathLike[str],
        *,
        author: str | None = None,
        doi: str | None = None,
        licence: str | None = None,
        description: str | None = None,
        anonymous: bool = False,
    ) -> Path:
        """Write the session as one readable JSON file: a share file.

        It holds recipes, layout and every answer, and none of the catalogue's data, no paths, and
        no name of a person or computer but those that people chose for themselves.

        Parameters
        ----------
        path : path-like
            The file. One that is there is replaced, and the last three stay as backups beside it.
        author, doi, licence, description : str, optional
            Of what is shared. Remembered with the session; empty text takes one away.
        anonymous : bool
            Whether names that annotators chose become made-up ones.

        Raises
        ------
        LearnerError
            If a model or strategy cannot be written to a file.
        SessionError
            If the file cannot be written, or its name is one that not every system takes.
        """
        said = {"author": author, "doi": doi, "licence": licence, "description": description}
        return drain(self.export_config_job(path, anonymous=anonymous, **said))

    def export_config_job(
        self,
        path: str | PathLike[str],
        *,
        anonymous: bool = False,
        **said: str | None,
    ) -> Job[Path]:
        """The work of `export_config`, captured now."""
        file = Path(path).expanduser().absolute()
        check_name(file)
        self.say_about_share(**said)
        try:
            recipes = SharedRecipes.model_validate(
                {
                    name: part
                    for name, part in recipes_of(self, {}).items()
                    if name in SharedRecipes.model_fields
                }
            )
        except ValidationError as error:
            raise SessionError(f"The session cannot be shared: {error}.") from error
        layout = layout_of(self)
        return guarded(
            self._written(file, recipes, layout, anonymous, self.position), "write the share file"
        )

    def say_about_share(self, **said: str | None) -> None:
        """Remember author, DOI, licence or description of what is shared; None leaves one as is."""
        strangers = [name for name in said if name not in _SAID]
        odd = [name for name, one in said.items() if not isinstance(one, str | None)]
        if strangers or odd:
            raise SessionError(
                f"{listing(strangers or odd)} cannot be: a share file says {listing(_SAID)}, "
                "each as text."
            )
        known = {**self.about_share, **{key: one for key, one in said.items() if one is not None}}
        self.window[ABOUT] = {key: one.strip() for key, one in known.items() if one.strip()}

    @property
    def about_share(self) -> dict[str, str]:
        """What was said last about the share file: author, DOI, licence, description."""
        known = self.window.get(ABOUT)
        if not isinstance(known, dict):
            return {}
        return {key: one for key, one in known.items() if key in _SAID and isinstance(one, str)}

    def _written(
        self,
        file: Path,
        recipes: SharedRecipes,
        layout: SharedLayout,
        anonymous: bool,
        n_events: int,
    ) -> Job[Path]:
        known_by = yield from print_job(self.catalogue, used_columns(self))
        yield Progress("Gathering answers")
        said = self.about_share
        chains, events = to_shared(islice(self.ledger.events(), n_events), anonymous=anonymous)
        kept_out, ids = self.kept_out, self.catalogue.ids_at
        document = ShareDocument(
            author=said.get("author"),
            doi=said.get("doi"),
            licence=said.get("licence"),
            description=said.get("description"),
            versions=versions_now(),
            catalogue=SharedCatalogue(
                name=without_paths(self.catalogue.name),
                roles=stored_roles_of(self.catalogue.roles),
                added={name: list(group.names) for name, group in self.column_groups.items()},
                origin=facts_of(self.catalogue.origin),
            ),
            recipes=recipes,
            layout=layout,
            excluded=[str(one) for one in ids(kept_out.rows)] if kept_out.count else [],
            sets={
                name: [str(one) for one in ids(kept.selection.rows)]
                for name, kept in self.kept_sets.items()
            },
            annotators=chains,
            events=[
                event.model_copy(update={"said": without_paths(event.said)}) for event in events
            ],
            fingerprint=known_by,
        )
        yield Progress(f"Writing {file.name}")
        replace_keeping(file, share_text(document).encode())
        return file

    @classmethod
    def from_config(
        cls,
        share: str | PathLike[str],
        catalogue: Catalogue | str | PathLike[str],
        *,
        level: Level = "everything",
        path: str | PathLike[str] | None = None,
        annotator: str | None = None,
    ) -> Session:
        """Begin a session from a share file.

        Parameters
        ----------
        share : path-like
            What `export_config` wrote.
        catalogue : Catalogue or path-like
            The catalogue that was labelled, with any roles and in any order of rows; or another
            one with the same columns. A file is read with the roles of the share file.
        level : {"layout", "settings", "everything"}
            "layout": projection, pictures, views and docks. "settings": features, tasks with their
            classes, learners, split, seed and curated sets as well. "everything": also all answers
            with who gave them and when, the history of scores, named sets and excluded sources.
        path : path-like, optional
            Folder to make and keep everything in; None: in memory.
        annotator : str, optional
            Who labels from now on, as of `Session`. Under the name that is in the share file one
            goes on as that person.

        Raises
        ------
        SessionError
            If it is no share file or is damaged, or the catalogue lacks sources that there are
            answers about; says how the catalogues differ. In each case no folder is left.

        Warns
        -----
        AstroALWarning
            Where the catalogue is not as it was, with the difference, and of what cannot be shown.
        """
        from napari_astro_al.session.beginning import beginning_job, catalogue_for

        document = read_share(Path(share).expanduser())
        found = catalogue_for(document, catalogue)
        job = beginning_job(document, found, level=level, path=path, annotator=annotator)
        return drain(guarded(job, "begin the session"))

    def load_config(self, path: str | PathLike[str], *, level: Level = "settings") -> None:
        """Take over what a share file shows, or also what it is set to; labels stay as they are.

        Parameters
        ----------
        path : path-like
            A share file.
        level : {"layout", "settings"}
            "layout": projection, pictures, views and docks. "settings": features, tasks with their
            classes, learners, split and curated sets as well; labels are read anew by them. With
            the answers too, a session is begun: `from_config`.

        Raises
        ------
        SessionError
            If it is no share file, or names what cannot be.
        FeatureError, CatalogueError
            If its recipes do not fit this catalogue. In each case nothing has changed.

        Warns
        -----
        AstroALWarning
            Of pictures, or a projection, that cannot be shown here.
        """
        if level == "everything":
            raise SessionError(
                "Answers of a share file are not mixed with those of a session. Begin one with "
                "them: Session.from_config(path, catalogue)."
            )
        check_level(level)
        document = read_share(Path(path).expanduser())
        settings = None
        if level == "settings":
            settings = drain(self.settings_job(document))
        pictures = drain(self.layout_job(document))
        if settings is not None:
            self.accept_settings(settings)
        self.accept_layout(document, pictures)

    def settings_job(self, document: ShareDocument) -> Job[Settings]:
        """What `load_config` would take over of the settings; hand it to `accept_settings`."""
        self.check_open()
        return guarded(self._settings(document), "read the share file")

    def _settings(self, document: ShareDocument) -> Job[Settings]:
        yield Progress("Reading the settings")
        recipes = shared_recipes(document, self.catalogue, self.seed)
        features = yield from self._features_job(recipes.features, recipes.partition)
        going_on = {name for name in document.recipes.going_on if name in recipes.tasks}
        return Settings(recipes, going_on, features, document)

    def accept_settings(self, settings: Settings) -> None:
        """Take over settings that are ready, all of them or none."""
        recipes = settings.recipes
        self._take_recipes(
            features=settings.features,
            tasks=recipes.tasks,
            learners=recipes.learners,
            split=recipes.split,
            partition=recipes.partition,
            plans=recipes.plans,
            going_on=settings.going_on,
        )

    def layout_job(self, document: ShareDocument) -> Job[list[CutoutProvider]]:
        """Look for the pictures of a share file; hand the result to `accept_layout`."""
        self.check_open()
        check_layout(document.layout)
        return guarded(pictures_job(self, document.layout), "look for pictures")

    def accept_layout(self, document: ShareDocument, pictures: Sequence[CutoutProvider]) -> None:
        """Show what a share file shows, with those of its pictures that were found here."""
        self.check_open()
        recipe = recipe_of(document.layout)
        self.cutouts.accept(pictures)
        self.window.update(document.layout.window)
        if recipe is not None:
            self.projection_recipe, self.projection = recipe, None
        self._write_document()


def check_level(level: str) -> None:
    """Refuse what is no level of loading.

    Raises
    ------
    SessionError
    """
    if level not in LEVELS:
        raise SessionError(f"level={level!r} is not one of {listing(LEVELS)}.")


def versions_now() -> dict[str, str]:
    """The versions of Python and of the packages that results depend on."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
