"""A view of feature space: which projection it shows, how it draws it, and how to change both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from napari.layers import Layer
from qtpy.QtCore import QObject, Signal

from napari_astro_al.errors import AstroALError
from napari_astro_al.imaging import OpenImage, SkyImage
from napari_astro_al.imaging.files import opening_job
from napari_astro_al.projection import Projection, ProjectionRecipe, recipe_on
from napari_astro_al.session import Session
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.feature_space import FeatureSpace
from napari_astro_al.viewer.images import layer_of, layer_tuple, open_images, sky_image_of
from napari_astro_al.viewer.saying import say
from napari_astro_al.widgets.links import Links
from napari_astro_al.widgets.runner import Running
from napari_astro_al.widgets.workspace import Workspace, report

NO_PLACE = (
    "No feature space yet\n"
    "Label what the pictures show, or choose “Measure pictures…” in the Catalogue dock"
)


class View(QObject):
    """What a panel shows and changes: of the main canvas, or of a further view.

    Parameters
    ----------
    workspace : Workspace
        Runs the jobs.
    session : Session
        Whose sources are shown.
    space : FeatureSpace
        What draws them.
    """

    recipe: ProjectionRecipe | None
    """How the projection on show was made; None before there is any."""
    projection: Projection | None
    """The projection on show; None before there is any."""
    _accept: Callable[[ProjectionRecipe, Projection], None]
    """Takes a projection that has been made."""

    changed = Signal()
    """The projection or the appearance is another, or a change was refused."""
    working = Signal()
    """A projection is being made, says how far it is, or is not being made any more."""

    def __init__(self, workspace: Workspace, session: Session, space: FeatureSpace) -> None:
        super().__init__()
        self.session = session
        self.space = space
        self._workspace = workspace
        self._running: Running | None = None
        self._links = Links()
        self._links.tie(space.appearance_changed, self._appearance_is_new)
        workspace.jobs.changed.connect(self._jobs_changed)

    @property
    def appearance(self) -> Appearance:
        """What colours and image mean, how counts are scaled, the aspect."""
        return self.space.appearance

    @property
    def busy(self) -> bool:
        """Whether another projection is being made."""
        return self._running is not None

    @property
    def message(self) -> str:
        """What is being done; empty while nothing is."""
        return "" if self._running is None else self._running.message

    @property
    def images(self) -> list[SkyImage]:
        """The images that are open in the window, the last one on top first."""
        shown = [sky_image_of(layer) for layer in open_images(self._workspace.viewer)]
        return [image for image in shown if image is not None]

    def open_image(self, path: Path) -> None:
        """Open the images of a file, and lay the sources out on the first of them."""

        def done(found: list[OpenImage]) -> None:
            viewer = self._workspace.viewer
            for one in found[::-1]:
                if layer_of(viewer, one.image) is None:
                    viewer.add_layer(Layer.create(*layer_tuple(one)))
            self.lie_on(found[0].image)

        self._workspace.jobs.run(
            opening_job(path), title=f"Opening {path.name}", done=done, failed=self._refused
        )

    def lie_on(self, image: SkyImage) -> None:
        """Lay the sources out on an image; where nothing says how, say so."""
        try:
            recipe = recipe_on(image, self.session.catalogue)
        except AstroALError as error:
            self._refused(error)
            return
        self.choose(recipe)

    def choose(self, recipe: ProjectionRecipe) -> None:
        """Show another projection, once it is made; what was being made is given up."""
        self.cancel()
        try:
            job = self.session.project_job(recipe)
        except AstroALError as error:
            self._refused(error)
            return

        def done(projection: Projection) -> None:
            self._ended()
            self._accept(recipe, projection)
            self.changed.emit()

        self._running = self._workspace.jobs.run(
            job, title=f"Projecting: {recipe.title}", done=done, failed=self._failed
        )
        self.working.emit()

    def cancel(self) -> None:
        """Give up the projection that is being made; the one on show stays."""
        running = self._running
        if running is not None:
            self._ended()
            running.cancel()
            self.changed.emit()

    def draw(self, appearance: Appearance) -> None:
        """Draw in another way; where that cannot be, say why and leave it."""
        try:
            self.space.set_appearance(appearance)
        except AstroALError as error:
            self._refused(error)

    def drawing_failed(self, error: Exception) -> None:
        """Say why something could not be drawn, and that things are as they were."""
        self._refused(error)

    def finish(self) -> None:
        """Give up what is being made and listen to nothing any more."""
        self._links.cut()
        self._workspace.jobs.changed.disconnect(self._jobs_changed)
        running, self._running = self._running, None
        if running is not None:
            running.cancel()

    def _ended(self) -> None:
        self._running = None
        self.working.emit()

    def _failed(self, error: Exception) -> None:
        self._ended()
        self._refused(error)

    def _refused(self, error: Exception) -> None:
        self.changed.emit()
        report(error)

    def _jobs_changed(self) -> None:
        running = self._running
        if running is not None:
            if running.cancelled:
                self._running = None
            self.working.emit()

    def _appearance_is_new(self, _: Appearance) -> None:
        self.changed.emit()


class SessionView(View):
    """The main canvas: it shows the session's projection."""

    def __init__(self, workspace: Workspace, session: Session, space: FeatureSpace) -> None:
        super().__init__(workspace, session, space)
        self._links.tie(session.projection_changed, self._projection_is_new)
        self._links.tie(session.recipes_changed, self._recipes_are_new)

    @property
    def recipe(self) -> ProjectionRecipe | None:
        """The session's."""
        return self.session.projection_recipe

    @property
    def projection(self) -> Projection | None:
        """The session's, as it is."""
        return self.session.shown_projection

    def begin(self) -> None:
        """Show the session's projection, or its first; where there can be none, say so.

        Principal components give way where they are not what features begin with.
        """
        recipe, first = self.session.projection_recipe, self.session.first_projection
        plain = recipe is None or recipe.kind == "pca"
        if plain and (first is None or recipe is None or first.kind != recipe.kind):
            recipe = first
        if recipe is not None:
            self.choose(recipe)
        else:
            say(self._workspace.viewer, NO_PLACE)

    def finish(self) -> None:
        """As any view; the canvas is empty then."""
        say(self._workspace.viewer, "")
        super().finish()

    def _recipes_are_new(self) -> None:
        """Follow features that have changed."""
        if self.session.projection_is_stale or self.session.shown_projection is None:
            self.begin()

    def _accept(self, recipe: ProjectionRecipe, projection: Projection) -> None:
        say(self._workspace.viewer, "")
        self.session.accept_projection(recipe, projection)

    def _projection_is_new(self, _: Any) -> None:
        self.changed.emit()


class FurtherView(View):
    """A view with a projection of its own, that the session does not know of."""

    def __init__(self, workspace: Workspace, session: Session, space: FeatureSpace) -> None:
        super().__init__(workspace, session, space)
        self._recipe: ProjectionRecipe | None = None
        self._projection: Projection | None = None
        self._links.tie(session.recipes_changed, self._recipes_are_new)

    @property
    def recipe(self) -> ProjectionRecipe | None:
        """What was asked for last and could be made, or is being made for the first time."""
        return self._recipe

    @property
    def projection(self) -> Projection | None:
        """Its own."""
        return self._projection

    def choose(self, recipe: ProjectionRecipe) -> None:
        """Show another projection, once it is made."""
        if self._projection is None:
            self._recipe = recipe
        super().choose(recipe)

    def _accept(self, recipe: ProjectionRecipe, projection: Projection) -> None:
        if not self.session.fits(projection):
            self.choose(recipe)
            return
        self._recipe, self._projection = recipe, projection
        self.space.set_projection(projection)

    def _recipes_are_new(self) -> None:
        """Follow features that have changed."""
        if self._projection is not None and not self.session.fits(self._projection):
            assert self._recipe is not None
            self.choose(self._recipe)
