"""What the parts of feature space share: viewer, session, layers, and what is being shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from napari_astro_al.catalogue import SourceId
from napari_astro_al.jobs import Job, drain
from napari_astro_al.session import Session
from napari_astro_al.viewer.appearance import Appearance
from napari_astro_al.viewer.coordinates import Margins, View
from napari_astro_al.viewer.layers import LayerStack
from napari_astro_al.viewer.legend import Bar
from napari_astro_al.viewer.palette import Inks
from napari_astro_al.viewer.scene import BUDGET, Scene
from napari_astro_al.viewer.source_values import SourceValues, Values

if TYPE_CHECKING:
    from napari.components import ViewerModel

    from napari_astro_al.session.whole_density import WholeDensity

RunJob = Callable[[Job[Any], Callable[[Any], None]], object]
Later = Callable[[Callable[[], None]], object]


def run_now(job: Job[Any], done: Callable[[Any], None]) -> None:
    """Run a job to its end, then hand its result over: what scripts and tests do."""
    done(drain(job))


def call_now(callback: Callable[[], None]) -> None:
    """Call back at once."""
    callback()


class Jobs:
    """Starts jobs of several kinds; of each kind only the one asked for last counts.

    Parameters
    ----------
    run : callable
        ``run(job, done)``. If what it returns has a ``cancel`` method, a job that no longer
        counts is cancelled.
    """

    def __init__(self, run: RunJob) -> None:
        self._run = run
        self._numbers: dict[str, int] = {}
        self._running: dict[str, Any] = {}
        self._held: list[Callable[[], None]] | None = None

    def hold(self) -> None:
        """Keep results back until `let_go`."""
        self._held = []

    def let_go(self) -> None:
        """Hand over what was kept back, and whatever comes from now on at once."""
        held, self._held = self._held or [], None
        for finished in held:
            finished()

    def start(self, kind: str, job: Job[Any], done: Callable[[Any], None]) -> None:
        """Start a job in place of the last one of its kind."""
        self.drop(kind)
        number = self._numbers[kind]

        def finished(result: Any) -> None:
            if self._held is not None:
                self._held.append(lambda: finished(result))
            elif self._numbers[kind] == number:
                done(result)

        self._running[kind] = self._run(job, finished)

    def drop(self, kind: str) -> None:
        """Let the result of the last job of a kind not count."""
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        cancel = getattr(self._running.pop(kind, None), "cancel", None)
        if cancel is not None:
            cancel()

    def drop_all(self) -> None:
        """Let no result count that is still to come."""
        for kind in list(self._numbers):
            self.drop(kind)


@dataclass(eq=False)
class Stage:
    """What the parts of feature space share.

    Attributes
    ----------
    viewer : ViewerModel
    session : Session
    layers : LayerStack
    jobs : Jobs
    inks : Inks
        Colours that suit the canvas's background.
    budget : int
        Most sources drawn as points.
    scene : Scene or None
        The projection on show; None before there is any.
    margins : Margins
        What the axes take of the canvas.
    appearance : Appearance
        What colours and the image below the points show.
    image_bar : Bar or None
        What the image's colours mean, while it is on show.
    pictured : frozenset of int or str
        Sources that are drawn as their own cutouts.
    sampled : bool
        Whether only a sample of the sources in view is drawn over an image.
    """

    viewer: ViewerModel
    session: Session
    layers: LayerStack
    jobs: Jobs
    inks: Inks
    budget: int = BUDGET
    scene: Scene | None = None
    margins: Margins = field(default_factory=lambda: Margins(46, 46, 10, 30))
    appearance: Appearance = field(default_factory=Appearance)
    image_bar: Bar | None = None
    pictured: frozenset[SourceId] = frozenset()
    sampled: bool = False

    @property
    def on_image(self) -> bool:
        """Whether the sources lie on an image, which is to be seen below them."""
        return self.scene is not None and self.scene.projection.image is not None

    @property
    def whole_density(self) -> WholeDensity | None:
        """Counts of all sources in what is shown, where these are a part and the image counts."""
        session, found = self.session, self.session.density_of_all
        if found is None or self.scene is None or self.appearance.density != "count":
            return None
        of_session = self.scene.projection is session.shown_projection
        shown: WholeDensity = found
        return shown if of_session and shown.recipe == session.projection_recipe else None

    @property
    def view(self) -> View:
        """What the canvas shows."""
        return View.of(self.viewer)

    @cached_property
    def per_source(self) -> SourceValues:
        """Numbers to colour by."""
        return SourceValues(self.session)

    @property
    def colour_values(self) -> Values | None:
        """Of the column that colours the points, where one does and has been read."""
        return self.per_source.known(self.appearance.colour_column)
